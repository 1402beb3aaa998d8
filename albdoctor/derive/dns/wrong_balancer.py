"""Records of the host that lead to another load balancer than the one that the user means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.dns.held import Records
from albdoctor.derive.dns.zones import ServingZone, ServingZones, is_live
from albdoctor.derive.names import balancer_name
from albdoctor.derive.needs import derivation
from albdoctor.facts.arn import is_network
from albdoctor.facts.dns import Delegation
from albdoctor.facts.elb import How, Leads, LoadBalancer, LoadBalancers

BY_RECORD = (How.ALIAS, How.RECORD)


class WrongBalancer(Struct, frozen=True, kw_only=True):
    """What the zone that the world asks says of the host."""

    here: ServingZone
    meant: LoadBalancer
    wrong: Records
    """The records that lead to load balancers; none: one leads to the one that is meant, or may in the end."""
    others: tuple[str, ...]
    """The names of the load balancers that these lead to."""


WrongBalancers: TypeAlias = tuple[WrongBalancer, ...]


@derivation
def wrong_balancers(
    zones: ServingZones, delegation: Delegation, leads: Leads, load_balancers: LoadBalancers
) -> Iterator[WrongBalancer]:
    """Compare the host's records with the load balancer that the user named (`--balancer`), and with no guess.

    Nothing where that one is internal: then something in front of it is meant to be met first. A Network Load Balancer
    may pass connections on to it.
    """
    named = {lead.load_balancer_arn for lead in leads if lead.how is How.OPTION}
    meant = [one for one in load_balancers if one.load_balancer_arn in named and one.type == "application"]
    if len(meant) != 1 or meant[0].scheme == "internal":
        return
    arns = {balancer_name(one.name): one.load_balancer_arn for one in leads if one.how in BY_RECORD}
    names = {one.load_balancer_arn: one.load_balancer_name for one in load_balancers}
    for here in zones:
        if not is_live(here.zone, delegation):
            continue
        records = here.answering()
        known = [arn for record in records if (arn := arns.get(balancer_name(record.leads_to)))]
        # Weighted sets, failover: where one of them leads there, the others are meant too.
        others = meant[0].load_balancer_arn not in known and not any(map(is_network, known))
        all_wrong = others and len(known) == len(records)
        yield WrongBalancer(
            here=here,
            meant=meant[0],
            wrong=records if all_wrong else (),
            others=tuple(dict.fromkeys(names.get(arn, arn) for arn in known)),
        )
