"""ALB314: nothing listens on port 80, so addresses typed without https lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.clients import Ingress
from albdoctor.derive.request.serving import Albs
from albdoctor.derive.request.visits import Visits, visit_to
from albdoctor.facts.ec2 import PrefixLists, SecurityGroups
from albdoctor.facts.known import Known, Observed
from albdoctor.text import Text
from albdoctor_checks.fixes.http_listener import BY_HAND, CREATE, SERVE_FIRST, UNLESS_ROUND, plan


@check(
    id="ALB314",
    slug="listener-http-missing",
    severity=INFO,
    since="0.1",
    message=Text(
        en="Load balancer {balancer} has no listener on port 80",
        ko="로드 밸런서 {balancer}에 80 포트의 리스너가 없습니다",
    ),
    why=Text(
        en="Browsers ask for https first. Old http links, and programs that ask for http alone, get a refused or timed-out connection.",
        ko="브라우저는 https로 먼저 접속합니다. 예전 http 링크와 http로만 접속하는 프로그램은 연결이 거부되거나 시간 초과됩니다.",
    ),
    fixes=(CREATE, BY_HAND, SERVE_FIRST, UNLESS_ROUND),
    breaks={"http-port"},
    at_the_door=True,
    words=Text(
        en=(
            "port 80 closed; http not working https works; no listener on port 80; http refused; "
            "redirect listener for port 80 missing; typing the domain without https fails; "
            "http:// does not open"
        ),
        ko=(
            "80 포트 닫힘; http는 안되고 https는 됨; 80 리스너 없음; http 접속 안됨; "
            "80 포트 리스너 추가; 주소창에 도메인만 치면 안됨; http로 접속하면 연결 거부"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",),
)
def listener_http_missing(
    albs: Albs,
    visits: Observed[Visits],
    security_groups: Observed[SecurityGroups],
    prefix_lists: Observed[PrefixLists],
) -> Iterator[Verdict]:
    """Yield every load balancer with HTTPS:443 and nothing on port 80."""
    groups = security_groups.value if isinstance(security_groups, Known) else ()
    lists = prefix_lists.value if isinstance(prefix_lists, Known) else ()
    ingress = Ingress(security_groups=groups, prefix_lists=lists)
    seen = visits.value if isinstance(visits, Known) else ()
    for alb in albs:
        if alb.https_listener is None:
            continue
        if alb.listener_on(80):
            yield fine(alb.ref)
            continue
        planned = plan(alb, visit_to(alb.balancer, seen), ingress)
        yield found(
            alb.ref,
            saw(asked.listeners(alb.balancer), alb.endpoints),
            fix=planned.fix,
            fix_values=planned.values,
            balancer=alb.name,
            region=alb.balancer.region,
            arn=alb.balancer.load_balancer_arn,
        )
