"""ALB425: health checks time out, and the way to the target is blocked or nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Finding, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.health_words import TIMEOUT
from albdoctor.derive.targets.host_ways import AllHostWays, admitting_hosts
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.speaks import OPEN
from albdoctor.derive.targets.surroundings import Surroundings
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.derive.targets.ways import Ways, to_checks
from albdoctor.facts.known import Observed
from albdoctor.text import Command, Text, command
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group

ALTERNATIVES = (
    Text(
        en="The application answers more slowly than the health check waits.",
        ko="애플리케이션의 응답이 상태 검사 제한 시간보다 느립니다.",
    ),
    Text(
        en="The target is overloaded or hangs.",
        ko="대상이 과부하 상태이거나 멈춰 있습니다.",
    ),
)
HOST_FIREWALL = Text(
    en="A firewall on the host drops the connection (security groups and network ACLs are open).",
    ko="호스트의 방화벽이 연결을 버립니다(보안 그룹과 네트워크 ACL은 열려 있음).",
)
"""One more, unless the hosts were read and let it through."""


@check(
    id="ALB425",
    slug="hc-timeout-path-blocked",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Health checks of target group {group} get no answer from port {port} within {timeout} seconds: {targets}",
        ko="대상 그룹 {group}의 상태 검사가 {port} 포트에서 {timeout}초 안에 응답을 받지 못합니다: {targets}",
    ),
    why=Text(
        en="Nothing answers, not even a refusal, so the targets count as unhealthy. Packets are dropped on the way (security group, network ACL, host firewall), or the target accepts the connection and answers too late.",
        ko="거부조차 없이 응답이 없어 대상이 비정상으로 처리됩니다. 중간(보안 그룹, 네트워크 ACL, 호스트 방화벽)에서 패킷이 버려지거나, 대상이 연결을 받고도 너무 늦게 응답하는 경우입니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Open the way from the load balancer to port {port} of the targets, or find out why they do not answer in time.",
                ko="로드 밸런서에서 대상의 {port} 포트까지의 경로를 열거나, 대상이 제때 응답하지 않는 이유를 찾으세요.",
            ),
            by_hand=Text(
                en="If a security group or network ACL is reported above this, its fix is enough. Otherwise see on the target whether it is slow, whether a firewall drops the port, and whether it is overloaded:\n"
                "  curl -m {timeout} http://127.0.0.1:{port}{path}\n"
                "  sudo iptables -S; sudo nft list ruleset\n"
                "  top\n"
                "When packets do not arrive, the application's access log has no line of ELB-HealthChecker.",
                ko="위에 보안 그룹이나 네트워크 ACL 문제가 있으면 그것을 고치는 것으로 충분합니다. 아니라면 대상에서 응답이 느린지, 방화벽이 포트를 막는지, 과부하인지 차례로 확인하세요.\n"
                "  curl -m {timeout} http://127.0.0.1:{port}{path}\n"
                "  sudo iptables -S; sudo nft list ruleset\n"
                "  top\n"
                "패킷이 도착하지 않으면 애플리케이션 접근 로그에 ELB-HealthChecker 줄이 없습니다.",
            ),
            verify=SHOW_HEALTH,
        ),
    ),
    breaks={"health"},
    shows={"packets"},
    words=Text(
        en=(
            "request timed out health check; health check timeout; Target.Timeout; "
            "unhealthy Request timed out; health check gets no answer; health check port not open; "
            "health check blocked; node security group; target not reachable; "
            "health check timed out but app runs"
        ),
        ko=(
            "헬스체크 Request timed out; 상태 검사 시간 초과; 헬스체크 타임아웃; Target.Timeout; "
            "헬스체크 응답 없음; Request timed out; 헬스체크 포트 막힘; 대상 그룹 unhealthy; "
            "헬스체크 시간 초과"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def hc_timeout_path_blocked(
    probed_groups: ProbedGroups, around: Surroundings, hosts: Observed[AllHostWays]
) -> Iterator[Verdict]:
    """Yield every target group whose health checks time out, unless the port is seen to be open."""
    admitting = admitting_hosts(hosts)
    for item in probed_groups:
        silent = [seen for seen in item.targets if seen.failing and seen.reason == TIMEOUT]
        ways = to_checks(item.group, silent, around)
        yield from ways.gaps
        tried = {way.target.target for way in ways.tried}
        closed = {way.target.target for way in ways.tried if way.blockers}
        judged = [seen for seen in silent if seen.target in tried or seen.outside]
        unheard = [seen for seen in judged if seen.speaks(seen.check_port) not in OPEN]
        guilty = [seen for seen in silent if seen.target in closed] or unheard
        if guilty and closed:
            yield _finding(guilty, ways)
        elif guilty:
            is_open = all((seen.target, seen.check_port) in admitting for seen in guilty)
            others = ALTERNATIVES if is_open else (*ALTERNATIVES, HOST_FIREWALL)
            yield likely(_finding(guilty, ways), *others, decide=_command(guilty[0]))
        elif not ways.gaps:
            yield fine(item.group.ref)


def _finding(guilty: list[Seen], ways: Ways) -> Finding:
    first, group = guilty[0], ways.group
    blockers = dict.fromkeys((one.kind, one.id, one.saw) for way in ways.tried for one in way.blockers)
    return found(
        group.ref,
        saw(*first.health_line),
        *(saw(asked.obstacle(kind, id_), rules) for kind, id_, rules in list(blockers)[:3]),
        *([saw(*first.probe_line(first.check_port))] if first.at(first.check_port) else []),
        fix_values=of_group(group),
        port=first.check_port,
        path=group.health_check_path,
        timeout=group.health_check_timeout_seconds,
        targets=target_ids(guilty),
    )


def _command(first: Seen) -> Command:
    return command(
        "curl -m 10 -v http://127.0.0.1:{port}{path}", port=first.check_port, path=first.group.health_check_path
    )
