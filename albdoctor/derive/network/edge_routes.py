"""Where an internet gateway leads packets that come in: by the route table that is associated with it, if one is.

Such a table leads the range of a subnet to a firewall's endpoint or an appliance's interface ("middlebox routing",
"Gateway route tables" in the VPC guide). Answers have to take the same way: AWS Network Firewall supports no asymmetric
routing (its guide, "Avoid common mistakes"). What a firewall does with packets is not known from here.
"""

from __future__ import annotations

from albdoctor.derive.network.blocks import network, undecided
from albdoctor.derive.network.next_hops import ASKED, Lead, leads
from albdoctor.derive.network.subnet_routes import RoutedSubnets
from albdoctor.facts.ec2 import RouteTable
from albdoctor.facts.known import Unknown


def edge_table(routed: RoutedSubnets, gateway_id: str) -> RouteTable | None:
    """The route table that a gateway uses for what comes in; None: it leads everything straight to its place."""
    for table in routed.route_tables:
        if gateway_id and any(one.gateway_id == gateway_id for one in table.associations):
            return table
    return None


def way_in(routed: RoutedSubnets, table: RouteTable, subnet_id: str, version: int = 4) -> Lead | Unknown | None:
    """Where a gateway's table leads packets to a subnet; None: the subnet has no addresses of this version."""
    subnet = next((one for one in routed.subnets if one.subnet_id == subnet_id), None)
    found: dict[Lead, None] = {}
    for block in subnet.blocks(version) if subnet else ():
        of_block = leads(table, (), network(block))
        if isinstance(of_block, Unknown):
            return of_block
        found |= dict.fromkeys(of_block)
    if len({one.hop for one in found}) > 1:
        return undecided(ASKED, f"{table.route_table_id} treats parts of {subnet_id} differently")
    return next(iter(found), None)
