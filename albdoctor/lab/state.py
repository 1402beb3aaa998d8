# ruff: noqa: ANN401 - moto's and werkzeug's objects are untyped here
"""What the emulated account holds now, read from moto's own objects: plain values for the rest of the lab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.route53.models import route53_backends
from moto.wafv2.models import wafv2_backends

from albdoctor.facts.numbers import whole
from albdoctor.lab.aws_elb import node_description
from albdoctor.lab.aws_route53 import possible_name_servers
from albdoctor.lab.tree import HostedZone, RecordSet

DEFAULT_IDLE_TIMEOUT = 60


@dataclass(frozen=True)
class Interface:
    """A network interface: of a balancer's node or of an instance."""

    address: str
    public: str
    subnet: str
    vpc: str
    zone: str
    groups: tuple[str, ...]
    ipv6: str = ""


@dataclass(frozen=True)
class Instance:
    """An instance and its primary interface."""

    id: str
    state: str
    interface: Interface

    @property
    def running(self) -> bool:
        """Whether its processes run."""
        return self.state == "running"


@dataclass(frozen=True)
class Rule:
    """A rule: conditions and actions as the API writes them; the default rule is the last one."""

    priority: str
    conditions: tuple[dict[str, Any], ...]
    actions: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Listener:
    """A listener; the first certificate is the default one."""

    arn: str
    balancer: str
    port: int
    protocol: str
    certificates: tuple[str, ...]
    rules: tuple[Rule, ...]
    ssl_policy: str = ""


@dataclass(frozen=True)
class Balancer:
    """A load balancer and its nodes."""

    arn: str
    dns_name: str
    network: bool
    """It passes connections on as they are."""
    internal: bool
    nodes: tuple[Interface, ...]
    listeners: tuple[Listener, ...]
    idle_timeout: int = DEFAULT_IDLE_TIMEOUT
    """Seconds of AWS's clock."""

    def addresses_of(self, node: Interface) -> tuple[str, ...]:
        """What the balancer's name gives for a node."""
        first = node.address if self.internal else node.public
        return tuple(filter(None, (first, node.ipv6)))

    @property
    def zones(self) -> frozenset[str]:
        """Its enabled availability zones."""
        return frozenset(node.zone for node in self.nodes)


@dataclass(frozen=True)
class Group:
    """A target group and its registered targets (id, port)."""

    arn: str
    protocol: str
    version: str
    """Its protocol version: HTTP1, HTTP2 or GRPC."""
    type: str
    check_protocol: str
    check_port: str
    check_path: str
    matcher: str
    check_timeout: int
    """Seconds of AWS's clock."""
    targets: tuple[tuple[str, int], ...]
    balancers: tuple[str, ...]
    crosses_zones: bool = True
    """Whether a node sends requests to targets of other zones."""
    draining: frozenset[str] = frozenset()
    """Ids of targets that were deregistered and end what they have begun."""

    def port_checked(self, target_port: int) -> int:
        """The port that the health check of a target goes to."""
        port = whole(self.check_port)
        return target_port if port is None else port


