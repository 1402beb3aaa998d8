"""ALB420: the health check's path answers with a redirect, which does not count as healthy."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found
from albdoctor.derive.targets.health_check import REDIRECTS, matcher_with
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.text import Text
from albdoctor_checks.fixes.group import of_group
from albdoctor_checks.fixes.health_check import ANSWERING_PATH, REDIRECT_COUNTS
from albdoctor_checks.target_group.check_evidence import health_and_answer


@check(
    id="ALB420",
    slug="hc-redirect-not-accepted",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The health check of target group {group} gets a redirect ({code}) from {path}, but only {matcher} counts as healthy",
        ko="대상 그룹 {group}의 상태 검사가 {path} 경로에서 리디렉션({code}) 응답을 받지만 정상으로 인정되는 코드는 {matcher}뿐입니다",
    ),
    why=Text(
        en="A health check does not follow redirects: the answer's own code must match. The site may work, but its targets count as unhealthy.",
        ko="상태 검사는 리디렉션을 따라가지 않고 응답 코드 자체를 확인합니다. 사이트는 열릴 수 있지만 대상은 비정상으로 처리됩니다.",
    ),
    fixes=(ANSWERING_PATH, REDIRECT_COUNTS),
    breaks={"health"},
    words=Text(
        en=(
            "Health checks failed with these codes: [302]; [301] health check; [302] health check; "
            "health check redirect; health check gets 301; health check redirected to https; "
            "health check redirected to login page; force_ssl health check; success codes / matcher; "
            "matcher 200-399; unhealthy but works; health check 308; nginx redirects health check; "
            "WordPress health check 301; health check redirect to www; health check [307]; "
            "login redirect on /; SECURE_SSL_REDIRECT health check; accept 301 302 in health check"
        ),
        ko=(
            "Health checks failed with these codes: [302]; "
            "Health checks failed with these codes: [301]; 헬스체크 302; 헬스체크 301; "
            "성공 코드 200; 성공 코드 302 추가; 로그인 페이지로 리다이렉트; "
            "비정상으로 표시되는데 접속은 됨; 헬스체크 리다이렉트; 상태 검사 리디렉션; "
            "헬스체크 https 리다이렉트; 헬스체크 307; 접속은 되는데 unhealthy; "
            "사이트는 되는데 비정상; 성공 코드 매처; force_ssl 헬스체크"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",),
)
def hc_redirect_not_accepted(probed_groups: ProbedGroups) -> Iterator[Verdict]:
    """Yield every target group whose health check is answered with a redirect that does not count."""
    for item in probed_groups:
        group = item.group
        guilty = [seen for seen in item.targets if seen.answered(*REDIRECTS)]
        if not guilty:
            yield fine(group.ref)
            continue
        first = guilty[0]
        code = next(code for code in first.codes if code in REDIRECTS)
        codes = matcher_with(group.matcher, code)
        yield found(
            group.ref,
            *health_and_answer(first),
            fix=REDIRECT_COUNTS if first.only_forces_https else None,
            fix_values=of_group(group),
            path=group.health_check_path,
            matcher=group.matcher.http_code,
            code=code,
            codes=codes,
            new_matcher=f'{{"HttpCode": "{codes}"}}',
            targets=target_ids(guilty),
        )
