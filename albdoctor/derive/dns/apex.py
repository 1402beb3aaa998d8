"""The NS record at the top of a hosted zone, which somebody edited: other servers than those that hold the zone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.dns.by_servers import apex_names
from albdoctor.derive.dns.delegation import Delegated, Fit, is_route53_server
from albdoctor.derive.dns.domains import WatchedCut, WatchedCuts
from albdoctor.derive.names import is_under
from albdoctor.derive.needs import derivation
from albdoctor.facts.dns import Answer

RIGHT = (None, Fit.SOUND, Fit.SIBLING)
"""Delegations by which the zone's servers can be told: of every other one its own check tells."""


class Apex(Struct, frozen=True, kw_only=True):
    """A zone that Route 53 serves, and what its own NS record names."""

    cut: WatchedCut
    edited: tuple[Answer, ...]
    """The answers that name servers which do not belong to the zone; none: the record is as it should be."""
    foreign: tuple[str, ...]
    """These servers, sorted."""
    added: bool
    """The zone's own servers are all named as well: others were only added."""

    @property
    def held(self) -> Delegated | None:
        """What is known of the account's zone; None: it is not the account's, or that is not known."""
        told = self.cut.delegated
        return told if told and told.held else None


Apexes: TypeAlias = tuple[Apex, ...]


@derivation
def apexes(watched: WatchedCuts) -> Iterator[Apex]:
    """Compare the NS record that Route 53's servers give for a zone with what the zone above names.

    Servers under names of one's own (white label) are no edit of the record by mistake, nor are those of a second
    provider that the zone above names too. Where the zone above names only some of the zone's servers, the record is
    right and the other is not.
    """
    for zone in watched:
        names = frozenset(server.name for server in zone.cut.nameservers)
        told = tuple(one for one in zone.cut.child_ns if apex_names(one))
        if not told or zone.fit not in RIGHT or not all(map(is_route53_server, names)):
            continue
        edited = tuple(one for one in told if _foreign(one, zone.cut.zone, names))
        every = frozenset(name for one in edited for name in _foreign(one, zone.cut.zone, names))
        added = all(names <= apex_names(one) for one in edited)
        yield Apex(cut=zone, edited=edited, foreign=tuple(sorted(every)), added=added)


def _foreign(answer: Answer, zone: str, names: frozenset[str]) -> frozenset[str]:
    """The servers in an answer that neither the zone above names nor the zone can have of its own."""
    told = apex_names(answer)
    others = frozenset(name for name in told - names if not is_under(name, zone))
    # A set with the asked server in it, and nobody but Route 53, is the zone's whole delegation set.
    own = answer.server in told and all(map(is_route53_server, others))
    return frozenset() if own else others
