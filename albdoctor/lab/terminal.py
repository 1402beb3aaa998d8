"""A terminal into which a block is pasted as a user does it: an interactive shell behind a pty."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Mapping

from msgspec import Struct

SHELLS = {"bash": ("bash", "--norc", "--noprofile", "-i"), "zsh": ("zsh", "-f", "-i")}
"""Interactive, without anybody's own settings."""
CONTROLLED = (
    "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
"""Gives the shell a terminal of its own before it starts."""
ASK = "printf 'albdoctor %s %s\\n' ended \"$?\"\n"
ENDED = re.compile(rb"albdoctor ended (\d+)")
CHUNK = 512
"""Bytes that are pasted at once: less than a terminal's queue."""


class Pasted(Struct, frozen=True, kw_only=True):
    """What came of a pasted block."""

    status: int | None
    """Exit status that the shell had after it; None: the shell waited for more, or for ever."""
    shown: str
    """Everything that the terminal showed, the echo of what was pasted too."""


def paste(block: str, environment: Mapping[str, str], shell: str = "bash", seconds: float = 120.0) -> Pasted:
    """Paste a block into a new interactive shell, press return, and ask the shell for the exit status."""
    master, slave = os.openpty()
    with subprocess.Popen(  # noqa: S603 - the block is what is being tried
        [sys.executable, "-c", CONTROLLED, *SHELLS[shell]],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**environment, "TERM": "xterm", "HISTFILE": "/dev/null"},
    ) as process:
        os.close(slave)
        try:
            return _talk(master, (block + "\n" + ASK).encode(), time.monotonic() + seconds)
        finally:
            process.kill()
            os.close(master)


def _talk(terminal: int, typed: bytes, until: float) -> Pasted:
    """Write what is typed as the terminal takes it, and read what it shows."""
    shown, ended = bytearray(), None
    while ended is None and time.monotonic() < until:
        ready, writable, _ = select.select([terminal], [terminal] if typed else [], [], 1.0)
        if ready:
            try:
                shown += os.read(terminal, 65_536)
            except OSError:  # the shell is gone (Linux says EIO)
                break
            ended = ENDED.search(shown)
        elif writable:
            typed = typed[os.write(terminal, typed[:CHUNK]) :]
    return Pasted(status=int(ended[1]) if ended else None, shown=shown.decode(errors="replace"))
