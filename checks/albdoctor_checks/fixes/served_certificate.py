"""How a listener comes to serve a certificate that browsers trust, instead of one that they refuse."""

from __future__ import annotations

from datetime import datetime

from albdoctor.checkup import Fix
from albdoctor.derive.certificate.held import HeldCertificates
from albdoctor.facts.wire import ServedCertificate
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.plan import Plan

VERIFY = "curl -sSI --max-time 10 https://{host}/"
CONSOLE = (
    Text(
        en="EC2 > Load Balancers > Listeners and rules > HTTPS:443 > Certificates",
        ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:443 > 인증서",
    ),
)
SUMMARY = Text(
    en="Let the listener serve the certificate that ACM issued for {host} instead.",
    ko="리스너가 ACM에서 발급한 {host} 인증서를 대신 제공하게 하세요.",
)
SWAP_DEFAULT = Fix(
    summary=SUMMARY,
    script="aws elbv2 modify-listener --region {region} --listener-arn {listener} --certificates CertificateArn={better}\n",
    console=CONSOLE,
    terraform="""\
resource "aws_lb_listener" "https" {
  # arn: {listener}
  certificate_arn = "{better}"
}
""",
    verify=VERIFY,
)
SWAP_LISTED = Fix(
    summary=SUMMARY,
    script="aws elbv2 add-listener-certificates --region {region} --listener-arn {listener} --certificates CertificateArn={better}\n"
    "aws elbv2 remove-listener-certificates --region {region} --listener-arn {listener} --certificates CertificateArn={arn}\n",
    console=CONSOLE,
    terraform="""\
resource "aws_lb_listener_certificate" "host" {
  listener_arn    = "{listener}"
  certificate_arn = "{better}"
}
""",
    verify=VERIFY,
)
IMPORT_AGAIN = Fix(
    summary=Text(
        en="Import a certificate that browsers trust under the same ARN, with its whole chain.",
        ko="브라우저가 신뢰하는 인증서를 전체 체인과 함께 같은 ARN으로 다시 가져오세요.",
    ),
    console=CONSOLE,
    by_hand=Text(
        en="The issuer hands out the certificate and its chain: the intermediates in order, without the root. The listener serves the import at once:\n"
        "  aws acm import-certificate --region {region} --certificate-arn {arn} --certificate fileb://cert.pem --private-key fileb://key.pem --certificate-chain fileb://chain.pem\n"
        "Or let ACM issue one, which it renews by itself:\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS",
        ko="발급 기관이 주는 인증서와 체인(중간 인증서를 순서대로, 루트 제외)을 준비하세요. 가져오면 리스너에 바로 적용됩니다.\n"
        "  aws acm import-certificate --region {region} --certificate-arn {arn} --certificate fileb://cert.pem --private-key fileb://key.pem --certificate-chain fileb://chain.pem\n"
        "또는 자동으로 갱신되는 인증서를 ACM에서 발급받으세요.\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS",
    ),
    verify=VERIFY,
)
ELSEWHERE = Fix(
    summary=Text(
        en="Put a certificate for {host} that browsers trust, with its whole chain, where TLS ends: {addresses}.",
        ko="TLS를 처리하는 서버에 브라우저가 신뢰하는 {host} 인증서를 전체 체인과 함께 설치하세요: {addresses}.",
    ),
    by_hand=Text(
        en="A server: install the file with the chain (fullchain.pem: nginx ssl_certificate, Apache SSLCertificateFile) and reload it. "
        "An IAM server certificate on a load balancer: upload it anew with --certificate-chain (aws iam upload-server-certificate), or take one from ACM. "
        "A CDN: renew its certificate for this name there.",
        ko="웹 서버라면 체인이 포함된 파일(fullchain.pem)을 설치하고 다시 불러오세요(nginx ssl_certificate, Apache SSLCertificateFile). "
        "로드 밸런서의 IAM 서버 인증서라면 --certificate-chain 옵션과 함께 다시 업로드하거나(aws iam upload-server-certificate) ACM 인증서로 바꾸세요. "
        "CDN이라면 그곳에서 이 이름의 인증서를 갱신하세요.",
    ),
    verify=VERIFY,
)
FIXES = (ELSEWHERE, SWAP_DEFAULT, SWAP_LISTED, IMPORT_AGAIN)


def plan(host: str, served: ServedCertificate | None, holds: HeldCertificates, now: datetime) -> Plan:
    """Choose the fix by what the listener holds, with its values beside the host and the addresses."""
    held = holds.of(served)
    if held is None or held.certificate.type == "AMAZON_ISSUED":
        return Plan(fix=ELSEWHERE, values={})
    values: dict[str, Value] = {
        "region": held.certificate.region,
        "arn": held.certificate.certificate_arn,
        "listener": held.listener.listener_arn,
    }
    better = holds.better_than(held, host, now)
    if better is None:
        return Plan(fix=IMPORT_AGAIN, values=values)
    swap = SWAP_DEFAULT if held.is_default else SWAP_LISTED
    return Plan(fix=swap, values=values | {"better": better.certificate_arn})
