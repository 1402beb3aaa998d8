"""An account with several balancers in moto: shop, blog, two that no name leads to; and a name that leads to none."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from tests.support.aws_api import REGION
from tests.support.aws_shop import Shop, client
from tests.support.aws_shop import build as build_shop


class Town(Struct, frozen=True, kw_only=True):
    """A shop with two names, a blog with one, and two balancers that nothing is known to lead to."""

    shop: Shop
    blog: str
    """DNS name of the blog's balancer."""
    lonely: tuple[str, ...]
    """ARNs of the balancers without a name."""


def build(port: int) -> Town:
    """Build the town in an empty account of moto."""
    shop = build_shop(port)
    elb, route53 = client(port, "elbv2"), client(port, "route53")
    subnets = [
        each["SubnetId"] for each in client(port, "ec2").describe_subnets()["Subnets"] if each["VpcId"] == shop.vpc_id
    ]
    placed = {"Subnets": subnets, "SecurityGroups": [shop.balancer_group], "Scheme": "internet-facing"}
    made: list[Any] = [
        elb.create_load_balancer(Name=name, **placed)["LoadBalancers"][0] for name in ("blog", "lonely-1", "lonely-2")
    ]
    elb.create_load_balancer(Name="wire", Subnets=subnets, Type="network")
    for balancer in made:
        group = elb.create_target_group(Name=balancer["LoadBalancerName"], Protocol="HTTP", Port=80, VpcId=shop.vpc_id)[
            "TargetGroups"
        ][0]["TargetGroupArn"]
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": shop.instance_id}])
        forward = [{"Type": "forward", "TargetGroupArn": group}]
        elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=forward
        )
    _lead(route53, shop.zone_id, "www.shop.example.", "CNAME", "shop.example")
    _lead(route53, shop.zone_id, "blog.shop.example.", "CNAME", made[0]["DNSName"])
    _lead(route53, shop.zone_id, "old.shop.example.", "CNAME", f"gone-1.{REGION}.elb.amazonaws.com")
    _lead(route53, shop.zone_id, "far.shop.example.", "CNAME", "gone-2.eu-west-1.elb.amazonaws.com")
    _lead(route53, shop.zone_id, "_token.shop.example.", "CNAME", made[1]["DNSName"])
    return Town(shop=shop, blog=made[0]["DNSName"], lonely=tuple(each["LoadBalancerArn"] for each in made[1:]))


def _lead(route53: Any, zone_id: str, name: str, type_: str, value: str) -> None:
    record = {"Name": name, "Type": type_, "TTL": 60, "ResourceRecords": [{"Value": value}]}
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": changes})
