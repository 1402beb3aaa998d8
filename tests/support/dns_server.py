"""A small authoritative DNS server on loopback: real packets over UDP and TCP, and misbehaviour on request.

Each server has the address that the zones name, and a port of its own on 127.0.0.1; `connect_to` joins the two.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.zone

from albdoctor.collect.options import ConnectTo

SOA = "@ 900 IN SOA ns.invalid. admin.invalid. 1 7200 900 1209600 86400\n"


def zone(origin: str, text: str) -> dns.zone.Zone:
    """A zone of a few lines; the SOA is added."""
    name = dns.name.from_text(origin)
    lines = "\n".join(line.strip() for line in text.splitlines())
    return dns.zone.from_text(
        f"$TTL 300\n{SOA}{lines}\n", name, relativize=False, check_origin=False, allow_include=False
    )


@dataclass
class Server:
    """One server: its zones and how it behaves."""

    zones: tuple[dns.zone.Zone, ...] = ()
    mode: str = "ok"
    """ok, drop, truncate (UDP answers have TC set), REFUSED, SERVFAIL, recursive (RA set), wrong-id, or garbage."""
    drops: frozenset[tuple[str, str]] = frozenset()
    """Names and types of the questions that it does not answer."""
    raw: Callable[[dns.message.Message], bytes] | None = None
    """Makes the whole answer, for hostile ones."""
    delay: float = 0.0
    """Seconds before every answer."""
    before: Callable[[dns.message.Message], Iterable[bytes]] | None = None
    """Makes datagrams that go out before the answer, as a stranger's would."""
    asked: list[tuple[str, str, bool]] = field(default_factory=list[tuple[str, str, bool]])
    """Name, type and whether over TCP, of every question that came."""


@asynccontextmanager
async def serving(servers: Mapping[str, Server]) -> AsyncGenerator[ConnectTo]:
    """Serve every address of the mapping; gives the way to them."""
    loop = asyncio.get_running_loop()
    places: list[tuple[tuple[str, int], tuple[str, int]]] = []
    open_: list[asyncio.DatagramTransport | asyncio.Server] = []
    try:
        for address, server in servers.items():
            while True:
                tcp = await asyncio.start_server(_tcp(server), "127.0.0.1", 0)
                open_.append(tcp)
                port = tcp.sockets[0].getsockname()[1]
                try:
                    udp, _ = await loop.create_datagram_endpoint(_udp(server), local_addr=("127.0.0.1", port))
                except OSError:  # somebody else has this port for UDP: take another one
                    continue
                open_.append(udp)
                break
            places.append(((address, 53), ("127.0.0.1", port)))
        yield ConnectTo(places=tuple(places))
    finally:
        for one in open_:
            one.close()
        await asyncio.sleep(0)


def answer(server: Server, query: dns.message.Message) -> dns.message.Message:
    """Answer as an authoritative server does (RFC 1034 section 4.3.2); of DNSSEC, with signatures alone."""
    reply = dns.message.make_response(query)
    question = query.question[0]
    if server.mode in {"REFUSED", "SERVFAIL"}:
        reply.set_rcode(dns.rcode.from_text(server.mode))
        return reply
    if server.mode == "recursive":
        reply.flags |= dns.flags.RA
    holding = [one for one in server.zones if question.name.is_subdomain(_origin(one))]
    if question.rdtype == dns.rdatatype.DS:
        # DS lives at the parent.
        holding = [one for one in holding if _origin(one) != question.name] or holding
    if not holding:
        reply.set_rcode(dns.rcode.REFUSED)
        return reply
    best = max(holding, key=lambda one: len(_origin(one).labels))
    if not _refer(best, question, reply):
        _answer_from(best, question, reply)
    return reply


def _refer(source: dns.zone.Zone, question: dns.rrset.RRset, reply: dns.message.Message) -> bool:
    """Write a referral when a cut lies on the way to the name."""
    origin = _origin(source)
    for depth in range(len(origin.labels) + 1, len(question.name.labels) + 1):
        cut = question.name.split(depth)[1]
        named = source.get_rdataset(cut, "NS")
        if named is None or (cut == question.name and question.rdtype == dns.rdatatype.DS):
            continue
        reply.authority.append(dns.rrset.from_rdata_list(cut, named.ttl, list(named)))
        for target in _targets(named):
            _add(source, target, "A", reply.additional)
            _add(source, target, "AAAA", reply.additional)
        return True
    return False


