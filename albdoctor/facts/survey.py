"""What a scan of everything looked through: without it, what could not be listed would be missing unnoticed."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from albdoctor.facts.known import Unknown
from albdoctor.facts.values import Moment

SURVEY: Literal["albdoctor/survey/1"] = "albdoctor/survey/1"


class Surveyed(Struct, frozen=True, kw_only=True):
    """The accounts and Regions that were looked through for load balancers: one line of a facts file of `--all`."""

    schema: Literal["albdoctor/survey/1"] = SURVEY
    taken_at: Moment
    """UTC."""
    accounts: tuple[str, ...] = ()
    """Empty: not all of them are known."""
    regions: tuple[str, ...] = ()
    enabled: bool = False
    """The Regions are all that the account has enabled, as it says itself."""
    balancers: int = 0
    """Application Load Balancers that were found."""
    gaps: tuple[Unknown, ...] = ()
    """Where load balancers or names may be that could not be listed."""


def still_missing(surveys: tuple[Surveyed, ...]) -> tuple[Unknown, ...]:
    """The gaps that no other survey closes: one without gaps, of the same accounts and Regions or more.

    Of an account whose Regions nobody knew, only one that looked in all that it has enabled.
    """
    whole: dict[str, list[Surveyed]] = {}
    for one in surveys:
        for account in () if one.gaps else one.accounts:
            whole.setdefault(account, []).append(one)
    # Of an organisation there are thousands: each is compared with those of its own account alone.
    open_ = (
        one
        for one in surveys
        if one.gaps and not any(_closes(other, one) for account in one.accounts[:1] for other in whole.get(account, ()))
    )
    return tuple(dict.fromkeys(gap for one in open_ for gap in one.gaps))


def _closes(whole: Surveyed, one: Surveyed) -> bool:
    known = bool(one.accounts and set(one.accounts) <= set(whole.accounts))
    if not one.regions:  # nobody knows which: an account that could not be entered
        return known and whole.enabled
    return known and set(one.regions) <= set(whole.regions)
