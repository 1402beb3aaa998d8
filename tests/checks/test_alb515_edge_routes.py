"""ALB515 over facts: what the route table of the internet gateway leads visitors through, and whether it is there."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from albdoctor.checkup import WARNING
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.ec2 import Route, RouteTable
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Probes, Tcp
from albdoctor_checks.balancer.alb304_alb_internet_facing_in_private_subnet import (
    alb_internet_facing_in_private_subnet as private,
)
from albdoctor_checks.balancer.alb305_alb_mixed_public_private_subnets import (
    alb_mixed_public_private_subnets as mixed,
)
from albdoctor_checks.certificate.alb221_tls_port_closed import tls_port_closed as closed
from albdoctor_checks.network.alb515_net_firewall_drops_inbound import ITS_RULES
from albdoctor_checks.network.alb515_net_firewall_drops_inbound import net_firewall_drops_inbound as drops
from albdoctor_checks.response.could_be import OWN_NETWORK
from tests.support.build import BALANCER_ARN, balancer
from tests.support.build_dns import DOMAIN
from tests.support.build_door import NODES, door, tried
from tests.support.build_net import (
    DUAL_SUBNETS,
    SG_WEB,
    SUBNETS,
    interface,
    permission,
    security_group,
    treated,
)
from tests.support.fixes import by_hand_of
from tests.support.table import result_of, told

A, C, _ = SUBNETS
VPC, WORLD = "10.0.0.0/16", "0.0.0.0/0"
NODES_6 = ("2001:db8:1:1::5", "2001:db8:1:2::5")
STRAIGHT = (WORLD, "igw-1")
INSIDE = (VPC, "local")
DENIED = Unknown(gap=Gap.DENIED, asked="ec2:DescribeRouteTables")


def table(id_: str, *routes: tuple[str, str], subnets: tuple[str, ...] = (), edge: str = "", **more: Any) -> RouteTable:
    """A table of pairs of destination and next hop; a hop that ends with a cross is gone."""
    raw: dict[str, Any] = {
        "RouteTableId": id_,
        "VpcId": "vpc-1",
        "Associations": [{"SubnetId": one} for one in subnets],
    }
    raw["Associations"] += [{"GatewayId": edge}] if edge else []
    raw["Routes"] = [_route(*one) for one in (INSIDE, *routes)]
    return msgspec.convert(raw | more, RouteTable)


def _route(destination: str, hop: str) -> dict[str, str]:
    to = "DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock"
    by = "NetworkInterfaceId" if hop.startswith("eni-") else "GatewayId"
    return {to: destination, by: hop.rstrip("x"), "State": "blackhole" if hop.endswith("x") else "active"}


def tables(
    *incoming: tuple[str, str], out: tuple[str, str] = STRAIGHT, out_c: tuple[str, str] | None = None
) -> dict[str, Any]:
    """What the gateway's table says of what comes in (none: it has no table), and where the answers go."""
    edge = (table("rtb-edge", *incoming, edge="igw-1"),) if incoming else ()
    own = (table("rtb-a", out, subnets=("subnet-a",)), table("rtb-c", out_c or out, subnets=("subnet-c",)))
    return {"route_tables": (*edge, *own, table("rtb-main", Associations=[{"Main": True}]))}


def nodes(at_a: Tcp, at_c: Tcp, port_80: Tcp = Tcp.SILENT) -> dict[str, Any]:
    """The load balancer's node in each of its subnets, and what its ports do."""
    tail = "ELB app/web/50dc6c495c0c9188"
    return {
        "network_interfaces": tuple(
            interface(
                id_=f"eni-{subnet.subnet_id}",
                description=tail,
                public=public,
                SubnetId=subnet.subnet_id,
                Ipv6Addresses=[{"Ipv6Address": six}],
            )
            for subnet, public, six in zip((A, C), NODES, NODES_6, strict=True)
        ),
        "probes": Probes(
            host=DOMAIN, addresses=(tried(NODES[0], at_a, port_80=port_80), tried(NODES[1], at_c, port_80=port_80))
        ),
    }


