"""The check API: what a check is, what it says, how checks are found, run and related."""

from albdoctor.checkup.check import Check
from albdoctor.checkup.declare import check
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
from albdoctor.checkup.fix import Caution, Fix, Impact
from albdoctor.checkup.signals import Signal

__all__ = [
    "CONFIRMED",
    "ERROR",
    "INFO",
    "LIKELY",
    "WARNING",
    "Caution",
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
