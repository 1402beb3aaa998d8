"""ALB328: no host rule matches the name, so the default rule's error or redirect answers."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.lines import effect_words, hop_line
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.host_rules import all_hosts, has_host_condition, turned_away, wildcards_below
from albdoctor.derive.routing.overlap import takes_host
from albdoctor.derive.routing.routes import rules_of
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.fixes.host_condition import FIXES, plan

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
    id="ALB328",
    slug="rule-host-not-matched",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="No host rule of the HTTPS listener matches {host}: the default rule answers ({answer})",
        ko="HTTPS 리스너의 호스트 규칙 중 {host} 이름과 일치하는 것이 없어 기본 규칙이 응답합니다({answer})",
    ),
    why=Text(
        en="Rules send each name to its own target group. A name that no rule lists gets the load balancer's own answer and never reaches a target.",
        ko="규칙은 이름마다 대상 그룹을 정합니다. 어떤 규칙에도 없는 이름에는 로드 밸런서가 직접 응답하므로 요청이 대상에 도달하지 못합니다.",
    ),
    fixes=FIXES,
    breaks={"forwarding"},
    words=Text(
        en=(
            "404 from load balancer; host header rule; host rule does not match; "
            "default backend 404; works with one host only; which rule matched; "
            "www not in the rules; host condition wrong; rule for my domain missing; "
            "new subdomain gives 404; ingress host does not match; rule has another host name; "
            "listener rule host condition; ingress returns 404; wrong host in rule; "
            "no rule for this domain"
        ),
        ko=(
            "규칙 불일치; 호스트 헤더 조건; ALB 404; 특정 도메인만 404; 규칙이 적용 안됨; "
            "리스너 라우팅; 호스트 조건 불일치; 새 서브도메인 404; 규칙에 도메인이 없음; "
            "호스트 헤더 규칙; 인그레스 호스트 404; www만 404; 호스트 기반 라우팅; 리스너 규칙 조건; "
            "서브도메인 추가했는데 404; 리스너 규칙이 안 먹음"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html",),
)
def rule_host_not_matched(scan: Scan, visits: Visits) -> Iterator[Verdict]:
    """Yield the default rule of an HTTPS listener that turns the host away although host rules exist."""
    for visit in visits:
        hop = visit.answer
        if hop.listener is None:
            continue
        own = [rule for rule in rules_of(hop.listener, visit.rules) if has_host_condition(rule)]
        if hop.route is None or hop.effect is None:
            yield UNDECIDED
        elif not hop.route.is_default or not own or not turned_away(hop.effect, scan.registrable):
            yield fine(hop.route.rule.ref)
        elif not hop.route.certain:
            yield UNDECIDED
        # what its path, method or header keeps out is ALB330 and ALB323, a wildcard for the names below it ALB329
        elif any(takes_host(rule, hop.request) for rule in own) or wildcards_below(own, hop.request):
            yield fine(hop.route.rule.ref)
        else:
            planned = plan(hop, visit.alb.listeners, visit.rules)
            moved = hop.effect.kind == "redirect"
            finding = found(
                hop.route.rule.ref,
                saw(*hop_line(hop)),
                *(saw(asked.rule(hop.listener, rule), f"host-header {', '.join(all_hosts(rule))}") for rule in own),
                severity=WARNING if moved else None,
                fix=planned.fix,
                fix_values=planned.values,
                host=scan.host,
                answer=effect_words(hop.effect),
            )
            yield likely(finding, MOVED, decide=command("curl -sI {url}", url=hop.request.url)) if moved else finding
