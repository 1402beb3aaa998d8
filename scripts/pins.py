"""Prints the part of requirements.lock that albdoctor needs at run time, with its hashes: what pip takes as it is.

`pins.py [NAME...]` adds packages of the lock, with what they need (`setuptools`, to build). It needs Python alone.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from configparser import ConfigParser
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"


class Pin(NamedTuple):
    """One entry of the lock."""

    name: str
    text: str
    """As it stands there: version, marker and hashes."""
    needed_by: tuple[str, ...]

    @property
    def version(self) -> str:
        """The version."""
        return re.split(r"[ ;\\]", self.text.split("==", 1)[1])[0]

    @property
    def hashes(self) -> frozenset[str]:
        """SHA-256 of every file that may be installed."""
        return frozenset(re.findall(r"--hash=sha256:(\w{64})", self.text))


def pins() -> tuple[Pin, ...]:
    """Read the lock."""
    entries = re.split(r"^(?=[a-z0-9])", LOCK.read_text(), flags=re.MULTILINE)[1:]
    return tuple(_pin(entry) for entry in entries)


def _pin(entry: str) -> Pin:
    text, _, comment = entry.partition("    # via")
    needed_by = (line.strip(" #") for line in comment.splitlines())
    return Pin(re.split(r"[=\[]", text)[0], text, tuple(filter(None, needed_by)))


def runtime(also: Iterable[str] = ()) -> tuple[Pin, ...]:
    """What `install_requires` leads to, and what else is named."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    asked = config["options"]["install_requires"].split("\n")
    names = {re.split(r"[ <>=!]", line)[0] for line in asked if line} | {*also}
    every = pins()
    while more := {pin.name for pin in every if names & {*pin.needed_by}} - names:
        names |= more
    if unknown := names - {pin.name for pin in every}:
        sys.exit(f"requirements.lock has no {', '.join(sorted(unknown))}")
    return tuple(pin for pin in every if pin.name in names)


if __name__ == "__main__":
    print("".join(pin.text for pin in runtime(sys.argv[1:])), end="")
