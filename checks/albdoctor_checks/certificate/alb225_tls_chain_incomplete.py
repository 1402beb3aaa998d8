"""ALB225: the server does not send the certificates between its own and the authority's root."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.held import HeldCertificates
from albdoctor.derive.certificate.served import ServedCertificates, Shown, Trouble
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.fixes.served_certificate import FIXES, plan

DISTRUSTED = Text(
    en="The chain is complete, and its root is one that browsers do not trust, or not any more.",
    ko="체인은 완전하지만 브라우저가 신뢰하지 않거나 더 이상 신뢰하지 않는 루트입니다.",
)


@check(
    id="ALB225",
    slug="tls-chain-incomplete",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The certificate chain served for {host} lacks its intermediate, {missing}, at {failing} of {all} addresses: {addresses}",
        ko="{host} 접속에 제공되는 인증서 체인에 중간 인증서가 빠져 있습니다({missing}). 주소 {all}개 중 {failing}개: {addresses}",
    ),
    why=Text(
        en="The authority is trusted, but the way from its root to this certificate is not sent. Some browsers fetch or remember the missing certificate; phones, apps, curl and webhooks refuse the connection.",
        ko="발급 기관은 신뢰되지만 루트에서 이 인증서까지 이어지는 중간 인증서를 보내지 않습니다. 일부 브라우저는 빠진 인증서를 내려받거나 기억하고 있지만 휴대전화, 앱, curl, 웹훅은 연결을 거부합니다.",
    ),
    fixes=FIXES,
    breaks={"tls-alike"},
    shows={"arrival", "served-certificate"},
    words=Text(
        en=(
            "incomplete chain; missing intermediate certificate; "
            "unable to get local issuer certificate; unable to verify the first certificate; "
            "works in Chrome but not in curl; works on desktop but not on Android; "
            "ca bundle missing; certificate chain import; PKIX path building failed; "
            "ssl labs chain issues"
        ),
        ko=(
            "중간 인증서 누락; 인증서 체인 불완전; 체인 인증서; 크롬은 되는데 curl은 안됨; "
            "안드로이드에서만 인증서 오류; 중간 인증서 없음; 체인 오류; 웹훅 인증서 오류"
        ),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/import-certificate-prerequisites.html",),
)
def tls_chain_incomplete(scan: Scan, served: ServedCertificates, holds: HeldCertificates) -> Iterator[Verdict]:
    """Yield the host when its addresses send a public authority's certificate without the chain to its root."""
    host = Ref(Kind.DOMAIN, scan.host)
    cut = served.with_(Trouble.INCOMPLETE)
    if cut:
        first, end = cut[0], cut[0].end
        planned = plan(scan.host, first.leaf, holds, scan.taken_at)
        finding = found(
            host,
            *(_seen(one, scan.host) for one in cut),
            fix=planned.fix,
            fix_values=planned.values,
            host=scan.host,
            missing=end.issuer if end else "-",
            failing=len(cut),
            all=served.tried,
            addresses=tuple(one.address for one in cut),
        )
        # Where more than the server's own is sent, what is missing may as well be a root that nobody trusts.
        ask = "openssl s_client -showcerts -servername {host} -connect {address}:443 </dev/null"
        decide = command(ask, host=scan.host, address=first.address)
        yield finding if end == first.leaf else likely(finding, DISTRUSTED, decide=decide)
    elif served.trusted:
        yield fine(host)


def _seen(shown: Shown, host: str) -> Evidence:
    sent = " < ".join(one.subject for one in shown.handshake.chain)
    return saw(asked.tls(shown.address, 443, host), f"{shown.words}: {sent}")
