"""Application Load Balancers and what hangs on them. Field names mirror ELBv2 (2015-12-01)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from albdoctor.facts.acm import AcmFacts
from albdoctor.facts.arn import Arn, balancer_tail, region_of
from albdoctor.facts.elb_actions import Action
from albdoctor.facts.groups import Card, Whose
from albdoctor.facts.known import Kind, Observed, Ref, Unknown
from albdoctor.facts.mirror import Mirror, missing
from albdoctor.facts.values import (
    ArnText,
    BalancerName,
    ConditionRegex,
    ConditionValue,
    Detail,
    DnsName,
    FilledIn,
    FreeText,
    HeaderName,
    HealthDescription,
    Id,
    Place,
    PublicZoneId,
    QueryPattern,
    Sent,
    SentInList,
    Setting,
    TargetGroupName,
    Thing,
    UrlPath,
    Word,
)


class AvailabilityZone(Mirror, frozen=True, kw_only=True):
    """A zone of a load balancer and its subnet there."""

    zone_name: Sent[Place]
    subnet_id: Sent[Id] = ""


class State(Mirror, frozen=True, kw_only=True):
    """State of a load balancer: active, provisioning, active_impaired, failed."""

    code: Sent[Word]
    reason: Detail = ""


class LoadBalancer(Mirror, frozen=True, kw_only=True):
    """A load balancer of any ELBv2 type."""

    load_balancer_arn: ArnText
    load_balancer_name: Sent[BalancerName]
    d_n_s_name: Sent[DnsName]
    canonical_hosted_zone_id: PublicZoneId = ""
    scheme: Word = ""
    """internet-facing or internal."""
    vpc_id: Sent[Id] = ""
    state: Sent[State] = State(code="active")
    type: Sent[Word] = "application"
    ip_address_type: Word = "ipv4"
    availability_zones: Sent[tuple[AvailabilityZone, ...]] = ()
    security_groups: tuple[Id, ...] = ()

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """Network and Gateway Load Balancers may have none of these."""
        names = ("Scheme", "SecurityGroups", "IpAddressType", "CanonicalHostedZoneId")
        return missing(sent, *names) if self.type == "application" else ()

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
    BEHIND = "behind"
    """A target group of type `alb` of a Network Load Balancer to which another trace leads."""
    CERTIFICATE = "certificate"
    HOST_RULE = "host-rule"


class Lead(Struct, frozen=True, kw_only=True):
    """One trace from the name towards a load balancer."""

    how: How
    name: Thing
    """What the trace says: the alias target, the CNAME, the address, the ARN of the certificate, rule or balancer."""
    region: Place = ""
    load_balancer_arn: ArnText | None = None
    """None: it names a load balancer that does not exist in the account and Region, or see `gap`."""
    gap: Unknown | None = None
    """Why it is not known what stands behind the Network Load Balancer that it names."""

    @property
    def live(self) -> bool:
        """Whether DNS, as the world sees it, leads here; otherwise it is only meant to."""
        return self.how in (How.CNAME, How.ADDRESS)


Leads: TypeAlias = tuple[Lead, ...]


class Attribute(Mirror, frozen=True, kw_only=True):
    """One key and value of load balancer or target group attributes."""

    key: Word
    value: Sent[Setting] = ""


class BalancerAttributes(Struct, frozen=True, kw_only=True):
    """Attributes of one load balancer."""

    load_balancer_arn: ArnText
    attributes: tuple[Attribute, ...]


BalancersAttributes: TypeAlias = tuple[BalancerAttributes, ...]


class AttachedCertificate(Mirror, frozen=True, kw_only=True):
    """A certificate on a listener."""

    certificate_arn: Sent[ArnText] = ""
    is_default: SentInList[bool] = False
    """Only told in a listener's list of certificates."""


LAMBDA = "lambda"
"""Type of a target group whose target is a function."""
VERIFY = "verify"
"""Mode of mutual authentication in which the load balancer refuses clients without a certificate that it trusts."""


class MutualAuthentication(Mirror, frozen=True, kw_only=True):
    """What a listener does with clients' certificates (`MutualAuthenticationAttributes`)."""

    mode: Word = ""
    """off, passthrough or verify."""
    trust_store_arn: ArnText = ""


