"""The places of things, seen from the request."""

from __future__ import annotations

from enum import StrEnum


class Place(StrEnum):
    """Where a thing stands, seen from the scanned URL; a thing in two places has the first of them."""

    ON_THE_WAY = "on-the-way"
    SAME_HOST = "same-host"
    """On another way of the same host: another path."""
    OTHER_HOST = "other-host"
    PARKED = "parked"
    """At rest: weight 0, a test listener, a failover secondary."""
    NONE = "none"
