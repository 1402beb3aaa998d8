"""One question over UDP: sent over a socket of its own, once more where nothing comes; an answer to either counts.

dnspython's own exchange makes a transport for each socket and reads each message anew: half of a scan's CPU time.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import dns.entropy
import dns.inet

TIMEOUT = 1.5
"""Seconds that a server has for its answer."""
AGAIN = 0.75
"""Seconds after which the datagram is sent once more, over the same socket: an answer to either counts."""
LARGEST = 65_535
"""Bytes of a datagram."""

Again: TypeAlias = Callable[[], Awaitable[bool]]
"""Whether a datagram may be sent once more, now."""


async def answer_to(question: bytes, place: tuple[str, int], again: Again) -> bytes:
    """The datagram that answers, under the question's own id; it is sent under one that nobody can know.

    Errors: `TimeoutError`; `OSError`, also where nobody listens; `ValueError` where only other questions were answered.
    """
    loop = asyncio.get_running_loop()
    id_ = dns.entropy.random_16().to_bytes(2, "big")
    with socket.socket(dns.inet.af_for_address(place[0]), socket.SOCK_DGRAM) as opened:
        opened.setblocking(False)
        # Connected: only then the kernel tells that nobody listens, and keeps the datagrams of others off.
        opened.connect(place)
        heard = _Heard(opened, id_)
        try:
            for patience, may_send in ((AGAIN, None), (TIMEOUT - AGAIN, again)):
                if may_send is not None and not await may_send():
                    break
                await loop.sock_sendall(opened, id_ + question[2:])
                body = await heard.body(patience)
                if body is not None:
                    return question[:2] + body
            raise heard.reason()
        finally:
            await heard.end()


class _Heard:
    """What comes over a socket. Datagrams with another id are not heard: anybody sends one (RFC 5452 section 9.1)."""

    def __init__(self, opened: socket.socket, id_: bytes) -> None:
        self._opened = opened
        self._id = id_
        self._others = False
        self._coming: asyncio.Task[bytes] | None = None

    async def body(self, patience: float) -> bytes | None:
        """The next datagram with the id, without it; None: none came in time.

        What came while this process had no turn counts, however late it is read: `asyncio.timeout` would drop it.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + patience
        while True:
            self._coming = self._coming or loop.create_task(loop.sock_recv(self._opened, LARGEST))
            done, _ = await asyncio.wait({self._coming}, timeout=ends - loop.time())
            if not done:
                return None
            data, self._coming = self._coming.result(), None
            if data[:2] == self._id:
                return data[2:]
            self._others = True
            if loop.time() > ends:
                return None
            # What is there already is read without a wait: without end, nobody else would have a turn, nor the clock.
            await asyncio.sleep(0)

    async def end(self) -> None:
        """Listen no more; before the socket is closed, whose number another one gets then."""
        if self._coming is not None:
            self._coming.cancel()
            await asyncio.wait({self._coming})
            if not self._coming.cancelled():
                self._coming.exception()  # nobody waits for what came too late

    def reason(self) -> Exception:
        """Why there is no answer in time."""
        return ValueError("only answers to other questions came") if self._others else TimeoutError()