class Listener(Mirror, frozen=True, kw_only=True):
    """A listener."""

    listener_arn: ArnText
    load_balancer_arn: Sent[ArnText]
    port: Sent[int]
    protocol: Sent[Word]
    ssl_policy: Word = ""
    certificates: tuple[AttachedCertificate, ...] = ()
    """The default certificate only; the SNI list is in `ListenersCertificates`."""
    default_actions: Sent[tuple[Action, ...]] = ()
    mutual_authentication: MutualAuthentication | None = None
    """None: not told, as of one that does not speak TLS."""

    @property
    def verifies_clients(self) -> bool:
        """Whether it refuses clients without a certificate that it trusts."""
        return self.mutual_authentication is not None and self.mutual_authentication.mode == VERIFY

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """Only listeners that speak TLS have these."""
        return missing(sent, "SslPolicy", "Certificates") if self.protocol in ("HTTPS", "TLS", "") else ()

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

    listener_arn: ArnText
    certificates: tuple[AttachedCertificate, ...]


ListenersCertificates: TypeAlias = tuple[ListenerCertificates, ...]
"""One entry for each HTTPS listener."""


class Values(Mirror, frozen=True, kw_only=True):
    """Values of a condition; `regex_values` since 2025."""

    values: tuple[ConditionValue, ...] = ()
    regex_values: tuple[ConditionRegex, ...] = ()

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """There are values of one kind at least."""
        return () if {"Values", "RegexValues"} & {*sent} else ("Values", "RegexValues")


BROWSERS_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "cookie",
        "host",
        "origin",
        "referer",
        "upgrade",
        "user-agent",
    }
)
"""Headers that browsers send of their own accord."""
VISITORS_HEADERS = frozenset(
    {
        "cf-connecting-ip",
        "cf-ipcountry",
        "cloudfront-is-desktop-viewer",
        "cloudfront-is-mobile-viewer",
        "cloudfront-viewer-address",
        "cloudfront-viewer-country",
        "fastly-client-ip",
        "true-client-ip",
        "x-forwarded-for",
        "x-real-ip",
    }
)
"""Headers in which what stands in front says who the visitor is."""


class HeaderValues(Mirror, frozen=True, kw_only=True):
    """Condition on a request header."""

    http_header_name: Sent[HeaderName] = ""
    values: tuple[FreeText, ...] = ()
    regex_values: tuple[FreeText, ...] = ()

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """There are values of one kind at least."""
        return () if {"Values", "RegexValues"} & {*sent} else ("Values", "RegexValues")


class QueryPair(Mirror, frozen=True, kw_only=True):
    """One query string condition."""

    key: QueryPattern = ""
    value: Sent[QueryPattern] = ""


class QueryValues(Mirror, frozen=True, kw_only=True):
    """Condition on the query string."""

    values: Sent[tuple[QueryPair, ...]] = ()


CONFIGS = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}
"""Where the values of a condition are; the older `Values` holds those of host-header and path-pattern too."""


class Condition(Mirror, frozen=True, kw_only=True):
    """A condition of a rule: its values are OR, conditions of a rule are AND."""

    field: Sent[Word] = ""
    values: tuple[ConditionValue, ...] = ()
    host_header_config: Values | None = None
    path_pattern_config: Values | None = None
    http_header_config: HeaderValues | None = None
    http_request_method_config: Values | None = None
    query_string_config: QueryValues | None = None
    source_ip_config: Values | None = None

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """The values stand in one of two places, or in both."""
        config = CONFIGS.get(self.field)
        return () if config is None or config in sent or self.values else ("Values", config)


class Rule(Mirror, frozen=True, kw_only=True):
    """A rule; `priority` is a number or "default"."""

    rule_arn: ArnText
    priority: Sent[Word]
    conditions: Sent[tuple[Condition, ...]] = ()
    actions: Sent[tuple[Action, ...]] = ()
    is_default: Sent[bool] = False
    listener_arn: FilledIn[ArnText] = ""
    """The API answers rules for one listener."""

    @property
    def ref(self) -> Ref:
        """Name this rule."""
        return Ref(Kind.RULE, self.rule_arn)


