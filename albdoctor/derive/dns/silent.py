"""Which delegated name servers do not answer at all, as far as this machine can tell."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from albdoctor.derive.dns.domains import WatchedCut
from albdoctor.facts.dns import Answer, Delegation, HostAnswers
from albdoctor.facts.known import Known, Observed

SILENT = ("timeout", "refused")
"""Errors that are the server's. Others are of the way there, of what came back, or nothing was sent."""


class Silence(Struct, frozen=True, kw_only=True):
    """The servers of one zone."""

    silent: tuple[Answer, ...]
    """One unanswered question to each address of a server that answered nothing at any of its addresses."""
    answering: tuple[str, ...]
    """The servers that answered something, even an error."""

    @property
    def servers(self) -> tuple[str, ...]:
        """The silent servers."""
        return tuple(dict.fromkeys(one.server for one in self.silent))


def silence_of(zone: WatchedCut, delegation: Delegation, host_answers: Observed[HostAnswers]) -> Silence:
    """Tell the servers that answered nothing apart from those that answered anything.

    One lost packet is no silence: each address was asked several questions, each more than once. An IPv6 address counts
    only where this machine was seen to reach some server over IPv6.
    """
    told = host_answers.value if isinstance(host_answers, Known) else None
    asked = [*zone.cut.child_answers, *zone.cut.child_ns, *((*told.a, *told.aaaa, *told.cname) if told else ())]
    answering = {(one.server, one.address) for one in asked if one.rcode is not None}
    names = {server for server, _ in answering}
    reaches_6 = any(":" in address for _, address in answering) or any(map(_over_6, _of_parents(delegation)))
    mute = [one for one in zone.cut.child_answers if one.rcode is None and one.server not in names]
    judged = [one for one in mute if reaches_6 or ":" not in one.address]
    unsure = {one.server for one in judged if one.error not in SILENT}
    return Silence(
        silent=tuple(one for one in judged if one.server not in unsure),
        answering=tuple(server.name for server in zone.cut.nameservers if server.name in names),
    )


def _of_parents(delegation: Delegation) -> Iterable[Answer]:
    return (answer for cut in delegation.cuts for answer in cut.parent_answers)


def _over_6(answer: Answer) -> bool:
    return ":" in answer.address and answer.rcode is not None
