"""`albdoctor init NAME` from a scan of the lab: what it writes scans the same site to the same end."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from albdoctor.config import Domain, load
from albdoctor.lab.scanning import command
from albdoctor.lab.scenarios import find
from albdoctor.lab.site import build
from albdoctor.lab.world import World

pytestmark = pytest.mark.lab

OFF = re.compile(r"^#(?! )", re.MULTILINE)


def run(world: World, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "albdoctor", *words, *world.flags],
        cwd=folder,
        env=world.environment,
        capture_output=True,
        text=True,
        check=False,
    )


def scanned(world: World, folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    done = run(world, folder, "scan", *words, "--format", "json")
    return done.returncode, json.loads(done.stdout)


def test_a_healthy_site_stays_sound_with_what_was_written(tmp_path: Path) -> None:
    with World() as world:
        shop = build(world, find("healthy").plan)
        made = run(world, tmp_path, "init", shop.domain)
        assert (made.returncode, made.stderr) == (0, "")
        config, _ = load(tmp_path / "albdoctor.toml")
        code, report = scanned(world, tmp_path)
    assert config.domain == (Domain(name=shop.domain, balancer="web"),)
    assert config.region == ("ap-northeast-2",)
    assert (code, report["verdict"], report["scan"]["domain"]) == (0, "sound", shop.domain)


def test_what_stands_can_be_lived_with_and_stays_broken(tmp_path: Path) -> None:
    with World() as world:
        shop = build(world, find("founding-story").plan)
        assert run(world, tmp_path, "init", shop.domain, "--lang", "ko").returncode == 0
        file = tmp_path / "albdoctor.toml"
        code, report = scanned(world, tmp_path)
        assert (code, report["lang"]) == (1, "ko")
        found = {one["check"] for one in report["findings"] if one["place"] == "on-the-way"}
        before, mark, after = file.read_text().partition("# 오늘 발견한 문제입니다.")
        file.write_text(before + mark + OFF.sub("", after))
        assert {rule.check for rule in load(file)[0].suppress} == found
        code, report = scanned(world, tmp_path)
    assert (code, report["verdict"]) == (0, "broken")


def test_what_somebody_configured_holds_in_no_lab(tmp_path: Path) -> None:
    (tmp_path / "albdoctor.toml").write_text('profile = ["production"]\nformat = ["html=mine.html"]\n')
    with World() as world:
        shop = build(world, find("healthy").plan)
        words = command(world, shop.domain, ("--format", "json"))
        done = subprocess.run(words, cwd=tmp_path, env=world.environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "mine.html").exists()
