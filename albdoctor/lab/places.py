"""Loopback ports that stand for pretend addresses.

A place is always in one of three states: served (a server listens), refused (the port is ours, nobody
listens: RST), silent (nothing answers). Its loopback port never changes.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self, TypeAlias

from albdoctor.lab.loop import LOOPBACK
from albdoctor.lab.silence import fall_silent

Address: TypeAlias = tuple[str, int]
BACKLOG = 128
TRIES = 20


class Condition(StrEnum):
    """What a client meets at a place."""

    SERVED = "served"
    REFUSED = "refused"
    SILENT = "silent"


@dataclass
class _Place:
    bound: socket.socket
    condition: Condition = Condition.REFUSED
    fillers: list[socket.socket] = field(default_factory=list[socket.socket])

    @property
    def port(self) -> int:
        port: int = self.bound.getsockname()[1]
        return port


class Places:
    """Every pretend (address, port) and the loopback port that stands for it."""

    def __init__(self) -> None:
        """Know no place yet; a place comes to be when it is first named, refused."""
        self._places: dict[Address, _Place] = {}
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        """Open nothing: places open when they are named."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give every port back."""
        with self._lock:
            for place in self._places.values():
                _quiet(place)
                place.bound.close()
            self._places.clear()

    def port_of(self, address: str, port: int) -> int:
        """Give the loopback port that stands for a pretend address and port; reserves one when it is new."""
        return self._place(address, port).port

    def condition(self, address: str, port: int) -> Condition:
        """What a client meets there now."""
        return self._place(address, port).condition

    def known(self) -> tuple[Address, ...]:
        """Every pretend address and port that has a place."""
        with self._lock:
            return tuple(self._places)

    def connect_to(self) -> list[str]:
        """Give the rules for `--connect-to` that lead to every place."""
        with self._lock:
            return [f"{_bracketed(a)}:{p}:{LOOPBACK}:{place.port}" for (a, p), place in self._places.items()]

    def listen(self, address: str, port: int) -> socket.socket:
        """Make a place served: give a listening socket; the caller accepts on it and closes it."""
        with self._lock:
            place = self._place(address, port)
            _quiet(place)
            _share(place.bound, shared=True)
            place.bound.listen(BACKLOG)
            place.condition = Condition.SERVED
            listener = place.bound.dup()
            listener.setblocking(False)
            return listener

    def refuse(self, address: str, port: int) -> None:
        """Let a place answer every connection attempt with RST."""
        with self._lock:
            place = self._place(address, port)
            if place.condition is not Condition.REFUSED:
                _quiet(place)

    def silence(self, address: str, port: int) -> None:
        """Let a place leave every connection attempt unanswered."""
        with self._lock:
            place = self._place(address, port)
            if place.condition is not Condition.SILENT:
                _quiet(place)
                _share(place.bound, shared=True)
                place.fillers = fall_silent(place.bound)
                place.condition = Condition.SILENT

    def _place(self, address: str, port: int) -> _Place:
        with self._lock:
            if (address, port) not in self._places:
                self._places[address, port] = _Place(_reserve())
            return self._places[address, port]


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _reserve() -> socket.socket:
    """Take a free port and hold it, not listening."""
    for _ in range(TRIES):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as chosen:
            chosen.bind((LOOPBACK, 0))
            port = chosen.getsockname()[1]
        with contextlib.suppress(OSError):  # somebody was quicker
            return _bound(port)
    raise OSError("no port is free on loopback")


def _bound(port: int, *, shared: bool = False) -> socket.socket:
    """A socket bound to a port by its number: only such a port stays ours when the socket stops listening."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        _share(bound, shared=shared)
        bound.bind((LOOPBACK, port))
    except OSError:
        bound.close()
        raise
    return bound


def _share(bound: socket.socket, *, shared: bool) -> None:
    """Let a port be listened on although old connections linger there; or keep everybody else from binding it."""
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(shared))


def _quiet(place: _Place) -> None:
    """Stop listening, drop whoever waits, keep the port."""
    for filler in place.fillers:
        filler.close()
    place.fillers = []
    if place.condition is not Condition.REFUSED:
        port = place.port
        try:
            place.bound.shutdown(socket.SHUT_RDWR)
        except OSError:  # other systems than Linux cannot un-listen: bind anew
            place.bound.close()
            place.bound = _bound(port, shared=True)
    _share(place.bound, shared=False)
    place.condition = Condition.REFUSED
