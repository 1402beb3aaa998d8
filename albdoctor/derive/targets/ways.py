"""The ways from the load balancers to the targets of a group, and what blocks them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.reach import Blocker, BlockerKind, Endpoint, to_target
from albdoctor.derive.targets.registered import Registered
from albdoctor.derive.targets.stale import is_nobodys
from albdoctor.derive.targets.surroundings import Surroundings, arrival
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.facts.elb import LoadBalancer, TargetGroup
from albdoctor.facts.known import Gap, Unknown

BEYOND = "the way beyond the VPC"
"""What nobody can ask EC2: how packets go on to a target on premises or in a peered VPC."""


class Way(Struct, frozen=True, kw_only=True):
    """From one balancer to one port of one target of its group."""

    balancer: LoadBalancer
    target: Registered
    endpoint: Endpoint
    """Where the target stands."""
    port: int
    blockers: tuple[Blocker, ...] = ()
    """Everything that keeps packets from passing; empty: it is open."""

    def blocked_by(self, *kinds: BlockerKind) -> Way | None:
        """The same way with the blockers of these kinds alone; None: none of them is in its way."""
        kept = tuple(blocker for blocker in self.blockers if blocker.kind in kinds)
        return replace(self, blockers=kept) if kept else None


class Ways(Struct, frozen=True, kw_only=True):
    """The ways to every target of a group that its balancers have a verdict on, on either port."""

    group: TargetGroup
    tried: tuple[Way, ...]
    gaps: tuple[Unknown, ...]
    """Why some ways could not be judged; the outcome of a check names them by itself."""

    def blocked(self, *kinds: BlockerKind) -> tuple[Way, ...]:
        """The ways that things of these kinds block, each with these blockers alone."""
        return tuple(way for each in self.tried if (way := each.blocked_by(*kinds)))

    @property
    def known(self) -> bool:
        """There are ways, and all of them could be judged."""
        return bool(self.tried) and not self.gaps


class RequestWays(Ways, frozen=True, kw_only=True):
    """The ways on the port that requests go to."""


class CheckWays(Ways, frozen=True, kw_only=True):
    """The ways on the port that health checks go to."""


AllWays: TypeAlias = tuple[Ways, ...]
"""For each watched group, its ways on either port."""
AllRequestWays: TypeAlias = tuple[RequestWays, ...]
AllCheckWays: TypeAlias = tuple[CheckWays, ...]


@derivation
def request_ways(watched: WatchedGroups, around: Surroundings) -> Iterator[RequestWays | Unknown]:
    """Judge for each watched group the ways that requests take, and give the gaps beside them."""
    for item in watched:
        tried, gaps = _tried(item.group, item.targets, around, lambda target: target.port)
        yield from gaps
        yield RequestWays(group=item.group, tried=tried, gaps=gaps)


@derivation
def check_ways(watched: WatchedGroups, around: Surroundings) -> Iterator[CheckWays | Unknown]:
    """Judge for each watched group the ways that health checks take, and give the gaps beside them."""
    for item in watched:
        ways = to_checks(item.group, item.targets, around)
        yield from ways.gaps
        yield ways


@derivation
def all_ways(to_requests: AllRequestWays, to_checks_: AllCheckWays) -> Iterator[Ways]:
    """Join for each watched group the ways of requests and of health checks."""
    checks = {one.group.ref: one for one in to_checks_}
    for one in to_requests:
        other = checks.get(one.group.ref)
        if other is None:  # a gap of the ways of health checks
            continue
        gaps = tuple(dict.fromkeys((*one.gaps, *other.gaps)))
        yield Ways(group=one.group, tried=(*one.tried, *other.tried), gaps=gaps)


def to_checks(group: TargetGroup, targets: Iterable[Registered], around: Surroundings) -> CheckWays:
    """Judge the ways that health checks of some targets of a group take."""
    tried, gaps = _tried(group, targets, around, lambda target: target.check_port)
    return CheckWays(group=group, tried=tried, gaps=gaps)


def _tried(
    group: TargetGroup, targets: Iterable[Registered], around: Surroundings, port_of: Callable[[Registered], int]
) -> tuple[tuple[Way, ...], tuple[Unknown, ...]]:
    """Each way that could be judged, and why the others could not."""
    found = [way for one in targets if one.judged for way in _each(group, one, around, port_of(one))]
    gaps = (way for way in found if isinstance(way, Unknown))
    return tuple(way for way in found if isinstance(way, Way)), tuple(dict.fromkeys(gaps))


def _each(group: TargetGroup, target: Registered, around: Surroundings, port: int) -> Iterator[Way | Unknown]:
    """The way from each balancer; a healthy target's health check gets through, whatever the rules seem to say."""
    endpoint = around.places.get(target.target.id)
    proven = target.state == "healthy" and port == target.check_port
    if endpoint is None and (proven or is_nobodys(target)):
        return
    if endpoint is None and target.outside:
        yield Unknown(gap=Gap.UNREACHABLE, asked=BEYOND, detail=f"{target.name} is outside the VPC of its group")
        return
    if endpoint is None:
        detail = f"no network interface of {target.target.id} found"
        yield Unknown(gap=Gap.FAILED, asked="ec2:DescribeNetworkInterfaces", detail=detail)
        return
    place = arrival(group, endpoint)
    if place is None and not proven:
        yield no_ipv6(target)
        return
    for balancer in around.balancers_of(group):
        blockers = () if proven else to_target(around.network, balancer, place or endpoint, port)
        if isinstance(blockers, Unknown):
            yield blockers
        else:
            yield Way(balancer=balancer, target=target, endpoint=place or endpoint, port=port, blockers=blockers)


def no_ipv6(target: Registered) -> Unknown:
    """Make the gap for a target of an IPv6 group whose IPv6 address is not known."""
    detail = f"no primary IPv6 address of {target.target.id} is known"
    return Unknown(gap=Gap.FAILED, asked="ec2:DescribeNetworkInterfaces", detail=detail)
