"""How much of a clock a test may believe on a machine that does other things as well."""

from __future__ import annotations

SLACK = 15.0
"""Seconds for which a busy machine may take the turn away: what waits for ever waits longer than that."""
