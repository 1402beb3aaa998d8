"""The process's own streams: closed ones are harmless, and what an encoding lacks is written another way."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys
from typing import TextIO

from albdoctor.literals import by_number

FALLBACKS = {
    "✓": "+",
    "✗": "x",
    "→": "->",
    "←": "<-",
    "·": "-",
    "–": "-",
    "…": "...",
    "×": "x",
    "’": "'",
    "»": ">",
}
"""Our own marks, for encodings without them (cp949, cp1252, ascii)."""
HANDLER = "albdoctor.fallback"


def install() -> None:
    """Make stdin, stdout and stderr usable, whatever the process was started with; before any file is opened.

    A closed stream is as good as `/dev/null`. Else the next file that is opened gets its number, and what was meant for
    the screen is written into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, _nobody(number))
    codecs.register_error(HANDLER, _fallback)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=HANDLER)


def say(text: str = "") -> None:
    """Print a line on stdout."""
    sys.stdout.write(f"{text}\n")


def tell(text: str) -> None:
    """Print a line on stderr; when nobody can hear it the work goes on."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def can_write(text: str) -> bool:
    """Whether the encoding of stdout has these characters."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _nobody(number: int) -> TextIO:
    """Open the null device, under the stream's own number where that is free."""
    null = os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)
    try:
        os.fstat(number)
    except OSError:
        os.dup2(null, number)
        os.close(null)
        null = number
    return open(null, "r" if number == 0 else "w", encoding="utf-8", closefd=False)


def _fallback(error: UnicodeError) -> tuple[str, int]:
    """Write what the stream's encoding lacks: a mark as its like, anything else by its number."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(FALLBACKS.get(one) or by_number(one) for one in lacking), error.end
