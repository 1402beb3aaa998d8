"""The ways from the balancers to the targets of a group, and what blocks them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from albdoctor.derive.health import Seen, Watched
from albdoctor.derive.reach import Blocker, Endpoint, Network, What, to_target
from albdoctor.facts.ec2 import Instances, NetworkInterfaces
from albdoctor.facts.elb import LoadBalancer, LoadBalancers
from albdoctor.facts.known import Gap, Known, Observed, Unknown


class Surroundings(Struct, frozen=True, kw_only=True):
    """Everything that says where balancers and targets stand in the network."""

    network: Network
    load_balancers: LoadBalancers
    network_interfaces: NetworkInterfaces
    instances: Observed[Instances]


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
    group = item.group
    balancers = [one for one in around.load_balancers if one.load_balancer_arn in group.load_balancer_arns]
    for seen in item.targets:
        if not seen.judged:
            continue
        place = _endpoint(seen, around)
        if isinstance(place, Unknown):
            yield place
            continue
        yield from (Way(balancer=balancer, seen=seen, endpoint=place) for balancer in balancers)


def _endpoint(seen: Seen, around: Surroundings) -> Endpoint | Unknown:
    """Where requests for a target arrive: an instance's primary interface, or the interface with the address."""
    id_ = seen.target.id
    for interface in around.network_interfaces:
        attachment = interface.attachment
        primary = attachment is not None and attachment.instance_id == id_ and attachment.device_index == 0
        addresses = (interface.private_ip_address, *(one.private_ip_address for one in interface.private_ip_addresses))
        if primary or id_ in addresses:
            address = interface.private_ip_address if primary else id_
            return Endpoint(address=address, subnet_id=interface.subnet_id, security_groups=interface.security_groups)
    instances = around.instances.value if isinstance(around.instances, Known) else ()
    for instance in instances:
        if instance.instance_id == id_:
            return Endpoint(
                address=instance.private_ip_address,
                subnet_id=instance.subnet_id,
                security_groups=tuple(group.group_id for group in instance.security_groups),
            )
    return Unknown(gap=Gap.FAILED, asked="ec2:DescribeNetworkInterfaces", detail=f"no network interface of {id_} found")


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
