# ruff: noqa: ANN401 - moto's and werkzeug's objects are untyped here
"""Whether a packet passes: the lab's own judgement over security groups, ACLs and routes.

It shares nothing with the tool's, so that each checks the other. Everything is read live.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from albdoctor.lab.state import Instance, Interface, State

CLIENT = "192.0.2.10"
"""The lab's client in the internet (TEST-NET-1, RFC 5737)."""
CLIENT_6 = "2001:db8:c::10"
"""The same client over IPv6 (RFC 3849)."""
EPHEMERAL_PORT = 50000
"""Where answers go; clients, nodes and targets all draw from 32768-60999 or wider."""


@dataclass(frozen=True)
class _End:
    """One end of a connection; `inside` is its interface, None for the internet."""

    address: str
    inside: Interface | None = None


class Packets:
    """Decides for one Region's network."""

    def __init__(self, state: State) -> None:
        """Read from an account."""
        self._state = state
        self.client_is_shut_in = False
        """The client's own network lets nothing out to the internet."""

    def client_to_node(self, node: Interface, port: int, client: str = CLIENT) -> bool:
        """Whether a TCP connection from the internet reaches a balancer's node, over the family of the client."""
        over_6 = ":" in client
        if not (node.ipv6 if over_6 else node.public) or (client in (CLIENT, CLIENT_6) and self.client_is_shut_in):
            return False
        return self._connects(_End(client), _End(node.ipv6 if over_6 else node.address, node), port)

    def client_to_instance(self, instance: Instance, port: int) -> bool:
        """Whether a TCP connection from the internet reaches an instance's public address."""
        interface = instance.interface
        if self.client_is_shut_in or not (instance.running and interface.public):
            return False
        return self._connects(_End(CLIENT), _inside(interface), port)

    def node_to_instance(self, node: Interface, instance: Instance, port: int) -> bool:
        """Whether a TCP connection from a balancer's node reaches an instance."""
        return instance.running and self._connects(_inside(node), _inside(instance.interface), port)

    def node_to_node(self, node: Interface, other: Interface, port: int) -> bool:
        """Whether a TCP connection from the node of a balancer reaches that of another one."""
        return self._connects(_inside(node), _inside(other), port)

    # --- one connection --------------------------------------------------------------------------------------

    def _connects(self, source: _End, target: _End, port: int) -> bool:
        """Whether SYN and answers pass: groups are asked for the first packet only, ACLs and routes for both ways."""
        return (
            self._groups_admit(source, target, port)
            and self._acls_admit(source, target, port)
            and self._acls_admit(target, source, EPHEMERAL_PORT)
            and self._gateway_admits(source, target)
            and self._routed(source, target)
            and self._routed(target, source)
        )

    def _groups_admit(self, source: _End, target: _End, port: int) -> bool:
        out = _is_free(source) or self._any_rule(source.inside, "egress_rules", target, port)
        into = _is_free(target) or self._any_rule(target.inside, "ingress_rules", source, port)
        return out and into

    def _any_rule(self, own: Interface | None, direction: str, peer: _End, port: int) -> bool:
        for group_id in own.groups if own else ():
            group = self._state.ec2.get_security_group_from_id(group_id)
            if group and any(self._rule_admits(rule, peer, port) for rule in list(getattr(group, direction))):
                return True
        return False

    def _rule_admits(self, rule: Any, peer: _End, port: int) -> bool:
        if rule.ip_protocol not in ("tcp", "6", "-1"):
            return False
        if rule.ip_protocol != "-1" and not int(rule.from_port) <= port <= int(rule.to_port):
            return False
        if block := rule.cidr_ipv4 or rule.cidr_ipv6:
            return _within(peer.address, block)
        if rule.prefix_list_id:
            return any(_within(peer.address, cidr) for cidr in self._prefix_list(rule.prefix_list_id))
        source: Mapping[str, str] = rule.source_group or {}
        referenced = source.get("GroupId")
        return bool(referenced) and peer.inside is not None and referenced in peer.inside.groups

    def _prefix_list(self, id_: str) -> Iterator[str]:
        found = self._state.ec2.managed_prefix_lists.get(id_)
        entries: list[dict[str, str]] = (found.entries.get(found.version) or []) if found else []
        yield from (entry["Cidr"] for entry in entries)

    # --- network ACLs ----------------------------------------------------------------------------------------

    def _acls_admit(self, source: _End, target: _End, port: int) -> bool:
        """Ask the ACLs for one direction; traffic inside a subnet meets none."""
        if source.inside and target.inside and source.inside.subnet == target.inside.subnet:
            return True
        leaves = source.inside is None or self._acl_admits(source.inside.subnet, target.address, port, egress=True)
        return leaves and (
            target.inside is None or self._acl_admits(target.inside.subnet, source.address, port, egress=False)
        )

    def _acl_admits(self, subnet: str, peer: str, port: int, *, egress: bool) -> bool:
        """Let the entry with the lowest number decide; without one that fits the packet is dropped."""
        for entry in sorted(self._acl_entries(subnet), key=lambda entry: int(entry.rule_number)):
            if _is_true(entry.egress) == egress and _entry_fits(entry, peer, port):
                return bool(entry.rule_action == "allow")
        return False

    def _acl_entries(self, subnet: str) -> list[Any]:
        acls: Iterable[Any] = list(self._state.ec2.network_acls.values())
        for acl in acls:
            if any(association.subnet_id == subnet for association in acl.associations):
                return list(acl.entries)
        return []

    # --- VPC Block Public Access, Automated Internet Firewall ----------------------------------------------------

    def _gateway_admits(self, source: _End, target: _End) -> bool:
        """Whether what comes from the internet may enter the subnet; both blocking modes drop it, and outbound-only."""
        if source.inside is not None or target.inside is None:
            return True
        ec2, subnet = self._state.ec2, target.inside.subnet
        return bool(ec2.block_mode_of(subnet) == "off" and ec2.connectivity_of(subnet) != "outbound-only")

    # --- routes ----------------------------------------------------------------------------------------------

    def _routed(self, source: _End, target: _End) -> bool:
        """Whether packets find the way; the internet knows the way to public addresses."""
        if source.inside is None:
            return target.inside is None or self._enters(source, target, target.inside)
        best = self._best(self._routes(source.inside.vpc, source.inside.subnet), target.address)
        if best is None:
            return False
        if target.inside is not None:
            return bool(best.local)
        if str(best.gateway_id).startswith("vpce-"):
            return self._through(best.gateway_id, source, target)
        gateway = best.gateway
        return (
            gateway is not None
            and str(gateway.id).startswith("igw-")
            and gateway.vpc is not None
            and gateway.vpc.id == source.inside.vpc
        )

    def _through(self, endpoint_id: str, source: _End, target: _End) -> bool:
        """Whether a firewall's endpoint sends packets on to the internet, and the gateway sends answers back to it."""
        endpoint = self._state.ec2.vpc_end_points[endpoint_id]
        if endpoint.state == "deleted":
            return False
        out = self._best(self._routes(endpoint.vpc_id, endpoint.subnet_ids[0]), target.address)
        if out is None or not str(out.gateway_id).startswith("igw-"):
            return False
        back = self._best(self._edge_routes(out.gateway_id), source.address)
        return back is not None and back.gateway_id == endpoint_id

    def _enters(self, source: _End, target: _End, inside: Interface) -> bool:
        """Whether the gateway leads a packet to its place; a firewall has to see both directions, or none."""
        found: Iterable[Any] = list(self._state.ec2.internet_gateways.values())
        own = next((one.id for one in found if one.vpc is not None and one.vpc.id == inside.vpc), "")
        best = self._best(self._edge_routes(own), target.address)
        back = self._best(self._routes(inside.vpc, inside.subnet), source.address)
        if best is not None and not best.local:
            return back is not None and back.gateway_id == best.gateway_id
        return back is None or not str(back.gateway_id).startswith("vpce-")

    @staticmethod
    def _best(routes: Iterable[Any], address: str) -> Any:
        """The most specific of the routes that lead to an address; None: there is none."""
        fitting = [route for route in routes if _covers(route, address)]
        return max(fitting, key=_length, default=None)

    def _edge_routes(self, gateway_id: str) -> list[Any]:
        """The routes of the table that an internet gateway uses for what comes in."""
        tables: Iterable[Any] = list(self._state.ec2.route_tables.values())
        own = [one for one in tables if any(a.get("GatewayId") == gateway_id for a in one.associations)]
        return list(own[0].routes) if own else []

    def _routes(self, vpc: str, subnet: str) -> list[Any]:
        """The routes of a subnet's table; the main table serves a subnet without one."""
        tables: list[Any] = [one for one in self._state.ec2.route_tables.values() if one.vpc_id == vpc]
        own = [one for one in tables if any(a.get("SubnetId") == subnet for a in one.associations)]
        main = [one for one in tables if any(a.get("Main") for a in one.associations)]
        chosen = own or main
        return list(chosen[0].routes) if chosen else []


def _is_free(end: _End) -> bool:
    """Whether no security group asks about an end: the internet, and nodes of a Network Load Balancer without one."""
    return end.inside is None or not end.inside.groups


def _inside(interface: Interface) -> _End:
    return _End(interface.address, interface)


def _within(address: str, cidr: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(cidr, strict=False)


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def _entry_fits(entry: Any, peer: str, port: int) -> bool:
    block = entry.cidr_block or entry.ipv6_cidr_block
    if str(entry.protocol) not in ("-1", "6", "tcp") or not block:
        return False
    first, last = entry.port_range_from, entry.port_range_to
    if str(entry.protocol) != "-1" and first is not None and not int(first) <= port <= int(str(last)):
        return False
    return _within(peer, block)


def _covers(route: Any, address: str) -> bool:
    block = _destination(route)
    return bool(block) and _within(address, block)


def _length(route: Any) -> int:
    return ipaddress.ip_network(_destination(route), strict=False).prefixlen


def _destination(route: Any) -> str:
    return route.destination_cidr_block or route.destination_ipv6_cidr_block or ""
