"""`--wait` tells at a terminal what changed from one look to the next."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import albdoctor
from albdoctor.commands.rounds import Rounds
from albdoctor.facts.files import decode
from albdoctor.policy import Policy
from albdoctor.report.model import Report
from albdoctor.text import Lang

FUZZ = Path(__file__).parents[1] / "fuzz"


def report(name: str, lang: Lang = "en", ignore: tuple[str, ...] = ()) -> Report:
    (facts,) = decode((FUZZ / f"{name}.json").read_bytes(), name)
    return albdoctor.judge(facts, Policy(lang=lang, ignore=ignore))


def test_what_was_fixed_what_is_new_and_how_much_is_left() -> None:
    rounds = Rounds("en")
    part = report("founding-story", ignore=("ALB106", "ALB221"))
    assert rounds.lines([part]) == ["shop.example: 5 left"]
    assert rounds.lines([part]) == [], "nothing changed, nothing is told"
    appeared = rounds.lines([report("founding-story")])
    assert [line[:45] for line in appeared] == [
        "shop.example: 7 left",
        "  new: ALB106 registrar-default-nameservers: ",
        "  new: ALB221 tls-port-closed: 1 of 1 address",
    ]
    gone = rounds.lines([report("healthy")])
    assert gone[0] == "shop.example: nothing is left"
    assert sorted(line.split()[1] for line in gone[1:]) == sorted(
        ["ALB106", "ALB221", "ALB401", "ALB403", "ALB405", "ALB417", "ALB419"]
    )
    assert all(line.startswith("  fixed: ") for line in gone[1:])


def test_in_korean() -> None:
    rounds = Rounds("ko")
    assert rounds.lines([report("founding-story", "ko")]) == ["shop.example: 7건 남음"]
    assert rounds.lines([report("healthy", "ko")])[:1] == ["shop.example: 남은 문제 없음"]


def test_it_is_told_at_a_terminal_only(tmp_path: Path) -> None:
    nobody = ("--dns-root", "127.0.0.1:9", "--resolver", "127.0.0.1:9", "--timeout", "2", "--no-probe")
    scan = (sys.executable, "-m", "albdoctor", "scan", "shop.example", *nobody, "--wait", "1", "--lang", "en")
    environment = {**os.environ, "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null", "TERM": "dumb"}
    master, terminal = pty.openpty()
    subprocess.run(scan, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=terminal, check=False)
    os.close(terminal)
    assert b"albdoctor: shop.example: " in os.read(master, 65_536)
    os.close(master)
    done = subprocess.run(scan, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (b" left" in done.stderr, done.returncode in (1, 3)) == (False, True)
