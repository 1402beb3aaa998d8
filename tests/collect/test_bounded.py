"""A server that sends for ever and never comes to its answer is left after a bounded number of bytes."""

from __future__ import annotations

import asyncio

from albdoctor.collect.web.http import READ_BYTES, exchange, http_transport
from tests.collect.test_http import get, request
from tests.support.servers import flooding, http, serving

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
