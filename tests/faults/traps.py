"""Places that a scan must never go to: link-local, loopback and private addresses of redirects."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from albdoctor.lab.loop import LOOPBACK

TRAPPED = tuple(
    (host, port)
    for host in ("169.254.169.254", "127.0.0.1", "localhost", "::1", "10.0.0.5", "2130706433", "0.0.0.0")  # noqa: S104 - never bound
    for port in (80, 443, 22)
)
"""`--connect-to` leads these to the trap."""

_outside: list[str] = []
"""Connections of this process to anywhere but this machine."""


def watch_sockets() -> None:
    """Write down every connection to another machine, from now on (audit hooks cannot be removed)."""
    sys.addaudithook(_watch)


def outside() -> list[str]:
    """Give and forget what was written down."""
    found = list(_outside)
    _outside.clear()
    return found


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        way, address = arguments
        # A connected UDP socket sends nothing: so the tool looks whether there is IPv6 at all.
        if isinstance(address, tuple) and address[0] != LOOPBACK and way.type.name != "SOCK_DGRAM":
            _outside.append(f"{address[0]}:{address[1]}")


class Trap:
    """Counts who comes."""

    def __init__(self) -> None:
        """Nobody has come."""
        self.place = (LOOPBACK, 0)
        self.caught = 0
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._catch, LOOPBACK, 0)
        self.place = self._server.sockets[0].getsockname()[:2]

    async def close(self) -> None:
        """Stop."""
        if self._server:
            self._server.close()

    async def _catch(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.caught += 1
        writer.close()
