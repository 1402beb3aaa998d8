"""Make a port that does not answer: what a packet filter does, without being root."""

from __future__ import annotations

import contextlib
import select
import socket

MOST_FILLERS = 16
ANSWER_SECONDS = 0.01


def fall_silent(listener: socket.socket) -> list[socket.socket]:
    """Let a bound socket leave every SYN unanswered; give the connections that keep it so.

    A listening socket with a full accept queue drops further SYNs (Linux with its default
    `tcp_abort_on_overflow=0`, and the BSDs). The queue is filled with connections of our own until one
    is no longer answered. Close the returned sockets to end it.
    """
    listener.listen(0)
    fillers: list[socket.socket] = []
    for _ in range(MOST_FILLERS):
        filler = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        filler.setblocking(False)
        fillers.append(filler)
        with contextlib.suppress(BlockingIOError):
            filler.connect(listener.getsockname())
        if not select.select([], [filler], [], ANSWER_SECONDS)[1]:
            return fillers
    for filler in fillers:
        filler.close()
    raise OSError(f"this system answers SYNs although {MOST_FILLERS} connections wait to be accepted")
