"""Whether packets pass: 1,000 targets behind security groups of 60 rules and network ACLs of ten entries, on one core.

Each target is behind a group of its own, in one of 40 subnets with an ACL each; the load balancer has nodes in three
subnets. Both ports of each target are asked, the one for requests and the one for health checks, and its route; half of
the targets are asked over IPv6. Half are blocked, so that no first rule ends the search. Beside it stands the same with
one rule and two entries: the difference is what the rules themselves cost.

Goal: under 1 s of CPU time.

    python benchmarks/packets.py
"""

from __future__ import annotations

import gc
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from albdoctor.derive.network.blocks import network
from albdoctor.derive.network.next_hops import leads
from albdoctor.derive.network.reach import Endpoint, Network, to_target
from albdoctor.derive.once import one_judgement
from albdoctor.facts.ec2 import NetworkAcl, RouteTable, SecurityGroup, Subnet
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Unknown

GOAL_SECONDS = 1.0
TARGETS, RULES, ENTRIES, SUBNETS, ROUTES = 1000, 60, 10, 40, 50
ROUNDS = 5
REQUESTS, CHECKS = 8080, 9090
NODES = tuple(f"subnet-alb-{zone}" for zone in "abc")


@dataclass(frozen=True)
class World:
    """A network and who stands in it."""

    network: Network
    balancer: LoadBalancer
    targets: tuple[Endpoint, ...]
    table: RouteTable


def world(rules: int, entries: int) -> World:
    """Build it anew, so that nothing is remembered from an earlier round."""
    subnets = [*map(_nodes_subnet, range(len(NODES))), *map(_subnet, range(SUBNETS))]
    groups = [_group("sg-alb", []), *(_group(f"sg-{n}", _inbound(n, rules)) for n in range(TARGETS))]
    acls = [_acl("acl-alb", NODES, ENTRIES if entries > 2 else 2)]
    acls += [_acl(f"acl-{number}", (f"subnet-{number}",), entries) for number in range(SUBNETS)]
    balancer = {
        "LoadBalancerArn": "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/web/1",
        "LoadBalancerName": "web",
        "DNSName": "web-1.ap-northeast-2.elb.amazonaws.com",
        "VpcId": "vpc-1",
        "SecurityGroups": ["sg-alb"],
        "AvailabilityZones": [{"ZoneName": "a", "SubnetId": each} for each in NODES],
    }
    around = {"security_groups": groups, "prefix_lists": [], "network_acls": acls, "subnets": subnets}
    return World(
        network=Network(
            security_groups=msgspec.convert(around["security_groups"], tuple[SecurityGroup, ...]),
            prefix_lists=(),
            network_acls=msgspec.convert(around["network_acls"], tuple[NetworkAcl, ...]),
            subnets=msgspec.convert(around["subnets"], tuple[Subnet, ...]),
        ),
        balancer=msgspec.convert(balancer, LoadBalancer),
        targets=tuple(_target(number, 6 if number % 4 > 1 else 4) for number in range(TARGETS)),
        table=_table(),
    )


def _nodes_subnet(number: int) -> dict[str, Any]:
    return _range(NODES[number], f"10.0.{number}.0/24", f"2001:db8:0:{number:x}::/64")


def _subnet(number: int) -> dict[str, Any]:
    return _range(f"subnet-{number}", f"10.0.{100 + number}.0/24", f"2001:db8:0:{100 + number:x}::/64")


def _range(id_: str, cidr: str, ipv6: str) -> dict[str, Any]:
    associated = {"Ipv6CidrBlock": ipv6, "Ipv6CidrBlockState": {"State": "associated"}}
    return {"SubnetId": id_, "VpcId": "vpc-1", "CidrBlock": cidr, "Ipv6CidrBlockAssociationSet": [associated]}


def _target(number: int, version: int) -> Endpoint:
    at, host = number % SUBNETS, number // SUBNETS + 10
    address = f"10.0.{100 + at}.{host}" if version == 4 else f"2001:db8:0:{100 + at:x}::{host:x}"
    return Endpoint(address=address, subnet_id=f"subnet-{at}", security_groups=(f"sg-{number}",))


