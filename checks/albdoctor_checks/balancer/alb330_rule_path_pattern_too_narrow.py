"""ALB330: a rule names the host, and its path pattern does not fit what is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from albdoctor.checkup import WARNING, Fix, Impact, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.lines import effect_words, hop_line
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.host_rules import turned_away
from albdoctor.derive.routing.overlap import example_of, paths_of, told, too_narrow
from albdoctor.derive.routing.routes import rules_of
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command

ON_PURPOSE = Text(
    en="Only these paths are meant to be served, as an API's are; then scan one of them with --path.",
    ko="API처럼 이 경로들만 제공하려는 의도일 수 있습니다. 그렇다면 --path로 그중 하나를 지정해 검사하세요.",
)
UNDECIDED = Unknown(
    gap=Gap.FAILED,
    asked="elasticloadbalancing:DescribeRules",
    detail="a rule depends on the client, or the default rule was not described",
)
FIX = Fix(
    summary=Text(
        en="Add a path pattern that fits {path} to rule {priority}, such as /*.",
        ko="우선순위 {priority} 규칙에 {path} 경로와 일치하는 패턴(예: /*)을 추가하세요.",
    ),
    impact=Impact.TRAFFIC,
    console=(
        Text(
            en="EC2 > Load Balancers > Listeners and rules > HTTPS:443 > rule {priority} > Edit conditions > Path",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:443 > 규칙 {priority} > 조건 편집 > 경로",
        ),
    ),
    by_hand=Text(
        en="A pattern without * matches that one path only, and upper and lower case differ. Decide which paths this rule's application serves: /* is every path, /login and /login/* are one page and what is below it. The rule as it is now:\n"
        "  aws elbv2 describe-rules --region {region} --rule-arns {rule}",
        ko="*가 없는 패턴은 그 경로 하나에만 일치하며 대소문자를 구분합니다. 이 규칙의 애플리케이션이 제공할 경로를 정하세요. /*는 모든 경로이고, 한 페이지와 그 하위는 /login, /login/* 두 개입니다. 현재 규칙은 다음 명령으로 확인하세요.\n"
        "  aws elbv2 describe-rules --region {region} --rule-arns {rule}",
    ),
    verify="curl -sI {url}",
)


@check(
    id="ALB330",
    slug="rule-path-pattern-too-narrow",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="Rule {priority} names the host, but its path pattern ({patterns}) does not fit {url}: the default rule answers ({answer})",
        ko="우선순위 {priority} 규칙에 이 호스트가 있지만 경로 패턴({patterns})이 {url} 주소와 맞지 않아 기본 규칙이 응답합니다({answer})",
    ),
    why=Text(
        en="A rule takes a request only where all of its conditions hold. What no rule takes gets the load balancer's own answer and never reaches a target.",
        ko="규칙은 모든 조건이 맞는 요청만 받습니다. 어떤 규칙도 받지 않은 요청에는 로드 밸런서가 직접 응답하므로 대상에 도달하지 못합니다.",
    ),
    fixes=(FIX,),
    breaks={"forwarding"},
    words=Text(
        en=(
            "path pattern not matching; trailing slash path; path rule too narrow; "
            "/api/* not matched; path based routing 404; path pattern; /api works but / gives 404; "
            "path condition; only some paths work; wildcard in path pattern; path routing"
        ),
        ko=(
            "경로 기반 라우팅; 경로 패턴 불일치; 경로 조건; /api 경로 404; 특정 경로만 404; "
            "경로 패턴 와일드카드; 슬래시 경로; 경로 규칙; 하위 경로 안됨; 경로별 라우팅"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html",),
)
def rule_path_pattern_too_narrow(scan: Scan, visits: Visits) -> Iterator[Verdict]:
    """Yield the default rule that answers although a rule names the host, for the path fits no pattern."""
    for visit in visits:
        hop = visit.answer
        if hop.listener is None:
            continue
        narrow = too_narrow(rules_of(hop.listener, visit.rules), hop.request)
        if hop.route is None or hop.effect is None:
            yield UNDECIDED
        elif not hop.route.is_default or not narrow or not turned_away(hop.effect, scan.registrable):
            yield fine(hop.route.rule.ref)
        elif not hop.route.certain:
            yield UNDECIDED
        else:
            listener = hop.listener
            finding = found(
                hop.route.rule.ref,
                saw(*hop_line(hop)),
                *(saw(asked.rule(listener, rule), told(rule)) for rule in narrow),
                priority=narrow[0].priority,
                rule=narrow[0].rule_arn,
                patterns=paths_of(narrow),
                path=hop.request.path,
                url=hop.request.url,
                answer=effect_words(hop.effect),
                region=listener.region,
            )
            served = urljoin(hop.request.url, example_of(paths_of(narrow)))
            yield likely(finding, ON_PURPOSE, decide=command("curl -sI {url}", url=served))
