"""requirements.lock holds all that setup.cfg asks for, by hash, and names no place to fetch it from."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
ENTRIES = [entry.replace("\\\n", "") for entry in re.split(r"\n(?=[a-zA-Z0-9])", LOCK) if not entry.startswith("#")]


def _asked() -> list[Requirement]:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    lines = config["options"]["install_requires"] + config["options.extras_require"]["dev"]
    return [Requirement(line) for line in lines.splitlines() if line.strip()]


def test_what_is_asked_for_is_pinned_to_a_version_that_fits() -> None:
    pinned = [Requirement(entry.split(";")[0].split(" ")[0]) for entry in ENTRIES]
    asked = _asked()
    assert len(asked) > 20
    assert [str(one) for one in asked if not any(_fits(one, pin) for pin in pinned)] == []


def _fits(asked: Requirement, pin: Requirement) -> bool:
    version = next(iter(pin.specifier)).version
    return canonicalize_name(asked.name) == canonicalize_name(pin.name) and asked.specifier.contains(version)


def test_every_version_has_hashes() -> None:
    assert [entry.split()[0] for entry in ENTRIES if "--hash=sha256:" not in entry] == []


def test_no_place_is_named() -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links", LOCK)