class State:
    """A live view of the account in one Region."""

    def __init__(self, region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
        """Say which Region's network and balancers are meant."""
        self.region = region
        self.account = account

    @property
    def ec2(self) -> Any:
        """Moto's EC2 of the Region."""
        return ec2_backends[self.account][self.region]

    @property
    def elb(self) -> Any:
        """Moto's Elastic Load Balancing of the Region."""
        return elbv2_backends[self.account][self.region]

    # --- load balancers --------------------------------------------------------------------------------------

    def balancers(self) -> list[Balancer]:
        """Every load balancer."""
        return [self._balancer(one) for one in list(self.elb.load_balancers.values())]

    def balancer(self, arn: str) -> Balancer | None:
        """One load balancer; None: there is no such one."""
        found = self.elb.load_balancers.get(arn)
        return self._balancer(found) if found else None

    def refuses(self, balancer_arn: str) -> bool:
        """Whether a web ACL stands before a load balancer that blocks by default: what its rules say is not played."""
        acl: Any = wafv2_backends[self.account][self.region].get_web_acl_for_resource(balancer_arn)
        return acl is not None and "Block" in acl.default_action

    def groups(self) -> list[Group]:
        """Every target group."""
        return [_group(one) for one in list(self.elb.target_groups.values())]

    def group(self, arn: str) -> Group | None:
        """One target group; None: there is no such one."""
        found = self.elb.target_groups.get(arn)
        return _group(found) if found else None

    def _balancer(self, balancer: Any) -> Balancer:
        return Balancer(
            arn=balancer.arn,
            dns_name=balancer.dns_name.lower(),
            network=balancer.type == "network",
            internal=balancer.scheme == "internal",
            nodes=tuple(_interface(node) for node in self.ec2.nodes(node_description(balancer.arn))),
            listeners=tuple(_listener(one) for one in list(balancer.listeners.values())),
            idle_timeout=int(balancer.attrs.get("idle_timeout.timeout_seconds") or DEFAULT_IDLE_TIMEOUT),
        )

    # --- instances -------------------------------------------------------------------------------------------

    def instances(self) -> list[Instance]:
        """Every instance that was not terminated."""
        return [
            Instance(one.id, one.state, _interface(one.nics[0]))
            for reservation in list(self.ec2.reservations.values())
            for one in list(reservation.instances)
            if one.state not in ("shutting-down", "terminated")
        ]

    def instance(self, id_: str) -> Instance | None:
        """One instance; None: there is no such one (any more)."""
        return next((one for one in self.instances() if one.id == id_), None)

    def instance_at(self, address: str) -> Instance | None:
        """The instance with a private address."""
        return next((one for one in self.instances() if one.interface.address == address), None)

    def target(self, id_: str) -> Instance | None:
        """The instance that a target's id (an instance id or a private address) means."""
        return self.instance(id_) if id_.startswith("i-") else self.instance_at(id_)

    # --- what the DNS tree reads -------------------------------------------------------------------------------

    def balancer_addresses(self, dns_name: str) -> tuple[str, ...] | None:
        """The addresses that a balancer's DNS name resolves to; None: no balancer has this name."""
        wanted = dns_name.rstrip(".").lower().removeprefix("dualstack.")
        for balancer in self.balancers():
            if balancer.dns_name == wanted:
                return tuple(address for node in balancer.nodes for address in balancer.addresses_of(node))
        return None

    def hosted_zones(self) -> Sequence[HostedZone]:
        """Every hosted zone with its record sets, of every account: DNS is one."""
        accounts: list[Any] = list(route53_backends.values())
        zones: list[Any] = [zone for account in accounts for zone in list(account["aws"].zones.values())]
        return [
            HostedZone(
                id=zone.resource_id,
                name=_name(zone.name),
                name_servers=tuple(zone.delegation_set.name_servers),
                private=zone.private_zone,
                records=tuple(self._record(one) for one in list(zone.rrsets)),
            )
            for zone in zones
        ]

    def _record(self, record: Any) -> RecordSet:
        alias: dict[str, Any] = record.alias_target or {}
        name = _name(alias.get("DNSName", ""))
        evaluates = str(alias.get("EvaluateTargetHealth", "")).lower() == "true"
        return RecordSet(
            name=_name(record.name),
            type=record.type,
            ttl=int(record.ttl or 60),
            values=tuple(record.records or ()),
            alias=name,
            rests=record.failover == "SECONDARY" or str(record.weight) == "0",
            withdrawn=evaluates and bool(record.set_identifier) and self._lacks_targets(name),
        )

    def _lacks_targets(self, dns_name: str) -> bool:
        """Whether a load balancer has a group without a registered target, which Route 53 counts as unhealthy."""
        arns = {one.arn for one in self.balancers() if one.dns_name == dns_name.removeprefix("dualstack.")}
        own = [group for group in self.groups() if arns.intersection(group.balancers)]
        return any(not {target for target, _ in group.targets} - group.draining for group in own)

    def possible_name_servers(self) -> Sequence[str]:
        """Every name that a delegation set of the emulated Route 53 can hold."""
        return possible_name_servers()


def _name(text: str) -> str:
    return text.rstrip(".").lower().replace("\\052", "*")


def _interface(interface: Any) -> Interface:
    return Interface(
        address=interface.private_ip_address,
        public=interface.public_ip or "",
        subnet=interface.subnet.id,
        vpc=interface.subnet.vpc_id,
        zone=interface.subnet.availability_zone,
        groups=tuple(group.id for group in interface.group_set),
        ipv6=next(iter(interface.ipv6_addresses), ""),
    )


def _listener(listener: Any) -> Listener:
    rules = sorted(
        listener.rules.values(), key=lambda rule: (rule.is_default, 0 if rule.is_default else int(rule.priority))
    )
    return Listener(
        arn=listener.arn,
        balancer=listener.load_balancer_arn,
        port=int(listener.port),
        protocol=listener.protocol,
        ssl_policy=listener.ssl_policy or "",
        certificates=tuple(listener.certificates),
        rules=tuple(
            Rule(str(rule.priority), tuple(rule.conditions), tuple(action.data for action in rule.actions))
            for rule in rules
        ),
    )


def _group(group: Any) -> Group:
    matcher: dict[str, str] = getattr(group, "matcher", None) or {}
    return Group(
        arn=group.arn,
        protocol=group.protocol or "",
        version=group.protocol_version or "HTTP1",
        type=group.target_type,
        check_protocol=group.health_check_protocol or "HTTP",
        check_port=str(group.health_check_port or "traffic-port"),
        check_path=group.health_check_path or "/",
        matcher=matcher.get("HttpCode") or "200",
        check_timeout=int(group.health_check_timeout_seconds or 5),
        targets=tuple((one["Id"], int(one["Port"])) for one in list(group.targets.values())),
        balancers=tuple(group.load_balancer_arns),
        crosses_zones=group.attributes.get("load_balancing.cross_zone.enabled") != "false",
        draining=frozenset(getattr(group, "draining", ())),
    )
