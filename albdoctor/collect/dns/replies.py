"""What replies say to somebody who walks the tree: a referral downwards, an end, or nothing of use. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from albdoctor.collect.dns.messages import Reply
from albdoctor.collect.dns.wire import NOT_ASKED
from albdoctor.facts.dns import Answer, Record
from albdoctor.facts.known import Gap

NAMESERVERS = 20
"""Name servers of one cut that are followed; real cuts have at most 13."""
ADDRESSES = 8
"""Addresses of one name server that are asked."""
WORDS = 4
"""Different errors that are told."""
NETWORK_ERRORS = frozenset({"timeout", "refused", "unreachable"})


class Referral(Struct, frozen=True):
    """The delegation of a zone, as several servers of its parent tell it."""

    zone: str
    ttl: int
    named_by: dict[str, tuple[str, ...]]
    """Name server -> addresses of the servers that named it."""
    glue: dict[str, tuple[str, ...]]
    """Addresses that came along, for names in the parent zone only (others are hearsay)."""


def is_below(name: str, zone: str) -> bool:
    """Tell whether a name is strictly below a zone."""
    return name not in (zone, ".") and (zone == "." or name.endswith("." + zone))


def names_below(zone: str, name: str) -> tuple[str, ...]:
    """List the names from one label below a zone down to a name, both inclusive of the name."""
    labels = name.split(".")
    names = (".".join(labels[first:]) for first in reversed(range(len(labels))))
    return tuple(candidate for candidate in names if is_below(candidate, zone))


def referral_of(replies: Iterable[Reply], zone: str, name: str) -> Referral | None:
    """Find the delegation on the way from a zone down to a name; upward and sideward ones do not count.

    A server that holds parent and child has no referral to give and answers for the child at once: its
    answer counts only where no server refers, for it is the child's word, not the parent's.
    """
    heard = list(replies)
    referred = [(reply, _delegating(reply.answer, zone, name)) for reply in heard]
    owner = next((records[0].name for _, records in referred if records), None)
    if owner is None:
        referred = [(reply, _own(reply.answer, zone, name)) for reply in heard]
        owner = next((records[0].name for _, records in referred if records), None)
    if owner is None:
        return None
    named: dict[str, list[str]] = {}
    for reply, records in referred:
        for record in records:
            if record.name == owner and (record.data in named or len(named) < NAMESERVERS):
                named.setdefault(record.data, []).append(reply.answer.address)
    ttl = next(record.ttl for _, records in referred for record in records)
    return Referral(
        owner,
        ttl,
        {server: tuple(dict.fromkeys(by)) for server, by in sorted(named.items())},
        _glue(heard, named, zone),
    )


def _delegating(answer: Answer, zone: str, name: str) -> list[Record]:
    if answer.rcode != "NOERROR" or answer.authoritative:
        return []
    return [
        record
        for record in answer.authority
        if record.type == "NS" and is_below(record.name, zone) and _holds(record.name, name)
    ]


def _own(answer: Answer, zone: str, name: str) -> list[Record]:
    if answer.rcode != "NOERROR" or not answer.authoritative or answer.type != "NS":
        return []
    return [
        record
        for record in answer.records
        if record.type == "NS" and record.name == name == answer.question and is_below(name, zone)
    ]


def _glue(replies: list[Reply], named: Iterable[str], zone: str) -> dict[str, tuple[str, ...]]:
    wanted = set(named)
    found: dict[str, list[str]] = {}
    for reply in replies:
        for record in reply.additional:
            if record.type in {"A", "AAAA"} and record.name in wanted and is_below(record.name, zone):
                found.setdefault(record.name, []).append(record.data)
    return {server: tuple(dict.fromkeys(addresses))[:ADDRESSES] for server, addresses in found.items()}


def _holds(zone: str, name: str) -> bool:
    return zone == name or is_below(name, zone)


def is_usable(reply: Reply, zone: str) -> bool:
    """Tell whether a reply settles or advances the question: no refusal, no lame or empty answer."""
    answer = reply.answer
    if answer.rcode == "NXDOMAIN":
        return True
    if answer.rcode != "NOERROR":
        return False
    refers = any(record.type == "NS" and is_below(record.name, zone) for record in answer.authority)
    return answer.authoritative or bool(answer.records) or refers


def is_said(answer: Answer) -> bool:
    """Tell whether a server says with authority what is there."""
    return answer.authoritative and answer.rcode in ("NOERROR", "NXDOMAIN")


def addresses_in(answers: Iterable[Answer], name: str) -> set[str]:
    """Collect the addresses that answers give for exactly this name."""
    return {
        record.data
        for answer in answers
        for record in answer.records
        if record.type in {"A", "AAAA"} and record.name == name
    }


def target_in(answers: Iterable[Answer], name: str) -> tuple[str, ...]:
    """List the CNAME targets that answers give for exactly this name, in the answers' order."""
    return tuple(
        dict.fromkeys(
            record.data
            for answer in answers
            for record in answer.records
            if record.type == "CNAME" and record.name == name
        )
    )


def trouble(answers: Iterable[Answer]) -> str:
    """Say in one line why no answer was of use: "timeout", "REFUSED, timeout", "no server to ask"."""
    words = tuple(dict.fromkeys(answer.error or answer.rcode or "" for answer in answers))
    more = f", and {len(words) - WORDS} more" if len(words) > WORDS else ""
    told = ("not authoritative" if word == "NOERROR" else word for word in words[:WORDS])
    return ", ".join(told) + more or "no server to ask"


def gap_of(answers: Iterable[Answer]) -> Gap:
    """Tell what answers without any use mean: nothing was sent, nothing came back, or nothing good came back."""
    errors = {answer.error for answer in answers}
    sent = {error for error in errors if not error.startswith(NOT_ASKED)}
    if errors and not sent:
        return Gap.NOT_ASKED
    # Silence says something about the way there, not about the servers.
    return Gap.UNREACHABLE if sent <= NETWORK_ERRORS else Gap.FAILED


def reason_in(text: str) -> str:
    """Give why something was not asked, out of `trouble`; other words stay as they are."""
    return text.replace(NOT_ASKED, "")
