"""Shell completion: what a shell is offered, by the program itself, and what that imports."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from albdoctor.checkup import registry
from albdoctor.lab.scenarios import SCENARIOS
from albdoctor.lookup.symptoms import SYMPTOMS

pytestmark = pytest.mark.process

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
        "albdoctor init --select ",
    ],
)
def test_options_are_offered_every_check(line: str) -> None:
    assert _offered(line) == IDS | SLUGS


def test_a_list_is_offered_every_check_after_its_comma() -> None:
    assert _offered("albdoctor scan --select ALB401,tg-port") == {
        f"ALB401,{slug}" for slug in SLUGS if slug.startswith("tg-port")
    }


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


BEGUN = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i"),
}
SWITCHED_ON = {
    "bash": 'eval "$(_ALBDOCTOR_COMPLETE=bash_source albdoctor)"',
    "zsh": 'autoload -Uz compinit && compinit -u -D; eval "$(_ALBDOCTOR_COMPLETE=zsh_source albdoctor)"',
}
"""The lines of docs/guides/completion.md."""
PATIENCE = 40.0


def _pressed(shell: str, typed: str, wanted: str, home: Path) -> str:
    """Type into an interactive shell, press Tab, and give what the terminal shows from there until `wanted` does."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {"PATH": path, "TERM": "xterm", "HOME": str(home), "HISTFILE": os.devnull, "PS1": "$ "}
    master, slave = pty.openpty()
    with subprocess.Popen(
        BEGUN[shell], stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
    ) as process:
        os.close(slave)
        try:
            # Not "ready" as it is typed, which the terminal echoes.
            os.write(master, f"{SWITCHED_ON[shell]}; echo rea''dy\n".encode())
            _read(master, "ready\r\n")
            os.write(master, f"{typed}\t".encode())
            return _read(master, wanted)
        finally:
            process.kill()
            os.close(master)


def _read(terminal: int, wanted: str) -> str:
    shown, until = "", time.monotonic() + PATIENCE
    while wanted not in shown and time.monotonic() < until:
        if select.select([terminal], [], [], 1.0)[0]:
            shown += os.read(terminal, 65_536).decode(errors="replace")
    assert wanted in shown
    return shown


@pytest.mark.parametrize("shell", [shell for shell in BEGUN if shutil.which(shell)])
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("albdoctor lab up founding-", "founding-story"),
        ("albdoctor lab run one-of-three-st", "one-of-three-stopped"),
        ("albdoctor explain registrar-default-name", "registrar-default-nameservers"),
        ("albdoctor explain tg-https-target-sp", "tg-https-target-speaks-http"),
        ("albdoctor scan shop.example --ignore hc-port-mis", "hc-port-mismatch"),
        ("albdoctor lab do set-n", "set-name-servers"),
    ],
)
def test_the_tab_key_completes_in_a_real_shell(shell: str, typed: str, completed: str, tmp_path: Path) -> None:
    shown = _pressed(shell, typed, completed, tmp_path)
    assert "command not found" not in shown


@pytest.mark.parametrize("shell", SWITCHED_ON)
def test_the_guide_says_how_it_is_switched_on(shell: str) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "completion.md").read_text()
    assert SWITCHED_ON[shell].partition("; ")[2] in guide or SWITCHED_ON[shell] in guide
