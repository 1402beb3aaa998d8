"""Application Load Balancers and what hangs on them. Field names mirror ELBv2 (2015-12-01)."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from albdoctor.facts.arn import Arn, balancer_tail, region_of
from albdoctor.facts.known import Kind, Observed, Ref


class AvailabilityZone(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A zone of a load balancer and its subnet there."""

    zone_name: str
    subnet_id: str = ""


class State(Struct, frozen=True, kw_only=True, rename="pascal"):
    """State of a load balancer: active, provisioning, active_impaired, failed."""

    code: str
    reason: str = ""


class LoadBalancer(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A load balancer of any ELBv2 type."""

    load_balancer_arn: str
    load_balancer_name: str
    d_n_s_name: str
    canonical_hosted_zone_id: str = ""
    scheme: str = ""
    """internet-facing or internal."""
    vpc_id: str = ""
    state: State = State(code="active")
    type: str = "application"
    ip_address_type: str = "ipv4"
    availability_zones: tuple[AvailabilityZone, ...] = ()
    security_groups: tuple[str, ...] = ()

    @property
    def ref(self) -> Ref:
        """Name this load balancer."""
        return Ref(Kind.LOAD_BALANCER, self.load_balancer_arn)

    @property
    def dns_name(self) -> str:
        """Its DNS name, lower case."""
        return self.d_n_s_name.lower()

    @property
    def region(self) -> str:
        """Region, from the ARN."""
        return region_of(self.load_balancer_arn)

    @property
    def tail(self) -> str:
        """The end of the ARN that CloudWatch and ENI descriptions use: app/name/id."""
        return balancer_tail(self.load_balancer_arn)


LoadBalancers: TypeAlias = tuple[LoadBalancer, ...]
"""The load balancers that the scanned name leads to, or is meant to lead to (see `Leads`)."""


class How(StrEnum):
    """By which trace the scan came to a load balancer."""

    OPTION = "option"
    ALIAS = "alias"
    """An alias record of a hosted zone, served or not."""
    RECORD = "record"
    """A CNAME record of a hosted zone, served or not."""
    CNAME = "cname"
    """A CNAME that the delegated servers answered with."""
    ADDRESS = "address"
    """An address that the delegated servers answered with."""
    CERTIFICATE = "certificate"
    HOST_RULE = "host-rule"


class Lead(Struct, frozen=True, kw_only=True):
    """One trace from the name towards a load balancer."""

    how: How
    name: str
    """What the trace says: the alias target, the CNAME, the address, the certificate's or rule's ARN."""
    region: str = ""
    load_balancer_arn: str | None = None
    """None: it names a load balancer that does not exist in the account and Region."""

    @property
    def live(self) -> bool:
        """Whether DNS, as the world sees it, leads here; otherwise it is only meant to."""
        return self.how in (How.CNAME, How.ADDRESS)


Leads: TypeAlias = tuple[Lead, ...]


class Attribute(Struct, frozen=True, kw_only=True, rename="pascal"):
    """One key and value of load balancer or target group attributes."""

    key: str
    value: str = ""


class BalancerAttributes(Struct, frozen=True, kw_only=True):
    """Attributes of one load balancer."""

    load_balancer_arn: str
    attributes: tuple[Attribute, ...]


BalancersAttributes: TypeAlias = tuple[BalancerAttributes, ...]


class AttachedCertificate(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A certificate on a listener."""

    certificate_arn: str = ""
    is_default: bool = False


class RedirectConfig(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Redirect action; `#{host}`, `#{path}`, `#{port}`, `#{protocol}`, `#{query}` keep the request's."""

    protocol: str = "#{protocol}"
    port: str = "#{port}"
    host: str = "#{host}"
    path: str = "/#{path}"
    query: str = "#{query}"
    status_code: str = "HTTP_302"


class FixedResponseConfig(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Fixed response action."""

    status_code: str
    content_type: str = ""
    message_body: str = ""


class TargetGroupTuple(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A group and its weight in a forward action."""

    target_group_arn: str
    weight: int | None = None


class ForwardConfig(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Forward action."""

    target_groups: tuple[TargetGroupTuple, ...] = ()


class Action(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What a rule does."""

    type: str
    order: int | None = None
    target_group_arn: str = ""
    forward_config: ForwardConfig | None = None
    redirect_config: RedirectConfig | None = None
    fixed_response_config: FixedResponseConfig | None = None

    @property
    def groups(self) -> tuple[TargetGroupTuple, ...]:
        """The groups it forwards to, each with its weight (1 when not given)."""
        if self.type != "forward":
            return ()
        if self.forward_config and self.forward_config.target_groups:
            return self.forward_config.target_groups
        return (TargetGroupTuple(target_group_arn=self.target_group_arn, weight=1),) if self.target_group_arn else ()


class Listener(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A listener."""

    listener_arn: str
    load_balancer_arn: str
    port: int
    protocol: str
    ssl_policy: str = ""
    certificates: tuple[AttachedCertificate, ...] = ()
    """The default certificate only; the SNI list is in `ListenersCertificates`."""
    default_actions: tuple[Action, ...] = ()

    @property
    def ref(self) -> Ref:
        """Name this listener."""
        return Ref(Kind.LISTENER, self.listener_arn)

    @property
    def region(self) -> str:
        """Region, from the ARN."""
        return region_of(self.listener_arn)


Listeners: TypeAlias = tuple[Listener, ...]


class ListenerCertificates(Struct, frozen=True, kw_only=True):
    """All certificates of one listener: the default one and the SNI list."""

    listener_arn: str
    certificates: tuple[AttachedCertificate, ...]


ListenersCertificates: TypeAlias = tuple[ListenerCertificates, ...]
"""One entry for each HTTPS listener."""


class Values(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Values of a condition; `regex_values` since 2025."""

    values: tuple[str, ...] = ()
    regex_values: tuple[str, ...] = ()


class HeaderValues(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Condition on a request header."""

    http_header_name: str = ""
    values: tuple[str, ...] = ()
    regex_values: tuple[str, ...] = ()


class QueryPair(Struct, frozen=True, kw_only=True, rename="pascal"):
    """One query string condition."""

    key: str = ""
    value: str = ""


class QueryValues(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Condition on the query string."""

    values: tuple[QueryPair, ...] = ()


class Condition(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A condition of a rule: its values are OR, conditions of a rule are AND."""

    field: str = ""
    values: tuple[str, ...] = ()
    host_header_config: Values | None = None
    path_pattern_config: Values | None = None
    http_header_config: HeaderValues | None = None
    http_request_method_config: Values | None = None
    query_string_config: QueryValues | None = None
    source_ip_config: Values | None = None


class Rule(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A rule; `priority` is a number or "default"."""

    rule_arn: str
    priority: str
    conditions: tuple[Condition, ...] = ()
    actions: tuple[Action, ...] = ()
    is_default: bool = False
    listener_arn: str = ""
    """Filled in by the collector: the API answers rules for one listener."""

    @property
    def ref(self) -> Ref:
        """Name this rule."""
        return Ref(Kind.RULE, self.rule_arn)


Rules: TypeAlias = tuple[Rule, ...]


class Matcher(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Codes that count as healthy: "200", "200,302", "200-399"."""

    http_code: str = ""
    grpc_code: str = ""


class TargetGroup(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A target group."""

    target_group_arn: str
    target_group_name: str
    protocol: str = ""
    """HTTP or HTTPS; empty for Lambda."""
    port: int | None = None
    vpc_id: str = ""
    health_check_enabled: bool = True
    health_check_protocol: str = "HTTP"
    health_check_port: str = "traffic-port"
    health_check_path: str = "/"
    health_check_interval_seconds: int = 30
    health_check_timeout_seconds: int = 5
    healthy_threshold_count: int = 5
    unhealthy_threshold_count: int = 2
    matcher: Matcher = Matcher(http_code="200")
    load_balancer_arns: tuple[str, ...] = ()
    target_type: str = "instance"
    protocol_version: str = "HTTP1"
    ip_address_type: str = "ipv4"

    @property
    def ref(self) -> Ref:
        """Name this target group."""
        return Ref(Kind.TARGET_GROUP, self.target_group_arn)

    @property
    def tail(self) -> str:
        """The end of the ARN that CloudWatch uses: targetgroup/name/id."""
        return Arn.of(self.target_group_arn).resource

    @property
    def region(self) -> str:
        """Region, from the ARN."""
        return region_of(self.target_group_arn)


TargetGroups: TypeAlias = tuple[TargetGroup, ...]
"""Every group that the scanned balancers forward to."""


class GroupAttributes(Struct, frozen=True, kw_only=True):
    """Attributes of one target group."""

    target_group_arn: str
    attributes: tuple[Attribute, ...]


GroupsAttributes: TypeAlias = tuple[GroupAttributes, ...]


class Target(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A registered target: instance id, IP address or function ARN, and its port."""

    id: str
    port: int | None = None
    availability_zone: str = ""


class Health(Struct, frozen=True, kw_only=True, rename="pascal"):
    """`TargetHealth`: state, reason code and the API's own words."""

    state: str
    reason: str = ""
    description: str = ""


class TargetHealth(Struct, frozen=True, kw_only=True, rename="pascal"):
    """`TargetHealthDescription`: one target and how it is."""

    target: Target
    health_check_port: str = ""
    target_health: Health


class GroupHealth(Struct, frozen=True, kw_only=True):
    """Health of every registered target of one group."""

    target_group_arn: str
    targets: Observed[tuple[TargetHealth, ...]]


GroupsHealth: TypeAlias = tuple[GroupHealth, ...]
"""One entry for each of `TargetGroups`."""


class SslPolicy(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A TLS policy that a listener uses."""

    name: str
    ssl_protocols: tuple[str, ...] = ()


SslPolicies: TypeAlias = tuple[SslPolicy, ...]


def target_ref(group_arn: str, target: Target) -> Ref:
    """Name a target: the group's ARN, the target's id and port."""
    return Ref(Kind.TARGET, f"{group_arn}#{target.id}:{target.port if target.port is not None else ''}")
