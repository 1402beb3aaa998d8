"""ALB419: health checks go to a port of their own, where nothing answers."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.counters import ANSWERS, Counters
from albdoctor.derive.targets.health_words import FAILED
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.speaks import Speech
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.text import Text, command
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group

OTHER_PROTOCOL = Text(
    en="Something listens on that port, but speaks another protocol than the health check.",
    ko="해당 포트에서 수신하는 프로세스가 있지만 상태 검사와 다른 프로토콜로 통신합니다.",
)


@check(
    id="ALB419",
    slug="hc-port-mismatch",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Health checks of target group {group} go to port {check_port}, where nothing answers: {targets}",
        ko="대상 그룹 {group}의 상태 검사가 응답하지 않는 {check_port} 포트로 갑니다: {targets}",
    ),
    why=Text(
        en="The health check has a port of its own instead of the port that requests go to (traffic-port). Nothing serves it, so the targets stay unhealthy however well they serve requests.",
        ko="상태 검사가 요청을 받는 포트(traffic-port)가 아닌 별도의 포트로 설정되어 있습니다. 그 포트에서 응답하는 프로세스가 없어, 대상이 요청을 잘 처리하더라도 계속 비정상입니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Send the health checks of {group} to the port that requests go to.",
                ko="{group} 그룹의 상태 검사를 요청을 받는 포트(traffic-port)로 보내세요.",
            ),
            script="aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-port traffic-port\n",
            console=(
                Text(
                    en="EC2 > Target Groups > {group} > Health checks > Edit > Advanced: Traffic port",
                    ko="EC2 > 대상 그룹 > {group} > 상태 검사 > 편집 > 고급 설정: 트래픽 포트",
                ),
            ),
            side_effects=(
                Text(
                    en="If port {check_port} is meant to be a management port, start its process on the targets instead.",
                    ko="{check_port} 포트를 관리용 포트로 쓸 계획이었다면 설정을 바꾸는 대신 대상에서 그 포트의 프로세스를 시작하세요.",
                ),
            ),
            terraform='health_check {\n  port = "traffic-port"\n}\n',
            cloudformation="HealthCheckPort: traffic-port\n",
            verify=SHOW_HEALTH,
        ),
    ),
    breaks={"connection", "health"},
    words=Text(
        en=(
            "health check port wrong; health check port override; traffic-port; "
            "health check on another port; management port health check; actuator on 8081; "
            "health check port not served"
        ),
        ko=(
            "헬스체크 포트; 상태 검사 포트 잘못됨; 트래픽 포트; 헬스체크 포트가 다름; "
            "상태 검사 포트 재정의; 관리 포트 8081"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",),
)
def hc_port_mismatch(probed_groups: ProbedGroups, counters: Counters) -> Iterator[Verdict]:
    """Yield every target group whose health check port is not the traffic port and is not served."""
    for item in probed_groups:
        group = item.group
        apart = [seen for seen in item.targets if seen.failing and seen.check_port != seen.port]
        refused = [seen for seen in apart if seen.speaks(seen.check_port) is Speech.REFUSED]
        unheard = [seen for seen in apart if seen.reason == FAILED and seen.speaks(seen.check_port) is Speech.NOT_SEEN]
        guilty = refused or (unheard if counters.of(group, ANSWERS) > 0 else [])
        if not guilty:
            yield (item.gap(FAILED) if unheard else None) or fine(group.ref)
            continue
        first = guilty[0]
        finding = found(
            group.ref,
            *_evidence(first),
            saw(*(first.probe_line(first.check_port) if refused else counters.line(group, ANSWERS))),
            fix_values=of_group(group),
            check_port=first.check_port,
            targets=target_ids(guilty),
        )
        decide = command("sudo ss -ltnp 'sport = :{port}'", port=first.check_port)
        yield finding if refused else likely(finding, OTHER_PROTOCOL, decide=decide)


def _evidence(first: Seen) -> Iterator[Evidence]:
    checked = f"HealthCheckPort: {first.group.health_check_port}"
    registered = Text(
        en=f"{checked}; targets are registered on {first.port}", ko=f"{checked}, 대상이 등록된 포트: {first.port}"
    )
    yield saw(asked.group(first.group), registered)
    yield saw(*first.health_line)
