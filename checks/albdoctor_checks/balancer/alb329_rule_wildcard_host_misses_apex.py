"""ALB329: a rule takes every name below the host by a wildcard, which does not fit the host itself."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.lines import effect_words, hop_line
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.host_rules import all_hosts, turned_away, wildcards_below
from albdoctor.derive.routing.overlap import takes_host
from albdoctor.derive.routing.routes import rules_of
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.fixes.host_condition import OF_WILDCARD, plan_below

MOVED = Text(
    en="The site has moved, and this redirect is on purpose.",
    ko="사이트를 옮겨서 일부러 리디렉션하고 있습니다.",
)
UNDECIDED = Unknown(
    gap=Gap.FAILED,
    asked="elasticloadbalancing:DescribeRules",
    detail="a rule depends on the client, or the default rule was not described",
)


@check(
    id="ALB329",
    slug="rule-wildcard-host-misses-apex",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Rule {taking} takes *.{host}, which does not match {host} itself: the default rule answers ({answer})",
        ko="우선순위 {taking} 규칙의 *.{host} 조건은 {host} 자체와 일치하지 않아 기본 규칙이 응답합니다({answer})",
    ),
    why=Text(
        en="In a host condition * stands for any text, but the dot behind it must be there. The name without a subdomain needs a value of its own, as it does on a certificate.",
        ko="호스트 조건의 *는 임의의 문자열을 뜻하지만 뒤의 점은 반드시 있어야 합니다. 서브도메인이 없는 이름은 인증서에서처럼 따로 적어야 합니다.",
    ),
    fixes=OF_WILDCARD,
    breaks={"forwarding"},
    words=Text(
        en=(
            "wildcard host does not match root domain; *.example.com does not match example.com; apex gives 404; "
            "subdomains work but root domain does not; naked domain 404; bare domain not matched by wildcard rule; "
            "www works but root domain 404; host header wildcard"
        ),
        ko=(
            "와일드카드 호스트 루트 도메인; 서브도메인은 되는데 루트 도메인만 404; *.example.com 규칙; "
            "www는 되는데 루트 도메인 404; 와일드카드 규칙이 루트 도메인에 적용 안됨; 네이키드 도메인 404"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html",),
)
def rule_wildcard_host_misses_apex(scan: Scan, visits: Visits) -> Iterator[Verdict]:
    """Yield the default rule that turns the host away although a rule takes every name below it."""
    for visit in visits:
        hop = visit.answer
        if hop.listener is None:
            continue
        own = rules_of(hop.listener, visit.rules)
        below = wildcards_below(own, hop.request)
        if hop.route is None or hop.effect is None:
            yield UNDECIDED
        elif not hop.route.is_default or not below or not turned_away(hop.effect, scan.registrable):
            yield fine(hop.route.rule.ref)
        elif not hop.route.certain:
            yield UNDECIDED
        elif any(takes_host(rule, hop.request) for rule in own):
            yield fine(hop.route.rule.ref)
        else:
            planned = plan_below(hop, below[0], visit.alb.listeners, visit.rules)
            moved = hop.effect.kind == "redirect"
            finding = found(
                hop.route.rule.ref,
                saw(*hop_line(hop)),
                *(saw(asked.rule(hop.listener, rule), f"host-header {', '.join(all_hosts(rule))}") for rule in below),
                severity=WARNING if moved else None,
                fix=planned.fix,
                fix_values=planned.values,
                taking=below[0].priority,
                host=scan.host,
                answer=effect_words(hop.effect),
            )
            yield likely(finding, MOVED, decide=command("curl -sI {url}", url=hop.request.url)) if moved else finding
