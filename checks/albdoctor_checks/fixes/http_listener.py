"""How a load balancer gets the HTTP listener that sends people to https; it opens no port."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.derive.network.clients import Ingress
from albdoctor.derive.request.serving import Alb
from albdoctor.text import Text
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
BY_HAND = Fix(
    summary=SUMMARY,
    console=CONSOLE,
    by_hand=Text(
        en="Browsers ask for https first: port 80 may stay shut, on purpose too. The security groups are not seen to admit on it whom they admit on 443; whom they admit today: {admitted}. If old http links matter, create the listener and admit the same visitors on port 80:\n"
        "  aws elbv2 create-listener --region {region} --load-balancer-arn {arn} --protocol HTTP --port 80 --default-actions 'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'\n"
        "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --ip-permissions 'IpProtocol=tcp,FromPort=80,ToPort=80,{kind}'",
        ko="브라우저는 https로 먼저 접속하므로 80 포트는 닫아 두어도 되고, 일부러 닫은 것일 수도 있습니다. 보안 그룹이 443 포트에 허용한 대상을 80 포트에도 허용하는지 확인되지 않았습니다. 지금 허용하는 대상: {admitted}. 예전 http 링크가 중요하다면 리스너를 만들고 같은 방문자를 80 포트에 허용하세요.\n"
        "  aws elbv2 create-listener --region {region} --load-balancer-arn {arn} --protocol HTTP --port 80 --default-actions 'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'\n"
        "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --ip-permissions 'IpProtocol=tcp,FromPort=80,ToPort=80,{kind}'",
    ),
    verify=VERIFY,
)


def plan(alb: Alb, ingress: Ingress) -> Plan:
    """Choose the fix, with the values it needs beside the balancer's: by script where port 80 admits whom 443 does."""
    https, http = ({*ingress.admitted(alb.balancer, port)} for port in (443, 80))
    return Plan(fix=CREATE if https and https <= http else BY_HAND, values=opening_values(ingress, alb, 80))
