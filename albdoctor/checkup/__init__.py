"""The check API: what a check is, what it says, how checks are found, run and related."""

from albdoctor.checkup.check import Check, check
from albdoctor.checkup.finding import (
    CONFIRMED,
    ERROR,
    INFO,
    LIKELY,
    WARNING,
    Evidence,
    Finding,
    Fine,
    Severity,
    Verdict,
    fine,
    found,
    likely,
    saw,
)
from albdoctor.checkup.fix import Fix, Impact
from albdoctor.checkup.signals import Signal

__all__ = [
    "CONFIRMED",
    "ERROR",
    "INFO",
    "LIKELY",
    "WARNING",
    "Check",
    "Evidence",
    "Finding",
    "Fine",
    "Fix",
    "Impact",
    "Severity",
    "Signal",
    "Verdict",
    "check",
    "fine",
    "found",
    "likely",
    "saw",
]
