"""The snapshot of one scan: everything that was seen, and what could not be."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from albdoctor.facts.acm import Certificates, CertificatesElsewhere
from albdoctor.facts.dns import CaaSets, Delegation, HostAnswers, ResolverAnswers, ValidationAnswers
from albdoctor.facts.ec2 import (
    Instances,
    InternetGateways,
    NetworkAcls,
    NetworkInterfaces,
    PrefixLists,
    RouteTables,
    SecurityGroups,
    Subnets,
    Vpcs,
)
from albdoctor.facts.elb import (
    BalancersAttributes,
    GroupsAttributes,
    GroupsHealth,
    Leads,
    Listeners,
    ListenersCertificates,
    LoadBalancers,
    Rules,
    SslPolicies,
    TargetGroups,
)
from albdoctor.facts.hosts import ListeningSockets
from albdoctor.facts.known import Gap, Observed, Unknown
from albdoctor.facts.metrics import Metrics
from albdoctor.facts.registration import RegisteredDomains, Registration
from albdoctor.facts.route53 import HostedZones, RecordSets
from albdoctor.facts.values import AccountId, Arn, DnsName, DomainAsWritten, Host, Place, UrlPath
from albdoctor.facts.wire import Probes, TargetProbes

SCHEMA: Literal["albdoctor/facts/1"] = "albdoctor/facts/1"


class Scan(Struct, frozen=True, kw_only=True):
    """The question: which request was followed, when."""

    domain: DomainAsWritten
    """As the user meant it: lower case, U-labels kept."""
    host: Host
    """The host name as A-labels, lower case, no final dot."""
    registrable: DnsName
    """The registrable domain of the host (one label under an ICANN public suffix), A-labels."""
    path: UrlPath = "/"
    named: bool = True
    """False: no name is known to lead to the load balancer, and the host is the balancer's own DNS name (`--all`)."""
    taken_at: datetime
    """UTC."""
    seconds: float = 0.0
    regions: tuple[Place, ...] = ()
    """Regions that were asked."""

    @property
    def url(self) -> str:
        """The request that is followed."""
        return f"https://{self.host}{self.path}"


class Identity(Struct, frozen=True, kw_only=True):
    """Whose eyes the scan had in AWS (STS GetCallerIdentity)."""

    account: AccountId
    arn: Arn


Identities: TypeAlias = tuple[Identity, ...]


def not_asked(asked: str) -> Unknown:
    """Make the value of a group that nobody asked for."""
    return Unknown(gap=Gap.NOT_ASKED, asked=asked)


class Facts(Struct, frozen=True, kw_only=True):
    """One snapshot. The type of each field is what a check names as its parameter's type.

    A group is `Known` only when complete. Groups that no selected check needs stay "not-asked".
    """

    schema: Literal["albdoctor/facts/1"] = SCHEMA
    scan: Scan
    identities: Observed[Identities] = not_asked("sts:GetCallerIdentity")
    registration: Observed[Registration] = not_asked("registration data")
    registered_domains: Observed[RegisteredDomains] = not_asked("route53domains:GetDomainDetail")
    delegation: Observed[Delegation] = not_asked("DNS delegation")
    host_answers: Observed[HostAnswers] = not_asked("DNS answers of the delegated servers")
    resolver_answers: Observed[ResolverAnswers] = not_asked("DNS answers of recursive resolvers")
    caa_sets: Observed[CaaSets] = not_asked("DNS CAA records")
    validation_answers: Observed[ValidationAnswers] = not_asked("DNS answers for ACM validation names")
    hosted_zones: Observed[HostedZones] = not_asked("route53:ListHostedZonesByName")
    record_sets: Observed[RecordSets] = not_asked("route53:ListResourceRecordSets")
    certificates: Observed[Certificates] = not_asked("acm:ListCertificates")
    certificates_elsewhere: Observed[CertificatesElsewhere] = not_asked("acm:ListCertificates")
    leads: Observed[Leads] = not_asked("elasticloadbalancing:DescribeLoadBalancers")
    load_balancers: Observed[LoadBalancers] = not_asked("elasticloadbalancing:DescribeLoadBalancers")
    balancers_attributes: Observed[BalancersAttributes] = not_asked(
        "elasticloadbalancing:DescribeLoadBalancerAttributes"
    )
    listeners: Observed[Listeners] = not_asked("elasticloadbalancing:DescribeListeners")
    listeners_certificates: Observed[ListenersCertificates] = not_asked(
        "elasticloadbalancing:DescribeListenerCertificates"
    )
    rules: Observed[Rules] = not_asked("elasticloadbalancing:DescribeRules")
    target_groups: Observed[TargetGroups] = not_asked("elasticloadbalancing:DescribeTargetGroups")
    groups_attributes: Observed[GroupsAttributes] = not_asked("elasticloadbalancing:DescribeTargetGroupAttributes")
    groups_health: Observed[GroupsHealth] = not_asked("elasticloadbalancing:DescribeTargetHealth")
    ssl_policies: Observed[SslPolicies] = not_asked("elasticloadbalancing:DescribeSSLPolicies")
    instances: Observed[Instances] = not_asked("ec2:DescribeInstances")
    network_interfaces: Observed[NetworkInterfaces] = not_asked("ec2:DescribeNetworkInterfaces")
    security_groups: Observed[SecurityGroups] = not_asked("ec2:DescribeSecurityGroups")
    prefix_lists: Observed[PrefixLists] = not_asked("ec2:GetManagedPrefixListEntries")
    network_acls: Observed[NetworkAcls] = not_asked("ec2:DescribeNetworkAcls")
    route_tables: Observed[RouteTables] = not_asked("ec2:DescribeRouteTables")
    internet_gateways: Observed[InternetGateways] = not_asked("ec2:DescribeInternetGateways")
    subnets: Observed[Subnets] = not_asked("ec2:DescribeSubnets")
    vpcs: Observed[Vpcs] = not_asked("ec2:DescribeVpcs")
    metrics: Observed[Metrics] = not_asked("cloudwatch:GetMetricData")
    probes: Observed[Probes] = not_asked("probes of the name's addresses")
    target_probes: Observed[TargetProbes] = not_asked("probes of the targets")
    listening_sockets: Observed[ListeningSockets] = not_asked("ssm:SendCommand")
