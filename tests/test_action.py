"""The GitHub Action: its file is one, and the commands that it makes are commands of ours."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Struct, field

from albdoctor.commands.output import outputs
from albdoctor.commands.scan import scan

FILE = Path(__file__).parents[1] / "action.yml"


class Input(Struct, forbid_unknown_fields=True):
    description: str
    required: bool = False
    default: str | None = None


class Step(Struct, forbid_unknown_fields=True):
    name: str
    shell: str
    run: str
    env: dict[str, str] = field(default_factory=dict[str, str])


class Runs(Struct, forbid_unknown_fields=True):
    using: str
    steps: list[Step]


class Action(Struct, forbid_unknown_fields=True):
    name: str
    description: str
    branding: dict[str, str]
    inputs: dict[str, Input]
    runs: Runs


ACTION: Action = msgspec.yaml.decode(FILE.read_bytes(), type=Action)
INSTALL, SCAN = ACTION.runs.steps


def _called(step: Step, folder: Path, program: str, **inputs: str) -> list[str]:
    """Run a step with programs that only write down their arguments, and read what this one got."""
    for name in ("albdoctor", "python"):
        file = folder / "albdoctor" / "bin" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('#!/bin/sh\nprintf "%s\\0" "$@" > "$0.arguments"\n')
        file.chmod(0o700)
    (folder / "python3").write_text("#!/bin/sh\n")
    (folder / "python3").chmod(0o700)
    known = {name: one.default or "" for name, one in ACTION.inputs.items()} | inputs
    given = {
        name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda m: known[m[1]], text) for name, text in step.env.items()
    }
    places = {"RUNNER_TEMP": str(folder), "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    places["GITHUB_ACTION_PATH"] = str(FILE.parent)
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.run],
        env={"PATH": f"{folder}:/usr/bin:/bin"} | places | given,
        check=True,
    )
    return (folder / "albdoctor" / "bin" / f"{program}.arguments").read_text().split("\0")[:-1]


def _parsed(words: list[str]) -> dict[str, Any]:
    assert words[0] == "scan"
    return scan.make_context("scan", words[1:]).params


def test_the_action_is_composite_and_every_input_is_used() -> None:
    used = re.findall(r"\$\{\{ inputs\.([a-z-]+) \}\}", FILE.read_text())
    assert (ACTION.runs.using, sorted(used)) == ("composite", sorted(ACTION.inputs))


def test_no_input_is_part_of_a_script() -> None:
    """GitHub pastes `${{ }}` into a script as it is: a domain could then be code."""
    assert [step.name for step in ACTION.runs.steps if "${{" in step.run or step.shell != "bash"] == []


def test_the_smallest_scan(tmp_path: Path) -> None:
    given = _parsed(_called(SCAN, tmp_path, "albdoctor", domain="shop.example"))
    assert (given["domains"], given["fail_on"], given["allow_gaps"]) == (("shop.example",), "error", None)
    assert given["formats"] == ("github", f"markdown={tmp_path}/summary.md")
    assert [one.format for one in outputs(given["formats"], None)] == ["github", "markdown"]


@pytest.mark.parametrize("domain", ["shop.example", "--help", "a b; touch x", "$(touch x)"])
def test_every_input(tmp_path: Path, domain: str) -> None:
    inputs = {
        "domain": domain,
        "fail-on": "never",
        "allow-gaps": "true",
        "region": "eu-west-1",
        "sarif-file": "a b.sarif",
        "iac": "in fra",
    }
    given = _parsed(_called(SCAN, tmp_path, "albdoctor", **inputs))
    assert (given["domains"], given["fail_on"], given["allow_gaps"]) == ((domain,), "never", "all")
    assert (given["regions"], given["formats"][2]) == (("eu-west-1",), "sarif=a b.sarif")
    assert given["iac"] == Path("in fra")


def test_what_is_installed_is_the_checkout_that_the_action_stands_in(tmp_path: Path) -> None:
    assert _called(INSTALL, tmp_path, "python") == ["-m", "pip", "install", "--quiet", f"{FILE.parent}[iac]"]
