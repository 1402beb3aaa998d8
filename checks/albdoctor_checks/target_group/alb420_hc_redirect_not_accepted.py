"""ALB420: the health check's path answers with a redirect, which does not count as healthy."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.targets.health import REDIRECTS, matcher_with, names, only_forces_https, watched
from albdoctor.facts.elb import GroupsHealth, TargetGroups
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.wire import TargetProbes
from albdoctor.text import Text

VERIFY = "aws elbv2 describe-target-health --region {region} --target-group-arn {arn}"
FIX = Fix(
    summary=Text(
        en="Choose a health check path of {group} that answers 200 itself.",
        ko="{group} 그룹의 상태 검사 경로를 리디렉션 없이 200으로 응답하는 경로로 바꾸세요.",
    ),
    by_hand=Text(
        en="Give the application a path that answers 200 without login or redirect; where a framework forces https, exempt that path or trust X-Forwarded-Proto. Then set the path:\n"
        "  aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-path PATH",
        ko="로그인이나 리디렉션 없이 200으로 응답하는 경로를 애플리케이션에 만드세요. 프레임워크가 https를 강제한다면 그 경로를 예외로 두거나 X-Forwarded-Proto 헤더를 신뢰하게 합니다. 그다음 경로를 지정하세요.\n"
        "  aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-path PATH",
    ),
    verify=VERIFY,
)
FIX_MATCHER = Fix(
    summary=Text(
        en="Count {code} as healthy for {group}: this redirect only forces https, the server itself is well.",
        ko="{group} 그룹에서 {code} 코드도 정상으로 인정하세요. 이 리디렉션은 https를 강제할 뿐 서버 자체는 정상입니다.",
    ),
    side_effects=(
        Text(
            en="A path that answers 200 is better: with {code} accepted, a health check no longer notices when everything is redirected. Accept this code only, not 200-399.",
            ko="200으로 응답하는 경로를 쓰는 편이 더 좋습니다. {code} 코드를 인정하면 모든 요청이 리디렉션되는 장애를 상태 검사가 알아채지 못합니다. 200-399처럼 넓히지 말고 이 코드만 추가하세요.",
        ),
    ),
    script="aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --matcher {new_matcher}\n",
    console=(
        Text(
            en="EC2 > Target Groups > {group} > Health checks > Edit > Advanced: success codes {codes}",
            ko="EC2 > 대상 그룹 > {group} > 상태 검사 > 편집 > 고급 설정: 성공 코드 {codes}",
        ),
    ),
    terraform='health_check {\n  matcher = "{codes}"\n}\n',
    cloudformation='Matcher:\n  HttpCode: "{codes}"\n',
    verify=VERIFY,
)


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
    fixes=(FIX,),
    breaks={"health"},
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",),
)
def hc_redirect_not_accepted(
    target_groups: TargetGroups, groups_health: GroupsHealth, target_probes: Observed[TargetProbes]
) -> Iterator[Verdict]:
    """Yield every target group whose health check is answered with a redirect that does not count."""
    for item in watched(target_groups, groups_health, target_probes):
        if isinstance(item, Unknown):
            yield item
            continue
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
            saw(*first.health_line),
            *([saw(*first.probe_line(first.check_port))] if first.check_answer else []),
            fix=FIX_MATCHER if only_forces_https(first) else None,
            group=group.target_group_name,
            arn=group.target_group_arn,
            region=group.region,
            path=group.health_check_path,
            matcher=group.matcher.http_code,
            code=code,
            codes=codes,
            new_matcher=f'{{"HttpCode": "{codes}"}}',
            targets=names(guilty),
        )
