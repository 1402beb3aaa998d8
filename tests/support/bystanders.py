"""What else lives in an account: other sites, whose things no fix may touch."""

from __future__ import annotations

from typing import Any

from albdoctor.lab.build import BalancerBuilt, Machine, forward, weighted
from albdoctor.lab.shop import Shop

MARK = "bystander"
CDN = "203.0.113.240/28"
TERRAFORM = [{"Key": "ManagedBy", "Value": "Terraform"}]
KUBERNETES = [
    {"Key": "elbv2.k8s.aws/cluster", "Value": "prod"},
    {"Key": "ingress.k8s.aws/stack", "Value": "web/ingress"},
]
LOGIN = {
    "Type": "authenticate-oidc",
    "Order": 1,
    "AuthenticateOidcConfig": {
        "Issuer": "https://login.example",
        "AuthorizationEndpoint": "https://login.example/authorize",
        "TokenEndpoint": "https://login.example/token",
        "UserInfoEndpoint": "https://login.example/me",
        "ClientId": "bystander",
        "ClientSecret": "secret",
    },
}


def add(shop: Shop) -> None:
    """Put other people's things beside the shop: in its VPC, in its zone's account, with names that clash."""
    builder, elb = shop.builder, shop.client("elbv2")
    machine = builder.instance(shop.network, private="10.0.1.200")
    for name in ("web-http", "web-http-2", "web-https", "web-8080"):
        _group(shop, machine, name)
    cdn_only = builder.security_group(shop.network.vpc, f"{MARK}-cdn", (443,), cidr=CDN)
    for name, tags in ((f"{MARK}-terraform", TERRAFORM), (f"{MARK}-kubernetes", KUBERNETES)):
        balancer = builder.balancer(shop.network, name=name, security_groups=(cdn_only,))
        elb.add_tags(ResourceArns=[balancer.arn], Tags=tags)
        _site(shop, machine, balancer, name)
    left_over = builder.zone(f"{MARK}.example")
    builder.record(left_over, f"www.{MARK}.example", "A", "203.0.113.99")
    builder.record(left_over, f"{MARK}.example", "MX", f"10 mail.{MARK}.example.")


def _group(shop: Shop, machine: Machine, name: str) -> str:
    """A group of another site; where the shop has the name already, nothing."""
    elb = shop.client("elbv2")
    there = {one["TargetGroupName"] for one in elb.describe_target_groups()["TargetGroups"]}
    if name in there:
        return ""
    arn = shop.builder.target_group(shop.network, [machine], name=name, protocol="HTTP", port=80)
    elb.add_tags(ResourceArns=[arn], Tags=[{"Key": MARK, "Value": MARK}])
    return arn


def _site(shop: Shop, machine: Machine, balancer: BalancerBuilt, name: str) -> None:
    """A login, then two groups with weights and stickiness."""
    builder, elb = shop.builder, shop.client("elbv2")
    blue = builder.target_group(shop.network, [machine], name=f"{name[:27]}-blue")
    green = builder.target_group(shop.network, [machine], name=f"{name[:26]}-green")
    listener = builder.listener(balancer, forward(blue), certificate=builder.certificate((f"{MARK}.example",)))
    shared: dict[str, Any] = weighted({blue: 90, green: 10}) | {"Order": 2}
    shared["ForwardConfig"]["TargetGroupStickinessConfig"] = {"Enabled": True, "DurationSeconds": 600}
    elb.create_rule(
        ListenerArn=listener,
        Priority=5,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [f"{MARK}.example"]}}],
        Actions=[LOGIN, shared],
    )