Rules: TypeAlias = tuple[Rule, ...]


class Matcher(Mirror, frozen=True, kw_only=True):
    """Codes that count as healthy: "200", "200,302", "200-399"."""

    http_code: Word = ""
    grpc_code: Word = ""

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """One of both is there, by the group's protocol version."""
        return () if {"HttpCode", "GrpcCode"} & {*sent} else ("HttpCode", "GrpcCode")


class TargetGroup(Mirror, frozen=True, kw_only=True):
    """A target group."""

    target_group_arn: ArnText
    target_group_name: Sent[TargetGroupName]
    protocol: Word = ""
    """HTTP or HTTPS; empty for Lambda."""
    port: int | None = None
    vpc_id: Id = ""
    health_check_enabled: Sent[bool] = True
    health_check_protocol: Word = "HTTP"
    health_check_port: Word = "traffic-port"
    health_check_path: UrlPath = "/"
    health_check_interval_seconds: Sent[int] = 30
    health_check_timeout_seconds: Sent[int] = 5
    healthy_threshold_count: Sent[int] = 5
    unhealthy_threshold_count: Sent[int] = 2
    matcher: Matcher = Matcher(http_code="200")
    load_balancer_arns: Sent[tuple[ArnText, ...]] = ()
    target_type: Sent[Word] = "instance"
    protocol_version: Word = "HTTP1"
    """The reference's default is one of requests: an answer always says which it is."""
    ip_address_type: Word = "ipv4"

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """A function has no protocol, port or VPC; only HTTP health checks have a path and a matcher."""
        if self.target_type == LAMBDA:
            return
        yield from missing(sent, "Protocol", "Port", "VpcId", "HealthCheckProtocol", "HealthCheckPort")
        if self.protocol in ("HTTP", "HTTPS", ""):
            yield from missing(sent, "HealthCheckPath", "Matcher", "ProtocolVersion")

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

    target_group_arn: ArnText
    attributes: tuple[Attribute, ...]


GroupsAttributes: TypeAlias = tuple[GroupAttributes, ...]


class Target(Mirror, frozen=True, kw_only=True):
    """A registered target: instance id, IP address or function ARN, and its port."""

    id: Thing
    port: int | None = None
    availability_zone: Place = ""

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """A function or another load balancer has no port of its own."""
        return () if self.id.startswith("arn:") else missing(sent, "Port")


class Health(Mirror, frozen=True, kw_only=True):
    """`TargetHealth`: state, reason code and the API's own words."""

    state: Sent[Word]
    reason: Word = ""
    description: HealthDescription = ""

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """Whatever is not healthy has a reason."""
        told = self.state in ("initial", "unhealthy", "unused", "draining", "unavailable", "")
        return missing(sent, "Reason") if told else ()


SHIFTED = frozenset({"zonal_shift_active", "zonal_shift_delegated_to_dns"})
"""States in which a zonal shift keeps requests from a target: from it alone, or from the nodes of its zone."""


class AdministrativeOverride(Mirror, frozen=True, kw_only=True):
    """Whether a target gets no requests by somebody's order, however healthy it is."""

    state: Word = ""
    """no_override, unknown, or one of `SHIFTED`."""


class TargetHealth(Mirror, frozen=True, kw_only=True):
    """`TargetHealthDescription`: one target and how it is."""

    target: Target
    health_check_port: Word = ""
    target_health: Sent[Health]
    administrative_override: AdministrativeOverride | None = None

    @property
    def override(self) -> str:
        """The state of its administrative override; empty: it was not told."""
        return self.administrative_override.state if self.administrative_override else ""


class GroupHealth(Struct, frozen=True, kw_only=True):
    """Health of every registered target of one group."""

    target_group_arn: ArnText
    targets: Observed[tuple[TargetHealth, ...]]


GroupsHealth: TypeAlias = tuple[GroupHealth, ...]
"""One entry for each of `TargetGroups`."""


class SslPolicy(Mirror, frozen=True, kw_only=True):
    """A TLS policy that a listener uses."""

    name: Word
    ssl_protocols: Sent[tuple[Word, ...]] = ()


SslPolicies: TypeAlias = tuple[SslPolicy, ...]