BOTH = (("10.0.1.0/24", "vpce-1"), ("10.0.2.0/24", "vpce-1"))
GONE = (("10.0.1.0/24", "vpce-1x"), ("10.0.2.0/24", "vpce-1x"))
NOBODY, EVERYBODY = nodes(Tcp.SILENT, Tcp.SILENT), nodes(Tcp.OPEN, Tcp.OPEN)


def test_a_deleted_endpoint_is_told_once_with_the_routes_of_both_directions() -> None:
    seen = door(**tables(*GONE, out=(WORLD, "vpce-1x")), **NOBODY)
    assert told(drops, seen) == [
        f"error confirmed load-balancer/{BALANCER_ARN} [gone]: The VPC's firewall (vpce-1: gone or stopped) lets no"
        " connection from the internet in to load balancer web in 2 of 2 subnets: subnet-a, subnet-c",
        "  ec2 DescribeRouteTables rtb-edge -> 10.0.1.0/24 -> vpce-1 (blackhole)",
        "  ec2 DescribeRouteTables subnet-a -> rtb-a: 0.0.0.0/0 -> vpce-1 (blackhole)",
        "  ec2 DescribeRouteTables rtb-edge -> 10.0.2.0/24 -> vpce-1 (blackhole)",
        "  ec2 DescribeRouteTables subnet-c -> rtb-c: 0.0.0.0/0 -> vpce-1 (blackhole)",
        "  fix[by hand, traffic]: Lead the routes of rtb-edge, rtb-a, rtb-c that name vpce-1 to the endpoint or"
        " appliance that stands in its place now.",
    ]
    assert result_of(private, seen) is Result.EMPTY
    assert result_of(mixed, seen) is Result.PASSED


@pytest.mark.parametrize("out", [STRAIGHT, (WORLD, "vpce-1"), (WORLD, "vpce-1x"), (WORLD, "vpce-2")])
@pytest.mark.parametrize(
    "incoming",
    [GONE, ((VPC, "vpce-1x"),), (("10.0.1.0/24", "eni-fwx"), ("10.0.2.0/24", "eni-fwx"))],
    ids=["endpoint", "the local route itself", "appliance"],
)
def test_what_comes_in_is_lost_wherever_answers_go(incoming: Any, out: tuple[str, str]) -> None:
    incoming = tuple((VPC, hop) if destination == VPC else (destination, hop) for destination, hop in incoming)
    edge = table("rtb-edge", *incoming, edge="igw-1")
    if incoming[0][0] == VPC:  # it stands in the place of the local route
        edge = msgspec.structs.replace(edge, routes=edge.routes[1:])
    rest = tables(out=out)["route_tables"]
    (finding,) = run_one(door(route_tables=(edge, *rest)), drops).findings
    assert (finding.values["subnets"], finding.some, finding.key) == (("subnet-a", "subnet-c"), False, "gone")


def test_one_zone_of_two() -> None:
    seen = door(**tables(GONE[0], BOTH[1], out=(WORLD, "vpce-1x"), out_c=(WORLD, "vpce-2")))
    (finding,) = run_one(seen, drops).findings
    assert (finding.values["subnets"], finding.some, finding.values["closed"]) == (("subnet-a",), True, 1)
    answering = door(**tables(GONE[0], out=STRAIGHT), **nodes(Tcp.OPEN, Tcp.OPEN))
    assert result_of(drops, answering) is Result.PASSED


