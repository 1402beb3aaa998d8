"""How a listener gets a certificate for the host beside those that it has."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.derive.certificate.coverage import covering, issued
from albdoctor.facts.acm import Certificates
from albdoctor.facts.elb import Listener
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.plan import Plan

VERIFY = "aws elbv2 describe-listener-certificates --region {region} --listener-arn {arn} --query 'Certificates[].CertificateArn' --output text"

ADD = Fix(
    summary=Text(
        en="Add the issued certificate for {host} to the listener's list.",
        ko="이미 발급된 {host} 인증서를 리스너의 인증서 목록에 추가하세요.",
    ),
    script="aws elbv2 add-listener-certificates --region {region} --listener-arn {arn} --certificates CertificateArn={certificate}\n",
    console=(
        Text(
            en="EC2 > Load Balancers > Listeners and rules > HTTPS:{port} > Certificates > Add certificate",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:{port} > 인증서 > 인증서 추가",
        ),
    ),
    terraform="""\
resource "aws_lb_listener_certificate" "host" {
  listener_arn    = "{arn}"
  certificate_arn = "{certificate}"
}
""",
    verify=VERIFY,
)

BY_HAND = Fix(
    summary=Text(
        en="Get a certificate for {host} issued in {region} and add it to the listener.",
        ko="{region} 리전에서 {host} 인증서를 발급받아 리스너에 추가하세요.",
    ),
    console=ADD.console,
    by_hand=Text(
        en="No issued certificate in {region} covers {host}. Request one and publish its validation record:\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "When it is ISSUED, add it to the listener:\n"
        "  aws elbv2 add-listener-certificates --region {region} --listener-arn {arn} --certificates CertificateArn=CERTIFICATE_ARN",
        ko="{region} 리전에 {host} 이름을 포함하는 발급된 인증서가 없습니다. 인증서를 요청하고 검증 레코드를 등록하세요.\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "상태가 발급됨(ISSUED)으로 바뀌면 리스너에 추가합니다.\n"
        "  aws elbv2 add-listener-certificates --region {region} --listener-arn {arn} --certificates CertificateArn=CERTIFICATE_ARN",
    ),
    verify=VERIFY,
)


def plan(host: str, listener: Listener, certificates: Certificates) -> Plan:
    """Choose the fix, with its values beside the host and the listener's port."""
    values: dict[str, Value] = {"region": listener.region, "arn": listener.listener_arn}
    spare = covering(issued(certificates, listener.region), host)
    if not spare:
        return Plan(fix=BY_HAND, values=values)
    return Plan(fix=ADD, values=values | {"certificate": spare[0].certificate_arn})
