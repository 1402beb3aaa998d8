"""Lines of a terminal: broken between words only, so that a name, an id or a command can be copied whole."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

CUT = "…"


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of so many cells; what is wider and has no place to break stands whole, on its own."""
    lines: list[str] = []
    line = ""
    for word in _words(text):
        longer = f"{line} {word}" if line else word
        if line and cell_len(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def _words(text: str) -> list[str]:
    """The words of a text; what is typed, between backticks, is one."""
    words: list[str] = []
    typed = False
    for word in text.split(" "):
        if typed:
            words[-1] += f" {word}"
        else:
            words.append(word)
        typed ^= word.count("`") % 2 == 1
    return text.split(" ") if typed else words


def cut(text: str, width: int) -> str:
    """A text on one line of so many cells, its end left out where it is longer."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + CUT


def padded(text: str, width: int) -> str:
    """A text followed by blanks up to so many cells; one that is wider stays as it is."""
    return text + " " * (width - cell_len(text))
