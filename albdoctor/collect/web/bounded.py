"""Bounds what one connection may send us: a server that never comes to its answer must not keep the scan busy.

httpx bounds the time between two reads and the headers of one response. Endless "100 Continue" responses keep to both.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any

from albdoctor.collect.web.http_library import httpcore, httpx

PIECE = 8192
"""Bytes of one read: who else waits for the event loop gets a turn after each."""


def bound(transport: httpx.AsyncHTTPTransport, most: int) -> httpx.AsyncHTTPTransport:
    """Let each connection of a transport read at most so many bytes; more is an `httpx.RemoteProtocolError`."""
    pool: Any = transport._pool  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - httpx has no parameter for it
    pool._network_backend = _Backend(pool._network_backend, most)  # noqa: SLF001 - nor a way to its pool's backend
    return transport


class _Backend(httpcore.AsyncNetworkBackend):
    def __init__(self, backend: httpcore.AsyncNetworkBackend, most: int) -> None:
        self._backend, self._most = backend, most

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self._most)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, stream: httpcore.AsyncNetworkStream, most: int) -> None:
        self._stream, self._most, self._left = stream, most, most

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's interface
        if self._left <= 0:
            raise httpcore.RemoteProtocolError(f"no end after {self._most} bytes")
        content = await self._stream.read(min(max_bytes, PIECE), timeout)
        self._left -= len(content)
        await asyncio.sleep(0)  # what TLS has decoded already comes without a turn for anybody else
        return content

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's interface
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(await self._stream.start_tls(ssl_context, server_hostname, timeout), self._most)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's interface
        return self._stream.get_extra_info(info)
