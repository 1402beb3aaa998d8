"""Where load balancers and targets stand in the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.blocks import version_of
from albdoctor.derive.network.reach import Endpoint, Network
from albdoctor.facts.ec2 import Instance, Instances, NetworkInterface, NetworkInterfaces
from albdoctor.facts.elb import LoadBalancer, LoadBalancers, TargetGroup
from albdoctor.facts.known import Known, Observed


class Surroundings(Struct, frozen=True, kw_only=True):
    """The network, and where balancers and targets stand in it, found by their ids at once."""

    network: Network
    balancers: Mapping[str, LoadBalancer]
    """By ARN."""
    places: Mapping[str, Endpoint]
    """By a target's id: where its requests arrive, an instance's primary interface or the one with the address."""

    def balancers_of(self, group: TargetGroup) -> tuple[LoadBalancer, ...]:
        """The balancers of the snapshot that the group belongs to."""
        return tuple(self.balancers[arn] for arn in group.load_balancer_arns if arn in self.balancers)


@derivation
def surroundings(
    load_balancers: LoadBalancers,
    network_interfaces: NetworkInterfaces,
    network: Network,
    instances: Observed[Instances],
) -> Surroundings:
    """Read once what says where balancers and targets stand."""
    return Surroundings(
        network=network,
        balancers={one.load_balancer_arn: one for one in load_balancers},
        places=places_of(network_interfaces, instances.value if isinstance(instances, Known) else ()),
    )


def places_of(interfaces: NetworkInterfaces, instances: Iterable[Instance]) -> Mapping[str, Endpoint]:
    """Where requests to a target arrive, by its id or address."""
    places: dict[str, Endpoint] = {}
    for interface in interfaces:
        first = replace(_place_at(interface, interface.private_ip_address), ipv6=_ipv6_of(interface))
        attachment = interface.attachment
        if attachment is not None and attachment.instance_id and attachment.device_index == 0:
            places.setdefault(attachment.instance_id, first)
        places.setdefault(first.address, first)
        for address in (one.ipv6_address for one in interface.ipv6_addresses):
            places.setdefault(address, _place_at(interface, address))
        for one in interface.private_ip_addresses:
            if one.private_ip_address not in places:
                places[one.private_ip_address] = _place_at(interface, one.private_ip_address)
    for instance_id, beside in _beside(interfaces).items():
        if instance_id in places:
            places[instance_id] = replace(places[instance_id], beside=tuple(beside))
    for instance in instances:
        if instance.instance_id not in places:
            places[instance.instance_id] = _place_of(instance)
    return places


def _beside(interfaces: NetworkInterfaces) -> Mapping[str, list[Endpoint]]:
    """The interfaces of each instance that are not its primary one."""
    found: dict[str, list[Endpoint]] = {}
    for interface in interfaces:
        attachment = interface.attachment
        if attachment is not None and attachment.instance_id and attachment.device_index:
            found.setdefault(attachment.instance_id, []).append(_place_at(interface, interface.private_ip_address))
    return found


def _ipv6_of(interface: NetworkInterface) -> str:
    """The address that an IPv6 group sends to, where it is known: an instance has to have a primary one for that.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
    """
    return next((one.ipv6_address for one in interface.ipv6_addresses if one.is_primary_ipv6), "")


def arrival(group: TargetGroup, endpoint: Endpoint) -> Endpoint | None:
    """Where a group's requests arrive at a target; None: its group sends over IPv6, and no address is known for it."""
    if group.ip_address_type != "ipv6" or version_of(endpoint.address) == 6:
        return endpoint
    return replace(endpoint, address=endpoint.ipv6) if endpoint.ipv6 else None


def _place_at(interface: NetworkInterface, address: str) -> Endpoint:
    return Endpoint(address=address, subnet_id=interface.subnet_id, security_groups=interface.security_groups)


def _place_of(instance: Instance) -> Endpoint:
    return Endpoint(
        address=instance.private_ip_address,
        subnet_id=instance.subnet_id,
        security_groups=tuple(group.group_id for group in instance.security_groups),
    )
