"""Which IAM actions each group of facts needs, and which groups it builds on: the least-privilege policy of a scan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

ELB = "elasticloadbalancing"

ACTIONS: Mapping[str, tuple[str, ...]] = {
    # STS answers this to every caller; a policy need not allow it, an explicit deny can still forbid it.
    "identities": ("sts:GetCallerIdentity",),
    "registration": (),
    "registered_domains": ("route53domains:GetDomainDetail",),
    "delegation": (),
    "host_answers": (),
    "resolver_answers": (),
    "caa_sets": (),
    "validation_answers": (),
    "hosted_zones": ("route53:ListHostedZonesByName", "route53:GetHostedZone"),
    "record_sets": ("route53:ListResourceRecordSets",),
    "certificates": ("acm:ListCertificates", "acm:DescribeCertificate"),
    "certificates_elsewhere": ("acm:ListCertificates", "acm:DescribeCertificate"),
    # Without a trace to a balancer, candidates are looked for by certificate and host rule.
    "leads": (
        f"{ELB}:DescribeLoadBalancers",
        "ec2:DescribeNetworkInterfaces",
        f"{ELB}:DescribeListeners",
        f"{ELB}:DescribeListenerCertificates",
        f"{ELB}:DescribeRules",
        "acm:ListCertificates",
        "acm:DescribeCertificate",
    ),
    "load_balancers": (f"{ELB}:DescribeLoadBalancers",),
    "balancers_attributes": (f"{ELB}:DescribeLoadBalancerAttributes",),
    "listeners": (f"{ELB}:DescribeListeners",),
    "listeners_certificates": (f"{ELB}:DescribeListenerCertificates",),
    "rules": (f"{ELB}:DescribeRules",),
    "target_groups": (f"{ELB}:DescribeTargetGroups",),
    "groups_attributes": (f"{ELB}:DescribeTargetGroupAttributes",),
    "groups_health": (f"{ELB}:DescribeTargetHealth",),
    "ssl_policies": (f"{ELB}:DescribeSSLPolicies",),
    "instances": ("ec2:DescribeInstances",),
    "network_interfaces": ("ec2:DescribeNetworkInterfaces",),
    "security_groups": ("ec2:DescribeSecurityGroups",),
    "prefix_lists": ("ec2:DescribeManagedPrefixLists", "ec2:GetManagedPrefixListEntries"),
    "network_acls": ("ec2:DescribeNetworkAcls",),
    "route_tables": ("ec2:DescribeRouteTables",),
    "internet_gateways": ("ec2:DescribeInternetGateways",),
    "subnets": ("ec2:DescribeSubnets",),
    "vpcs": ("ec2:DescribeVpcs",),
    "metrics": ("cloudwatch:GetMetricData",),
    "probes": (),
    "target_probes": (),
    "listening_sockets": ("ssm:SendCommand", "ssm:GetCommandInvocation"),
}
"""The actions that a group asks itself; read-only, all of them but those of `OPT_IN`."""

OPT_IN: Mapping[str, str] = {"listening_sockets": "--inspect-hosts"}
"""Groups that nobody is asked for unless this option is given; no other group builds on them."""

BUILDS_ON: Mapping[str, tuple[str, ...]] = {
    "host_answers": ("delegation",),
    "record_sets": ("hosted_zones",),
    "leads": ("hosted_zones", "record_sets", "host_answers"),
    "load_balancers": ("leads",),
    "balancers_attributes": ("load_balancers",),
    "listeners": ("load_balancers",),
    "listeners_certificates": ("listeners",),
    "rules": ("listeners",),
    "target_groups": ("listeners", "rules"),
    "groups_attributes": ("target_groups",),
    "groups_health": ("target_groups",),
    "ssl_policies": ("listeners",),
    "instances": ("groups_health",),
    "network_interfaces": ("groups_health",),
    "security_groups": ("network_interfaces",),
    "prefix_lists": ("security_groups",),
    "network_acls": ("load_balancers",),
    "route_tables": ("load_balancers",),
    "internet_gateways": ("route_tables",),
    "subnets": ("load_balancers",),
    "vpcs": ("load_balancers",),
    "certificates": ("listeners_certificates",),
    "certificates_elsewhere": ("load_balancers",),
    "caa_sets": ("certificates",),
    "validation_answers": ("certificates",),
    "metrics": ("target_groups",),
    "probes": ("host_answers", "load_balancers"),
    "target_probes": ("instances", "prefix_lists"),
    "listening_sockets": ("instances",),
}
"""The groups that must be asked before a group can be."""


OF_THE_NAME = frozenset(
    {
        "registration",
        "registered_domains",
        "delegation",
        "host_answers",
        "resolver_answers",
        "caa_sets",
        "validation_answers",
        "hosted_zones",
        "record_sets",
        "certificates",
        "certificates_elsewhere",
        "leads",
        "probes",
    }
)
"""Groups that follow a name: of a balancer that no name is known to lead to, they say nothing."""


def with_needed(wanted: Iterable[str]) -> frozenset[str]:
    """Add to some groups everything that they build on; a name that is no group is a LookupError."""
    closed: set[str] = set()
    waiting = list(wanted)
    while waiting:
        group = waiting.pop()
        if group not in ACTIONS:
            raise LookupError(f"there is no group of facts {group!r}")
        if group not in closed:
            closed.add(group)
            waiting += BUILDS_ON.get(group, ())
    return frozenset(closed)


def actions_for(wanted: Iterable[str]) -> tuple[str, ...]:
    """Every IAM action that is needed to see these groups, sorted, each once."""
    return tuple(sorted({action for group in with_needed(wanted) for action in ACTIONS[group]}))
