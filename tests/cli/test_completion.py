"""Shell completion: what a shell is offered, by the program itself, and what that imports."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from albdoctor.checkup import registry
from albdoctor.lab.scenarios import SCENARIOS
from albdoctor.lookup.symptoms import SYMPTOMS

IDS = {check.id for check in registry.load()}
SLUGS = {check.slug for check in registry.load()}
NAMES = {one.name for one in SCENARIOS}
HEAVY = ("boto3", "dns", "httpx", "jinja2", "rich", "cryptography", "moto", "albdoctor_checks.domain")
PROGRAM = f"""
import sys
from albdoctor.cli import main
code = main([])
sys.stdout.flush()
print("loaded:", *[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
sys.exit(code)
"""


def _shell(line: str, instruction: str = "bash_complete") -> str:
    """Ask as bash does; the last word of the line is being typed."""
    words = line.split(" ")
    asked = {"_ALBDOCTOR_COMPLETE": instruction, "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, env=os.environ | asked
    )
    assert (done.returncode, done.stderr) == (0, "loaded:\n")
    return done.stdout


def _offered(line: str) -> set[str]:
    return {said.partition(",")[2] for said in _shell(line).splitlines()}


@pytest.mark.parametrize(
    "line",
    [
        "albdoctor scan shop.example --select ",
        "albdoctor shop.example --ignore ",
        "albdoctor collect --select ",
        "albdoctor iam-policy --ignore ",
    ],
)
def test_options_are_offered_every_check(line: str) -> None:
    assert _offered(line) == IDS | SLUGS


def test_explain_is_offered_checks_and_symptoms() -> None:
    assert _offered("albdoctor explain ") == IDS | SLUGS | {symptom.name for symptom in SYMPTOMS}
    assert _offered("albdoctor explain alb40") == {one for one in IDS if one.startswith("ALB40")}
    assert _offered("albdoctor explain Target.T") == {"Target.Timeout"}


@pytest.mark.parametrize("command", ["run", "up", "verify"])
def test_the_lab_is_offered_its_scenarios(command: str) -> None:
    assert _offered(f"albdoctor lab {command} ") == NAMES


def test_a_scenario_that_is_named_is_not_offered_again() -> None:
    assert _offered("albdoctor lab verify healthy ") == NAMES - {"healthy"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell: str) -> None:
    assert "_ALBDOCTOR_COMPLETE=" + shell + "_complete" in _shell("", f"{shell}_source")
