"""ALB429: the success codes of a health check take error answers for healthy ones."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.health_check import spans
from albdoctor.facts.elb import TargetGroups
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group


@check(
    id="ALB429",
    slug="hc-matcher-too-wide",
    severity=WARNING,
    since="0.1",
    message=Text(
        en="The health check of target group {group} counts client errors as healthy: success codes {matcher}",
        ko="대상 그룹 {group}의 상태 검사가 클라이언트 오류도 정상으로 처리합니다(성공 코드 {matcher})",
    ),
    why=Text(
        en="With 4xx among the success codes a missing page, a login page or a refused host counts as healthy, and a broken release passes the check. It is often left over from an attempt to silence a failing check.",
        ko="성공 코드에 4xx가 포함되면 없는 페이지, 로그인 요구, 호스트 거부도 정상으로 처리되어 잘못된 배포가 상태 검사를 통과합니다. 실패하는 상태 검사를 임시로 넘기려던 설정이 남은 경우가 많습니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Accept 200 only, with a health check path that answers 200.",
                ko="200으로 응답하는 상태 검사 경로를 쓰고 성공 코드는 200만 인정하세요.",
            ),
            by_hand=Text(
                en="See on the target what {path} answers:\n"
                "  curl -i http://127.0.0.1:PORT{path}\n"
                "If it is 200, accept this code only:\n"
                "  aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --matcher HttpCode=200\n"
                "Otherwise choose a path that answers 200 first, or every target becomes unhealthy.",
                ko="먼저 대상에서 {path} 경로의 응답을 확인하세요.\n"
                "  curl -i http://127.0.0.1:PORT{path}\n"
                "200이면 이 코드만 인정하도록 바꿉니다.\n"
                "  aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --matcher HttpCode=200\n"
                "아니라면 200으로 응답하는 경로부터 지정하세요. 그러지 않으면 모든 대상이 비정상이 됩니다.",
            ),
            verify=SHOW_HEALTH,
        ),
    ),
    words=Text(
        en=(
            "matcher too wide; success codes 200-499; 404 counts as healthy; "
            "health check accepts errors; success codes include 4xx; healthy but broken release; "
            "400 in matcher"
        ),
        ko=(
            "성공 코드 200-499; 404도 정상으로 처리; 성공 코드에 4xx 포함; 성공 코드 범위가 넓음; "
            "매처 범위; 성공 코드 400 추가"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",),
)
def hc_matcher_too_wide(target_groups: TargetGroups) -> Iterator[Verdict]:
    """Yield every target group whose health check accepts client errors."""
    for group in target_groups:
        if any(high >= 400 for _, high in spans(group.matcher)):
            yield found(
                group.ref,
                saw(asked.group(group), f"Matcher: {group.matcher.http_code}"),
                fix_values=of_group(group),
                path=group.health_check_path,
                matcher=group.matcher.http_code,
            )
        elif group.target_type != "lambda":
            yield fine(group.ref)
