# ruff: noqa: ANN401 - moto passes on what its own responses parsed, untyped
"""The emulated Elastic Load Balancing: moto's, with what AWS does and moto does not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeAlias, cast

import moto.elbv2.urls
from moto.acm.exceptions import CertificateNotFound
from moto.acm.models import acm_backends
from moto.elbv2.exceptions import (
    DuplicateListenerError,
    DuplicateLoadBalancerName,
    TargetGroupNotFoundError,
    TargetNotRunning,
)
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeListener, FakeLoadBalancer, FakeTargetGroup
from moto.elbv2.ssl_policies import SSL_POLICIES

from albdoctor.lab import logins
from albdoctor.lab.aws_ec2 import LabEc2
from albdoctor.lab.wire import RefusedError

CANONICAL_ZONES = {
    "ap-northeast-1": "Z14GRHDCWA56QT",
    "ap-northeast-2": "ZWKZPGTI48KDX",
    "us-east-1": "Z35SXDOTRQ7X7K",
}

NETWORK_ZONES = {"ap-northeast-2": "ZIBE1TIR4HY56"}
"""The same of Network Load Balancers."""


LAMBDA = "lambda"
IPV6_ONLY = "dualstack-without-public-ipv4"
KEPT = {"Protocol": "#{protocol}", "Port": "#{port}", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}"}
"""What a redirect does unless it says otherwise."""


@dataclass(frozen=True)
class Health:
    """`TargetHealth` of one target, as the API words it; `port` is the one that was checked."""

    state: str
    reason: str | None = None
    description: str | None = None
    port: int | None = None


TargetHealth: TypeAlias = Callable[[str, str, int], Health]
"""Tells how a registered target is: group ARN, target id, target port."""


def node_description(balancer_arn: str) -> str:
    """How the interfaces of a balancer's nodes are described."""
    return f"ELB {balancer_arn.split(':loadbalancer/')[-1]}"


def protocols_of(policy: str) -> tuple[str, ...]:
    """The versions of TLS that a policy accepts, as DescribeSSLPolicies tells them."""
    known = SSL_POLICIES.get(policy)
    return tuple(known["ssl_protocols"]) if known else ()


