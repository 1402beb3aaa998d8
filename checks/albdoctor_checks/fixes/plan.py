"""What planning a fix gives: the declared fix that fits, and the values that its words and script need."""

from __future__ import annotations

from msgspec import Struct

from albdoctor.checkup import Fix
from albdoctor.text import Value


class Plan(Struct, frozen=True, kw_only=True):
    """The fix for one finding."""

    fix: Fix
    values: dict[str, Value]
