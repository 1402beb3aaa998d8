"""The blocks of a guide, and a job's folder in which its shell lines run as they are printed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).parents[2]
VENV = """#!/bin/sh
# What makes a virtual environment makes one whose pip only writes down what it is asked for: no test installs anything.
test "$1" = -m || exec {python} "$@"
mkdir -p "$3/bin"
cp {python_there} "$3/bin/python"
cp {albdoctor} "$3/bin/albdoctor"
"""
PYTHON_THERE = """#!/bin/sh
case "$*" in *"-m pip"*) printf '%s\\n' "$*" >> {log};; *) exec {python} "$@";; esac
"""


def guide(name: str) -> str:
    """The text of a page of docs/guides."""
    return (ROOT / "docs" / "guides" / name).read_text()


def blocks(page: str, kind: str) -> list[str]:
    """Its blocks of a kind, such as yaml."""
    return re.findall(rf"^```{kind}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def runs(page: str) -> list[str]:
    """Its shell blocks that say that they run as printed."""
    return re.findall(r"<!-- run -->\n```sh\n(.*?)```", page, re.DOTALL)


def yaml(text: str) -> Any:
    """Read YAML."""
    return msgspec.yaml.decode(text)


class Job:
    """A job's folder with a checkout in `albdoctor/`; `flags` are those of each scan, beside what is printed."""

    def __init__(self, folder: Path, environment: Mapping[str, str], flags: Sequence[str]) -> None:
        """Prepare it."""
        self.folder, self._log = folder / "job", folder / "pip.log"
        self.folder.mkdir()
        (self.folder / "albdoctor").symlink_to(ROOT)
        programs = folder / "programs"
        programs.mkdir()
        python = shlex.quote(sys.executable)
        texts = {
            "albdoctor": f'#!/bin/sh\nexec {python} -m albdoctor "$@" {shlex.join(flags)}\n',
            "python-there": PYTHON_THERE.format(log=shlex.quote(str(self._log)), python=python),
            "python3": VENV.format(
                python=python,
                python_there=shlex.quote(str(programs / "python-there")),
                albdoctor=shlex.quote(str(programs / "albdoctor")),
            ),
        }
        for name, text in texts.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        self._environment = dict(environment) | {"PATH": f"{programs}:/usr/bin:/bin", "LANG": "C.UTF-8"}

    def without_keys(self) -> None:
        """Take the credentials away: the lines bring their own."""
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            self._environment.pop(name, None)

    def run(self, script: str, shell: str = "bash", **variables: str) -> subprocess.CompletedProcess[str]:
        """Run lines, stopping at the first that fails, as CI systems do."""
        return subprocess.run(
            [shell, "-euc", script],
            cwd=self.folder,
            env=self._environment | variables,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    @property
    def installed(self) -> list[str]:
        """What pip was asked for."""
        return self._log.read_text().splitlines() if self._log.exists() else []
