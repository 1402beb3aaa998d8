"""ALB126: the parent has a DS record for the domain, and validating resolvers refuse its zone."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.visited import usable
from albdoctor.facts.dns import RESOLVER_ANSWERS, Delegation, ResolverAnswer, ResolverAnswers
from albdoctor.facts.known import Gap, Kind, Observed, Ref, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command

UNSIGNED = frozenset({9, 10})
"""Extended DNS errors (RFC 8914): DNSKEY Missing, RRSIGs Missing."""
OTHER_KEY = Text(
    en="The zone is signed, with another key than the DS record names, or its signatures have expired.",
    ko="영역이 서명되어 있지만 DS 레코드와 키가 다르거나 서명이 만료되었습니다.",
)
FIX = Fix(
    summary=Text(
        en="Remove the DS record of {domain} at the registrar; sign the zone first if DNSSEC is wanted.",
        ko="도메인 등록 기관에서 {domain} 도메인의 DS 레코드를 삭제하세요. DNSSEC를 쓰려면 먼저 영역에 서명하세요.",
    ),
    by_hand=Text(
        en="A DS record stays at the registry when a domain moves to another registrar or DNS provider. Open the DNSSEC settings of {domain} at the registrar and delete every DS record; where Route 53 Domains holds it:\n"
        "  aws route53domains get-domain-detail --region us-east-1 --domain-name {domain} --query DnssecKeys\n"
        "  aws route53domains disassociate-delegation-signer-from-domain --region us-east-1 --domain-name {domain} --id KEY_ID\n"
        "Resolvers follow when the TTL of the DS record is over, within a day as a rule.",
        ko="도메인을 다른 등록 기관이나 DNS 제공업체로 옮겨도 DS 레코드는 레지스트리에 남습니다. 도메인 등록 기관의 {domain} DNSSEC 설정에서 DS 레코드를 모두 삭제하세요. Route 53 Domains에 등록된 도메인이라면 다음과 같습니다.\n"
        "  aws route53domains get-domain-detail --region us-east-1 --domain-name {domain} --query DnssecKeys\n"
        "  aws route53domains disassociate-delegation-signer-from-domain --region us-east-1 --domain-name {domain} --id KEY_ID\n"
        "DS 레코드의 TTL이 지나면(대개 하루 이내) 리졸버에 반영됩니다.",
    ),
    verify="dig +short DS {domain}",
)


@check(
    id="ALB126",
    slug="dnssec-ds-without-dnskey",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Validating resolvers refuse {domain}: its parent zone has a DS record that its zone does not fit ({resolvers})",
        ko="상위 영역의 DS 레코드와 영역이 맞지 않아 DNSSEC를 검증하는 리졸버가 {domain} 조회를 거부합니다({resolvers})",
    ),
    why=Text(
        en="A DS record says that the zone is signed. Where it is not, resolvers that validate (most large ones do) answer SERVFAIL: their users find no site, and certificates are neither issued nor renewed.",
        ko="DS 레코드는 영역이 서명되어 있다는 뜻입니다. 서명이 없으면 DNSSEC를 검증하는 리졸버(대형 리졸버 대부분)가 SERVFAIL로 응답해 사용자는 사이트를 찾지 못하고, 인증서 발급과 갱신도 실패합니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "DNSSEC broken; DS record mismatch; DS record left at registrar; "
            "DNSSEC validation failure; bogus DNSSEC; SERVFAIL only with 8.8.8.8 or 1.1.1.1; "
            "dig +cd works; moved DNS with DNSSEC on; remove DS record"
        ),
        ko=(
            "DNSSEC 오류; DS 레코드; DNSSEC 검증 실패; DS 레코드 삭제; DNSSEC 때문에 접속 안됨; "
            "SERVFAIL 8.8.8.8; DNSSEC 해제; 네임서버 이전 후 DNSSEC"
        ),
    ),
    refs=("https://datatracker.ietf.org/doc/html/rfc4035#section-5", "https://datatracker.ietf.org/doc/html/rfc8914"),
)
def dnssec_ds_without_dnskey(
    scan: Scan, delegation: Delegation, resolver_answers: Observed[ResolverAnswers]
) -> Iterator[Verdict]:
    """Yield the domain when it has a DS record and resolvers give its addresses only where they need not validate."""
    domain, cut = Ref(Kind.DOMAIN, scan.registrable), delegation.cut(scan.registrable)
    if cut is None:
        return
    if not cut.ds:
        yield fine(domain)
    elif isinstance(resolver_answers, Unknown):
        yield Unknown(
            gap=Gap.NOT_ASKED, asked=resolver_answers.asked, detail="validating resolvers; there is a DS record"
        )
    elif refusing := tuple(one for one in resolver_answers.value if _refuses(one)):
        codes = {code for one in refusing for code in (*one.a.extended_errors, *one.aaaa.extended_errors)}
        finding = found(
            domain,
            saw(asked.dns("DS", scan.registrable), "; ".join(cut.ds)),
            *map(_seen, refusing),
            counted=True,
            domain=scan.registrable,
            resolvers=tuple(one.resolver for one in refusing),
        )
        yield (
            finding
            if codes & UNSIGNED
            else likely(finding, OTHER_KEY, decide=command("delv {domain} SOA", domain=scan.registrable))
        )
    elif any(usable(one.a) for one in resolver_answers.value):
        yield fine(domain)
    else:
        said = ", ".join(f"{one.resolver}: {one.a.rcode or one.a.error}" for one in resolver_answers.value)
        yield Unknown(gap=Gap.UNREACHABLE, asked=RESOLVER_ANSWERS.asked, detail=said)


def _refuses(one: ResolverAnswer) -> bool:
    """Whether validation alone keeps a resolver from answering."""
    unchecked = one.without_checking
    return one.a.rcode == "SERVFAIL" and unchecked is not None and unchecked.rcode in ("NOERROR", "NXDOMAIN")


def _seen(one: ResolverAnswer) -> Evidence:
    codes = "".join(f", EDE {code}" for code in one.a.extended_errors)
    unchecked = one.without_checking.rcode if one.without_checking else "-"
    return saw(asked.dns("A", one.a.question, one.resolver), f"SERVFAIL{codes}; {unchecked} with checking disabled")
