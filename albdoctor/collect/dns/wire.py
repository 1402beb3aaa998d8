"""One DNS question to one server: UDP first, TCP when truncated, and every way it can end as a value."""

from __future__ import annotations

import asyncio
import copy
import ipaddress
import socket
import time
from collections.abc import Iterable
from functools import cache
from typing import TypeAlias

import dns.exception
import dns.flags
import dns.message
from msgspec import Struct
from msgspec.structs import replace

from albdoctor.collect.dns.budget import QUESTIONS, Budget
from albdoctor.collect.dns.datagram import TIMEOUT, Again, answer_to
from albdoctor.collect.dns.messages import BROKEN_MESSAGE, Question, Readings, Reply, question, read
from albdoctor.collect.options import ConnectTo
from albdoctor.collect.pace import Pace
from albdoctor.collect.public import special
from albdoctor.collect.tally import count
from albdoctor.facts.dns import Answer

TRIES = 2
"""Of a question whose answer was refused, or could not be read; silence has had its second datagram."""
BURST = 100
"""Packets to one address that all scans of a run together send at once."""
PER_SECOND = 100.0
"""Packets a second after that."""
AT_ONCE = 100
"""Sockets open at the same time."""
LEADING = frozenset({"NS", "DS", "A", "AAAA", "CNAME"})
"""Types whose answers lead a walk on: whoever waits for one asks the next question then."""
TURNS = 8
"""Turns of the event loop between an answer and the questions that it leads to, and a few more."""
SILENCE = "timeout"
"""The error of a question that nothing came back to."""
NOT_ASKED = "not asked: "
"""How the error of a question begins that was never sent."""


class Server(Struct, frozen=True):
    """A server to ask."""

    name: str
    """Host name, or the address where it has none."""
    address: str
    port: int = 53


_Key: TypeAlias = tuple[str, int, str, str, bool, bool]


