"""ALB422: the health check's path wants a login."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, likely
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group
from albdoctor_checks.target_group.check_evidence import ask_by_name, health_and_answer

HOST = Text(
    en="The application refuses the health check's Host header (a private address) with 403.",
    ko="애플리케이션이 상태 검사의 Host 헤더(프라이빗 IP 주소)를 403으로 거부합니다.",
)


@check(
    id="ALB422",
    slug="hc-path-requires-auth",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The health check of target group {group} is refused with {code} at {path}",
        ko="대상 그룹 {group}의 상태 검사가 {path} 경로에서 {code} 응답으로 거부됩니다",
    ),
    why=Text(
        en="A health check cannot log in. The site may work for its users, but its targets count as unhealthy.",
        ko="상태 검사는 로그인할 수 없습니다. 사용자에게는 사이트가 열릴 수 있지만 대상은 비정상으로 처리됩니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Give {group} a health check path that needs no login.",
                ko="{group} 그룹의 상태 검사에 로그인이 필요 없는 경로를 지정하세요.",
            ),
            by_hand=Text(
                en='Exempt {path} from authentication (Spring Security: `requestMatchers("{path}").permitAll()`; nginx: `auth_basic off;` in its location), or set a public path:\n'
                "  aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-path PATH\n"
                "Do not add {code} to the success codes: then a broken application counts as healthy too.",
                ko='{path} 경로를 인증에서 제외하거나(Spring Security는 `requestMatchers("{path}").permitAll()`, nginx는 해당 location에 `auth_basic off;`) 로그인이 필요 없는 경로를 지정하세요.\n'
                "  aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-path PATH\n"
                "성공 코드에 {code} 코드를 추가하지 마세요. 고장 난 애플리케이션까지 정상으로 처리됩니다.",
            ),
            verify=SHOW_HEALTH,
        ),
    ),
    breaks={"health"},
    words=Text(
        en=(
            "Health checks failed with these codes: [401]; [401] health check; [403] health check; "
            "health check unauthorized; health check needs login; basic auth health check; "
            "Spring Security health check permitAll; health check forbidden; "
            "authentication on health path; JWT filter blocks health check; htpasswd health check; "
            "actuator secured"
        ),
        ko=(
            "헬스체크 401; 헬스체크 403; Health checks failed with these codes: [401]; "
            "Health checks failed with these codes: [403]; 스프링 시큐리티 헬스체크 permitAll; "
            "헬스체크 인증; 헬스체크 로그인 필요; 베이직 인증 헬스체크; 헬스체크 권한 없음; "
            "시큐리티 헬스체크 허용; 필터에서 헬스체크 차단"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",),
)
def hc_path_requires_auth(scan: Scan, probed_groups: ProbedGroups) -> Iterator[Verdict]:
    """Yield every target group whose health check is answered with 401 or 403, whatever the Host."""
    for item in probed_groups:
        group = item.group
        guilty = [seen for seen in item.targets if seen.answered(401, 403) and not seen.host_rejected]
        if not guilty:
            yield fine(group.ref)
            continue
        proven = [seen for seen in guilty if seen.answered(401) or seen.by_name == 403]
        first = (proven or guilty)[0]
        finding = found(
            group.ref,
            *health_and_answer(first),
            fix_values=of_group(group),
            path=group.health_check_path,
            code=next(code for code in first.codes if code in (401, 403)),
            targets=target_ids(guilty),
        )
        yield finding if proven else likely(finding, HOST, decide=ask_by_name(first, scan.host))
