"""A recursive resolver of the lab: walks the tree for every question, validates, and keeps what it is told to keep."""

from __future__ import annotations

import time
from collections.abc import Iterable
from types import TracebackType
from typing import Self

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from dns.message import Message
from dns.rrset import RRset

from albdoctor.lab.dns import Listener, Place
from albdoctor.lab.loop import LOOPBACK, Loop
from albdoctor.lab.recursion import Answered
from albdoctor.lab.tree import Tree
from albdoctor.lab.zones import data_of, text_of

RESOLVER_ADDRESS = "192.0.2.53"


class Resolver:
    """Answers from the tree with RA set (RFC 1035 section 4.1.1).

    SERVFAIL where the delegation leads nowhere, or to a zone that does not fit the DS record at its parent.
    """

    def __init__(self, tree: Tree, loop: Loop) -> None:
        """Prepare; it listens once the context is entered."""
        self._tree = tree
        self._loop = loop
        self._listener = Listener(self._respond, RESOLVER_ADDRESS, loop.distance)
        self._kept: dict[tuple[str, str], tuple[float, Answered]] = {}

    def __enter__(self) -> Self:
        """Open its port."""
        self._loop.run(self._listener.open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close its port."""
        self._loop.run(self._listener.close())

    @property
    def place(self) -> Place:
        """Where it listens."""
        return LOOPBACK, self._listener.port

    def keep(self, name: str, *types: str) -> None:
        """Be asked by somebody, and keep the present answers for their TTL."""
        for type_ in types:
            self._kept[name, type_] = time.monotonic(), self._tree.resolve(name, type_)

    def forget(self) -> None:
        """Let the TTL of everything that is kept be over."""
        self._kept.clear()

    def _found(self, name: str, type_: str) -> Answered:
        """What is kept, with the seconds that are left of it, or what the tree says now."""
        since, kept = self._kept.get((name, type_), (0.0, None))
        if kept is None:
            return self._tree.resolve(name, type_)
        gone = int(time.monotonic() - since)
        return Answered(kept.rcode, _aged(kept.records, gone), _aged(kept.authority, gone))

    def _respond(self, query: Message, over_tcp: bool) -> Message:  # noqa: ARG002 - a responder's signature
        question = query.question[0]
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        found = self._found(text_of(question.name), dns.rdatatype.to_text(question.rdtype))
        names = {question.name, *(rrset.name for rrset in found.records)}
        type_ = dns.rdatatype.to_text(question.rdtype)
        codes = [code for name in names if (code := self._tree.bogus(text_of(name), type_)) is not None]
        if codes and not query.flags & dns.flags.CD:
            response.set_rcode(dns.rcode.SERVFAIL)
            response.use_edns(options=[dns.edns.EDEOption(codes[0])])
            return response
        if all(self._tree.is_secure(text_of(name)) for name in names):
            response.flags |= dns.flags.AD
        response.set_rcode(dns.rcode.from_text(found.rcode) if found.rcode else dns.rcode.SERVFAIL)
        response.answer.extend(found.records)
        response.authority.extend(found.authority)
        return response


def _aged(records: Iterable[RRset], seconds: int) -> tuple[RRset, ...]:
    return tuple(
        dns.rrset.from_text_list(
            one.name, max(one.ttl - seconds, 0), one.rdclass, one.rdtype, data_of(one), relativize=False
        )
        for one in records
    )
