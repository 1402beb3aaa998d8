"""ALB421: the health check's path does not exist on the target."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, likely
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes.group import of_group
from albdoctor_checks.fixes.health_check import EXISTING_PATH, ROOT_PATH
from albdoctor_checks.target_group.check_evidence import ask_by_name, health_and_answer

HOST = Text(
    en="The server has the path, but only for its own host name: the health check sends the private address as Host.",
    ko="경로는 있지만 서버가 자신의 호스트 이름으로 온 요청에만 제공합니다(상태 검사는 프라이빗 IP 주소를 Host로 보냅니다).",
)


@check(
    id="ALB421",
    slug="hc-path-not-found",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The health check of target group {group} asks for {path} and gets 404: {targets}",
        ko="대상 그룹 {group}의 상태 검사가 {path} 경로에서 404 응답을 받습니다: {targets}",
    ),
    why=Text(
        en="The server answers, but does not have the path of the health check. The site may work, but its targets count as unhealthy.",
        ko="서버는 응답하지만 상태 검사 경로가 서버에 없습니다. 사이트는 열릴 수 있지만 대상은 비정상으로 처리됩니다.",
    ),
    fixes=(EXISTING_PATH, ROOT_PATH),
    breaks={"health"},
    words=Text(
        en=(
            "Health checks failed with these codes: [404]; health check path; health check 404; "
            "health check path not found; actuator health; /health endpoint missing; "
            "change health check path; health check path wrong; index.html missing; "
            "no /health route; default vhost 404 health check; health check on / returns 404; "
            "healthz; Ping path; context path health check; unhealthy but works; "
            "Target.ResponseCodeMismatch"
        ),
        ko=(
            "헬스체크 실패; 상태 검사 실패; 헬스체크 경로; 헬스체크 404; /actuator/health; "
            "상태 검사 경로; 헬스체크 경로 변경; Health checks failed with these codes: [404]; "
            "헬스체크 URL; /health 없음; 헬스체크 엔드포인트; 루트 경로 404; "
            "스프링 액추에이터 헬스체크; 상태 확인 경로 설정; 헬스체크 경로 설정; "
            "헬스 체크 실패 원인"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",),
)
def hc_path_not_found(scan: Scan, probed_groups: ProbedGroups) -> Iterator[Verdict]:
    """Yield every target group whose health check path answers 404, whatever the Host."""
    for item in probed_groups:
        group = item.group
        guilty = [seen for seen in item.targets if seen.answered(404) and not seen.host_rejected]
        if not guilty:
            yield fine(group.ref)
            continue
        proven = [seen for seen in guilty if seen.by_name == 404]
        first = (proven or guilty)[0]
        finding = found(
            group.ref,
            *health_and_answer(first),
            fix=ROOT_PATH if first.root_answers else None,
            fix_values=of_group(group),
            path=group.health_check_path,
            matcher=group.matcher.http_code,
            check_port=first.check_port,
            targets=target_ids(guilty),
        )
        yield finding if proven else likely(finding, HOST, decide=ask_by_name(first, scan.host))
