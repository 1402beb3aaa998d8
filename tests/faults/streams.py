"""Servers of HTTP, TLS, WHOIS and RDAP that misbehave: each is a script for one connection."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from albdoctor.lab.loop import LOOPBACK


@dataclass(frozen=True)
class Talk:
    """One connection, and what the script draws by lot."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    lot: Random


Script: TypeAlias = Callable[[Talk], Awaitable[None]]
LONG = 60.0
BLOCK = b"x" * 65536
HOSTILE = "<script>alert(1)</script>\x1b[2J\x1b]0;x\x07::error::\u202e"


async def silent(_talk: Talk) -> None:
    """Accept and say nothing."""
    await asyncio.sleep(LONG)


async def deaf(_talk: Talk) -> None:
    """Close at once."""


async def reset(talk: Talk) -> None:
    """Read a little and reset."""
    await talk.reader.read(1)
    raw = talk.writer.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    talk.writer.transport.abort()


async def garbage(talk: Talk) -> None:
    """Send noise."""
    await talk.reader.read(64)
    talk.writer.write(talk.lot.randbytes(2000) + b"\r\n\r\n")
    await _flushed(talk)


async def endless_noise(talk: Talk) -> None:
    """Send noise for ever."""
    await talk.reader.read(64)
    while True:
        talk.writer.write(talk.lot.randbytes(8192))
        await _flushed(talk)


async def endless_text(talk: Talk) -> None:
    """Send lines for ever."""
    await talk.reader.read(64)
    while True:
        talk.writer.write(b"Domain Name: of-somebody-else.example\r\n" * 400)
        await _flushed(talk)


async def slow_text(talk: Talk) -> None:
    """Send a byte now and then."""
    await talk.reader.read(64)
    while True:
        talk.writer.write(b"D")
        await _flushed(talk)
        await asyncio.sleep(0.5)


async def hostile_text(talk: Talk) -> None:
    """Send words that somebody might print."""
    await talk.reader.read(64)
    talk.writer.write(f"{HOSTILE}\r\n".encode() * 30)
    await _flushed(talk)


async def nothing_said(talk: Talk) -> None:
    """Take the question and close without an answer."""
    await talk.reader.read(64)


async def tls_alert(talk: Talk) -> None:
    """Refuse with a fatal alert (RFC 8446 section 6)."""
    await talk.reader.read(1024)
    talk.writer.write(b"\x15\x03\x03\x00\x02\x02" + bytes([talk.lot.choice((20, 40, 70, 80, 86, 112, 116, 255))]))
    await _flushed(talk)


async def tls_endless(talk: Talk) -> None:
    """Send warning alerts for ever."""
    await talk.reader.read(1024)
    while True:
        talk.writer.write(b"\x15\x03\x03\x00\x02\x01\x00" * 100)
        await _flushed(talk)


async def endless_headers(talk: Talk) -> None:
    """Never end the head."""
    await _asked(talk)
    talk.writer.write(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while True:
        talk.writer.write(b"".join(b"X-%d: %s\r\n" % (number + n, b"y" * 100) for n in range(100)))
        number += 100
        await _flushed(talk)


async def one_long_header(talk: Talk) -> None:
    """Never end a line of the head."""
    await _asked(talk)
    talk.writer.write(b"HTTP/1.1 200 OK\r\nServer: ")
    while True:
        talk.writer.write(BLOCK)
        await _flushed(talk)


async def endless_body(talk: Talk) -> None:
    """Never end the body."""
    await _asked(talk)
    talk.writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    while True:
        talk.writer.write(BLOCK)
        await _flushed(talk)


async def endless_chunks(talk: Talk) -> None:
    """Send chunks of one byte for ever."""
    await _asked(talk)
    talk.writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        talk.writer.write(b"1;" + b"e" * 50 + b"\r\nx\r\n")
        await _flushed(talk)
        await asyncio.sleep(0.01)


async def bad_chunks(talk: Talk) -> None:
    """Lie about the chunks."""
    await _asked(talk)
    talk.writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nnope\r\n-1\r\n")
    await _flushed(talk)


async def slow_loris(talk: Talk) -> None:
    """Send the head byte by byte."""
    await _asked(talk)
    for byte in b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Padding: " + b"z" * 5000:
        talk.writer.write(bytes([byte]))
        await _flushed(talk)
        await asyncio.sleep(0.2)


async def continues(talk: Talk) -> None:
    """Say 100 Continue for ever."""
    await _asked(talk)
    while True:
        talk.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)
        await _flushed(talk)


async def bad_status(talk: Talk) -> None:
    """Send a status line that is none."""
    await _asked(talk)
    line = talk.lot.choice(
        (b"HTTP/9.9 OK", b"HTTP/1.1 99999 No", b"HTTP/1.1 -1 x", b"HTTP/1.1", b"ICY 200 OK", b"\x00")
    )
    talk.writer.write(line + b"\r\nContent-Length: 2\r\n\r\nok")
    await _flushed(talk)


async def short_body(talk: Talk) -> None:
    """Promise more body than comes."""
    await _asked(talk)
    talk.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nthat was it")
    await _flushed(talk)


