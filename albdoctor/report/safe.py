"""Makes strings from outside (tags, DNS records, headers, certificates) safe to show on a terminal or in one line."""

from __future__ import annotations

from albdoctor.literals import one_line

MOST = 2_000
"""Characters that a single shown string may have."""


def plain(text: str, most: int = MOST) -> str:
    """Write every character that could act on a terminal or hide in a text as an escape; cut what is too long.

    Not printable are control and format characters (bidirectional marks, zero width), separators but the
    space, surrogates, private use and unassigned code points (`str.isprintable`).
    """
    return one_line(text if len(text) <= most else text[: most - 1] + "…")


def lines(text: str, most: int = MOST) -> list[str]:
    """Split a text of our own that holds such strings into lines, each made plain."""
    return [plain(line, most) for line in text.split("\n")]


def typed(text: str) -> list[str]:
    """Split what is to be pasted into lines, each made plain and whole: a cut command is another command."""
    return [plain(line, len(line)) for line in text.split("\n")]


def by_hand(text: str) -> list[str]:
    """Split instructions into lines; those that are indented are to be typed, and stay whole."""
    return [line if line.startswith("  ") else plain(line) for line in typed(text)]
