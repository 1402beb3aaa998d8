"""How a load balancer gets its HTTPS listener: by script when certificate and group are clear, else by hand."""

from __future__ import annotations

from msgspec.structs import replace

from albdoctor.checkup import Fix
from albdoctor.derive.certificate.coverage import covering, issued
from albdoctor.derive.network.clients import Ingress
from albdoctor.derive.request.visits import Visit
from albdoctor.derive.routing.actions import written
from albdoctor.facts.acm import Certificates
from albdoctor.facts.known import Known, Observed
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.open_port import ADMIT, ADMIT_ALL, Opening, after_opening, opening, opening_values
from albdoctor_checks.fixes.plan import Plan

POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
"""The console's default; the API's own default still accepts TLS 1.0."""

VERIFY = "aws elbv2 describe-listeners --region {region} --load-balancer-arn {arn} --query 'Listeners[].[Protocol,Port]' --output text"

CONSOLE = (
    Text(
        en="EC2 > Load Balancers > {balancer} > Listeners and rules > Add listener: HTTPS, 443, forward to the target group, certificate from ACM",
        ko="EC2 > 로드 밸런서 > {balancer} > 리스너 및 규칙 > 리스너 추가: HTTPS, 443, 대상 그룹으로 전달, ACM 인증서 선택",
    ),
)

WITH_SCRIPT = after_opening(
    Fix(
        summary=Text(
            en="Create an HTTPS:443 listener on {balancer} with the issued certificate, forwarding to the target group that serves today.",
            ko="{balancer} 로드 밸런서에 발급된 인증서로 HTTPS:443 리스너를 만들고, 지금 서비스 중인 대상 그룹에 전달하도록 설정하세요.",
        ),
        side_effects=(
            Text(
                en="Rules of the HTTP listener are not copied: add them to the new listener where host or path decide.",
                ko="HTTP 리스너의 규칙은 복사되지 않습니다. 호스트나 경로로 나누는 규칙이 있다면 새 리스너에도 추가하세요.",
            ),
        ),
        script="""\
aws elbv2 create-listener --region {region} --load-balancer-arn {arn} --protocol HTTPS --port 443 \\
  --certificates CertificateArn={certificate} --ssl-policy {policy} \\
  --default-actions {actions}
""",
        console=CONSOLE,
        terraform="""\
resource "aws_lb_listener" "https" {
  load_balancer_arn = "{arn}"
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "{policy}"
  certificate_arn   = "{certificate}"
  default_action {
    type             = "forward"
    target_group_arn = "{group}"
  }
}
""",
        cloudformation="""\
HttpsListener:
  Type: AWS::ElasticLoadBalancingV2::Listener
  Properties:
    LoadBalancerArn: {arn}
    Port: 443
    Protocol: HTTPS
    SslPolicy: {policy}
    Certificates:
      - CertificateArn: {certificate}
    DefaultActions:
      - Type: forward
        TargetGroupArn: {group}
""",
        verify=VERIFY,
    )
)
LISTEN = Text(
    en="Create the listener with the certificate:\n"
    "  aws elbv2 create-listener --region {region} --load-balancer-arn {arn} --protocol HTTPS --port 443 --certificates CertificateArn={certificate} --ssl-policy {policy} --default-actions '{actions}'\n",
    ko="발급된 인증서로 리스너를 만드세요.\n"
    "  aws elbv2 create-listener --region {region} --load-balancer-arn {arn} --protocol HTTPS --port 443 --certificates CertificateArn={certificate} --ssl-policy {policy} --default-actions '{actions}'\n",
)


def _then(admit: Text) -> Fix:
    """The listener, and by hand who is let in on its port."""
    return replace(
        WITH_SCRIPT[Opening.NOT_NEEDED],
        script="",
        by_hand=Text(en=LISTEN.en + admit.en, ko=LISTEN.ko + admit.ko),
    )


