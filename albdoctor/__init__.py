"""albdoctor: why https://your-domain does not work on an AWS Application Load Balancer, and what to type to fix it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albdoctor.version import VERSION

if TYPE_CHECKING:
    from albdoctor.api import judge, load_facts, scan
    from albdoctor.policy import Policy
    from albdoctor.report.model import Report

__version__ = VERSION
__all__ = ["Policy", "Report", "__version__", "judge", "load_facts", "scan"]


def __getattr__(name: str) -> object:
    """Load the library on first use, so that `albdoctor --version` stays light."""
    if name in ("judge", "load_facts", "scan"):
        from albdoctor import api

        return getattr(api, name)
    if name == "Policy":
        from albdoctor.policy import Policy

        return Policy
    if name == "Report":
        from albdoctor.report.model import Report

        return Report
    raise AttributeError(f"module 'albdoctor' has no attribute {name!r}")