class Wire:
    """Asks each question once: who asks again while it is under way, or later, gets the same reply."""

    def __init__(self, connect_to: ConnectTo, limit: int = QUESTIONS, on_purpose: Iterable[Server] = ()) -> None:
        """Take where sockets are to be opened instead, how many questions may be sent, and the user's own servers."""
        self._connect_to = connect_to
        self._on_purpose = frozenset((server.address, server.port) for server in on_purpose)
        self._budget = Budget(limit)
        self._memo: dict[_Key, asyncio.Task[Reply]] = {}
        self._readings = Readings()
        self._sockets = asyncio.Semaphore(AT_ONCE)
        self._pace = Pace(BURST, PER_SECOND)
        self.wants_ipv6 = _reaches("2001:503:ba3e::2:30") or any(":" in host for (host, _), _ in connect_to.places)
        """Whether any IPv6 server could be asked from here."""

    def again(self, limit: int = QUESTIONS) -> Wire:
        """The wire of the run's next scan: it gets the replies of this one and may send questions of its own."""
        other = copy.copy(self)
        other._budget = Budget(limit)  # noqa: SLF001 - of the same class
        return other

    @property
    def sent(self) -> int:
        """How many different questions were asked."""
        return len(self._memo)

    def why_not(self, server: Server) -> str:
        """Say why a server may not be asked; empty: it may.

        Who serves a domain decides which addresses its name servers have: they must not lead into this machine's
        own network. Servers that the user named, and places that `--connect-to` names, are asked wherever they are.
        """
        meant = (server.address, server.port)
        if meant in self._on_purpose or self._connect_to.names(*meant):
            return ""
        what = special(server.address)
        return f"{server.name} has the {what} address {server.address}" if what else ""

    def can_reach(self, server: Server) -> bool:
        """Tell whether it makes sense to ask: without IPv6 here, every IPv6 server would look dead.

        A server that may not be asked counts: that it is not, is an answer.
        """
        elsewhere = self._place(server) != (server.address, server.port)
        return elsewhere or bool(self.why_not(server)) or _reaches(server.address)

    async def ask(
        self,
        server: Server,
        name: str,
        type_: str,
        *,
        recurse: bool = False,
        unchecked: bool = False,
        lookup: bool = False,
    ) -> Reply:
        """Ask one question; `recurse` sets RD, `unchecked` sets CD. Never raises for what comes back.

        Only resolvers are asked with `recurse`, and they are this machine's or the user's choice. `lookup`: it is
        about the name of a name server, which a stranger chose.
        """
        begun = self._begin(server, name, type_, recurse=recurse, unchecked=unchecked, lookup=lookup)
        if isinstance(begun, asyncio.Task):
            # Shielded: a caller that runs out of time must not take the answer from the others.
            await asyncio.shield(begun)
        return _reply_of(begun, server)

    async def ask_all(
        self, servers: Iterable[Server], name: str, type_: str, *, lookup: bool = False
    ) -> tuple[Reply, ...]:
        """Ask several servers the same at the same time, in their order."""
        begun = [(self._begin(server, name, type_, lookup=lookup), server) for server in servers]
        under_way = [one for one, _ in begun if isinstance(one, asyncio.Task)]
        if under_way:
            await asyncio.wait(under_way)  # which cancels none of them
        return tuple(_reply_of(one, server) for one, server in begun)

    def _begin(
        self,
        server: Server,
        name: str,
        type_: str,
        *,
        recurse: bool = False,
        unchecked: bool = False,
        lookup: bool = False,
    ) -> asyncio.Task[Reply] | Reply:
        """Begin to ask, or join who asks already; a reply: nothing may be sent, and why."""
        refusal = "" if recurse else self.why_not(server)
        if refusal:
            return Reply(_nothing(server, name, type_, NOT_ASKED + refusal))
        key = (server.address, server.port, name, type_, recurse, unchecked)
        task = self._memo.get(key)
        if task is None:
            refusal = self._budget.question(server.address, server.name, lookup=lookup)
            if refusal:
                return Reply(_nothing(server, name, type_, NOT_ASKED + refusal))
            flags = (dns.flags.RD if recurse else 0) | (dns.flags.CD if unchecked else 0)
            task = self._memo[key] = asyncio.create_task(self._exchange(server, name, type_, flags))
        return task

    def _place(self, server: Server) -> tuple[str, int]:
        return self._connect_to.at(server.address, server.port)

    async def _exchange(self, server: Server, name: str, type_: str, flags: int) -> Reply:
        nothing = _nothing(server, name, type_, "")
        try:
            asked = question(name, type_, flags)
        except BROKEN_MESSAGE as error:
            return Reply(replace(nothing, error=f"malformed: {_words(error)}"))
        reply = await self._send(asked, server, nothing)
        for _ in range(TRIES - 1):
            if reply.answer.error in ("", SILENCE) or not self._budget.once_more(server.address):
                break
            reply = await self._send(asked, server, nothing)
        refused = reply.answer.rcode in {"FORMERR", "NOTIMP"} and not reply.answer.records
        if refused and self._budget.once_more(server.address):
            # A server from before EDNS refuses the whole question; RFC 6891 section 7: ask without.
            second = await self._send(question(name, type_, flags, edns=False), server, nothing)
            reply = reply if second.answer.error else second
        return reply

    async def _send(self, asked: Question, server: Server, nothing: Answer) -> Reply:
        await self._pace.turn(server.address)

        async def again() -> bool:
            if not self._budget.once_more(server.address):
                return False
            await self._pace.turn(server.address)
            count("dns")
            return True

        async with self._sockets:
            count("dns")
            return await self._try(asked, self._place(server), nothing, again)

    async def _try(self, asked: Question, place: tuple[str, int], nothing: Answer, again: Again) -> Reply:
        """Send over UDP, once more where nothing comes, and over TCP when truncated."""
        recursive = bool(asked.message.flags & dns.flags.RD)
        started = time.perf_counter()
        try:
            data = await answer_to(asked.wire, place, again)
            if recursive or nothing.type not in LEADING:
                await _give_way()
            try:
                return self._readings.read(asked, data, replace(nothing, milliseconds=_since(started)))
            except dns.message.Truncated:
                from dns.asyncquery import tcp  # takes long to load, and few answers are so large

                nothing = replace(nothing, over_tcp=True)
                message = await tcp(asked.message, place[0], TIMEOUT, place[1])
                if message.flags & dns.flags.TC:
                    # What is missing cannot be told from what is not there.
                    return Reply(replace(nothing, error="malformed: truncated over TCP too"))
                return read(message, replace(nothing, milliseconds=_since(started)))
        except (dns.exception.Timeout, TimeoutError):
            return Reply(replace(nothing, error=SILENCE))
        except ConnectionRefusedError:
            return Reply(replace(nothing, error="refused"))
        except ConnectionError:
            return Reply(replace(nothing, error="malformed: connection reset"))
        except OSError:
            return Reply(replace(nothing, error="unreachable"))
        except BROKEN_MESSAGE as error:
            return Reply(replace(nothing, error=f"malformed: {_words(error)}"))


def _nothing(server: Server, name: str, type_: str, error: str) -> Answer:
    return Answer(server=server.name, address=server.address, question=name, type=type_, error=error)


async def _give_way() -> None:
    """Let answers that came at the same time, and lead to further questions, be read first."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


def _since(started: float) -> float:
    """Milliseconds since a reading of the clock."""
    return round((time.perf_counter() - started) * 1000, 1)


def _words(error: BaseException) -> str:
    text = " ".join(str(error).split())[:120]
    return text or type(error).__name__


def _reply_of(begun: asyncio.Task[Reply] | Reply, server: Server) -> Reply:
    """The reply to a question that is settled, as this server's: it may have been asked under another name."""
    reply = begun.result() if isinstance(begun, asyncio.Task) else begun
    return (
        reply
        if reply.answer.server == server.name
        else replace(reply, answer=replace(reply.answer, server=server.name))
    )


@cache
def _reaches(address: str) -> bool:
    """Tell whether this machine has a way to an address; connecting a UDP socket sends nothing."""
    try:
        wanted = ipaddress.ip_address(address.partition("%")[0])
        if wanted.version == 4:
            return True
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 53))
            source = ipaddress.ip_address(str(probe.getsockname()[0]).partition("%")[0])
    except (OSError, ValueError):
        return False
    # A private IPv6 address (fd00::/8) does not reach the Internet.
    return source.is_global or not wanted.is_global
