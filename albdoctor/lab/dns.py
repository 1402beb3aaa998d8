"""The sockets of the DNS tree: every server has a port of its own on loopback, UDP and TCP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeAlias, cast

import dns.exception
import dns.flags
import dns.message
import dns.rcode
from dns.message import Message

from albdoctor.lab.distance import Distance
from albdoctor.lab.loop import LOOPBACK, Loop
from albdoctor.lab.nameservers import ROOT_SERVERS
from albdoctor.lab.tree import Conduct, Tree

Place: TypeAlias = tuple[str, int]
Responder: TypeAlias = Callable[[Message, bool], Message | None]
"""Takes a query and whether it came over TCP; None: say nothing."""

DNS_PORT = 53
PLAIN_UDP_SIZE = 512
TRIES = 20


class Listener:
    """One DNS server on one loopback port."""

    def __init__(
        self, respond: Responder, name: str, distance: Distance, conduct: Callable[[], Conduct] = Conduct
    ) -> None:
        """Say who answers, how far away, and how it behaves at the moment."""
        self._respond = respond
        self._name = name
        self._distance = distance
        self._conduct = conduct
        self._udp: asyncio.DatagramTransport | None = None
        self._tcp: asyncio.Server | None = None
        self.port = 0
        self.asked = 0
        """How many queries came."""

    async def open(self, address: str = LOOPBACK, port: int = 0) -> None:
        """Bind UDP and TCP to one port; 0: to any that is free for both."""
        loop = asyncio.get_running_loop()
        for _ in range(TRIES):
            udp, _protocol = await loop.create_datagram_endpoint(lambda: _Udp(self), local_addr=(address, port))
            bound: int = udp.get_extra_info("sockname")[1]
            try:
                self._tcp = await asyncio.start_server(self._serve_tcp, address, bound)
            except OSError:  # somebody else has this port for TCP: take another one
                udp.close()
                continue
            self._udp, self.port = udp, bound
            return
        raise OSError("no port is free for both UDP and TCP on loopback")

    async def close(self) -> None:
        """Stop listening."""
        if self._udp:
            self._udp.close()
        if self._tcp:
            self._tcp.close()
        await asyncio.sleep(0)

    async def reply(self, wire: bytes, *, over_tcp: bool) -> bytes | None:
        """Answer one query on the wire; a malformed one gets FORMERR (RFC 1035 section 4.1.1)."""
        self.asked += 1
        arrived = time.monotonic()
        delay = self._conduct().delay
        if delay:
            await asyncio.sleep(delay)
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return _malformed(wire)
        if not query.question:
            return _malformed(wire)
        response = self._respond(query, over_tcp)
        if response is None:
            return None
        answer = response.to_wire() if over_tcp else _udp_wire(query, response)
        await self._distance.back("dns", f"{self._name} {query.question[0]}", arrived, answer)
        return answer

    async def _serve_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                size = int.from_bytes(await reader.readexactly(2), "big")
                reply = await self.reply(await reader.readexactly(size), over_tcp=True)
                if reply is None:
                    break
                writer.write(len(reply).to_bytes(2, "big") + reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client is done
        finally:
            writer.close()


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._tasks: set[asyncio.Task[None]] = set()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(data, addr))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = await self._listener.reply(data, over_tcp=False)
        if reply is not None and self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(reply, addr)


def _udp_wire(query: Message, response: Message) -> bytes:
    """Write a response that fits the client's buffer; else an empty one with TC (RFC 6891 section 6.2.3)."""
    size = max(PLAIN_UDP_SIZE, query.payload if query.edns >= 0 else 0)
    try:
        return response.to_wire(max_size=size)
    except dns.exception.TooBig:
        short = dns.message.make_response(query)
        short.flags |= response.flags | dns.flags.TC
        return short.to_wire()


def _malformed(wire: bytes) -> bytes:
    response = Message(id=int.from_bytes(wire[:2], "big"))
    response.flags = dns.flags.QR
    response.set_rcode(dns.rcode.FORMERR)
    return response.to_wire()


class DnsServers:
    """All servers of a tree, listening; `places` says on which loopback port each pretend address is."""

    def __init__(self, tree: Tree, loop: Loop) -> None:
        """Prepare; nothing listens before the context is entered."""
        self.tree = tree
        self._loop = loop
        self._listeners: dict[str, Listener] = {}

    def __enter__(self) -> Self:
        """Open the ports of every server there is now."""
        self.refresh()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every port."""
        self._loop.run(self._close())

    def refresh(self) -> None:
        """Open ports for servers that came up since: those of a hosted zone made meanwhile."""
        self._loop.run(self._open(set(self.tree.addresses()) - set(self._listeners)))

    @property
    def places(self) -> dict[Place, Place]:
        """Where each server's (address, 53) is on loopback."""
        return {(address, DNS_PORT): (LOOPBACK, listener.port) for address, listener in self._listeners.items()}

    @property
    def roots(self) -> tuple[str, ...]:
        """The pretend addresses of the root servers."""
        return tuple(ROOT_SERVERS.values())

    def asked(self, address: str) -> int:
        """How many queries the server at a pretend address got."""
        return self._listeners[address].asked

    async def _open(self, addresses: set[str]) -> None:
        for address in sorted(addresses):
            listener = Listener(self._responder(address), address, self._loop.distance, self._conduct(address))
            await listener.open()
            self._listeners[address] = listener

    def _responder(self, address: str) -> Responder:
        return lambda query, over_tcp: self.tree.respond(address, query, over_tcp=over_tcp)

    def _conduct(self, address: str) -> Callable[[], Conduct]:
        return lambda: self.tree.conduct.get(address, Conduct())

    async def _close(self) -> None:
        for listener in self._listeners.values():
            await listener.close()
