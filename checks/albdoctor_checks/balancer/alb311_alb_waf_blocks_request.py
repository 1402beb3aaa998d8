"""ALB311: the web ACL of the load balancer refuses the request, which its rules would take."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Impact, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.lines import exchange_line, hop_line
from albdoctor.derive.request.refused import Refusals, allows_nothing, told
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import Text, command

UNDECIDED = Unknown(
    gap=Gap.FAILED,
    asked="elasticloadbalancing:DescribeRules",
    detail="a rule depends on the client, or the default rule was not described",
)
THIS_CLIENT = Text(
    en="It blocks this machine only, as rules against programs, countries or hosting providers do; visitors get the page.",
    ko="봇, 국가, 호스팅 업체 차단 규칙처럼 이 컴퓨터만 차단하고 방문자에게는 페이지가 보일 수 있습니다.",
)
FIX = Fix(
    summary=Text(
        en="Find the rule of web ACL {acl} that blocks {url}, and set it to Count or exempt the request.",
        ko="웹 ACL {acl}에서 {url} 요청을 차단하는 규칙을 찾아 Count로 바꾸거나 예외를 추가하세요.",
    ),
    impact=Impact.TRAFFIC,
    console=(
        Text(
            en="WAF & Shield > Web ACLs > {acl} > Sampled requests: the rule that blocked the request",
            ko="WAF & Shield > 웹 ACL > {acl} > 샘플링된 요청: 요청을 차단한 규칙",
        ),
    ),
    by_hand=Text(
        en="The rules in their order, and what becomes of the rest (Block means that a request needs a rule that allows it):\n"
        "  aws wafv2 get-web-acl-for-resource --region {region} --resource-arn {balancer_arn} --query 'WebACL.[DefaultAction,Rules[].[Priority,Name,Action,OverrideAction]]'\n"
        "Sampled requests name the rule (of a managed group, the rule within it). Override that one rule to Count, or give it a scope-down statement that leaves this path or client out; with a default action of Block, add a rule that allows {host}. Leave the web ACL on the load balancer: it protects everything else.",
        ko="규칙 순서와 나머지 요청의 처리 방식(기본 작업이 Block이면 허용 규칙이 있어야 통과)은 다음과 같이 확인하세요.\n"
        "  aws wafv2 get-web-acl-for-resource --region {region} --resource-arn {balancer_arn} --query 'WebACL.[DefaultAction,Rules[].[Priority,Name,Action,OverrideAction]]'\n"
        "샘플링된 요청에 차단한 규칙(관리형 그룹이면 그 안의 규칙)이 나옵니다. 그 규칙만 Count로 재정의하거나 범위 축소 문으로 해당 경로나 클라이언트를 제외하세요. 기본 작업이 Block이면 {host} 요청을 허용하는 규칙을 추가하세요. 다른 요청을 보호하므로 웹 ACL 연결은 해제하지 마세요.",
    ),
    verify="curl -sSI {url}",
)


@check(
    id="ALB311",
    slug="alb-waf-blocks-request",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Web ACL {acl} of load balancer {balancer} refuses {url} with 403 ({rules})",
        ko="{balancer} 로드 밸런서의 웹 ACL {acl} 규칙이 {url} 요청을 403으로 거부합니다({rules})",
    ),
    why=Text(
        en="AWS WAF looks at a request before any rule of a listener does. What it blocks never reaches the application, and no log of the application shows it.",
        ko="AWS WAF는 리스너 규칙보다 먼저 요청을 검사합니다. 차단된 요청은 애플리케이션에 도달하지 않으므로 애플리케이션 로그에도 남지 않습니다.",
    ),
    fixes=(FIX,),
    explains={"http-request-fails"},
    words=Text(
        en=(
            "403 Forbidden from load balancer; WAF blocks request; web ACL blocks; 403 awselb/2.0; blocked by AWS WAF; "
            "managed rule blocks; upload gives 403; SizeRestrictions_BODY; false positive WAF; "
            "geo blocking 403; default action block; 403 not in application log"
        ),
        ko=(
            "403 Forbidden 로드밸런서; WAF 차단; 웹 ACL 차단; WAF 오탐; 관리형 규칙 차단; 업로드하면 403; "
            "특정 국가 403; WAF 403; 애플리케이션 로그에 없는 403; 기본 작업 차단"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
        "https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-testing.html",
    ),
)
def alb_waf_blocks_request(refusals: Refusals) -> Iterator[Verdict]:
    """Yield every load balancer that refused the request itself, has a web ACL, and has no rule that refuses it.

    It is certain where the web ACL allows nothing at all.
    """
    for one in refusals:
        if one.hop.route is None or one.hop.effect is None or not one.hop.route.certain:
            yield UNDECIDED
        elif one.by_rule:
            yield fine(one.balancer.ref)
        elif isinstance(one.acl, Unknown):
            yield one.acl
        elif (acl := one.acl.value) is None:
            yield fine(one.balancer.ref)
        else:
            finding = found(
                one.balancer.ref,
                saw(*exchange_line(one.exchange)),
                saw(*hop_line(one.hop)),
                saw(asked.web_acl(one.balancer), f"{acl.name}: {', '.join(told(acl))}"),
                acl=acl.name,
                balancer=one.balancer.load_balancer_name,
                balancer_arn=one.balancer.load_balancer_arn,
                region=one.balancer.region,
                url=one.exchange.url,
                host=one.hop.request.host,
                rules=told(acl),
            )
            look = command("curl -sSI -A Mozilla/5.0 {url}", url=one.exchange.url)
            yield finding if allows_nothing(acl) else likely(finding, THIS_CLIENT, decide=look)
