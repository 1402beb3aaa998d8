"""A server that sends for ever and never comes to its answer is left after a bounded number of bytes."""

from __future__ import annotations

import asyncio
import tracemalloc
import zlib
from time import perf_counter

import pytest

from albdoctor.collect.web.http import BODY_BYTES, BODY_CHARACTERS, READ_BYTES, exchange, http_transport
from tests.collect.test_http import get, request
from tests.support.clocks import SLACK
from tests.support.servers import Handler, answering, dripping, flooding, http, serving

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def test_endless_interim_responses_end_after_so_many_bytes() -> None:
    seen = get(flooding(CONTINUE, CONTINUE * 50), seconds=30.0)
    assert (seen.status, seen.failure) == (None, f"not http: no end after {READ_BYTES} bytes")


def test_some_interim_responses_do_no_harm() -> None:
    async def scenario() -> int | None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(CONTINUE * 20 + http())
            await writer.drain()

        async with serving(answer) as port, http_transport() as transport:
            return (await exchange(transport, request(port))).status

    assert asyncio.run(scenario()) == 200


def test_others_get_their_turns_meanwhile() -> None:
    async def scenario() -> int:
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        async with serving(flooding(CONTINUE, CONTINUE * 50)) as port, http_transport() as transport:
            counting = asyncio.create_task(count())
            await exchange(transport, request(port), 30.0)
            counting.cancel()
        return turns

    # A turn at least after each piece that was read.
    assert asyncio.run(scenario()) >= READ_BYTES // 8192


def _bomb(encoding: str) -> bytes:
    """A hundred megabytes of nothing, compressed; for what Python cannot write, what its readers know it by."""
    if encoding in ("gzip", "deflate"):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31 if encoding == "gzip" else 15)
        return b"".join(packer.compress(bytes(1 << 20)) for _ in range(100)) + packer.flush()
    start = {"zstd": b"\x28\xb5\x2f\xfd", "br": b"\x5b\xff\xff\xff"}[encoding]
    return start + bytes(100_000)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip, gzip, br"])
def test_what_is_compressed_stays_so(encoding: str) -> None:
    """Nobody asked for it, and nothing is inflated: what is read of it is what came over the wire."""
    bomb = _bomb(encoding.partition(",")[0])
    asked: list[bytes] = []
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    tracemalloc.start()
    seen = get(answering(head + bomb, asked), seconds=10.0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert b"Accept-Encoding: identity\r\n" in asked[0]
    assert (seen.status, seen.failure) == (200, "")
    assert seen.body_start == bomb[:BODY_BYTES].decode(errors="replace")[:BODY_CHARACTERS]
    assert peak < 8 << 20


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("handler", "failure"),
    [
        (flooding(CHUNKED, b"1\r\nx\r\n" * 1000), "body: "),
        (flooding(CHUNKED, b"1000\r\n" + b"x" * 4096 + b"\r\n"), ""),
        (flooding(CHUNKED + b"0\r\n", b"X-Trailer: 1\r\n" * 1000), "body: not http: "),
        (flooding(CHUNKED, b"1;" + b"x" * 4096), "body: not http: "),
        (dripping(CHUNKED, b"1\r\nx\r\n"), "body: timeout"),
        (dripping(CHUNKED + b"0\r\n", b"X-Trailer: 1\r\n"), "body: timeout"),
    ],
)
def test_chunks_without_end_are_left(handler: Handler, failure: str) -> None:
    """After so many bytes, or with the deadline of the exchange; what came first is kept."""
    started = perf_counter()
    seen = get(handler, seconds=1.0)
    assert perf_counter() - started < SLACK
    assert seen.status == 200
    assert seen.failure.startswith(failure)
    assert bool(seen.failure) is bool(failure)
