"""Faults of the network between the load balancer and the target."""

from __future__ import annotations

from albdoctor.checkup import WARNING
from albdoctor.lab import apps
from albdoctor.lab.plan import Group, Plan
from albdoctor.lab.scenario import Scenario, cause, effect
from albdoctor.lab.shop import Shop
from albdoctor.text import Text


def admit_only_the_office(shop: Shop) -> None:
    """The server admits a prefix list that was meant to hold every network of the company, the VPC's too."""
    ec2 = shop.client("ec2")
    made = ec2.create_managed_prefix_list(
        PrefixListName="company", AddressFamily="IPv4", MaxEntries=5, Entries=[{"Cidr": "10.9.0.0/16"}]
    )
    listed = [{"PrefixListId": made["PrefixList"]["PrefixListId"]}]
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "PrefixListIds": listed}
    ec2.authorize_security_group_ingress(GroupId=shop.network.target_group, IpPermissions=[permission])


SCENARIOS = (
    Scenario(
        name="target-security-group",
        about=Text(
            en="The server's security group does not allow the load balancer on the traffic port.",
            ko="서버의 보안 그룹이 로드 밸런서에서 트래픽 포트로 오는 접속을 허용하지 않습니다.",
        ),
        plan=Plan(target_ports=(8080,)),
        expected=(
            cause("net-target-sg-blocks-traffic-port"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
    Scenario(
        name="target-prefix-list",
        about=Text(
            en="The server's security group allows a prefix list only, and the load balancer's subnets are not in it.",
            ko="서버의 보안 그룹이 접두사 목록만 허용하는데, 로드 밸런서의 서브넷이 그 목록에 없습니다.",
        ),
        plan=Plan(target_ports=(), then=(admit_only_the_office,)),
        expected=(
            cause("net-target-sg-blocks-traffic-port"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
    Scenario(
        name="health-check-port-blocked",
        about=Text(
            en="The server's security group allows the traffic port, but not the health check port.",
            ko="서버의 보안 그룹이 트래픽 포트는 허용하지만 상태 검사 포트는 허용하지 않습니다.",
        ),
        plan=Plan(
            group=Group(health={"HealthCheckPort": "8080"}),
            servers={80: apps.plain(), 8080: apps.plain()},
        ),
        expected=(
            cause("net-target-sg-blocks-hc-port"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open", severity=WARNING),
        ),
    ),
)
