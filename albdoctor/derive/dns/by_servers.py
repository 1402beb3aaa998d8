"""How a delegation fits what its own servers say: all that can be told where the account's zone cannot be seen."""

from __future__ import annotations

from albdoctor.derive.dns.delegation import (
    Delegated,
    Fit,
    is_route53_server,
    parent_names,
    parents_of,
    refused_by_all,
    unresolvable_of,
)
from albdoctor.derive.dns.registrars import parking_of
from albdoctor.facts.dns import Answer, Cut, Delegation
from albdoctor.facts.route53 import HostedZone

Names = frozenset[str]


def by_servers(domain: str, delegation: Delegation) -> Delegated | None:
    """What is wrong with the delegation of a domain by the word of its parent and of the delegated servers.

    None: nothing that shows without the account's zone. Whose zone it is, nobody can tell so: Route 53's servers give
    the set of the zone that they hold, other providers' sets may differ from the parent's on purpose.
    """
    parents = parents_of(domain, delegation)
    cut = delegation.cut(domain)
    names = parent_names(domain, delegation)
    lost = unresolvable_of(cut.nameservers) & names if cut else Names()
    own = _own_names(cut, names) if cut else Names()
    fit = _fit(names, own, lost, parents, cut)
    if fit is None or not parents:
        return None
    return Delegated(
        domain=domain,
        parent_zone=cut.parent_zone if cut else (delegation.cuts[-1].zone if delegation.cuts else "."),
        fit=fit,
        zone=HostedZone(id="", name=domain, private=False, name_servers=tuple(sorted(own))),
        zones=(),
        names=tuple(sorted(names)),
        missing=tuple(sorted(own - names)),
        foreign=tuple(sorted(lost if fit is Fit.MISTYPED else names - own)),
        unresolvable=tuple(sorted(lost)),
        parents=parents,
        children=cut.child_answers if cut else (),
        ds=cut.ds if cut else (),
        ttl=cut.ttl if cut else 0,
        below=domain != delegation.domain,
    )


def _fit(names: Names, own: Names, lost: Names, parents: tuple[Answer, ...], cut: Cut | None) -> Fit | None:
    if not names:
        # Where the parent gives an empty answer, the domain's names may be its own records.
        return Fit.MISSING if all(one.rcode == "NXDOMAIN" for one in parents) else None
    if parking_of(names):
        return Fit.PARKED
    if own and names - own:
        return Fit.MISTYPED if names - own <= lost else Fit.MIXED
    if names < own:
        return Fit.PARTIAL
    if lost:
        return Fit.MISTYPED
    stale = cut is not None and all(map(is_route53_server, names)) and refused_by_all(cut.child_answers)
    return Fit.STALE if stale else None


def _own_names(cut: Cut, names: Names) -> Names:
    """The delegation set of the hosted zone, as Route 53's servers that hold it tell; empty: they tell none.

    Of several zones, the one that most of the parent's names belong to. An edited NS record may name anybody: it counts
    only where it names nobody but Route 53, and among them the server that was asked.
    """
    asked = {answer.server for answer in cut.child_ns}
    told = {apex_names(answer) for answer in cut.child_ns if is_route53_server(answer.server)}
    sets = sorted((one for one in told if one & asked and all(map(is_route53_server, one))), key=sorted)
    return max(sets, key=lambda one: len(one & names), default=Names())


def apex_names(answer: Answer) -> Names:
    """The name servers that a server with authority gives for the zone itself; empty: it gives none."""
    if answer.rcode != "NOERROR" or not answer.authoritative:
        return Names()
    return Names(one.data for one in answer.records if one.type == "NS" and one.name == answer.question)
