"""What holds for every test."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import settings

# No deadline: the machine may be busy. The same examples in every run, so that a change is red for what it changed;
# HYPOTHESIS_PROFILE=explore draws new ones.
settings.register_profile("albdoctor", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "albdoctor"))


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are CPUs: a part of the tests waits for deadlines of some seconds."""
    return (os.cpu_count() or 1) + 1


LEFT_OUT = re.compile(r"not \w+( and not \w+)*")
OF_ALL = re.compile(r"^pytestmark = \[?\s*pytest\.mark\.(\w+)", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A module that `-m "not lab and ..."` leaves out as a whole is not imported either: many load the lab for it."""
    chosen = str(config.getoption("markexpr"))
    if collection_path.suffix != ".py" or not LEFT_OUT.fullmatch(chosen):
        return None
    of_all = OF_ALL.search(collection_path.read_text())
    return True if of_all and f"not {of_all[1]}" in chosen.split(" and ") else None
