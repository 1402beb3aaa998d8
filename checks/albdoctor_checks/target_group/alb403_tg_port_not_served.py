"""ALB403: targets are registered on a port where nothing listens, while another port of theirs serves."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found
from albdoctor.derive.targets.health_words import FAILED
from albdoctor.derive.targets.listed import target_ids, target_ports
from albdoctor.derive.targets.protocols import suits
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.text import Text
from albdoctor_checks.fixes.group import of_group
from albdoctor_checks.fixes.registered_port import SERVED_PORT, SERVED_PORT_LATER
from albdoctor_checks.target_group.check_evidence import health_and_ports

PROTOCOL_CHECKS = {"HTTPS": "ALB401", "HTTP": "ALB402"}
"""The check whose fix replaces a group of the wrong protocol."""


@check(
    id="ALB403",
    slug="tg-port-not-served",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Port {port} of {targets} in target group {group} refuses connections, while port {served} answers",
        ko="대상 그룹 {group}에 등록된 대상의 {port} 포트는 연결을 거부하고 {served} 포트가 응답합니다: {targets}",
    ),
    why=Text(
        en="Requests go to the port that each target is registered with. Nothing listens there, so health checks fail and requests get 502.",
        ko="요청은 각 대상이 등록된 포트로 전달됩니다. 그 포트에서 수신하는 프로세스가 없어 상태 검사가 실패하고 요청에는 502가 돌아갑니다.",
    ),
    fixes=(SERVED_PORT, SERVED_PORT_LATER),
    breaks={"connection", "health", "response"},
    words=Text(
        en=(
            "wrong container port; app listens on 8080 target group 80; port mismatch; "
            "service unhealthy port mismatch; container port mapping; target group port wrong; "
            "registered port differs; app on port 3000 but target group port 80; "
            "target registered on the wrong port; gunicorn 8000; spring boot 8080; node 3000; "
            "uvicorn 8000; docker -p port mapping; targetPort wrong; change target group port; "
            "app runs on another port; port override; tomcat 8080; "
            "which port should the target group have"
        ),
        ko=(
            "포트 불일치; 타겟 그룹 포트; 스프링부트 8080 포트; 컨테이너 포트 매핑; "
            "포트 포워딩 80 8080; 대상 그룹 포트 잘못됨; gunicorn 8000 바인딩; 노드 3000 포트; "
            "앱은 8080 대상 그룹은 80; 등록된 포트가 다름; 도커 포트 매핑; 대상 그룹 포트 변경; "
            "톰캣 8080; 대상 포트가 다름; 타겟 포트; containerPort 불일치; 앱 포트와 대상 그룹 포트"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html",
    ),
)
def tg_port_not_served(probed_groups: ProbedGroups) -> Iterator[Verdict]:
    """Yield every target group whose targets serve on another port than the registered one."""
    for item in probed_groups:
        group = item.group
        served = {seen: port for seen in item.targets if (port := seen.served_instead)}
        if not served:
            yield item.gap(FAILED) or fine(group.ref)
            continue
        first, port = next(iter(served.items()))
        yield found(
            group.ref,
            *health_and_ports(first, first.port, port),
            fix=None if suits(first, port) else SERVED_PORT_LATER,
            fix_values=of_group(group),
            protocol=group.protocol,
            protocol_check=PROTOCOL_CHECKS.get(group.protocol, ""),
            targets=target_ids(served),
            port=target_ports(served),
            served=port,
            deregister=tuple(seen.spec(seen.port) for seen in served),
            register=tuple(seen.spec(other) for seen, other in served.items()),
        )
