"""How a load balancer gets the HTTP listener that sends people to https."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.derive.network.clients import Ingress
from albdoctor.facts.elb import LoadBalancer
from albdoctor.text import Text
from albdoctor_checks.fixes.open_port import after_opening, opening
from albdoctor_checks.fixes.plan import Plan

CREATE = after_opening(
    Fix(
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
)


def plan(balancer: LoadBalancer, ingress: Ingress) -> Plan:
    """Choose the fix, with the values it needs beside the balancer's; opens port 80 where it is shut."""
    needed, values = opening(ingress, balancer, 80)
    return Plan(fix=CREATE[needed], values=values)
