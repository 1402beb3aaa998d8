"""How a load balancer gets the HTTP listener that sends people to https; it opens no port."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.derive.network.clients import Ingress
from albdoctor.derive.request.serving import Alb
from albdoctor.derive.request.visits import Visit
from albdoctor.derive.routing.actions import REDIRECT_TO_HTTPS
from albdoctor.facts.elb import Listener
from albdoctor.text import Text
from albdoctor_checks.fixes.circle import unless_round
from albdoctor_checks.fixes.open_port import opening_values
from albdoctor_checks.fixes.plan import Plan

SUMMARY = Text(
    en="Create an HTTP:80 listener on {balancer} that redirects to HTTPS.",
    ko="{balancer} 로드 밸런서에 HTTPS로 리디렉션하는 HTTP:80 리스너를 만드세요.",
)
CONSOLE = (
    Text(
        en="EC2 > Load Balancers > {balancer} > Listeners and rules > Add listener: HTTP, 80, Redirect to URL: HTTPS, 443, 301",
        ko="EC2 > 로드 밸런서 > {balancer} > 리스너 및 규칙 > 리스너 추가: HTTP, 80, URL로 리디렉션: HTTPS, 443, 301",
    ),
)
VERIFY = "aws elbv2 describe-listeners --region {region} --load-balancer-arn {arn} --query 'Listeners[].[Protocol,Port]' --output text"
CREATE = Fix(
    summary=SUMMARY,
    script="""\
aws elbv2 create-listener --region {region} --load-balancer-arn {arn} --protocol HTTP --port 80 \\
  --default-actions 'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'
""",
    console=CONSOLE,
    verify=VERIFY,
)
UNLESS_ROUND = unless_round(CREATE)
BY_HAND = Fix(
    summary=SUMMARY,
    console=CONSOLE,
    by_hand=Text(
        en="Browsers ask for https first: port 80 may stay shut, on purpose too. The security groups are not seen to admit on it whom they admit on 443; whom they admit today: {admitted}. If old http links matter, create the listener and admit the same visitors on port 80:\n"
        "  aws elbv2 create-listener --region {region} --load-balancer-arn {arn} --protocol HTTP --port 80 --default-actions 'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'\n"
        "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --ip-permissions {some}",
        ko="브라우저는 https로 먼저 접속하므로 80 포트는 닫아 두어도 되고, 일부러 닫은 것일 수도 있습니다. 보안 그룹이 443 포트에 허용한 대상을 80 포트에도 허용하는지 확인되지 않았습니다. 지금 허용하는 대상: {admitted}. 예전 http 링크가 중요하다면 리스너를 만들고 같은 방문자를 80 포트에 허용하세요.\n"
        "  aws elbv2 create-listener --region {region} --load-balancer-arn {arn} --protocol HTTP --port 80 --default-actions 'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'\n"
        "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --ip-permissions {some}",
    ),
    verify=VERIFY,
)

SERVE_FIRST = Fix(
    summary=Text(
        en="Let HTTPS:443 serve the page itself before anything on port 80 redirects to it.",
        ko="80 포트에서 리디렉션하기 전에 먼저 HTTPS:443이 페이지를 직접 서비스하게 하세요.",
    ),
    console=CONSOLE,
    by_hand=Text(
        en="The HTTPS listener redirects to http today: with a redirect to https on port 80 that would be an endless circle. Let it forward first, and scan again. Its rules:\n"
        "  aws elbv2 describe-rules --region {region} --listener-arn {https_listener} --query 'Rules[].[Priority,Actions[].RedirectConfig]'",
        ko="지금 HTTPS 리스너가 http로 리디렉션하므로 80 포트에서 https로 리디렉션하면 순환이 생깁니다. 먼저 전달(forward)로 바꾸고 다시 스캔하세요. 리스너의 규칙:\n"
        "  aws elbv2 describe-rules --region {region} --listener-arn {https_listener} --query 'Rules[].[Priority,Actions[].RedirectConfig]'",
    ),
    verify=VERIFY,
)


def plan(alb: Alb, visit: Visit | None, ingress: Ingress) -> Plan:
    """Choose the fix, with the values it needs beside the balancer's: by script where port 80 admits whom 443 does."""
    values = opening_values(ingress, alb, 80)
    if alb.https_listener is not None:
        goes_round = visit.with_listener(_redirecting(alb.https_listener)).goes_round if visit else None
        if goes_round:
            return Plan(fix=SERVE_FIRST, values=values | {"https_listener": alb.https_listener.listener_arn})
        if goes_round is None:
            return Plan(fix=UNLESS_ROUND, values=values | {"looks_at": (alb.https_listener.listener_arn,)})
    https, http = ({*ingress.admitted(alb.balancer, port)} for port in (443, 80))
    return Plan(fix=CREATE if https and https <= http else BY_HAND, values=values)


def _redirecting(https: Listener) -> Listener:
    """The listener that the script makes; no two of a load balancer have the same ARN."""
    return Listener(
        listener_arn=f"{https.listener_arn}/80",
        load_balancer_arn=https.load_balancer_arn,
        port=80,
        protocol="HTTP",
        default_actions=(REDIRECT_TO_HTTPS,),
    )
