"""The locks hold all that is asked for, by hash, and name no place to fetch it from; a scan's is part of the whole."""

from __future__ import annotations

import re
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
SCAN_LOCK = (ROOT / "requirements.scan.lock").read_text()


def _entries(lock: str) -> list[str]:
    return [entry.replace("\\\n", "") for entry in re.split(r"\n(?=[a-zA-Z0-9])", lock) if not entry.startswith("#")]


def _asked(*, dev: bool) -> list[Requirement]:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    lines = config["options"]["install_requires"] + (config["options.extras_require"]["dev"] if dev else "")
    builds = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    return [Requirement(line) for line in (*lines.splitlines(), *builds) if line.strip()]


def _pinned(lock: str) -> list[Requirement]:
    return [Requirement(entry.split(";")[0].split(" ")[0]) for entry in _entries(lock)]


@pytest.mark.parametrize(("lock", "dev", "least"), [(LOCK, True, 20), (SCAN_LOCK, False, 10)], ids=["all", "scan"])
def test_what_is_asked_for_is_pinned_to_a_version_that_fits(lock: str, dev: bool, least: int) -> None:
    pinned, asked = _pinned(lock), _asked(dev=dev)
    assert len(asked) > least
    assert [str(one) for one in asked if not any(_fits(one, pin) for pin in pinned)] == []


def _fits(asked: Requirement, pin: Requirement) -> bool:
    version = next(iter(pin.specifier)).version
    return canonicalize_name(asked.name) == canonicalize_name(pin.name) and asked.specifier.contains(version)


def test_what_a_scan_needs_is_pinned_as_the_tests_had_it() -> None:
    """Versions and hashes of both are the same; what is only for tests is not in it."""
    whole = {entry.split()[0]: set(re.findall(r"--hash=\S+", entry)) for entry in _entries(LOCK)}
    part = {entry.split()[0]: set(re.findall(r"--hash=\S+", entry)) for entry in _entries(SCAN_LOCK)}
    assert part.items() <= whole.items()
    assert not {"pytest", "moto", "playwright"} & {pin.name for pin in _pinned(SCAN_LOCK)}


@pytest.mark.parametrize("lock", [LOCK, SCAN_LOCK], ids=["all", "scan"])
def test_every_version_has_hashes(lock: str) -> None:
    assert [entry.split()[0] for entry in _entries(lock) if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", [LOCK, SCAN_LOCK], ids=["all", "scan"])
def test_no_place_is_named(lock: str) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links", lock)
