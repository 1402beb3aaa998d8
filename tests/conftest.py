"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import settings

# No deadline: the machine may be busy. The same examples in every run, so that a change is red for what it changed;
# HYPOTHESIS_PROFILE=explore draws new ones.
settings.register_profile("albdoctor", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "albdoctor"))


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are CPUs: a part of the tests waits for deadlines of some seconds."""
    return (os.cpu_count() or 1) + 1
