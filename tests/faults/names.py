"""DNS servers that misbehave."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeAlias

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from albdoctor.lab.distance import Distance
from albdoctor.lab.dns import Listener
from tests.faults.fault import Fault

Trick: TypeAlias = Callable[[bytes, bool, Random], Awaitable[bytes | None]]
"""Takes a query, whether it came over TCP, and a lot; None: say nothing."""
LONG = 60.0


async def drop(_wire: bytes, _over_tcp: bool, _lot: Random) -> bytes | None:
    """Say nothing."""
    return None


async def wrong_id(wire: bytes, _over_tcp: bool, _lot: Random) -> bytes | None:
    """Answer another question's id."""
    made = bytearray(_made(wire).to_wire())
    made[0] ^= 0x55
    return bytes(made)


async def truncated(wire: bytes, _over_tcp: bool, _lot: Random) -> bytes | None:
    """Say "ask over TCP", there too."""
    made = _made(wire)
    made.flags |= dns.flags.TC
    return made.to_wire()


async def truncated_silent(wire: bytes, over_tcp: bool, lot: Random) -> bytes | None:
    """Say "ask over TCP", and say nothing there."""
    if over_tcp:
        await asyncio.sleep(LONG)
    return await truncated(wire, over_tcp, lot)


async def compression_loop(wire: bytes, _over_tcp: bool, _lot: Random) -> bytes | None:
    """Give a record whose name points to itself (RFC 1035 section 4.1.4)."""
    head = bytearray(_made(wire).to_wire())
    head[6:8] = (1).to_bytes(2, "big")
    here = len(head)
    pointer = (0xC000 | here).to_bytes(2, "big")
    return bytes(head) + pointer + b"\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x7f\x00\x00\x01"


async def compression_bomb(wire: bytes, _over_tcp: bool, _lot: Random) -> bytes | None:
    """Give many records, each of whose names is as long as a name can be, through pointers."""
    head = bytearray(_made(wire).to_wire())
    labels = b"".join(b"\x3f" + b"a" * 63 for _ in range(3))
    start = len(head)
    count = 60
    head[6:8] = count.to_bytes(2, "big")
    tail = b"\x00\x02\x00\x01\x00\x00\x00\x3c"
    first = labels + b"\x00" + tail
    target = (0xC000 | start).to_bytes(2, "big")
    records = first + b"\x00\x02" + target
    for _ in range(count - 1):
        records += target + tail + b"\x00\x02" + target
    return bytes(head) + records


async def garbage(wire: bytes, _over_tcp: bool, lot: Random) -> bytes | None:
    """Send noise behind the right id."""
    return wire[:2] + lot.randbytes(lot.choice((0, 3, 10, 60, 400)))


async def flipped(wire: bytes, _over_tcp: bool, lot: Random) -> bytes | None:
    """Break the lengths and counts of a well-formed message."""
    made = bytearray(_made(wire).to_wire())
    for _ in range(3):
        made[lot.randrange(4, 12)] = lot.randrange(256)
    made[2] |= 0x80
    made[3] = made[3] & 0xF0 | 2  # SERVFAIL: it must not tell anything that could be believed
    return bytes(made)


async def endless_cname(wire: bytes, _over_tcp: bool, lot: Random) -> bytes | None:
    """Lead from name to name, always a new one."""
    made = _made(wire)
    asked = made.question[0].name
    label = f"n{lot.getrandbits(40):x}"
    zone = asked.split(min(3, len(asked.labels)))[1].to_text()
    made.flags |= dns.flags.AA
    made.answer = [dns.rrset.from_text(asked, 60, "IN", "CNAME", f"{label}.{zone}".replace("..", "."))]
    return made.to_wire()


async def cname_to_itself(wire: bytes, _over_tcp: bool, _lot: Random) -> bytes | None:
    """Lead from a name to the same name."""
    made = _made(wire)
    made.flags |= dns.flags.AA
    made.answer = [dns.rrset.from_text(made.question[0].name, 60, "IN", "CNAME", made.question[0].name.to_text())]
    return made.to_wire()


