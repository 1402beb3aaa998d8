"""Numbers in texts: what AWS, a registry or a server wrote may be anything that looks like one."""

from __future__ import annotations

MOST_DIGITS = 18
"""More than any port, priority or code has; Python refuses to read thousands of digits."""


def whole(text: str) -> int | None:
    """Read a whole number without a sign, in ASCII digits; None: it is none. `str.isdigit` takes "²" for one."""
    return int(text) if has_digits_only(text) and len(text) <= MOST_DIGITS else None


def has_digits_only(text: str) -> bool:
    """Whether a text is made of ASCII digits, however many."""
    return text.isascii() and text.isdigit()