def test_a_firewall_that_sees_one_direction_is_likely_where_nobody_is_answered() -> None:
    seen = door(**tables(*BOTH), **NOBODY)
    assert told(drops, seen) == [
        f"error likely load-balancer/{BALANCER_ARN} [one-way]: The VPC's firewall (vpce-1: it sees one direction only)"
        " lets no connection from the internet in to load balancer web in 2 of 2 subnets: subnet-a, subnet-c",
        "  ec2 DescribeRouteTables rtb-edge -> 10.0.1.0/24 -> vpce-1 (active)",
        "  ec2 DescribeRouteTables subnet-a -> rtb-a: 0.0.0.0/0 -> igw-1 (active)",
        "  ec2 DescribeRouteTables rtb-edge -> 10.0.2.0/24 -> vpce-1 (active)",
        "  ec2 DescribeRouteTables subnet-c -> rtb-c: 0.0.0.0/0 -> igw-1 (active)",
        "  fix[by hand, traffic]: Lead both directions of subnet-a, subnet-c through vpce-1, or neither, as whoever"
        " runs the firewall decides.",
    ]
    (finding,) = run_one(seen, drops).findings
    assert finding.alternatives == (ITS_RULES, OWN_NETWORK)
    assert finding.decide == "aws network-firewall list-firewalls --region ap-northeast-2 --vpc-ids vpc-1"


def test_the_reverse_is_likely_where_the_gateway_has_a_table() -> None:
    other = ("10.0.9.0/24", "vpce-1")
    (finding,) = run_one(door(**tables(other, out=(WORLD, "vpce-1")), **NOBODY), drops).findings
    assert (finding.key, finding.values["tables"]) == ("one-way", ("rtb-edge", "rtb-a", "rtb-c"))


@pytest.mark.parametrize(
    "seen",
    [
        door(**tables(*BOTH, out=(WORLD, "vpce-1")), **NOBODY),
        door(**tables(*BOTH, out=(WORLD, "vpce-1"))),
        door(**tables(*BOTH)),
        door(**tables(out=(WORLD, "vpce-1"))),
        door(**tables(out=(WORLD, "vpce-1")), **NOBODY),
        door(**tables(*BOTH, out=(WORLD, "vpce-2")), **NOBODY),
        door(**tables(*BOTH), **nodes(Tcp.REFUSED, Tcp.REFUSED)),
        door(**tables(*BOTH), **nodes(Tcp.SILENT, Tcp.SILENT, Tcp.REFUSED)),
    ],
    ids=[
        "symmetrical, silent",
        "symmetrical, not tried",
        "in only, not tried",
        "out only, not tried",
        "out only, and no table of the gateway, silent",
        "another endpoint of it, silent",
        "refused",
        "port 80 refused",
    ],
)
def test_what_a_firewall_lets_in_is_beyond(seen: Facts) -> None:
    """Neither open nor shut: a gap, and nobody's network is suspected for it."""
    outcome = run_one(seen, drops)
    assert (outcome.result, outcome.findings) == (Result.SKIPPED, ())
    assert {(gap.gap, gap.asked) for gap in outcome.gaps} == {(Gap.UNREACHABLE, "the way beyond the VPC")}
    assert all("leads visitors' packets to subnet-" in gap.detail for gap in outcome.gaps)


def owned(by: str, routes: dict[str, Any]) -> dict[str, Any]:
    """The same tables, of this account."""
    return {"route_tables": tuple(msgspec.structs.replace(one, owner_id=by) for one in routes["route_tables"])}


OUT_ONLY = tables(out=(WORLD, "vpce-1"))


def test_a_gateway_without_a_table_leads_nothing_to_the_firewall_that_answers_pass() -> None:
    """As where somebody forgot it. Who only shares a VPC's subnets does not see every table of it."""
    own = owned("123456789012", OUT_ONLY)
    assert told(drops, door(**own, **NOBODY)) == [
        f"error likely load-balancer/{BALANCER_ARN} [one-way]: The VPC's firewall (vpce-1: it sees one direction only)"
        " lets no connection from the internet in to load balancer web in 2 of 2 subnets: subnet-a, subnet-c",
        "  ec2 DescribeRouteTables igw-1 -> Associations: []",
        "  ec2 DescribeRouteTables subnet-a -> rtb-a: 0.0.0.0/0 -> vpce-1 (active)",
        "  ec2 DescribeRouteTables subnet-c -> rtb-c: 0.0.0.0/0 -> vpce-1 (active)",
        "  fix[by hand, traffic]: Lead both directions of subnet-a, subnet-c through vpce-1, or neither, as whoever"
        " runs the firewall decides.",
    ]
    shared = owned("210987654321", OUT_ONLY)
    pool = table("rtb-pool", owner_id="123456789012", Associations=[{"PublicIpv4Pool": "ipv4pool-ec2-1"}])
    pooled = {"route_tables": (*own["route_tables"], pool)}
    for seen in (
        door(**shared, **NOBODY),
        door(**pooled, **NOBODY),
        door(**own),
        door(**own, **NOBODY, security_groups=NO_GROUPS),
    ):
        assert (run_one(seen, drops).findings, result_of(drops, seen)) == ((), Result.SKIPPED)
    assert result_of(drops, door(**own, **EVERYBODY)) is Result.EMPTY


