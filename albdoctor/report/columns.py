"""Lines of a terminal: broken between words only, so that a name, an id or a command can be copied whole."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

CUT = "…"


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of so many cells; a word that is wider stands whole, on a line of its own."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and cell_len(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def cut(text: str, width: int) -> str:
    """A text on one line of so many cells, its end left out where it is longer."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + CUT


def padded(text: str, width: int) -> str:
    """A text followed by blanks up to so many cells; one that is wider stays as it is."""
    return text + " " * (width - cell_len(text))
