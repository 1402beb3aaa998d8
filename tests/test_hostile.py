"""Text from outside stays text where people paste: in scripts, in lines to type, in Terraform and CloudFormation."""

from __future__ import annotations

from pathlib import Path

import pytest

from albdoctor.text import command, fill, fill_cloudformation, fill_script, fill_terraform, placeholders
from scripts.hostile import HOSTILE, Counts, Line, Pasting, attempt, documents, hostile
from tests.checks.test_fix_templates import FIXES

pytestmark = pytest.mark.sweep

EVERY = documents()
SOME = {name: EVERY[name] for name in ("alb401", "office-only", "loop-auth", "many-502-counted", "ecs-dynamic")}
"""Scripts, Terraform, lines to type and commands that decide; `scripts/hostile.py` takes all."""

RECORDS = {"entries": "acl 1 443 0.0.0.0/0"}
"""Values whose words a script reads apart."""


def filled(number: int) -> list[Line]:
    """Every template of every fix, with a hostile text in each place."""
    text = hostile(number)
    told: list[Line] = []
    for name, fix in FIXES.items():
        hand = fix.by_hand.en if fix.by_hand else ""
        templates = (hand, fix.script, fix.verify, fix.terraform, fix.cloudformation)
        values = dict.fromkeys(frozenset[str]().union(*map(placeholders, templates)), text) | RECORDS
        told += [Line(name, "by hand", line, text) for line in fill(hand, values).split("\n") if line.startswith("  ")]
        told += [
            Line(name, "script", fill_script(fix.script, values), text),
            Line(name, "verify", fill_script(fix.verify, values), text),
            Line(name, "terraform", fill_terraform(fix.terraform, values), text),
            Line(name, "cloudformation", fill_cloudformation(fix.cloudformation, values), text),
        ]
    return [line for line in told if "qz" in line.text]


@pytest.mark.parametrize("number", range(0, len(HOSTILE), 5))
def test_no_template_lets_a_text_out(number: int, tmp_path: Path) -> None:
    counts = Counts()
    Pasting(tmp_path, counts).run(filled(number))
    assert (counts.wrong, counts.held > 100, counts.blocks > 10) == ([], True, True), str(counts)


def test_no_facts_let_a_text_out(tmp_path: Path) -> None:
    counts = attempt(SOME, tmp_path, stride=4)
    print(counts)
    assert counts.wrong == []
    assert counts.held > 40, str(counts)


def test_what_gets_out_is_noticed(tmp_path: Path) -> None:
    text = hostile(0)
    raw = [
        Line("ALB900", "decide", f"curl -sI http://x/{text}", text),
        Line("ALB900", "verify", "dig qz", text),
        Line("ALB900", "by hand", f"  echo '{text}", text),
        Line("ALB900", "terraform", f'path = "{hostile(HOSTILE.index("${HOME}"))}"', "${HOME}"),
        Line("ALB900", "cloudformation", "A: qz x", text),
        Line("ALB900", "decide", command("curl -sI http://x/{text}", text=text), text),
    ]
    counts = Counts()
    Pasting(tmp_path, counts).run(raw)
    assert len({said.partition(":")[0] for said in counts.wrong}) >= 4, counts.wrong
    assert "made owned" in str(counts.wrong)
    assert "does not end" in str(counts.wrong)
