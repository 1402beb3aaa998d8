"""ALB314: nothing listens on port 80, so addresses typed without https lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from albdoctor.checkup import WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.asked import endpoint
from albdoctor.derive.network.clients import Clients, clients, lacks_ipv6
from albdoctor.derive.request.serving import albs, https_listener, listener_on, listeners_of
from albdoctor.facts.ec2 import PrefixLists, SecurityGroups
from albdoctor.facts.elb import Listeners, LoadBalancers
from albdoctor.facts.known import Known, Observed
from albdoctor.text import Text
from albdoctor_checks.balancer.ingress import OPEN_BOTH, OPEN_IPV4

FIX = Fix(
    summary=Text(
        en="Create an HTTP:80 listener on {balancer} that redirects to HTTPS.",
        ko="{balancer} 로드 밸런서에 HTTPS로 리디렉션하는 HTTP:80 리스너를 만드세요.",
    ),
    script="""\
aws elbv2 create-listener --region {region} --load-balancer-arn {arn} --protocol HTTP --port 80 \\
  --default-actions 'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'
""",
    console=(
        Text(
            en="EC2 > Load Balancers > {balancer} > Listeners and rules > Add listener: HTTP, 80, Redirect to URL: HTTPS, 443, 301",
            ko="EC2 > 로드 밸런서 > {balancer} > 리스너 및 규칙 > 리스너 추가: HTTP, 80, URL로 리디렉션: HTTPS, 443, 301",
        ),
    ),
    verify="aws elbv2 describe-listeners --region {region} --load-balancer-arn {arn} --query 'Listeners[].[Protocol,Port]' --output text",
)


@check(
    id="ALB314",
    slug="listener-http-missing",
    severity=WARNING,
    since="0.1",
    message=Text(
        en="Load balancer {balancer} has no listener on port 80",
        ko="로드 밸런서 {balancer}에 80 포트의 리스너가 없습니다",
    ),
    why=Text(
        en="Visitors who type the name without https, or follow an old http link, get a refused or timed-out connection.",
        ko="https 없이 주소를 입력하거나 예전 http 링크로 들어온 방문자는 연결이 거부되거나 시간 초과됩니다.",
    ),
    fixes=(FIX,),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",),
)
def listener_http_missing(
    load_balancers: LoadBalancers,
    listeners: Listeners,
    security_groups: Observed[SecurityGroups],
    prefix_lists: Observed[PrefixLists],
) -> Iterator[Verdict]:
    """Yield every load balancer with HTTPS:443 and nothing on port 80."""
    for balancer in albs(load_balancers):
        if https_listener(balancer, listeners) is None:
            continue
        if listener_on(balancer, listeners, 80):
            yield fine(balancer.ref)
            continue
        groups = security_groups.value if isinstance(security_groups, Known) else ()
        lists = prefix_lists.value if isinstance(prefix_lists, Known) else ()
        # groups that are not known give an undecided answer, never "nobody"
        shut = balancer.scheme != "internal" and clients(groups, lists, balancer, 80) is Clients.NOBODY
        opening = (OPEN_BOTH if lacks_ipv6(groups, balancer, 80) else OPEN_IPV4) if shut else ""
        yield found(
            balancer.ref,
            saw(
                f"elasticloadbalancing DescribeListeners {balancer.load_balancer_name}",
                ", ".join(map(endpoint, listeners_of(balancer, listeners))),
            ),
            fix=replace(FIX, script=opening + FIX.script),
            fix_values={"group_id": balancer.security_groups[0], "port": 80} if shut else {},
            balancer=balancer.load_balancer_name,
            region=balancer.region,
            arn=balancer.load_balancer_arn,
        )
