"""A recursive resolver of the lab: walks the tree for every question, validates, keeps nothing."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
from dns.message import Message

from albdoctor.lab.dns import Listener, Place
from albdoctor.lab.loop import LOOPBACK, Loop
from albdoctor.lab.tree import Tree
from albdoctor.lab.zones import text_of

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

    def _respond(self, query: Message, over_tcp: bool) -> Message:  # noqa: ARG002 - a responder's signature
        question = query.question[0]
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        found = self._tree.resolve(text_of(question.name), dns.rdatatype.to_text(question.rdtype))
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
        return response
