"""ALB331: a rule without a host takes everything, before the rule that names the host."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.request.lines import hop_line
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.overlap import never_matching, told
from albdoctor.derive.routing.routes import rules_of
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import Text

UNDECIDED = Unknown(
    gap=Gap.FAILED,
    asked="elasticloadbalancing:DescribeRules",
    detail="a rule depends on the client, or the default rule was not described",
)
FIX = Fix(
    summary=Text(
        en="Give rule {shadowed} a lower priority number than rule {priority}.",
        ko="우선순위 {shadowed} 규칙의 번호를 {priority}보다 작게 바꾸세요.",
    ),
    impact=Impact.TRAFFIC,
    console=(
        Text(
            en="EC2 > Load Balancers > Listeners and rules > the listener > Reprioritize rules",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > 해당 리스너 > 규칙 우선순위 재지정",
        ),
    ),
    by_hand=Text(
        en="Rules are tried from the lowest number on, and the first that matches wins: put the rules that name a host before those that name none. Where a controller numbers them (an ingress), give the order there (alb.ingress.kubernetes.io/group.order). Choose a free number below {priority}:\n"
        "  aws elbv2 set-rule-priorities --region {region} --rule-priorities RuleArn={rule},Priority=NUMBER",
        ko="규칙은 번호가 작은 것부터 확인하며 처음 일치한 규칙이 적용됩니다. 호스트를 지정한 규칙을 지정하지 않은 규칙보다 앞에 두세요. 인그레스 컨트롤러가 번호를 매긴다면 그쪽에서 순서를 정하세요(alb.ingress.kubernetes.io/group.order). {priority}보다 작은 빈 번호를 고르세요.\n"
        "  aws elbv2 set-rule-priorities --region {region} --rule-priorities RuleArn={rule},Priority=NUMBER",
    ),
    verify="aws elbv2 describe-rules --region {region} --listener-arn {listener} --query 'Rules[].[Priority,RuleArn]' --output text",
)


@check(
    id="ALB331",
    slug="rule-shadowed-by-earlier-rule",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="Rule {shadowed}, which names the host, can never match: rule {priority} before it takes {url} for every host",
        ko="호스트를 지정한 우선순위 {shadowed} 규칙은 적용될 수 없습니다. 앞선 우선순위 {priority} 규칙이 모든 호스트의 {url} 요청을 가져갑니다",
    ),
    why=Text(
        en="The first rule that matches wins, whichever is more exact. The application that is meant for this host gets none of its requests; visitors see another one's pages or errors.",
        ko="더 구체적인 규칙이 아니라 먼저 일치한 규칙이 적용됩니다. 이 호스트의 애플리케이션은 요청을 받지 못하고, 방문자는 다른 애플리케이션의 페이지나 오류를 봅니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "rule priority; rule order wrong; earlier rule wins; rule never matches; shadowed rule; "
            "catch-all rule first; requests go to the wrong target group; wrong application answers; "
            "other site's page is shown; rules in wrong order; request lands in another service"
        ),
        ko=(
            "리스너 규칙 우선순위; 규칙 순서; 우선순위가 높은 규칙이 먼저; 다른 서비스로 라우팅됨; "
            "엉뚱한 페이지가 나옴; 규칙 우선순위 문제; 다른 대상 그룹으로 감; 규칙이 무시됨"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html",),
)
def rule_shadowed_by_earlier_rule(visits: Visits) -> Iterator[Verdict]:
    """Yield the rule that takes the scanned URL from the one that names its host."""
    for visit in visits:
        hop = visit.answer
        if hop.listener is None:
            continue
        if hop.route is None:
            yield UNDECIDED
            continue
        taken = hop.route.rule
        later = never_matching(taken, rules_of(hop.listener, visit.rules), hop.request)
        if later and not hop.route.certain:
            yield UNDECIDED
        elif later:
            yield found(
                taken.ref,
                saw(*hop_line(hop)),
                saw(asked.rule(hop.listener, taken), told(taken)),
                *(saw(asked.rule(hop.listener, rule), told(rule)) for rule in later),
                priority=taken.priority,
                shadowed=later[0].priority,
                rule=later[0].rule_arn,
                listener=hop.listener.listener_arn,
                region=hop.listener.region,
                url=hop.request.url,
            )
        else:
            yield fine(taken.ref)
