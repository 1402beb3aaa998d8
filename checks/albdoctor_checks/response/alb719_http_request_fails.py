"""ALB719: visitors get an error, and nothing else that was found explains it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from msgspec.structs import replace

from albdoctor.checkup import ERROR, Finding, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.checkup.signals import MEANINGS
from albdoctor.derive import asked
from albdoctor.derive.request.lines import hop_line
from albdoctor.derive.request.outcome import AtAddress
from albdoctor.derive.request.ruled_out import (
    addresses,
    answering_rule,
    came_lines,
    gates,
    in_order,
    said_by,
    unseen_rule,
)
from albdoctor.derive.request.scene import Excuse, Scene
from albdoctor.derive.routing.overlap import example_of
from albdoctor.derive.routing.routes import Hop
from albdoctor.facts.arn import region_of
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Command, Text, command
from albdoctor_checks.response.could_be import could_be

FIX = Fix(
    summary=Text(
        en="Find out which of the remaining causes it is: the command below decides.",
        ko="남은 원인 중 무엇인지 아래 명령으로 확인하세요.",
    ),
    by_hand=Text(
        en="Run the command, then look where it points: the application's log at that second, the load balancer's access log (actions_executed, error_reason), the rule or web ACL that answered.",
        ko="명령을 실행한 뒤 결과가 가리키는 곳을 확인하세요. 그 시각의 애플리케이션 로그, 로드 밸런서 액세스 로그(actions_executed, error_reason), 응답한 규칙이나 웹 ACL이 단서입니다.",
    ),
    verify="curl -sSI {url}",
)

OTHER_PATHS = Text(
    en="Only the paths of the other rules are meant to be served, as an API's are; then scan one of them with --path.",
    ko="API처럼 다른 규칙의 경로만 제공하려는 의도일 수 있습니다. 그렇다면 --path로 그중 하나를 지정해 검사하세요.",
)
RULE = Fix(
    summary=Text(
        en="Rule {priority} of {listener} gives this answer itself: if it is not meant, delete the rule or let it forward.",
        ko="{listener} 리스너의 우선순위 {priority} 규칙이 직접 이 응답을 보냅니다. 의도한 것이 아니라면 규칙을 삭제하거나 전달(forward)로 바꾸세요.",
    ),
    by_hand=Text(
        en="A maintenance page that was left on, or a path that is closed on purpose: only you know. Look at the rule:\n"
        "  aws elbv2 describe-rules --region {region} --rule-arns {rule_arn}\n"
        "Then either give it the target group:\n"
        "  aws elbv2 modify-rule --region {region} --rule-arn {rule_arn} --actions Type=forward,TargetGroupArn=TARGET_GROUP_ARN\n"
        "or delete it:\n"
        "  aws elbv2 delete-rule --region {region} --rule-arn {rule_arn}",
        ko="끄지 않은 점검 안내인지, 일부러 막은 경로인지는 담당자만 알 수 있습니다. 규칙을 확인하세요.\n"
        "  aws elbv2 describe-rules --region {region} --rule-arns {rule_arn}\n"
        "그런 다음 대상 그룹으로 전달하게 하거나,\n"
        "  aws elbv2 modify-rule --region {region} --rule-arn {rule_arn} --actions Type=forward,TargetGroupArn=TARGET_GROUP_ARN\n"
        "규칙을 삭제하세요.\n"
        "  aws elbv2 delete-rule --region {region} --rule-arn {rule_arn}",
    ),
    verify="curl -sSI {url}",
)

AT_PATH = replace(
    RULE,
    summary=Text(
        en="Scan a path that the rules before it serve (--path {example}); rule {priority} of {listener} gives this answer to the rest.",
        ko="앞선 규칙이 처리하는 경로를 검사하세요(--path {example}). 나머지 경로에는 {listener} 리스너의 우선순위 {priority} 규칙이 직접 이 응답을 보냅니다.",
    ),
)


@check(
    id="ALB719",
    slug="http-request-fails",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Visitors of {url} get an error at {failing} of {all} addresses: {what}",
        ko="{url} 방문자가 주소 {all}개 중 {failing}개에서 오류를 받습니다: {what}",
    ),
    why=Text(
        en="This is what becomes of the request itself. No fault that was found on its way explains it, so the evidence says who answers and what was ruled out.",
        ko="요청 자체의 결과입니다. 경로에서 발견된 문제로는 설명되지 않으므로, 누가 응답하고 무엇이 제외되었는지를 근거에 적습니다.",
    ),
    fixes=(FIX, RULE, AT_PATH),
    shows=frozenset(MEANINGS) - {"health", "validation", "certificate"},
    last_word=True,
    words=Text(
        en=(
            "request fails and no check explains it; unexplained error; "
            "site is down and everything looks fine; visitors get an error; site does not open"
        ),
        ko=("원인을 모르겠음; 설정은 다 맞는데 안됨; 다 정상인데 접속 오류; 이유 없이 접속 안됨; 사이트가 안 열림"),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",),
)
def http_request_fails(scan: Scan, scene: Scene) -> Iterator[Verdict]:
    """Yield the host when its visitors get an error at some address."""
    host, requested = Ref(Kind.DOMAIN, scan.host), scene.requested
    hop = answering_rule(scene)
    if hop and scene.excuse is Excuse.OTHER_PATH:
        finding, example = _finding(scan, scene, requested.failing, hop), example_of(scene.way.other_paths)
        if example:
            finding = replace(finding, fix=AT_PATH, values=finding.values | {"example": example})
        yield likely(finding, OTHER_PATHS, decide=command("curl -sI {url}", url=urljoin(requested.url, example)))
    elif scene.fails and requested.failing:
        yield _finding(scan, scene, requested.failing, hop)
    elif unseen := unseen_rule(scene):
        yield _finding(scan, scene, requested.at, unseen)
    elif requested.served == "yes":
        yield fine(host)


def _finding(scan: Scan, scene: Scene, at: tuple[AtAddress, ...], hop: Hop | None) -> Finding:
    """Report the request at these addresses; `hop`: where a rule is known to answer so itself."""
    seen = [one for one in at if one.failed]
    return found(
        Ref(Kind.DOMAIN, scan.host),
        *(saw(*line) for line in addresses(scene)),
        *((saw(*hop_line(hop)),) if hop else ()),
        *(saw(*line) for line in gates(scene)),
        *(saw(*line) for line in in_order(scene)),
        alternatives=() if hop else could_be(seen, scene),
        fix=RULE if hop else FIX,
        fix_values=_names(hop),
        decide=_decide(scan, scene),
        url=scene.requested.url,
        what=came_lines(seen) if seen else said_by(hop),
        failing=len(at),
        all=len(scene.requested.at),
    )


def _decide(scan: Scan, scene: Scene) -> Command:
    """The command that shows the answer as it comes from the first address that fails."""
    first = (scene.requested.failing or scene.requested.at)[0]
    return command(
        "curl -sv -o /dev/null --resolve {host}:443:{address} {url}",
        host=scan.host,
        address=first.address,
        url=scene.requested.url,
    )


def _names(hop: Hop | None) -> dict[str, str]:
    """What the fix says about a rule that answers."""
    if hop is None or hop.listener is None or hop.route is None:
        return dict.fromkeys(("priority", "listener", "rule_arn", "region"), "-")
    return {
        "priority": hop.route.rule.priority,
        "listener": asked.endpoint(hop.listener),
        "rule_arn": hop.route.rule.rule_arn,
        "region": region_of(hop.listener.listener_arn),
    }
