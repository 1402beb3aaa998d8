"""ALB226: nobody whom browsers trust has issued the served certificate."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.held import HeldCertificates
from albdoctor.derive.certificate.served import SELF_SIGNED, ServedCertificates, Shown, Trouble
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.fixes.served_certificate import FIXES, plan

SELF = Text(en="self-signed", ko="자체 서명")
MISSING = Text(
    en="The issuer is an intermediate of an authority that browsers trust, and the server does not send it.",
    ko="발급자가 브라우저에서 신뢰하는 기관의 중간 인증서이고, 서버가 그 인증서를 보내지 않습니다.",
)


@check(
    id="ALB226",
    slug="tls-untrusted-issuer",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="No browser trusts the issuer of the certificate served for {host} ({issuer}), at {failing} of {all} addresses: {addresses}",
        ko="{host} 접속에 제공되는 인증서의 발급자를 브라우저가 신뢰하지 않습니다({issuer}). 주소 {all}개 중 {failing}개: {addresses}",
    ),
    why=Text(
        en="Browsers stop with ERR_CERT_AUTHORITY_INVALID. Self-signed certificates and those of a private authority work only where they were installed by hand.",
        ko="브라우저가 ERR_CERT_AUTHORITY_INVALID 오류로 멈춥니다. 자체 서명 인증서나 사설 인증 기관의 인증서는 직접 설치한 기기에서만 동작합니다.",
    ),
    fixes=FIXES,
    breaks={"tls-alike"},
    shows={"arrival", "served-certificate"},
    words=Text(
        en=(
            "self-signed certificate; untrusted issuer; ERR_CERT_AUTHORITY_INVALID; unknown issuer; "
            "private CA certificate; your connection is not private; fake certificate; "
            "Kubernetes Ingress Controller Fake Certificate; issuer not trusted"
        ),
        ko=(
            "자체 서명 인증서; 신뢰할 수 없는 인증서; 사설 인증서; 발급자를 신뢰하지 않음; "
            "연결이 비공개로 설정되어 있지 않습니다; 사설 CA; 알 수 없는 발급자"
        ),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/gs-acm-request-public.html",),
)
def tls_untrusted_issuer(scan: Scan, served: ServedCertificates, holds: HeldCertificates) -> Iterator[Verdict]:
    """Yield the host when its addresses serve a certificate of an authority that browsers do not trust."""
    host = Ref(Kind.DOMAIN, scan.host)
    refused = served.with_(Trouble.ISSUER)
    if refused:
        first = refused[0]
        planned = plan(scan.host, first.leaf, holds, scan.taken_at)
        finding = found(
            host,
            *(_seen(one, scan.host) for one in refused),
            fix=planned.fix,
            fix_values=planned.values,
            host=scan.host,
            issuer=_issuer(first),
            failing=len(refused),
            all=served.tried,
            addresses=tuple(one.address for one in refused),
        )
        # An issuer that is in no list, and of which nothing is sent, can be anybody.
        unknown = first.handshake.verify_code not in SELF_SIGNED and len(first.handshake.chain) == 1
        ask = "openssl s_client -showcerts -servername {host} -connect {address}:443 </dev/null"
        decide = command(ask, host=scan.host, address=first.address)
        yield likely(finding, MISSING, decide=decide) if unknown else finding
    elif served.trusted:
        yield fine(host)


def _issuer(shown: Shown) -> Text | str:
    if shown.leaf is not None and shown.leaf.self_signed:
        return SELF
    return shown.leaf.issuer if shown.leaf else "-"


def _seen(shown: Shown, host: str) -> Evidence:
    issuer = f": issuer {shown.leaf.issuer}" if shown.leaf else ""
    return saw(asked.tls(shown.address, 443, host), f"{shown.words}{issuer}")