OFFICE = security_group("sg-alb", permission(80, 80, "192.0.2.0/24"), permission(443, 443, "192.0.2.0/24"))
HTTPS_ONLY = security_group("sg-alb", permission(443, 443, WORLD))
NO_GROUPS = Unknown(gap=Gap.DENIED, asked="ec2:DescribeSecurityGroups")


@pytest.mark.parametrize("groups", [(OFFICE, SG_WEB), (security_group("sg-alb"), SG_WEB), (SG_WEB,), NO_GROUPS])
def test_where_security_groups_let_nobody_or_few_in_silence_accuses_no_firewall(groups: Any) -> None:
    outcome = run_one(door(**tables(*BOTH), **NOBODY, security_groups=groups), drops)
    assert (outcome.findings, outcome.result) == ((), Result.SKIPPED)
    gone = run_one(door(**tables(*GONE), **NOBODY, security_groups=groups), drops)
    assert [one.key for one in gone.findings] == ["gone"]


def test_an_open_https_port_is_enough() -> None:
    seen = door(**tables(*BOTH), **NOBODY, security_groups=(HTTPS_ONLY, SG_WEB))
    assert [one.key for one in run_one(seen, drops).findings] == ["one-way"]


@pytest.mark.parametrize(
    "routes",
    [
        tables(*BOTH, out=(WORLD, "vpce-1")),
        tables(*BOTH),
        tables(*GONE),
        tables(("10.0.9.0/24", "vpce-1x")),
        tables(("10.0.3.0/24", "vpce-1")),
    ],
    ids=["symmetrical", "in only", "gone they say", "another subnet's", "no subnet's"],
)
def test_nodes_that_answer_pass(routes: dict[str, Any]) -> None:
    assert result_of(drops, door(**routes, **EVERYBODY)) is Result.PASSED


def test_another_subnets_firewall_stands_in_nobodys_way() -> None:
    assert result_of(drops, door(**tables(("10.0.9.0/24", "vpce-1x")), **NOBODY)) is Result.PASSED


def test_without_an_edge_there_is_nothing_to_judge() -> None:
    assert result_of(drops, door(**tables())) is Result.EMPTY
    foreign = table("rtb-vgw", *GONE, edge="vgw-1")
    rest = tables()["route_tables"]
    assert result_of(drops, door(route_tables=(foreign, *rest), **NOBODY)) is Result.EMPTY
    internal = door(**tables(*GONE), load_balancers=(balancer(Scheme="internal"),))
    assert result_of(drops, internal) is Result.EMPTY


def test_ipv6_clients_come_by_the_ipv6_routes() -> None:
    incoming = (("2001:db8:1:1::/64", "vpce-1x"), ("2001:db8:1:2::/64", "vpce-1x"))
    only = (balancer(IpAddressType="dualstack-without-public-ipv4"),)
    seen = tables(*incoming, out=("::/0", "igw-1")) | {"subnets": DUAL_SUBNETS}
    assert result_of(drops, door(**seen, load_balancers=only)) is Result.FOUND
    assert result_of(drops, door(**seen)) is Result.PASSED


GONE_6 = (("2001:db8:1:1::/64", "vpce-1x"), ("2001:db8:1:2::/64", "vpce-1x"))
DUAL: dict[str, Any] = {"subnets": DUAL_SUBNETS, "load_balancers": (balancer(IpAddressType="dualstack"),)}