async def server_error(talk: Talk) -> None:
    """Answer 5xx."""
    await _say(talk, talk.lot.choice(("500 Oops", "502 Bad Gateway", "503 Busy", "504 Late")))


async def fine(talk: Talk) -> None:
    """Answer as a sound server does."""
    await _say(talk, "200 OK", "Content-Type: text/plain", body=b"ok")


async def hostile_content(talk: Talk) -> None:
    """Answer with words that somebody might print."""
    await _say(talk, "200 OK", f"Server: {HOSTILE}", body=HOSTILE.encode() * 100)


async def login_page(talk: Talk) -> None:
    """Answer as a captive portal does."""
    await _say(talk, "200 OK", "Content-Type: text/html", body=b"<html><title>Sign in</title></html>")


def redirect(location: str) -> Script:
    """Redirect to a place, always."""

    async def script(talk: Talk) -> None:
        await _say(talk, "302 Found", f"Location: {location.format(number=talk.lot.getrandbits(40))}")

    return script


RAW: dict[str, Script] = {
    "tcp-silent": silent,
    "tcp-closes": deaf,
    "tcp-reset": reset,
    "tcp-garbage": garbage,
    "tcp-endless-noise": endless_noise,
}
"""For any port."""
TLS: dict[str, Script] = {"tls-alert": tls_alert, "tls-endless-alerts": tls_endless}
"""For a port that ought to speak TLS."""
HTTP: dict[str, Script] = {
    "http-endless-headers": endless_headers,
    "http-one-long-header": one_long_header,
    "http-endless-body": endless_body,
    "http-endless-chunks": endless_chunks,
    "http-bad-chunks": bad_chunks,
    "http-slow-loris": slow_loris,
    "http-continues": continues,
    "http-bad-status": bad_status,
    "http-short-body": short_body,
    "http-5xx": server_error,
    "http-hostile-content": hostile_content,
    "http-redirect-file": redirect("file:///etc/passwd"),
    "http-redirect-link-local": redirect("http://169.254.169.254/latest/meta-data/"),
    "http-redirect-loopback": redirect("http://127.0.0.1/admin"),
    "http-redirect-ipv6-loopback": redirect("http://[::1]/admin"),
    "http-redirect-private": redirect("http://10.0.0.5/"),
    "http-redirect-decimal": redirect("http://2130706433/"),
    "http-redirect-own-port": redirect("http://shop.example:22/{number}"),
    "http-redirect-storm": redirect("/{number}"),
    "http-redirect-huge": redirect("/" + "a" * 30000),
    "http-redirect-strange": redirect("http://[not-an-address/\u202e"),
}
"""Behind an honest TLS handshake, or plain."""
WHOIS: dict[str, Script] = RAW | {
    "whois-empty": nothing_said,
    "whois-endless": endless_text,
    "whois-slow": slow_text,
    "whois-hostile": hostile_text,
}
"""For WHOIS servers."""
DEEP_JSON = b"[" * 100_000


async def rdap_deep(talk: Talk) -> None:
    """Nest JSON without end."""
    await _say(talk, "200 OK", "Content-Type: application/rdap+json", body=DEEP_JSON)


async def rdap_strange(talk: Talk) -> None:
    """Send JSON in which nothing is what it ought to be."""
    bodies = (b"null", b"[]", b'{"objectClassName":"domain","ldhName":7}', b"{}", b'{"entities":[[[]]],"events":{}}')
    await _say(talk, "200 OK", "Content-Type: application/rdap+json", body=talk.lot.choice(bodies))


RDAP: dict[str, Script] = {
    **HTTP,
    **RAW,
    "rdap-login-page": login_page,
    "rdap-redirect-loopback": redirect("https://127.0.0.1/domain/x"),
    "rdap-redirect-metadata": redirect("https://169.254.169.254/domain/x"),
    "rdap-redirect-localhost": redirect("https://localhost/domain/x"),
    "rdap-deep": rdap_deep,
    "rdap-strange": rdap_strange,
}
"""For RDAP servers, behind TLS."""


class FaultyStream:
    """A listening script."""

    def __init__(self, script: Script, lot: Callable[[int], Random], tls: ssl.SSLContext | None) -> None:
        """Take the script; `lot` gives each connection its own."""
        self._script = script
        self._lot = lot
        self._tls = tls
        self._count = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop, whatever is going on."""
        if self._server:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self._count += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._script(Talk(reader, writer, self._lot(self._count)))
                writer.close()
        except asyncio.CancelledError:
            pass  # the scan is over
        finally:
            writer.transport.abort() if writer.transport.get_write_buffer_size() else writer.close()
            self._tasks.discard(task)


async def _flushed(talk: Talk) -> None:
    """Let it go out; end when the client has gone (over TLS, asyncio's `drain` would never say so)."""
    if talk.writer.is_closing():
        raise ConnectionResetError("the client has gone")
    await talk.writer.drain()
    await asyncio.sleep(0)


async def _asked(talk: Talk) -> None:
    await talk.reader.readuntil(b"\r\n\r\n")


async def _say(talk: Talk, status: str, *headers: str, body: bytes = b"") -> None:
    await _asked(talk)
    lines = (f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", "")
    talk.writer.write("\r\n".join(lines).encode() + body)
    await _flushed(talk)
