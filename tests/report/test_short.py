"""`--format short`: what visitors get, a line for each step, the exit code with the causes; and what `-q` leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from albdoctor.cli import main
from albdoctor.exits import Exit

SAVED = Path(__file__).parents[1] / "recorded" / "name-missing.json"
FOUNDING = Path(__file__).parents[1] / "fuzz" / "founding-story.json"
CAUSES = "ALB106 registrar-default-nameservers, ALB401 tg-https-target-speaks-http"


def told(capsys: pytest.CaptureFixture[str], *words: str, code: Exit = Exit.FINDINGS) -> list[str]:
    assert main(["scan", "--facts", *words, "--lang", "en"]) == code
    return capsys.readouterr().out.splitlines()


def test_a_line_for_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    first, *steps, last = told(capsys, str(FOUNDING), "--format", "short")
    assert first.startswith("https://shop.example/ refuses connections on port 443 at its only address. Fix these")
    assert [line.split(":")[0] for line in steps][:2] == [
        "  1  error  ALB106 registrar-default-nameservers",
        "  2  error  ALB401 tg-https-target-speaks-http",
    ]
    assert [line[:12] + line[12:].split(":")[0] for line in steps][2:] == [
        "     error  ALB403 tg-port-not-served",
        "     error  ALB419 hc-port-mismatch",
    ], "causes that go with the second step"
    assert all(line.endswith(" (goes with this fix)") for line in steps[2:])
    assert last.startswith(f"shop.example: exit 1: 7 errors (4 causes) at or over --fail-on error: {CAUSES}")
    assert told(capsys, str(FOUNDING), "-q") == [last]


def test_several_sites_and_a_sound_one(capsys: pytest.CaptureFixture[str]) -> None:
    sound = FOUNDING.with_name("healthy.json")
    both = told(capsys, str(SAVED), str(sound), "--format", "short")
    assert both[both.index("") + 2 :] == ["shop.example: exit 0: sound"]


def test_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, str(SAVED), "--format", f"short={tmp_path}/short.txt") == []
    assert (tmp_path / "short.txt").read_text().splitlines()[-1].startswith("api.shop.example: exit 1: ")
