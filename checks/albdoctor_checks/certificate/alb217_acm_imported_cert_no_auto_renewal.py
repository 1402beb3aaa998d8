"""ALB217: an imported certificate ends soon, and ACM does not renew what it did not issue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from albdoctor.checkup import ERROR, WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.renewing import InService, soon
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Get the certificate for {host} renewed by its issuer, and import it under the same ARN before {ends}.",
        ko="{host} 인증서를 발급 기관에서 갱신받아 {ends} 이전에 같은 ARN으로 다시 가져오세요.",
    ),
    by_hand=Text(
        en="If an ACME client or a job imports it, look at that first: it should have run by now. By hand:\n"
        "  aws acm import-certificate --region {region} --certificate-arn {arn} --certificate fileb://cert.pem --private-key fileb://key.pem --certificate-chain fileb://chain.pem\n"
        "Listeners then serve the new one by themselves. Or leave it to ACM: a certificate that ACM issues (free of charge, validated by DNS) is renewed by itself; request one for {names} and make it the listener's.",
        ko="ACME 클라이언트나 작업이 가져오는 인증서라면 그것부터 확인하세요. 이미 실행되었어야 합니다. 직접 하려면:\n"
        "  aws acm import-certificate --region {region} --certificate-arn {arn} --certificate fileb://cert.pem --private-key fileb://key.pem --certificate-chain fileb://chain.pem\n"
        "그러면 리스너가 새 인증서를 자동으로 제공합니다. 또는 ACM에 맡기세요. ACM이 발급하는 인증서(무료, DNS 검증)는 자동으로 갱신됩니다. {names} 이름으로 요청해 리스너의 인증서로 지정하면 됩니다.",
    ),
    verify="aws acm describe-certificate --region {region} --certificate-arn {arn} --query Certificate.NotAfter",
)


@check(
    id="ALB217",
    slug="acm-imported-cert-no-auto-renewal",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The certificate that serves {host} until {ends} ({days} days left) was imported, and ACM does not renew it",
        ko="{host} 인증서는 가져온(imported) 것이라 ACM이 갱신하지 않습니다. 만료일 {ends}({days}일 남음)",
    ),
    why=Text(
        en="ACM renews only what it issued itself. An imported certificate has to be renewed and imported again by whoever brought it, in time; here that did not happen yet, although most of its life is over.",
        ko="ACM은 직접 발급한 인증서만 갱신합니다. 가져온 인증서는 가져온 사람이 제때 갱신해 다시 가져와야 합니다. 유효 기간이 거의 끝나가는데 아직 갱신되지 않았습니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "imported certificate about to expire; imported certificate not renewed; auto renewal imported certificate; "
            "reimport certificate ACM; Let's Encrypt certificate in ACM expired; third-party certificate on ALB renewal; "
            "certbot ACM import"
        ),
        ko=(
            "가져온 인증서 만료; 가져온 인증서 갱신; 외부 인증서 갱신 안됨; 인증서 다시 가져오기; "
            "Let's Encrypt ACM 가져오기 만료; 구매한 인증서 갱신"
        ),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/import-reimport.html",),
)
def acm_imported_cert_no_auto_renewal(scan: Scan, in_service: InService) -> Iterator[Verdict]:
    """Yield every imported certificate that serves the host and that should have been imported anew by now."""
    for certificate in in_service:
        if certificate.type != "IMPORTED" or certificate.not_after is None:
            continue
        left = certificate.not_after - scan.taken_at
        if left >= soon(certificate):
            yield fine(certificate.ref)
            continue
        ends = certificate.not_after.date().isoformat()
        yield found(
            certificate.ref,
            saw(asked.certificate(certificate), f"Type: IMPORTED, NotAfter: {ends}"),
            severity=WARNING if left > timedelta() else None,
            host=scan.host,
            ends=ends,
            days=left.days,
            names=certificate.names,
            arn=certificate.certificate_arn,
            region=certificate.region,
        )
