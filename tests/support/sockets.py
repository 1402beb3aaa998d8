"""Every place that a socket of this process is connected to or sent to, as the interpreter tells it (PEP 578)."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

_watching: list[set[tuple[str, int]]] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        place = arguments[1]
        if isinstance(place, tuple):
            for seen in _watching:
                seen.add((str(place[0]), int(place[1])))  # pyright: ignore[reportUnknownArgumentType]


sys.addaudithook(_hook)  # once a process: a hook cannot be taken away again


@contextmanager
def sockets_opened() -> Generator[set[tuple[str, int]]]:
    """Collect the places while the block runs."""
    seen: set[tuple[str, int]] = set()
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)