def _answer_from(source: dns.zone.Zone, question: dns.rrset.RRset, reply: dns.message.Message) -> None:
    reply.flags |= dns.flags.AA
    name, seen = question.name, set[dns.name.Name]()
    while name.is_subdomain(_origin(source)) and name not in seen:
        seen.add(name)
        if _add(source, name, question.rdtype, reply.answer):
            return
        alias = source.get_rdataset(_owner(source, name), "CNAME")
        if alias is not None:
            _add(source, name, "CNAME", reply.answer)
            name = _targets(alias)[0]
        elif (renamed := _renamed(source, name, reply)) is not None:
            name = renamed
        else:
            break
    if not reply.answer:
        _add(source, _origin(source), "SOA", reply.authority)
        if not _exists(source, _owner(source, name)):
            reply.set_rcode(dns.rcode.NXDOMAIN)


def _exists(source: dns.zone.Zone, name: dns.name.Name) -> bool:
    """Whether a name has records, or a name below it has: looked up, for an answer may need a thousand of them."""
    held, nodes = vars(source).setdefault("existing", [0, set[dns.name.Name]()]), source.nodes
    if held[0] != len(nodes):
        above = (node.split(depth)[1] for node in nodes for depth in range(1, len(node.labels) + 1))
        held[:] = [len(nodes), set(above)]
    return name in held[1]


def _owner(source: dns.zone.Zone, name: dns.name.Name) -> dns.name.Name:
    """Who has a name's records: itself, or the wildcard below the closest name that exists (RFC 4592)."""
    above = name
    while not _exists(source, above):
        above = above.parent()
    wildcard = dns.name.Name(("*", *above.labels))
    return wildcard if above != name and wildcard in source.nodes else name


def _renamed(source: dns.zone.Zone, name: dns.name.Name, reply: dns.message.Message) -> dns.name.Name | None:
    """Where a DNAME above a name leads, written with the CNAME that is made of it (RFC 6672 section 3.1)."""
    above = name
    while above != _origin(source):
        above = above.parent()
        found = source.get_rdataset(above, "DNAME")
        if found is not None:
            _add(source, above, "DNAME", reply.answer)
            new = name.relativize(above).concatenate(_targets(found)[0])
            reply.answer.append(dns.rrset.from_text(name, found.ttl, "IN", "CNAME", new.to_text()))
            return new
    return None


def _targets(records: Any) -> list[dns.name.Name]:
    """Names that NS or CNAME records point to; dnspython's records have no static types."""
    return [record.target for record in records]


def _add(source: dns.zone.Zone, name: dns.name.Name, type_: Any, section: list[dns.rrset.RRset]) -> bool:
    owner = _owner(source, name) if name.is_subdomain(_origin(source)) else name
    found = source.get_rdataset(owner, type_)
    if found is None:
        return False
    section.append(dns.rrset.from_rdata_list(name, found.ttl, list(found)))
    signed = source.get_rdataset(owner, "RRSIG", type_)
    if signed is not None:
        section.append(dns.rrset.from_rdata_list(name, signed.ttl, list(signed)))
    return True


def _origin(source: dns.zone.Zone) -> dns.name.Name:
    assert source.origin is not None
    return source.origin


def respond(server: Server, packet: bytes, *, over_tcp: bool) -> bytes | None:
    """Make the packet that goes back; None: nothing does."""
    query = dns.message.from_wire(packet)
    question = query.question[0]
    server.asked.append((question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype), over_tcp))
    if server.mode == "drop" or server.asked[-1][:2] in server.drops:
        return None
    if server.mode == "garbage":
        return packet[:2] + b"\x84\x00" + b"\xff" * 40
    if server.raw is not None:
        return server.raw(query)
    reply = answer(server, query)
    if server.mode == "wrong-id":
        reply.id = (query.id + 1) % 65536
    if server.mode == "truncate" and not over_tcp:
        return _truncated(query)
    try:
        return reply.to_wire(max_size=65535 if over_tcp else 1232)
    except dns.exception.TooBig:
        return _truncated(query)


def _truncated(query: dns.message.Message) -> bytes:
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.TC
    return reply.to_wire()


def _udp(server: Server) -> Callable[[], asyncio.DatagramProtocol]:
    class Protocol(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport: Any = transport

        def datagram_received(self, data: bytes, addr: Any) -> None:
            for stranger in server.before(dns.message.from_wire(data)) if server.before else ():
                self._send(stranger, addr)
            reply = respond(server, data, over_tcp=False)
            if reply is not None:
                asyncio.get_running_loop().call_later(server.delay, self._send, reply, addr)

        def _send(self, reply: bytes, addr: Any) -> None:
            if not self.transport.is_closing():
                self.transport.sendto(reply, addr)

    return Protocol


def _tcp(server: Server) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            size = int.from_bytes(await reader.readexactly(2), "big")
            reply = respond(server, await reader.readexactly(size), over_tcp=True)
            if reply is not None:
                await asyncio.sleep(server.delay)
                writer.write(len(reply).to_bytes(2, "big") + reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    return serve
