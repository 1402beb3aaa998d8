"""The checks of albdoctor, by stage of the path, one file each."""

from __future__ import annotations

import sys

from albdoctor.checkup.check import Check
from albdoctor.checkup.registry import checks_of


def checks() -> tuple[Check, ...]:
    """Collect every check below this package (entry point `albdoctor.checks`)."""
    return checks_of(sys.modules[__name__])