CREATE = WITH_SCRIPT | {Opening.DECIDE: _then(ADMIT), Opening.DECIDE_ALL: _then(ADMIT_ALL)}
TO_SEVERAL = {to: replace(fix, terraform="", cloudformation="") for to, fix in CREATE.items()}
"""The same where the site is served with weights or stickiness."""

BY_HAND = Fix(
    summary=Text(
        en="Get a certificate for {host} issued in {region}, then create an HTTPS:443 listener with it.",
        ko="{region} 리전에서 {host} 인증서를 발급받은 다음 그 인증서로 HTTPS:443 리스너를 만드세요.",
    ),
    console=CONSOLE,
    by_hand=Text(
        en="No issued certificate in {region} is known to cover {host}, or it is not clear which target group serves the site. Request a certificate and publish its validation record:\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "When it is ISSUED, add the listener:\n"
        "  aws elbv2 create-listener --region {region} --load-balancer-arn {arn} --protocol HTTPS --port 443 --certificates CertificateArn=CERTIFICATE_ARN --default-actions Type=forward,TargetGroupArn=TARGET_GROUP_ARN",
        ko="{region} 리전에 {host} 이름을 포함하는 발급된 인증서가 확인되지 않았거나, 어느 대상 그룹이 사이트를 서비스하는지 분명하지 않습니다. 인증서를 요청하고 검증 레코드를 등록하세요.\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "상태가 발급됨(ISSUED)으로 바뀌면 리스너를 추가합니다.\n"
        "  aws elbv2 create-listener --region {region} --load-balancer-arn {arn} --protocol HTTPS --port 443 --certificates CertificateArn=CERTIFICATE_ARN --default-actions Type=forward,TargetGroupArn=TARGET_GROUP_ARN",
    ),
    verify=VERIFY,
)


def _and(admit: Text) -> Fix:
    """The same where the new listener would be shut: otherwise the next scan tells that."""
    words = BY_HAND.by_hand or admit
    return replace(BY_HAND, by_hand=Text(en=f"{words.en}\n{admit.en}", ko=f"{words.ko}\n{admit.ko}"))


ALSO_SHUT, ALSO_SHUT_TO_ALL = _and(ADMIT), _and(ADMIT_ALL)


def usable_certificate(host: str, region: str, certificates: Observed[Certificates]) -> str | None:
    """ARN of the issued certificate in the Region that covers the host, the one that lasts longest; else None."""
    known = certificates.value if isinstance(certificates, Known) else ()
    fitting = covering(issued(known, region), host)
    best = max(fitting, key=lambda one: one.not_after.timestamp() if one.not_after else 0.0, default=None)
    return best.certificate_arn if best else None


def plan(host: str, visit: Visit, certificates: Observed[Certificates], ingress: Observed[Ingress]) -> Plan:
    """Choose the fix, with the values it needs beside the names of host and balancer; opens port 443 where it is shut."""
    balancer, forward = visit.alb.balancer, visit.serving_forward
    certificate = usable_certificate(host, balancer.region, certificates)
    values: dict[str, Value] = {"region": balancer.region, "arn": balancer.load_balancer_arn}
    way = opening(ingress.value, visit.alb, 443) if isinstance(ingress, Known) else Opening.NOT_NEEDED
    more = opening_values(ingress.value, visit.alb, 443) if isinstance(ingress, Known) else {}
    if certificate is None or forward is None:
        shut = ALSO_SHUT_TO_ALL if way is Opening.DECIDE_ALL else ALSO_SHUT
        return Plan(fix=BY_HAND if way is Opening.NOT_NEEDED else shut, values=values | more)
    actions, group = written(forward), forward.groups[0].target_group_arn
    create = CREATE if actions.endswith(f"={group}") else TO_SEVERAL
    values |= {"certificate": certificate, "group": group, "actions": actions, "policy": POLICY}
    return Plan(fix=create[way], values=values | more)