def over_6(*ports_443: Tcp) -> dict[str, Any]:
    """Every IPv4 address answers, and those of IPv6 so."""
    both = nodes(Tcp.OPEN, Tcp.OPEN)
    six = tuple(tried(address, one) for address, one in zip(NODES_6, ports_443, strict=True))
    return {**both, "probes": Probes(host=DOMAIN, addresses=(*both["probes"].addresses, *six))}


@pytest.mark.parametrize("seen", [{}, EVERYBODY, over_6(Tcp.SILENT, Tcp.SILENT)])
def test_visitors_of_ipv6_may_be_lost_alone(seen: dict[str, Any]) -> None:
    """Clients that prefer IPv6 wait, and may come by IPv4: a warning."""
    facts = door(**tables(*GONE_6), **DUAL, **seen)
    (finding,) = run_one(facts, drops).findings
    assert (finding.severity, finding.some, finding.key) == (WARNING, True, "gone-ipv6")
    assert finding.values["subnets"] == ("subnet-a", "subnet-c")
    line = told(drops, facts)[0]
    assert "(IPv6 through vpce-1: gone or stopped) lets no connection from the internet in" in line
    steps = by_hand_of(drops, facts, impact="traffic")
    assert "--destination-ipv6-cidr-block RANGE --vpc-endpoint-id ENDPOINT" in steps


@pytest.mark.parametrize(
    "seen",
    [
        door(**tables(*GONE_6), **DUAL, **over_6(Tcp.OPEN, Tcp.OPEN)),
        door(**tables(*GONE_6), subnets=DUAL_SUBNETS, **EVERYBODY),
        door(**tables(("2001:db8:1:9::/64", "vpce-1x")), **DUAL, **EVERYBODY),
        door(**tables(("2001:db8:1:1::/64", "vpce-1")), **DUAL, **EVERYBODY),
    ],
    ids=["seen to answer", "no IPv6 addresses", "another subnet's", "through one that is there"],
)
def test_ipv6_that_is_not_lost_passes(seen: Facts) -> None:
    assert result_of(drops, seen) is Result.PASSED


def test_a_node_that_answers_over_ipv6_is_not_lost() -> None:
    (finding,) = run_one(door(**tables(*GONE_6), **DUAL, **over_6(Tcp.OPEN, Tcp.SILENT)), drops).findings
    assert finding.values["subnets"] == ("subnet-c",)


def test_both_versions_lost_are_two_findings() -> None:
    outcome = run_one(door(**tables(*GONE, *GONE_6), **DUAL), drops)
    assert [one.key for one in outcome.findings] == ["gone", "gone-ipv6"]


def test_what_is_not_known() -> None:
    denied = run_one(door(route_tables=DENIED, subnets=(treated(A), treated(C))), drops)
    assert (len(denied.findings), denied.gaps) == (1, (DENIED,))
    assert result_of(drops, door(route_tables=DENIED)) is Result.SKIPPED
    odd = msgspec.structs.replace(
        tables(*BOTH)["route_tables"][0],
        routes=(msgspec.convert(_route("10.0.1.0/24", "vpce-1") | {"State": "odd"}, Route),),
    )
    assert result_of(drops, door(route_tables=(odd, *tables()["route_tables"]))) is Result.SKIPPED
    # A firewall beside a subnet that treats its halves differently.
    halves = tables(("10.0.1.0/25", "vpce-1x"), BOTH[1])
    assert result_of(drops, door(**halves)) is Result.SKIPPED


@pytest.mark.parametrize(
    ("routes", "certainty"), [(tables(), "likely"), (tables(*BOTH), "confirmed")], ids=["open", "through a firewall"]
)
def test_silence_is_no_other_networks_where_a_firewall_stands_in_the_way(
    routes: dict[str, Any], certainty: str
) -> None:
    (finding,) = run_one(door(**routes, **NOBODY), closed).findings
    assert finding.certainty == certainty
