"""How a listener comes to speak what its port promises: HTTPS on 443, HTTP on 80."""

from __future__ import annotations

from msgspec.structs import replace

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.request.serving import Alb
from albdoctor.derive.request.visits import Visit
from albdoctor.derive.routing.actions import REDIRECT_TO_HTTPS
from albdoctor.facts.acm import Certificates
from albdoctor.facts.elb import Listener
from albdoctor.facts.known import Observed
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.circle import unless_round
from albdoctor_checks.fixes.https_listener import POLICY, usable_certificate
from albdoctor_checks.fixes.plan import Plan

VERIFY = "aws elbv2 describe-listeners --region {region} --listener-arns {arn} --query 'Listeners[].[Protocol,Port]' --output text"
CONSOLE = (
    Text(
        en="EC2 > Load Balancers > {balancer} > Listeners and rules > {protocol}:{port} > Edit listener",
        ko="EC2 > 로드 밸런서 > {balancer} > 리스너 및 규칙 > {protocol}:{port} > 리스너 편집",
    ),
)

TO_HTTPS = Fix(
    summary=Text(
        en="Let the listener on 443 speak HTTPS, with the issued certificate.",
        ko="443 포트 리스너의 프로토콜을 HTTPS로 바꾸고 발급된 인증서를 지정하세요.",
    ),
    impact=Impact.BRIEF,
    script="aws elbv2 modify-listener --region {region} --listener-arn {arn} --protocol HTTPS --ssl-policy {policy} --certificates CertificateArn={certificate}\n",
    console=CONSOLE,
    verify=VERIFY,
)
TO_443 = Fix(
    summary=Text(
        en="Move the HTTPS listener from port 80 to port 443.",
        ko="HTTPS 리스너의 포트를 80에서 443으로 바꾸세요.",
    ),
    impact=Impact.BRIEF,
    script="aws elbv2 modify-listener --region {region} --listener-arn {arn} --port 443\n",
    console=CONSOLE,
    verify=VERIFY,
)
TO_REDIRECT = Fix(
    summary=Text(
        en="Let the listener on 80 speak HTTP and redirect to the HTTPS listener on 443.",
        ko="80 포트 리스너의 프로토콜을 HTTP로 바꾸고 443 포트의 HTTPS 리스너로 리디렉션하세요.",
    ),
    impact=Impact.BRIEF,
    script="aws elbv2 modify-listener --region {region} --listener-arn {arn} --protocol HTTP --default-actions 'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'\n",
    console=CONSOLE,
    verify=VERIFY,
)
BY_HAND = Fix(
    summary=TO_HTTPS.summary,
    impact=Impact.BRIEF,
    console=CONSOLE,
    by_hand=Text(
        en="No issued certificate in {region} is known to cover {host}. Request one and publish its validation record:\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "When it is ISSUED, change the listener:\n"
        "  aws elbv2 modify-listener --region {region} --listener-arn {arn} --protocol HTTPS --certificates CertificateArn=CERTIFICATE_ARN",
        ko="{region} 리전에 {host} 이름을 포함하는 발급된 인증서가 확인되지 않았습니다. 인증서를 요청하고 검증 레코드를 등록하세요.\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "상태가 발급됨(ISSUED)으로 바뀌면 리스너를 수정합니다.\n"
        "  aws elbv2 modify-listener --region {region} --listener-arn {arn} --protocol HTTPS --certificates CertificateArn=CERTIFICATE_ARN",
    ),
    verify=VERIFY,
)

DECIDE = Fix(
    summary=Text(
        en="Decide what {protocol}:{port} shall do, and let HTTPS be spoken on 443 and HTTP on 80.",
        ko="{protocol}:{port} 리스너가 할 일을 정하고, 443 포트는 HTTPS로, 80 포트는 HTTP로 통신하게 하세요.",
    ),
    impact=Impact.BRIEF,
    console=CONSOLE,
    by_hand=Text(
        en="With the other protocol or port alone, its redirects would lead round in a circle, or a login would be lost. Let HTTPS:443 forward to the target group that serves the site, and only HTTP:80 redirect, to HTTPS:443. The actions as they are:\n"
        "  aws elbv2 describe-rules --region {region} --listener-arn {arn} --query 'Rules[].[Priority,Actions]'",
        ko="프로토콜이나 포트만 바꾸면 리디렉션이 순환하거나 로그인이 사라집니다. HTTPS:443은 사이트를 서비스하는 대상 그룹으로 전달하고 HTTP:80만 HTTPS:443으로 리디렉션하게 하세요. 현재 작업은 다음과 같습니다.\n"
        "  aws elbv2 describe-rules --region {region} --listener-arn {arn} --query 'Rules[].[Priority,Actions]'",
    ),
    verify=VERIFY,
)

UNLESS_ROUND = {
    name: unless_round(fix) for name, fix in (("https", TO_HTTPS), ("443", TO_443), ("redirect", TO_REDIRECT))
}
"""The same where nobody knows whether redirects would then lead round."""


def plan(host: str, alb: Alb, listener: Listener, visit: Visit | None, certificates: Observed[Certificates]) -> Plan:
    """Choose the fix for a swapped listener, with its values beside names, protocol and port."""
    values: dict[str, Value] = {"region": alb.balancer.region, "arn": listener.listener_arn}
    if listener.port == 443:
        name, fix, after = "https", TO_HTTPS, replace(listener, protocol="HTTPS")
    elif alb.listener_on(443) is None:
        name, fix, after = "443", TO_443, replace(listener, port=443)
    else:
        redirects = replace(listener, protocol="HTTP", default_actions=(REDIRECT_TO_HTTPS,))
        name, fix, after = "redirect", TO_REDIRECT, redirects
    goes_round = visit.with_listener(after).goes_round if visit else None
    if goes_round or (fix is TO_REDIRECT and len(listener.default_actions) > 1):
        return Plan(fix=DECIDE, values=values)
    if fix is TO_HTTPS:
        certificate = usable_certificate(host, alb.balancer.region, certificates)
        if certificate is None:
            return Plan(fix=BY_HAND, values=values)
        values |= {"certificate": certificate, "policy": POLICY}
    if goes_round is None:
        looks_at = tuple(one.listener_arn for one in alb.listeners)
        return Plan(fix=UNLESS_ROUND[name], values=values | {"looks_at": looks_at})
    return Plan(fix=fix, values=values)
