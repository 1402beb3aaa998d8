"""HTTP/1.1 as the lab's balancer and hosts speak it: one request a connection (RFC 9112)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from http.client import responses

from albdoctor.facts.numbers import whole

MOST_HEAD_BYTES = 65536
READ_SECONDS = 5.0


class MalformedError(ValueError):
    """What came is no HTTP message."""


@dataclass(frozen=True)
class Request:
    """A request."""

    method: str
    target: str
    """Path and query, as sent."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query, without the question mark."""
        return self.target.partition("?")[2]

    @property
    def host(self) -> str:
        """The Host header, as sent."""
        return self.header("host")

    def header(self, name: str) -> str:
        """The first value of a header, or empty."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def encode(self) -> bytes:
        """Write it."""
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{key}: {value}" for key, value in self.headers)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


@dataclass(frozen=True)
class Response:
    """A response."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = field(default=(("Content-Type", "text/plain; charset=utf-8"),))

    def encode(self, method: str = "GET") -> bytes:
        """Write it as the answer to a method."""
        lines = [
            f"HTTP/1.1 {self.status} {phrase(self.status)}",
            *(f"{key}: {value}" for key, value in self.headers),
            f"Content-Length: {len(self.body)}",
            "Connection: close",
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if method == "HEAD" else self.body)


def phrase(status: int) -> str:
    """The reason phrase of a status."""
    return responses.get(status, "")


async def read_request(reader: asyncio.StreamReader) -> Request:
    """Read one request; `MalformedError` for anything else."""
    first, headers = await read_head(reader)
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise MalformedError(f"no request line: {first[:80]!r}")
    request = Request(words[0], words[1], headers)
    length = request.header("content-length")
    size = whole(length)
    body = await asyncio.wait_for(reader.readexactly(size), READ_SECONDS) if size is not None else b""
    return Request(words[0], words[1], headers, body)


async def read_head(reader: asyncio.StreamReader) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Read a first line and the headers."""
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), READ_SECONDS)
    except asyncio.LimitOverrunError as long:
        raise MalformedError("the head is too long") from long
    except asyncio.IncompleteReadError as short:
        raise MalformedError(f"the connection ended inside the head: {short.partial[:80]!r}") from short
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    headers: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise MalformedError(f"no header: {line[:80]!r}")
        headers.append((name.strip(), value.strip()))
    return first, tuple(headers)
