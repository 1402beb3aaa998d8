"""Questions as they are sent, and answers as facts: of what several servers say alike, each is made once."""

from __future__ import annotations

import struct
from functools import lru_cache

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
from msgspec import Struct
from msgspec.structs import replace

from albdoctor.collect.dns.records import records_of
from albdoctor.facts.dns import Answer, Record

PAYLOAD = 1232
"""EDNS buffer size that is not fragmented on any path (DNS flag day 2020)."""
KEPT, KEPT_BYTES = 2_000, 4_096
"""Answers that are remembered, and how long one may be: honest ones over UDP have at most `PAYLOAD`."""

# What a hostile message can raise while it is parsed or written down, beside dnspython's own errors.
BROKEN_MESSAGE = (dns.exception.DNSException, ValueError, LookupError, ArithmeticError, struct.error, EOFError)


class Reply(Struct, frozen=True):
    """An answer as evidence, and the additional section that only the walk reads."""

    answer: Answer
    additional: tuple[Record, ...] = ()


class Question(Struct, frozen=True):
    """A question, whoever is asked."""

    message: dns.message.Message
    wire: bytes


@lru_cache(maxsize=1_000)
def question(name: str, type_: str, flags: int, *, edns: bool = True) -> Question:
    """Write a question; one of `BROKEN_MESSAGE` for a name or type that cannot be asked for."""
    asked = dns.name.from_text(name)
    if edns:
        message = dns.message.make_query(asked, type_, flags=flags, use_edns=0, want_dnssec=True, payload=PAYLOAD)
    else:
        message = dns.message.make_query(asked, type_, flags=flags)
    return Question(message, message.to_wire())


class Readings:
    """Reads answers; the same bytes to the same question are read once."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._read: dict[tuple[bytes, bytes], Reply] = {}

    def read(self, asked: Question, data: bytes, nothing: Answer) -> Reply:
        """Write an answer down as facts, on top of what is known of who was asked.

        Errors: those of `BROKEN_MESSAGE`; `dns.message.Truncated` is one of them.
        """
        key = (asked.wire, data)
        said = self._read.get(key)
        if said is None:
            message = dns.message.from_wire(data, raise_on_truncation=True)
            if not asked.message.is_response(message):
                raise ValueError("an answer to another question")
            said = read(message, nothing)
            if len(self._read) < KEPT and len(data) <= KEPT_BYTES:
                self._read[key] = said
        told = replace(said.answer, server=nothing.server, address=nothing.address, milliseconds=nothing.milliseconds)
        return replace(said, answer=told)


def read(message: dns.message.Message, nothing: Answer) -> Reply:
    """Write a message down as facts."""
    answer = replace(
        nothing,
        rcode=dns.rcode.to_text(message.rcode()),
        authoritative=bool(message.flags & dns.flags.AA),
        recursion_available=bool(message.flags & dns.flags.RA),
        authenticated=bool(message.flags & dns.flags.AD),
        records=records_of(message.answer),
        authority=records_of(message.authority),
        extended_errors=tuple(int(error.code) for error in message.extended_errors()),
    )
    return Reply(answer, records_of(message.additional))
