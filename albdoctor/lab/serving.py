"""Servers behind places: one accept loop a place, plain or TLS by the first byte, all stopped cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from albdoctor.lab.distance import Distance
from albdoctor.lab.loop import Loop
from albdoctor.lab.places import Address, Condition, Places

TLS_RECORD = b"\x16"
"""First byte of a TLS handshake (RFC 8446 section 5.1)."""
CLOSE_SECONDS = 0.2
FIRST_BYTE_SECONDS = 5.0
ACCEPT_AGAIN_SECONDS = 0.05


@dataclass(frozen=True)
class Connection:
    """An accepted connection, TLS done."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    tls: bool
    began_tls: bool
    """The client's first byte began a TLS handshake."""


@dataclass(frozen=True)
class Behaviour:
    """What a server does with a connection."""

    handle: Callable[[Connection], Awaitable[bytes]]
    """Reads the request and gives the answer as it goes over the wire; empty: the connection is closed without one."""
    tls: Callable[[], ssl.SSLContext | None] = lambda: None
    """The TLS context for a new connection; None: the port speaks plain text only."""
    tls_failed: Callable[[], None] = lambda: None
    """Called when a client's handshake fails."""


class Closed(Enum):
    """A place where nobody serves."""

    REFUSED = "refused"
    SILENT = "silent"


Wanted: TypeAlias = Behaviour | Closed


class Server:
    """Accepts on one listening socket until stopped."""

    def __init__(self, listener: socket.socket, behaviour: Behaviour, name: str, distance: Distance) -> None:
        """Take over the socket."""
        self._listener = listener
        self._name = name
        self._distance = distance
        self._behaviour = behaviour
        self._connections: set[asyncio.Task[None]] = set()
        self._accepting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to accept."""
        self._accepting = asyncio.create_task(self._accept())

    async def stop(self) -> None:
        """Cut every connection and give the socket back."""
        tasks = [*self._connections, *([self._accepting] if self._accepting else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._listener.close()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, _ = await loop.sock_accept(self._listener)
            except OSError:  # the client was gone before it was accepted
                await asyncio.sleep(ACCEPT_AGAIN_SECONDS)
                continue
            task = asyncio.create_task(self._serve(client))
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)

    async def _serve(self, client: socket.socket) -> None:
        client.setblocking(False)
        try:
            first = await asyncio.wait_for(_peek(client), FIRST_BYTE_SECONDS)
        except (OSError, TimeoutError):
            first = b""
        except asyncio.CancelledError:
            client.close()
            raise
        if not first:
            client.close()
            return
        context = self._behaviour.tls() if first == TLS_RECORD else None
        try:
            reader, writer = await _open(client, context)
        except (OSError, TimeoutError):  # ssl.SSLError is an OSError
            self._behaviour.tls_failed()
            return
        try:
            arrived = time.monotonic()
            answer = await self._behaviour.handle(
                Connection(reader, writer, tls=context is not None, began_tls=first == TLS_RECORD)
            )
            await self._distance.back("http", self._name, arrived, answer)
            writer.write(answer)
            await writer.drain()
        except (OSError, EOFError, TimeoutError, ValueError):
            writer.transport.abort()  # the client went away or sent what is no request
        finally:
            await close(writer)


async def _peek(client: socket.socket) -> bytes:
    """Wait for the first byte and leave it where it is."""
    loop = asyncio.get_running_loop()
    readable: asyncio.Future[None] = loop.create_future()
    loop.add_reader(client, _resolve, readable)
    try:
        await readable
    finally:
        loop.remove_reader(client)
    return client.recv(1, socket.MSG_PEEK)


def _resolve(readable: asyncio.Future[None]) -> None:
    if not readable.done():
        readable.set_result(None)


async def _open(
    client: socket.socket, context: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    seconds = {"ssl_handshake_timeout": 5.0, "ssl_shutdown_timeout": CLOSE_SECONDS} if context else {}
    try:
        transport, _ = await loop.connect_accepted_socket(lambda: protocol, client, ssl=context, **seconds)
    except BaseException:
        client.close()
        raise
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


async def close(writer: asyncio.StreamWriter) -> None:
    """Close a connection in good manners, then for certain."""
    if not writer.is_closing():  # until CPython 3.11.3 a TLS transport that is closed twice cannot be aborted any more
        writer.close()
    try:
        with contextlib.suppress(OSError, TimeoutError):
            await asyncio.wait_for(writer.wait_closed(), CLOSE_SECONDS)
    finally:
        writer.transport.abort()


class Servers:
    """The servers behind a set of places: says what each place shall be, changes only what differs."""

    def __init__(self, loop: Loop, places: Places, distance: Distance | None = None) -> None:
        """Serve in a loop, behind places, as far away as the loop or as said."""
        self._loop = loop
        self._distance = distance or loop.distance
        self._places = places
        self._running: dict[Address, tuple[Behaviour, Server]] = {}
        self._known: set[Address] = set()

    def known(self) -> tuple[Address, ...]:
        """Every address and port that was set so far."""
        return tuple(self._known)

    def set_all(self, wanted: Mapping[Address, Wanted]) -> None:
        """Set many places."""
        for (address, port), what in wanted.items():
            self.set(address, port, what)

    def set(self, address: str, port: int, wanted: Wanted) -> None:
        """Make a place served in a certain way, refused or silent."""
        key = (address, port)
        self._known.add(key)
        if isinstance(wanted, Behaviour):
            if key in self._running and self._running[key][0] is wanted:
                return
            self._stop(key)
            server = Server(self._places.listen(address, port), wanted, f"{address}:{port}", self._distance)
            self._running[key] = (wanted, server)
            self._loop.run(server.start())
            return
        self._stop(key)
        condition = Condition.REFUSED if wanted is Closed.REFUSED else Condition.SILENT
        if condition is Condition.REFUSED:
            self._places.refuse(address, port)
        else:
            self._places.silence(address, port)

    def close(self) -> None:
        """Stop every server; their places refuse."""
        for key in list(self._running):
            self._stop(key)
            self._places.refuse(*key)

    def _stop(self, key: Address) -> None:
        if key in self._running:
            _, server = self._running.pop(key)
            self._loop.run(server.stop())
