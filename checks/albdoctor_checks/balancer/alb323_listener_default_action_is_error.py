"""ALB323: the HTTPS listener's default action is an error, and no rule takes the host."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from albdoctor.checkup import ERROR, WARNING, Verdict, check, fine, found, likely, saw
from albdoctor.derive.request.lines import effect_words, hop_line
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.conditions import Request
from albdoctor.derive.routing.host_rules import has_host_condition
from albdoctor.derive.routing.overlap import example_of, forwards_to, of_host, paths_of, takes_host, too_narrow
from albdoctor.derive.routing.routes import rules_of
from albdoctor.facts.elb import Rule
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import Text, command
from albdoctor_checks.fixes.default_action import AT_PATH, BY_HAND, DECIDE, FORWARD, KEEP_LOGIN, plan

OTHER_PATHS = Text(
    en="Only the paths of the other rules are meant to be served, and this URL is not.",
    ko="다른 규칙의 경로만 서비스하려는 의도이며, 이 URL은 서비스 대상이 아닙니다.",
)
NOT_DESCRIBED = Unknown(
    gap=Gap.FAILED, asked="elasticloadbalancing:DescribeRules", detail="the default rule was not described"
)
CLIENT_DECIDES = Unknown(
    gap=Gap.FAILED, asked="elasticloadbalancing:DescribeRules", detail="a rule depends on the client"
)


@check(
    id="ALB323",
    slug="listener-default-action-is-error",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The HTTPS listener itself answers {url} with an error ({answer})",
        ko="HTTPS 리스너가 {url} 요청에 직접 오류로 응답합니다 ({answer})",
    ),
    why=Text(
        en="The default action is a fixed error and no rule takes the request: visitors see the error, and no target is asked.",
        ko="기본 작업이 고정 오류 응답이고 요청을 받는 규칙이 없습니다. 방문자는 오류를 보고, 요청은 대상에 도달하지 못합니다.",
    ),
    fixes=(FORWARD, BY_HAND, KEEP_LOGIN, DECIDE, AT_PATH),
    breaks={"forwarding"},
    words=Text(
        en=(
            "default action is fixed response; fixed-response 404; "
            "listener answers with an error itself; default action 503; default rule returns error; "
            "default rule fixed response; only default rule on https listener; "
            "listener returns 404 text; default action"
        ),
        ko=(
            "기본 작업 고정 응답; 고정 응답 404; 기본 규칙 404; 기본 작업(기본 규칙); "
            "리스너가 직접 404 응답; 기본 작업이 503; HTTPS 리스너 기본 작업"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",),
)
def listener_default_action_is_error(visits: Visits) -> Iterator[Verdict]:
    """Yield every HTTPS listener without host rules whose default action turns the scanned URL away with an error."""
    for visit in visits:
        hop = visit.answer
        if hop.listener is None:
            continue
        others = [rule for rule in rules_of(hop.listener, visit.rules) if not rule.is_default]
        if hop.route is None or hop.effect is None:
            yield NOT_DESCRIBED
        elif not hop.route.is_default or hop.effect.status < 400 or _is_anothers(others, hop.request):
            yield fine(hop.listener.ref)
        elif not hop.route.certain:
            yield CLIENT_DECIDES
        else:
            planned = plan(hop, visit.serving_forward, meant=bool(others))
            served = [rule for rule in others if of_host(rule, hop.request) and forwards_to(rule)]
            example = example_of(paths_of(served))
            finding = found(
                hop.listener.ref,
                saw(*hop_line(hop)),
                severity=WARNING if others else None,
                fix=AT_PATH if planned.fix is DECIDE and example else planned.fix,
                fix_values={**planned.values, "example": example},
                url=hop.request.url,
                answer=effect_words(hop.effect),
            )
            yield (
                likely(finding, OTHER_PATHS, decide=command("curl -sI {url}", url=urljoin(hop.request.url, example)))
                if others
                else finding
            )


def _is_anothers(rules: list[Rule], request: Request) -> bool:
    """Whether rule-host-not-matched or rule-path-pattern-too-narrow tells it: no rule names the host, or one does."""
    hosts = [rule for rule in rules if has_host_condition(rule)]
    unnamed = bool(hosts) and not any(takes_host(rule, request) for rule in hosts)
    return unnamed or bool(too_narrow(hosts, request))
