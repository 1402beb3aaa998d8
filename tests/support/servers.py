"""Real loopback servers, among them every kind that misbehaves. They end with their `async with` block."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager

LOOPBACK = "127.0.0.1"
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None, address: str = LOOPBACK) -> AsyncGenerator[int]:
    """Serve every connection with the handler; gives the port."""
    running: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            # A peer that leaves early, and the end of the test, are no errors of a server.
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await handler(reader, writer)
        finally:
            running.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(one, address, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.sleep(0)  # lets aborted transports close their sockets


def answering(answer: bytes, asked: list[bytes] | None = None) -> Handler:
    """Read one request, note it, send the bytes and close."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if asked is not None:
            asked.append(head)
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return handler


def http(body: str = "hello", status: str = "200 OK", **headers: str) -> bytes:
    """Write a whole HTTP/1.1 answer; `_` in a header's name stands for `-`."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def redirecting(location: str, **headers: str) -> Handler:
    """Answer every request with a redirect."""
    return answering(http("", "301 Moved Permanently", Location=location, **headers))


async def speechless(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Accept, and never say a word."""
    await asyncio.sleep(60)


async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read what comes first, and close in good order without a word."""
    await reader.read(65_536)
    writer.close()
    await writer.wait_closed()


async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the beginning of what comes, and answer with RST."""
    await reader.read(1)
    reset(writer)


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST: lingering for no time throws away what was not sent."""
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def dripping(start: bytes, drop: bytes, pause: float = 0.02) -> Handler:
    """Slow-loris: send the start, then the drop again and again, for ever."""

    async def handler(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(pause)

    return handler


def flooding(start: bytes, more: bytes) -> Handler:
    """As dripping, but as fast as the peer reads."""
    return dripping(start, more, pause=0)


def then_reset(start: bytes) -> Handler:
    """Read a request, send the start of an answer, and reset in the middle."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(start)
        await writer.drain()
        await asyncio.sleep(0.1)  # the peer reads the start before the RST arrives
        reset(writer)

    return handler


@contextmanager
def silent_port() -> Generator[int]:
    """A port whose SYNs stay unanswered: the accept queue of a backlog of 0 holds one connection, and is full."""
    with socket.socket() as listener, socket.socket() as filler:
        listener.bind((LOOPBACK, 0))
        listener.listen(0)
        filler.connect(listener.getsockname())
        yield listener.getsockname()[1]


@contextmanager
def blocking_tls_port(tls: ssl.SSLContext) -> Generator[int]:
    """A TLS server of the classic kind: its alerts reach the client, where asyncio's server drops them."""

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:  # the test is over
                return
            session = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            with contextlib.suppress(ssl.SSLError):
                session.do_handshake()
            with socket.socket(fileno=session.detach()) as raw, contextlib.suppress(OSError):
                raw.shutdown(socket.SHUT_WR)
                while raw.recv(4096):  # closing with unread bytes would send RST, and the alert would be lost
                    pass

    with socket.create_server((LOOPBACK, 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # wakes accept up
            thread.join()


def closed_port() -> int:
    """A port that nobody listens on: it was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