def _inbound(number: int, rules: int) -> list[dict[str, Any]]:
    """Rules of other ports and sources; the last one admits the load balancer to every second target."""
    others = [
        _rule(REQUESTS if each % 2 else 3000 + each, f"172.16.{each}.0/24", f"2001:db8:{each + 1:x}::/48")
        for each in range(rules - 1)
    ]
    admits = _rule(REQUESTS, "", "") | {"ToPort": CHECKS, "UserIdGroupPairs": [{"GroupId": "sg-alb"}]}
    return [*others, admits if number % 2 else _rule(22, "10.0.0.0/8", "")]


def _rule(port: int, cidr: str, ipv6: str) -> dict[str, Any]:
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": cidr}] if cidr else [],
        "Ipv6Ranges": [{"CidrIpv6": ipv6}] if ipv6 else [],
    }


def _group(id_: str, inbound: list[dict[str, Any]]) -> dict[str, Any]:
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    return {"GroupId": id_, "VpcId": "vpc-1", "IpPermissions": inbound, "IpPermissionsEgress": [everything]}


def _acl(id_: str, subnets: tuple[str, ...], entries: int) -> dict[str, Any]:
    """So many entries for each direction, of both versions in turn: denials of single ports, then everything."""
    written: list[dict[str, Any]] = []
    for egress in (False, True):
        for number in range(entries):
            last = number >= entries - 2
            ports = {} if last else {"PortRange": {"From": 3300 + number, "To": 3300 + number}}
            block = {"CidrBlock": "0.0.0.0/0"} if number % 2 else {"Ipv6CidrBlock": "::/0"}
            what = {"RuleAction": "allow" if last else "deny", "Protocol": "-1" if last else "6"}
            written.append({"RuleNumber": 100 + number, "Egress": egress} | what | ports | block)
    associations = [{"SubnetId": each} for each in subnets]
    return {"NetworkAclId": id_, "VpcId": "vpc-1", "Entries": written, "Associations": associations}


def _table() -> RouteTable:
    routes = [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}]
    routes += [
        {"DestinationCidrBlock": f"10.{n}.0.0/16", "TransitGatewayId": "tgw-1", "State": "active"}
        for n in range(1, ROUTES)
    ]
    associations = [{"Main": True}]
    raw = {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": routes, "Associations": associations}
    return msgspec.convert(raw, RouteTable)


def judged(made: World) -> tuple[int, int]:
    """Ask about both ports of each target, and its route; gives how many ways are open and how many blocked."""
    opened = blocked = 0
    for target in made.targets:
        leads(made.table, (), network(target.address))
        for port in (REQUESTS, CHECKS):
            told = to_target(made.network, made.balancer, target, port)
            if isinstance(told, Unknown):
                raise TypeError(f"not judged: {told.detail}")
            opened, blocked = opened + (not told), blocked + bool(told)
    return opened, blocked


def seconds(rules: int, entries: int) -> tuple[float, tuple[int, int]]:
    """CPU time of this process, best of the rounds, each over a network of its own."""
    best, told = float("inf"), (0, 0)
    for _ in range(ROUNDS):
        made = world(rules, entries)
        network.cache_clear()
        gc.collect()
        begin = time.process_time()
        with one_judgement():
            told = judged(made)
        best = min(best, time.process_time() - begin)
    return best, told


def main() -> None:
    """Measure and print one JSON object last."""
    measured, (opened, blocked) = seconds(RULES, ENTRIES)
    plain, _ = seconds(1, 2)
    ways = opened + blocked
    print(
        f"{TARGETS} targets, {RULES} rules, {ENTRIES} entries a direction: {ways} ways, {opened} open: {measured:.3f} s"
    )
    print(f"the same with one rule and two entries: {plain:.3f} s")
    print(
        json.dumps(
            {
                "benchmark": "packets",
                "measured": round(measured, 3),
                "reference": GOAL_SECONDS,
                "ratio": round(measured / GOAL_SECONDS, 3),
                "goal": 1.0,
                "met": measured <= GOAL_SECONDS,
                "unit": "CPU s for both ports of 1,000 targets; reference: the goal",
                "ways": {"open": opened, "blocked": blocked},
                "one_rule_two_entries": round(plain, 3),
            }
        )
    )


if __name__ == "__main__":
    main()
