"""The sound site, and the story that albdoctor was founded on."""

from __future__ import annotations

from albdoctor.lab.nameservers import GABIA_SERVERS
from albdoctor.lab.plan import Group, Plan
from albdoctor.lab.scenario import Scenario, cause, effect
from albdoctor.lab.shop import Shop
from albdoctor.text import Text


def registrar_resets_name_servers(shop: Shop) -> None:
    """The registrar puts its own name servers back."""
    shop.delegate(*GABIA_SERVERS)


SCENARIOS = (
    Scenario(
        name="healthy",
        about=Text(
            en="Nothing is wrong: domain, certificate, load balancer and server work.",
            ko="문제가 없는 상태입니다. 도메인, 인증서, 로드 밸런서, 서버가 모두 정상입니다.",
        ),
    ),
    Scenario(
        name="founding-story",
        about=Text(
            en="Four faults at once: the registrar's own name servers, an HTTPS:443 target group for a"
            " plain HTTP server, no process on that port, and a health check on a port where nothing"
            " answers.",
            ko="네 가지 장애가 겹친 경우입니다. 도메인 등록 기관의 기본 네임서버, 평문 HTTP 서버에"
            " 연결된 HTTPS:443 대상 그룹, 아무것도 수신하지 않는 443 포트, 응답하지 않는 상태 검사"
            " 포트.",
        ),
        plan=Plan(
            group=Group(
                name="web-https",
                protocol="HTTPS",
                port=443,
                health={"HealthCheckProtocol": "HTTPS", "HealthCheckPath": "/", "HealthCheckPort": "8080"},
            ),
            target_ports=(80, 443, 8080),
            open_to_world=True,
            then=(registrar_resets_name_servers,),
        ),
        expected=(
            cause("registrar-default-nameservers"),
            cause("tg-https-target-speaks-http"),
            cause("tg-port-not-served"),
            cause("hc-port-mismatch"),
            effect("tls-port-closed"),
            effect("hc-connection-refused"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
)