class LabElb(ELBv2Backend):
    """One Region's Elastic Load Balancing."""

    target_health: TargetHealth
    may_invoke: Callable[[str, str], bool]
    """Whether a function, by its ARN, may be invoked for a group."""
    shifted: frozenset[str] = frozenset()
    """Targets, by id, in the zone that a zonal shift keeps requests away from."""

    @property
    def _url_module(self) -> ModuleType:
        return moto.elbv2.urls

    @property
    def ec2_backend(self) -> LabEc2:
        """The Region's EC2."""
        return cast("LabEc2", super().ec2_backend)

    # --- load balancers --------------------------------------------------------------------------------------

    def create_load_balancer(self, name: str, *args: Any, **kwargs: Any) -> FakeLoadBalancer:
        """Create a balancer with the DNS name, the alias zone and the node interfaces that AWS gives it."""
        if any(other.name == name for other in self.load_balancers.values()):
            raise DuplicateLoadBalancerName
        kwargs["scheme"] = kwargs.get("scheme") or "internet-facing"
        balancer = super().create_load_balancer(name, *args, **kwargs)
        number = int(hashlib.md5(balancer.arn.encode(), usedforsecurity=False).hexdigest()[:8], 16)
        if balancer.type == "network":
            self._name_network(balancer, number)
            self._place_nodes(balancer)
            return balancer
        prefix = "internal-" if balancer.scheme == "internal" else ""
        balancer.dns_name = f"{prefix}{name}-{number}.{self.region_name}.elb.amazonaws.com"
        balancer.canonical_hosted_zone_id = CANONICAL_ZONES.get(self.region_name, "Z35SXDOTRQ7X7K")
        if not balancer.security_groups:
            default = self.ec2_backend.get_default_security_group(balancer.vpc_id)
            balancer.security_groups = [default.id] if default else []
        self._place_nodes(balancer)
        return balancer

    def _name_network(self, balancer: FakeLoadBalancer, number: int) -> None:
        """Give a Network Load Balancer the ARN and the DNS name of its kind: moto's are an application one's."""
        del self.load_balancers[balancer.arn]
        balancer.arn = balancer.arn.replace(":loadbalancer/app/", ":loadbalancer/net/")
        self.load_balancers[balancer.arn] = balancer
        balancer.dns_name = f"{balancer.name}-{number:x}.elb.{self.region_name}.amazonaws.com"
        balancer.canonical_hosted_zone_id = NETWORK_ZONES.get(self.region_name, "Z26RNL4JYFTOTI")

    def delete_load_balancer(self, arn: str) -> None:
        """Delete a balancer, its nodes' interfaces and its hold on groups."""
        super().delete_load_balancer(arn)
        for node in self.ec2_backend.nodes(node_description(arn)):
            self.ec2_backend.delete_network_interface(node.id)
        self._relink()

    def set_ip_address_type(self, arn: str, ip_type: str) -> None:
        """Change the address type; moto does not know the one whose clients come over IPv6 only."""
        super().set_ip_address_type(arn, "dualstack" if ip_type == IPV6_ONLY else ip_type)
        self.load_balancers[arn].ip_address_type = ip_type
        for node in self.ec2_backend.nodes(node_description(arn)) if ip_type != "ipv4" else ():
            self.ec2_backend.give_ipv6(node, alone=ip_type == IPV6_ONLY)

    def set_security_groups(self, arn: str, sec_groups: list[str]) -> None:
        """Change the groups of a balancer and of its nodes' interfaces."""
        super().set_security_groups(arn, sec_groups)
        for node in self.ec2_backend.nodes(node_description(arn)):
            self.ec2_backend.modify_network_interface_attribute(node.id, sec_groups)

    def set_subnets(self, arn: str, subnets: list[str], subnet_mappings: list[dict[str, Any]]) -> list[Any]:
        """Move a balancer to other subnets: nodes elsewhere go, new ones come; one that found no room grows again."""
        zones: list[Any] = super().set_subnets(arn, subnets, subnet_mappings)
        balancer = self.load_balancers[arn]
        self._place_nodes(balancer)
        self.grow(balancer)
        return zones

    def grow(self, balancer: FakeLoadBalancer) -> None:
        """Let a balancer try to make more nodes: it is impaired while a subnet of its has no address left."""
        full = any(subnet.available_ip_address_count == 0 for subnet in balancer.subnets)
        balancer.state = "active_impaired" if full else "active"

    def _place_nodes(self, balancer: FakeLoadBalancer) -> None:
        description = node_description(balancer.arn)
        wanted = {subnet.id for subnet in balancer.subnets}
        for node in self.ec2_backend.nodes(description):
            if node.subnet.id not in wanted:
                self.ec2_backend.delete_network_interface(node.id)
        present = {node.subnet.id for node in self.ec2_backend.nodes(description)}
        for subnet in balancer.subnets:
            if subnet.id not in present:
                self.ec2_backend.add_node(
                    description, subnet, balancer.security_groups, public=balancer.scheme == "internet-facing"
                )

    # --- listeners and rules ---------------------------------------------------------------------------------

    def create_listener(
        self,
        load_balancer_arn: str,
        protocol: str,
        port: str,
        ssl_policy: str,
        certificate: str | None,
        *args: Any,
        **kwargs: Any,
    ) -> FakeListener:
        """Create a listener; refuses a port that is taken and a certificate that is not issued."""
        balancer = self.load_balancers.get(load_balancer_arn)
        if balancer and any(str(other.port) == str(port) for other in balancer.listeners.values()):
            raise DuplicateListenerError
        if protocol == "HTTPS" and not certificate:
            raise RefusedError("ValidationError", "A certificate must be specified for HTTPS listeners")
        self._must_be_issued([certificate] if certificate else [])
        logins.taken(args[0] if args else kwargs.get("actions", ()))
        listener = super().create_listener(load_balancer_arn, protocol, port, ssl_policy, certificate, *args, **kwargs)
        self._relink()
        return listener

    def modify_listener(
        self,
        arn: str,
        port: str | None = None,
        protocol: str | None = None,
        ssl_policy: str | None = None,
        certificates: list[dict[str, Any]] | None = None,
        actions: list[dict[str, Any]] | None = None,
    ) -> FakeListener:
        """Modify a listener; a new default certificate leaves the SNI list as it is."""
        wanted = [certificate["CertificateArn"] for certificate in certificates or []]
        self._must_be_issued(wanted)
        listeners = self.describe_listeners(None, [arn])
        before: list[str] = [name for one in listeners for name in one.certificates]
        logins.taken(actions or (), (action.data for one in listeners for action in one.default_actions))
        listener = super().modify_listener(arn, port, protocol, ssl_policy, certificates or [], actions or [])
        if wanted:
            listener.certificates = list(dict.fromkeys([wanted[0], *before[1:]]))
        self._relink()
        return listener

    def delete_listener(self, listener_arn: str) -> FakeListener:
        """Delete a listener and its hold on groups."""
        listener = super().delete_listener(listener_arn)
        self._relink()
        return listener

    def add_listener_certificates(self, arn: str, certificates: list[dict[str, Any]]) -> list[str]:
        """Add certificates to the SNI list, each once."""
        self._must_be_issued(one["CertificateArn"] for one in certificates)
        present = self.describe_listener_certificates(arn)
        return super().add_listener_certificates(
            arn, [one for one in certificates if one["CertificateArn"] not in present]
        )

    def create_rule(self, *args: Any, **kwargs: Any) -> Any:
        """Create a rule."""
        logins.taken(kwargs["actions"] if "actions" in kwargs else args[3])
        rule = super().create_rule(*args, **kwargs)
        self._relink()
        return rule

    def modify_rule(self, rule_arn: str, conditions: list[dict[str, Any]], actions: list[dict[str, Any]]) -> Any:
        """Modify a rule."""
        rules: Iterable[Any] = self.describe_rules(listener_arn=None, rule_arns=[rule_arn])
        logins.taken(actions, (action.data for one in rules for action in one.actions))
        rule = super().modify_rule(rule_arn, conditions, actions)
        self._relink()
        return rule

    def delete_rule(self, arn: str) -> None:
        """Delete a rule."""
        super().delete_rule(arn)
        self._relink()

    def _must_be_issued(self, arns: Iterable[str]) -> None:
        """Refuse certificates that ACM has not issued; those of IAM are moto's matter."""
        for arn in arns:
            if ":acm:" not in arn:
                continue
            try:
                certificate = acm_backends[self.account_id][self.region_name].get_certificate(arn)
            except CertificateNotFound:
                raise RefusedError("CertificateNotFound", f"Certificate '{arn}' not found") from None
            if certificate.status not in ("ISSUED", "EXPIRED") or getattr(certificate, "kind", None):
                raise RefusedError(
                    "UnsupportedCertificate",
                    f"The certificate '{arn}' must have a fully-qualified domain name, a supported signature, "
                    "and a supported key size.",
                )

    def _relink(self) -> None:
        """Bring every group's `LoadBalancerArns` up to date (moto only ever adds), and redirects to their full form."""
        used: dict[str, list[str]] = {}
        for balancer in self.load_balancers.values():
            for listener in balancer.listeners.values():
                _fill_redirects(listener)
                for arn in forwarded(listener):
                    used.setdefault(arn, []).append(balancer.arn)
        for arn, group in self.target_groups.items():
            group.load_balancer_arns = list(dict.fromkeys(used.get(arn, [])))

    # --- target groups ---------------------------------------------------------------------------------------

    def create_target_group(self, name: str, **kwargs: Any) -> FakeTargetGroup:
        """Create a group; the health check's protocol is HTTP unless given, also for an HTTPS group."""
        if kwargs.get("protocol") in ("HTTP", "HTTPS"):
            kwargs["healthcheck_protocol"] = kwargs.get("healthcheck_protocol") or "HTTP"
        return super().create_target_group(name, **kwargs)

    def register_targets(self, target_group_arn: str, instances: list[Any]) -> None:
        """Register targets; one instance may stand in a group with several ports (moto keeps one only)."""
        group = self._group(target_group_arn)
        for target in instances:
            instance = self.ec2_backend.get_instance_by_id(target["Id"])
            if instance and instance.state != "running":
                raise TargetNotRunning(target["Id"])
        for target in instances:
            if group.target_type == LAMBDA and not self.may_invoke(target["Id"], target_group_arn):
                words = f"principal does not have permission to invoke {target['Id']} from target group"
                raise RefusedError("AccessDenied", f"elasticloadbalancing {words} {target_group_arn}")
            group.targets[_target_key(group, target)] = {"Id": target["Id"], "Port": _port(group, target)}

    def deregister_targets(self, target_group_arn: str, instances: list[dict[str, Any]]) -> None:
        """Deregister targets; without a port the group's own is meant, and a target that is not there is no error."""
        group = self._group(target_group_arn)
        for target in instances:
            group.targets.pop(_target_key(group, target), None)

    def drain(self, target_group_arn: str, *ids: str) -> None:
        """Let targets be in the middle of their deregistration; none: nobody is any more."""
        group: Any = self._group(target_group_arn)
        group.draining = ids

    def notify_terminate_instances(self, instance_ids: list[str]) -> None:
        """Let go of instances that are terminated."""
        for group in self.target_groups.values():
            for key in [key for key, target in group.targets.items() if target["Id"] in instance_ids]:
                del group.targets[key]

    def describe_target_health(self, target_group_arn: str, targets: list[dict[str, Any]]) -> list[FakeHealthStatus]:
        """Answer the health that the lab's own checks found."""
        group = self._group(target_group_arn)
        asked: Sequence[dict[str, Any]] = targets or list(group.targets.values())
        keys = [_target_key(group, target) for target in asked]
        return [
            self._checked(target_group_arn, group.targets[key])
            if key in group.targets
            else group.health_for(target, self.ec2_backend)
            for key, target in zip(keys, asked, strict=True)
        ]

    def _group(self, arn: str) -> FakeTargetGroup:
        group = self.target_groups.get(arn)
        if group is None:
            raise TargetGroupNotFoundError
        return group

    def _checked(self, group_arn: str, target: dict[str, Any]) -> Any:
        health = self.target_health(group_arn, target["Id"], int(target["Port"]))
        port = str(health.port) if health.port else None
        own: Any = target["Port"] or None
        answer: Any = FakeHealthStatus(target["Id"], own, port, health.state, health.reason, health.description)
        state = "zonal_shift_active" if target["Id"] in self.shifted else "no_override"
        answer.administrative_override = {"State": state}
        return answer


def _target_key(group: FakeTargetGroup, target: dict[str, Any]) -> str:
    """A target is an id and a port; the group's own port unless it says another."""
    return f"{target['Id']}#{_port(group, target)}"


def _port(group: FakeTargetGroup, target: dict[str, Any]) -> int:
    """The port of a target; 0: a function has none."""
    return int(target.get("Port") or group.port or 0)


def _fill_redirects(listener: FakeListener) -> None:
    """Write out what a redirect keeps of the request: AWS answers all members, whatever was given."""
    rules: Iterable[Any] = listener.rules.values()
    for action in (*listener.default_actions, *(action for rule in rules for action in rule.actions)):
        if "RedirectConfig" in action.data:
            given: dict[str, Any] = action.data["RedirectConfig"]
            given |= KEPT | given


def forwarded(listener: FakeListener) -> Iterable[str]:
    """ARNs of all groups that a listener's rules forward to."""
    rules: Iterable[Any] = listener.rules.values()
    for rule in rules:
        for action in rule.actions:
            data: dict[str, Any] = action.data
            if "TargetGroupArn" in data:
                yield data["TargetGroupArn"]
            for group in data.get("ForwardConfig", {}).get("TargetGroups", []):
                yield group["TargetGroupArn"]
