"""Whether the servers of one zone hold different states of it, so that a resolver's answer depends on which it asks.

By turn, weight or place one and the same state gives different answers: what tells states apart is the SOA record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.dns.delegation import MEANT
from albdoctor.derive.dns.domains import WatchedCuts
from albdoctor.derive.needs import derivation
from albdoctor.facts.dns import Answer, HostAnswers


class Side(Struct, frozen=True, kw_only=True):
    """Servers that hold one state of the zone."""

    soa: str
    """The zone's first server and serial number, as these servers tell them."""
    servers: tuple[str, ...]
    data: frozenset[str]
    """The host's own addresses, or its CNAME's target; empty: it has none."""
    is_alias: bool = False
    """`data` is a CNAME's target."""

    @property
    def said(self) -> str:
        """What they say, in a word."""
        return ", ".join(sorted(self.data)) or "NODATA"


class Disagreement(Struct, frozen=True, kw_only=True):
    """A host whose zone is held in states that have nothing in common about it."""

    zone: str
    sides: tuple[Side, ...]


Disagreements: TypeAlias = tuple[Disagreement, ...]
"""One; none where all servers that answer hold the same of the host, or nothing tells their states apart."""


@derivation
def disagreements(watched: WatchedCuts, host_answers: HostAnswers) -> Iterator[Disagreement]:
    """Compare what the servers of the host's zone hold of the host, state by state."""
    for cut in watched:
        if cut.cut.zone == host_answers.zone and cut.fit in MEANT:
            states = {(one.server, one.address): _state(one) for one in cut.cut.child_answers}
            sides = tuple(_sides(host_answers, states))
            if _disagree(sides):
                yield Disagreement(zone=cut.cut.zone, sides=sides)


def _state(answer: Answer) -> str:
    soa = next((one for one in answer.records if one.type == "SOA" and one.name == answer.question), None)
    return " ".join(soa.data.split(" ")[:3:2]) if soa and answer.authoritative else ""


def _sides(host_answers: HostAnswers, states: dict[tuple[str, str], str]) -> Iterator[Side]:
    told: dict[str, list[Answer]] = {}
    for one in host_answers.a:
        state = states.get((one.server, one.address), "")
        if state and one.authoritative and one.rcode in ("NOERROR", "NXDOMAIN"):
            told.setdefault(state, []).append(one)
    for state, answers in told.items():
        given = [_data(one, host_answers.host) for one in answers]
        if _is_one(data for _, data in given):
            yield Side(
                soa=state,
                servers=tuple(dict.fromkeys(one.server for one in answers)),
                data=frozenset[str]().union(*(data for _, data in given)),
                is_alias=any(alias for alias, _ in given),
            )


def _data(answer: Answer, host: str) -> tuple[bool, frozenset[str]]:
    own = [one for one in answer.records if one.name == host]
    targets = frozenset(one.data for one in own if one.type == "CNAME")
    return bool(targets), targets or frozenset(one.data for one in own if one.type == "A")


def _is_one(given: Iterable[frozenset[str]]) -> bool:
    """Whether the servers of one state answer alike: by turn or place they would not."""
    first, *others = given
    return all(bool(first & one) if first else not one for one in others)


def _disagree(sides: tuple[Side, ...]) -> bool:
    """Whether each state has something else; a CNAME here and addresses there may be the same."""
    if len(sides) < 2 or len({one.is_alias for one in sides if one.data}) > 1:
        return False
    shared = sides[0].data
    for one in sides:
        shared &= one.data
    return not shared and any(one.data for one in sides)
