"""ALB424: the health check's path answers with a server error."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group
from albdoctor_checks.target_group.check_evidence import health_and_answer


@check(
    id="ALB424",
    slug="hc-target-5xx",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The health check of target group {group} gets server error {code} from {path}: {targets}",
        ko="대상 그룹 {group}의 상태 검사가 {path} 경로에서 서버 오류({code}) 응답을 받습니다: {targets}",
    ),
    why=Text(
        en="The application, or something it depends on such as a database, fails. A server error can never count as healthy (success codes end at 499). A health check that asks for every dependency takes all targets out at once when one of them is down.",
        ko="애플리케이션이나 그것이 의존하는 데이터베이스 등에 장애가 있습니다. 서버 오류는 정상 코드로 지정할 수 없습니다(499까지만 가능). 의존 구성 요소를 모두 확인하는 상태 검사는 그중 하나만 멈춰도 모든 대상을 한꺼번에 비정상으로 만듭니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Read the application's log for the {code} on {path} and repair it there.",
                ko="애플리케이션 로그에서 {path} 경로의 {code} 오류를 찾아 고치세요.",
            ),
            by_hand=Text(
                en="On the target, repeat the request, then read the log:\n"
                "  curl -i http://127.0.0.1:{check_port}{path}\n"
                "  journalctl -u SERVICE -n 50\n"
                "502 and 504 come from a web server such as nginx when the application behind it is down. For the long run use a light health check path that asks no dependency.",
                ko="대상에서 같은 요청을 보내고 로그를 확인하세요.\n"
                "  curl -i http://127.0.0.1:{check_port}{path}\n"
                "  journalctl -u SERVICE -n 50\n"
                "502와 504는 nginx 같은 웹 서버 뒤의 애플리케이션이 내려갔다는 뜻입니다. 장기적으로는 의존 구성 요소를 확인하지 않는 가벼운 경로를 쓰세요.",
            ),
            verify=SHOW_HEALTH,
        ),
    ),
    breaks={"health"},
    words=Text(
        en=(
            "Health checks failed with these codes: [500]; [500] health check; [503] health check; "
            "[502] health check; health check 500; health endpoint returns 503; "
            "health check database down; deep health check; health check server error; "
            "actuator DOWN; health check 502"
        ),
        ko=(
            "헬스체크 500; 헬스체크 503; Health checks failed with these codes: [500]; "
            "Health checks failed with these codes: [503]; "
            "Health checks failed with these codes: [502]; 헬스체크 서버 오류; "
            "DB 연결 실패 헬스체크; 액추에이터 DOWN; 헬스체크 502"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",),
)
def hc_target_5xx(probed_groups: ProbedGroups) -> Iterator[Verdict]:
    """Yield every target group whose health check is answered with a server error."""
    for item in probed_groups:
        guilty = [seen for seen in item.targets if seen.answered(*range(500, 600))]
        if not guilty:
            yield fine(item.group.ref)
            continue
        first = guilty[0]
        yield found(
            item.group.ref,
            *health_and_answer(first),
            fix_values=of_group(item.group),
            path=item.group.health_check_path,
            check_port=first.check_port,
            code=next(code for code in first.codes if code >= 500),
            targets=target_ids(guilty),
        )
