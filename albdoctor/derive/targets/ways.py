"""The ways from the balancers to the targets of a group, and what blocks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from albdoctor.derive.network.reach import Blocker, Endpoint, Network, What, to_target
from albdoctor.derive.once import once
from albdoctor.derive.targets.health import Seen, Watched
from albdoctor.facts.ec2 import Instance, Instances, NetworkInterface, NetworkInterfaces
from albdoctor.facts.elb import LoadBalancer, LoadBalancers, TargetGroup
from albdoctor.facts.known import Gap, Known, Observed, Unknown


class Surroundings:
    """Everything that says where balancers and targets stand in the network, found by a target's id at once."""

    def __init__(
        self,
        *,
        network: Network,
        load_balancers: LoadBalancers,
        network_interfaces: NetworkInterfaces,
        instances: Observed[Instances],
    ) -> None:
        """Read the snapshot once."""
        self.network = network
        self._balancers = {one.load_balancer_arn: one for one in load_balancers}
        self._places = _by_target(network_interfaces, instances)

    def balancers_of(self, group: TargetGroup) -> tuple[LoadBalancer, ...]:
        """The balancers of the snapshot that the group belongs to."""
        return tuple(self._balancers[arn] for arn in group.load_balancer_arns if arn in self._balancers)

    def place(self, target_id: str) -> Endpoint | None:
        """Where requests for a target arrive: an instance's primary interface, or the interface with the address."""
        return self._places.get(target_id)


@once
def _by_target(interfaces: NetworkInterfaces, instances: Observed[Instances]) -> Mapping[str, Endpoint]:
    places: dict[str, Endpoint] = {}
    for interface in interfaces:
        first = _place_at(interface, interface.private_ip_address)
        attachment = interface.attachment
        if attachment is not None and attachment.instance_id and attachment.device_index == 0:
            places.setdefault(attachment.instance_id, first)
        places.setdefault(first.address, first)
        for one in interface.private_ip_addresses:
            if one.private_ip_address not in places:
                places[one.private_ip_address] = _place_at(interface, one.private_ip_address)
    for instance in instances.value if isinstance(instances, Known) else ():
        if instance.instance_id not in places:
            places[instance.instance_id] = _place_of(instance)
    return places


def _place_at(interface: NetworkInterface, address: str) -> Endpoint:
    return Endpoint(address=address, subnet_id=interface.subnet_id, security_groups=interface.security_groups)


def _place_of(instance: Instance) -> Endpoint:
    return Endpoint(
        address=instance.private_ip_address,
        subnet_id=instance.subnet_id,
        security_groups=tuple(group.group_id for group in instance.security_groups),
    )


class Way(Struct, frozen=True, kw_only=True):
    """One balancer, one target of its group, and where the target stands."""

    balancer: LoadBalancer
    seen: Seen
    endpoint: Endpoint

    def blockers(self, network: Network, port: int, *what: What) -> tuple[Blocker, ...] | Unknown:
        """What keeps the balancer from a port of the target; only these kinds, when some are named."""
        found = to_target(network, self.balancer, self.endpoint, port)
        if isinstance(found, Unknown):
            return found
        return tuple(blocker for blocker in found if not what or blocker.what in what)


def ways(item: Watched, around: Surroundings) -> Iterator[Way | Unknown]:
    """Give the ways to every target of a group that the balancer has a verdict on.

    A target whose interface is not known gives the gap.
    """
    balancers = around.balancers_of(item.group)
    for seen in item.targets:
        if not seen.judged:
            continue
        place = around.place(seen.target.id)
        if place is None:
            detail = f"no network interface of {seen.target.id} found"
            yield Unknown(gap=Gap.FAILED, asked="ec2:DescribeNetworkInterfaces", detail=detail)
            continue
        yield from (Way(balancer=balancer, seen=seen, endpoint=place) for balancer in balancers)


class Blocked(Struct, frozen=True, kw_only=True):
    """A way that is blocked on one port."""

    way: Way
    port: int
    blockers: tuple[Blocker, ...]


def blocked(item: Watched, around: Surroundings, *what: What, check: bool) -> Iterator[Blocked | Way | Unknown]:
    """Judge the ways to the port of the health check (or of requests): a blocked one, an open one, or the gap.

    Without kinds to look for, everything that blocks counts. A healthy target's health check gets through,
    whatever the rules seem to say.
    """
    for way in ways(item, around):
        if isinstance(way, Unknown):
            yield way
            continue
        port = way.seen.check_port if check else way.seen.port
        if way.seen.state == "healthy" and port == way.seen.check_port:
            yield way
            continue
        blockers = way.blockers(around.network, port, *what)
        if isinstance(blockers, Unknown):
            yield blockers
        else:
            yield Blocked(way=way, port=port, blockers=blockers) if blockers else way
