"""The last step of the ways to targets: the firewall of the host itself, as it told (`--inspect-hosts`)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive import asked
from albdoctor.derive.needs import derivation
from albdoctor.derive.network.blocks import Block, missing
from albdoctor.derive.network.host_filter import FAMILIES, Arriving, Stop, passage, written
from albdoctor.derive.targets.inspected import Inspected, InspectedGroups
from albdoctor.derive.targets.listening import LEAVING, Sockets
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.surroundings import Surroundings, arrival
from albdoctor.facts.elb import Target, TargetGroup
from albdoctor.facts.host_firewall import Chain, HostFirewall
from albdoctor.facts.known import Gap, Known, Observed, Unknown

ASKED = "ssm:GetCommandInvocation"
FOR_IPV6 = "the host's firewall rules for IPv6 are not read"


class HostWay(Struct, frozen=True, kw_only=True):
    """From the balancers' nodes to a port of one target, whose host stops what comes from there."""

    target: Seen
    port: int
    sources: tuple[str, ...]
    """The blocks of the nodes' subnets from which nothing passes."""
    packet: Arriving
    """From the first of them, as the host's rules met it in the end: perhaps with another destination."""
    stop: Stop
    """What stops it."""
    base: Chain
    """The chain of a hook that the rule was found in."""
    manager: str
    """What writes the host's rules."""
    of_docker: bool = False
    """The table has Docker's chain for rules of one's own."""

    @property
    def line(self) -> tuple[str, str]:
        """How the host was asked, and the rule that stops packets."""
        return asked.host_firewall(self.stop.chain.tool, self.target.target.id, self.stop.chain.family), written(
            self.stop
        )


class HostWays(Struct, frozen=True, kw_only=True):
    """What the hosts of a group's targets stop."""

    group: TargetGroup
    blocked: tuple[HostWay, ...]
    admitted: frozenset[tuple[Target, int]]
    """The targets and ports from which no answer came although the host lets everything from there through."""
    known: bool
    """Nothing of failing targets is left open."""


AllHostWays: TypeAlias = tuple[HostWays, ...]
"""For each group of instances that is inspected; none where the user wants no host inspected."""


@derivation
def host_ways(
    inspected: InspectedGroups, around: Observed[Surroundings], sockets: Sockets
) -> Iterator[HostWays | Unknown]:
    """Judge what the hosts of each group stop, and give the gaps beside it."""
    for item in inspected:
        if isinstance(around, Unknown):
            yield around
            continue
        found = [
            way
            for seen in item.targets
            if seen.state not in LEAVING
            for way in _each(item, seen, around.value, sockets)
        ]
        gaps = tuple(dict.fromkeys(way for way in found if isinstance(way, Unknown)))
        yield from gaps
        blocked = tuple(way for way in found if isinstance(way, HostWay))
        admitted = frozenset(way for way in found if isinstance(way, tuple))
        yield HostWays(group=item.group, blocked=blocked, admitted=admitted, known=not gaps)


def rejecting_hosts(ways: Observed[AllHostWays]) -> frozenset[tuple[Target, int]]:
    """The targets and ports of which the host itself refuses connections, whatever listens there."""
    every = ways.value if isinstance(ways, Known) else ()
    blocked = (way for item in every for way in item.blocked)
    return frozenset((way.target.target, way.port) for way in blocked if way.stop.does == "reject")


def admitting_hosts(ways: Observed[AllHostWays]) -> frozenset[tuple[Target, int]]:
    """The targets and ports to which the host was seen to let packets through; none where nobody looked."""
    every = ways.value if isinstance(ways, Known) else ()
    return frozenset(one for item in every for one in item.admitted)


def _each(
    item: Inspected, seen: Seen, around: Surroundings, sockets: Sockets
) -> Iterator[HostWay | tuple[Target, int] | Unknown]:
    """The ways to the ports of a target from which no answer came; only of failing ones a gap matters."""
    firewall, found = sockets.firewall_of(seen), around.places.get(seen.target.id)
    place = arrival(item.group, found) if found else None
    sources = _sources(item.group, around)
    unheard = [port for port in dict.fromkeys((seen.port, seen.check_port)) if not _answered(seen, port)]
    unread = _unread(item.group, firewall.value) if isinstance(firewall, Known) else None
    gap = next((one for one in (firewall, sources, unread) if isinstance(one, Unknown)), None)
    if unheard and gap is not None and seen.failing:
        yield gap
    if isinstance(firewall, Unknown) or isinstance(sources, Unknown) or gap is not None:
        return
    if place is None or not place.address:
        return  # the ways through the VPC are a gap already
    address = ip_address(place.address)
    for port in unheard:
        ways = [(one, passage(firewall.value, one, address, port)) for one in sources]
        stopped = [(str(one), way) for one, way in ways if way.outcome == "blocked"]
        first = stopped[0][1] if stopped else None
        if first and first.stop and first.base:
            yield HostWay(
                target=seen,
                port=port,
                sources=tuple(one for one, _ in stopped),
                packet=first.packet,
                stop=first.stop,
                base=first.base,
                manager=firewall.value.manager,
                of_docker=any(
                    one.name == "DOCKER-USER" and one.family in FAMILIES[address.version]
                    for one in firewall.value.chains
                ),
            )
        elif ways and all(way.outcome == "open" for _, way in ways):
            yield seen.target, port
        elif seen.failing and any(way.outcome == "unclear" for _, way in ways):
            detail = f"the host's firewall rules leave open whether port {port} is reached"
            yield Unknown(gap=Gap.FAILED, asked=ASKED, detail=detail)


def _unread(group: TargetGroup, firewall: HostFirewall) -> Unknown | None:
    """Why the rules for what a group sends are not known, if so: IPv6's of a Windows host, or in facts of long ago."""
    if group.ip_address_type != "ipv6" or firewall.complete_ipv6 is not None:
        return None
    return Unknown(gap=Gap.NOT_ASKED, asked=ASKED, detail=FOR_IPV6)


def _answered(seen: Seen, port: int) -> bool:
    """Whether something on the port answered the balancer: then no rule keeps it from there."""
    if port == seen.check_port and (seen.state == "healthy" or seen.codes):
        return True
    return port == seen.port and seen.proven


def _sources(group: TargetGroup, around: Surroundings) -> tuple[Block, ...] | Unknown:
    """The blocks in which the nodes of a group's balancers have the addresses that they send from."""
    version = 6 if group.ip_address_type == "ipv6" else 4
    blocks: dict[Block, None] = {}
    known = {subnet.subnet_id: subnet for subnet in around.network.subnets}
    for balancer in around.balancers_of(group):
        for zone in balancer.availability_zones:
            subnet = known.get(zone.subnet_id)
            if subnet is None or not subnet.blocks(version):
                return missing("ec2:DescribeSubnets", zone.subnet_id)
            blocks |= {ip_network(one, strict=False): None for one in subnet.blocks(version)}
    return tuple(blocks)
