"""Faults of the network between the load balancer and the target."""

from __future__ import annotations

from albdoctor.lab import apps
from albdoctor.lab.plan import Group, Plan
from albdoctor.lab.scenario import Scenario, cause, effect
from albdoctor.text import Text

SCENARIOS = (
    Scenario(
        name="target-security-group",
        about=Text(
            en="The server's security group does not admit the load balancer on the traffic port.",
            ko="서버의 보안 그룹이 로드 밸런서의 트래픽 포트 접속을 허용하지 않습니다.",
        ),
        plan=Plan(target_ports=(8080,)),
        expected=(
            cause("net-target-sg-blocks-traffic-port"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
    Scenario(
        name="health-check-port-blocked",
        about=Text(
            en="The server's security group admits the traffic port, but not the port of the health check.",
            ko="서버의 보안 그룹이 트래픽 포트는 허용하지만 상태 검사 포트는 허용하지 않습니다.",
        ),
        plan=Plan(
            group=Group(health={"HealthCheckPort": "8080"}),
            servers={80: apps.plain(), 8080: apps.plain()},
        ),
        expected=(
            cause("net-target-sg-blocks-hc-port"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
)