def target_ref(group_arn: str, target: Target) -> Ref:
    """Name a target: the group's ARN, the target's id and port."""
    return Ref(Kind.TARGET, f"{group_arn}#{target.id}:{target.port if target.port is not None else ''}")


LEADS = Card(
    name="leads",
    holds=Leads,
    actions=(
        "elasticloadbalancing:DescribeLoadBalancers",
        "ec2:DescribeNetworkInterfaces",
        # Without a trace to a balancer, candidates are looked for by certificate and host rule.
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeListenerCertificates",
        "elasticloadbalancing:DescribeRules",
        "acm:ListCertificates",
        "acm:DescribeCertificate",
    ),
    builds_on=("hosted_zones", "record_sets", "host_answers"),
    of_the_name=True,
    whose=Whose.OWN_RULES,
)
LOAD_BALANCERS = Card(
    name="load_balancers",
    holds=LoadBalancers,
    actions=("elasticloadbalancing:DescribeLoadBalancers",),
    builds_on=("leads",),
    key=("load_balancer_arn",),
)
BALANCERS_ATTRIBUTES = Card(
    name="balancers_attributes",
    holds=BalancersAttributes,
    actions=("elasticloadbalancing:DescribeLoadBalancerAttributes",),
    builds_on=("load_balancers",),
    only_helps=True,
    key=("load_balancer_arn",),
)
LISTENERS = Card(
    name="listeners",
    holds=Listeners,
    actions=("elasticloadbalancing:DescribeListeners",),
    builds_on=("load_balancers",),
    key=("listener_arn",),
    names={"load_balancer_arn": "load_balancers"},
)
LISTENERS_CERTIFICATES = Card(
    name="listeners_certificates",
    holds=ListenersCertificates,
    actions=("elasticloadbalancing:DescribeListenerCertificates",),
    builds_on=("listeners",),
    key=("listener_arn",),
    names={"listener_arn": "listeners"},
)
RULES = Card(
    name="rules",
    holds=Rules,
    actions=("elasticloadbalancing:DescribeRules",),
    builds_on=("listeners",),
    key=("rule_arn",),
    names={"listener_arn": "listeners"},
)
TARGET_GROUPS = Card(
    name="target_groups",
    holds=TargetGroups,
    actions=("elasticloadbalancing:DescribeTargetGroups",),
    builds_on=("listeners", "rules"),
    key=("target_group_arn",),
)
GROUPS_ATTRIBUTES = Card(
    name="groups_attributes",
    unread=True,
    holds=GroupsAttributes,
    actions=("elasticloadbalancing:DescribeTargetGroupAttributes",),
    builds_on=("target_groups",),
    key=("target_group_arn",),
)
GROUPS_HEALTH = Card(
    name="groups_health",
    holds=GroupsHealth,
    actions=("elasticloadbalancing:DescribeTargetHealth",),
    builds_on=("target_groups",),
    key=("target_group_arn",),
    partial="targets",
    names={"target_group_arn": "target_groups"},
)
SSL_POLICIES = Card(
    name="ssl_policies",
    only_helps=True,
    holds=SslPolicies,
    actions=("elasticloadbalancing:DescribeSSLPolicies",),
    builds_on=("listeners",),
    key=("name",),
)


class ElbFacts(AcmFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what Elastic Load Balancing holds."""

    leads: Observed[Leads] = LEADS.not_asked
    load_balancers: Observed[LoadBalancers] = LOAD_BALANCERS.not_asked
    balancers_attributes: Observed[BalancersAttributes] = BALANCERS_ATTRIBUTES.not_asked
    listeners: Observed[Listeners] = LISTENERS.not_asked
    listeners_certificates: Observed[ListenersCertificates] = LISTENERS_CERTIFICATES.not_asked
    rules: Observed[Rules] = RULES.not_asked
    target_groups: Observed[TargetGroups] = TARGET_GROUPS.not_asked
    groups_attributes: Observed[GroupsAttributes] = GROUPS_ATTRIBUTES.not_asked
    groups_health: Observed[GroupsHealth] = GROUPS_HEALTH.not_asked
    ssl_policies: Observed[SslPolicies] = SSL_POLICIES.not_asked