async def upward_referral(wire: bytes, _over_tcp: bool, _lot: Random) -> bytes | None:
    """Refer to the root."""
    made = _made(wire)
    made.authority = [dns.rrset.from_text(".", 60, "IN", "NS", "a.root-servers.net.")]
    return made.to_wire()


async def referral_loop(wire: bytes, _over_tcp: bool, _lot: Random) -> bytes | None:
    """Refer every name to a server below itself, without its address."""
    made = _made(wire)
    asked = made.question[0].name
    made.authority = [dns.rrset.from_text(asked, 60, "IN", "NS", f"ns.{asked.to_text()}".replace("ns..", "ns."))]
    return made.to_wire()


async def many_servers(wire: bytes, _over_tcp: bool, lot: Random) -> bytes | None:
    """Refer to hundreds of servers that do not exist."""
    made = _made(wire)
    servers = [f"n{lot.getrandbits(40):x}.nowhere.example." for _ in range(300)]
    made.authority = [dns.rrset.from_text(made.question[0].name, 60, "IN", "NS", *servers)]
    return made.to_wire()


async def lame(wire: bytes, _over_tcp: bool, _lot: Random) -> bytes | None:
    """Refuse: not my zone."""
    return _with(wire, dns.rcode.REFUSED)


async def servfail(wire: bytes, _over_tcp: bool, _lot: Random) -> bytes | None:
    """Fail."""
    return _with(wire, dns.rcode.SERVFAIL)


async def formerr(wire: bytes, _over_tcp: bool, _lot: Random) -> bytes | None:
    """Not understand."""
    return _with(wire, dns.rcode.FORMERR)


async def not_authoritative(wire: bytes, _over_tcp: bool, _lot: Random) -> bytes | None:
    """Say NOERROR and nothing else."""
    return _with(wire, dns.rcode.NOERROR)


TRICKS: dict[str, Trick] = {
    "dns-drops": drop,
    "dns-wrong-id": wrong_id,
    "dns-truncated-for-ever": truncated,
    "dns-truncated-silent": truncated_silent,
    "dns-compression-loop": compression_loop,
    "dns-compression-bomb": compression_bomb,
    "dns-garbage": garbage,
    "dns-flipped": flipped,
    "dns-endless-cname": endless_cname,
    "dns-cname-to-itself": cname_to_itself,
    "dns-upward-referral": upward_referral,
    "dns-referral-loop": referral_loop,
    "dns-many-servers": many_servers,
    "dns-lame": lame,
    "dns-servfail": servfail,
    "dns-formerr": formerr,
    "dns-not-authoritative": not_authoritative,
}
DEAD = "dns-dead"
"""Nobody listens."""
SLOW = "dns-slow"
"""The right answer, late."""
KINDS = (*TRICKS, DEAD, SLOW)
"""Every kind of fault of a DNS server."""


class FaultyServer(Listener):
    """A DNS server with a trick; `place` is where the honest one is."""

    def __init__(self, fault: Fault, place: tuple[str, int]) -> None:
        """Take the fault and whom it stands for."""
        super().__init__(lambda _query, _over_tcp: None, str(fault), Distance())
        self._fault = fault
        self._honest = place

    async def reply(self, wire: bytes, *, over_tcp: bool) -> bytes | None:
        """Misbehave."""
        self.asked += 1
        if self._fault.kind == SLOW:
            await asyncio.sleep(self._fault.lot("delay").uniform(0.2, 1.2))
            return await self._relayed(wire)
        try:
            return await TRICKS[self._fault.kind](wire, over_tcp, self._fault.lot(self.asked, wire[2:].hex()))
        except dns.exception.DNSException:
            return None

    async def _relayed(self, wire: bytes) -> bytes:
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
            way.setblocking(False)
            await loop.sock_connect(way, self._honest)
            await loop.sock_sendall(way, wire)
            return await loop.sock_recv(way, 65535)


def _made(wire: bytes) -> dns.message.Message:
    return dns.message.make_response(dns.message.from_wire(wire))


def _with(wire: bytes, rcode: dns.rcode.Rcode) -> bytes:
    made = _made(wire)
    made.set_rcode(rcode)
    return made.to_wire(max_size=65535)
