"""Registries on loopback: a WHOIS server that says one text, and an RDAP server with fixed answers over TLS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.tls import Authority

Place = tuple[str, int]


@asynccontextmanager
async def whois_server(answer: bytes, asked: list[str], *, silent: bool = False) -> AsyncGenerator[Place]:
    """Answer every question with the same bytes, or never (`silent`)."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked.append((await reader.readline()).decode().strip())
            if silent:
                await reader.read()
            writer.write(answer)
            await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield "127.0.0.1", server.sockets[0].getsockname()[1]


@asynccontextmanager
async def rdap_server(
    pages: Mapping[str, tuple[int, str, bytes]], names: tuple[str, ...], directory: Path, asked: list[str]
) -> AsyncGenerator[tuple[Place, str]]:
    """Serve pages (path -> status, location, body) under a certificate for the names; gives place and CA bundle."""
    authority = Authority()
    context = authority.issue(*names).server_context(directory)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            path = head[0].split()[1]
            host = next(line[6:] for line in head if line.lower().startswith("host: "))
            asked.append(f"{host} {path}")
            status, location, body = pages.get(path, (404, "", b""))
            lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}", "Connection: close"]
            lines += [f"Location: {location}"] if location else []
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield ("127.0.0.1", server.sockets[0].getsockname()[1]), authority.bundle(directory)
