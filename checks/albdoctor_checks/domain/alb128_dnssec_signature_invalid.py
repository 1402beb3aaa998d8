"""ALB128: signatures of a signed zone have expired, are not valid yet, are wrong or missing."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.bogus import Refusals
from albdoctor.derive.dns.dnssec import Broken, Fault, Links
from albdoctor.text import Text, command
from albdoctor_checks.domain.broken_chain import key_of, refusals_seen, severity_of, told

CLOCK = Text(
    en="The clock of the machine that scans is wrong by some hours.",
    ko="스캔하는 컴퓨터의 시계가 몇 시간 틀립니다.",
)
FIX = Fix(
    summary=Text(
        en="Let the DNS provider of {domain} sign the zone anew; until then, the DS record can be taken away.",
        ko="{domain} 영역을 운영하는 DNS 업체에서 영역에 다시 서명하게 하세요. 그때까지 DS 레코드를 삭제해 둘 수 있습니다.",
    ),
    by_hand=Text(
        en="Who runs the name servers of {domain} signs the zone; it is done anew every few days by itself, and that has stopped. Own servers: see that the signer runs and has its keys and the right time (BIND: rndc sign {domain}; Knot: knotc zone-sign {domain}), and that secondaries still fetch the zone. A provider: ask its support to sign the zone anew with the same key, and do not switch DNSSEC off in its panel while there is a DS record: a new key fits no DS record. A hosted zone: repair its key-signing key:\n"
        "  aws route53 get-dnssec --hosted-zone-id ZONE_ID\n"
        "Where that takes long, delete the DS records at the registrar: a day later (their TTL) nobody asks for signatures.",
        ko="{domain} 네임서버를 운영하는 쪽에서 영역에 서명합니다. 서명은 며칠마다 자동으로 갱신되는데 그것이 멈춘 상태입니다. 직접 운영하는 서버라면 서명 프로그램, 키, 서버 시각을 확인하고(BIND: rndc sign {domain}, Knot: knotc zone-sign {domain}) 보조 서버가 영역을 받아 오는지도 확인하세요. 업체를 쓴다면 같은 키로 다시 서명해 달라고 고객 지원에 문의하세요. DS 레코드가 있는 동안 관리 화면에서 DNSSEC를 끄지 마세요. 새로 만든 키는 DS 레코드와 맞지 않습니다. 호스팅 영역이라면 키 서명 키(KSK)를 복구하세요.\n"
        "  aws route53 get-dnssec --hosted-zone-id ZONE_ID\n"
        "오래 걸린다면 도메인 등록 기관에서 DS 레코드를 삭제하세요. 하루(TTL)가 지나면 서명을 확인하지 않습니다.",
    ),
    verify="dig +dnssec +norecurse {type} {name} @{server}",
)


@check(
    id="ALB128",
    slug="dnssec-signature-invalid",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Signatures of {domain} do not hold: {what}",
        ko="{domain} 영역의 서명이 유효하지 않습니다: {what}",
    ),
    why=Text(
        en="The DS record at the parent says that the zone is signed. Resolvers that validate (most large ones do) take no answer without a valid signature: they answer SERVFAIL, their users find no site, and certificates are neither issued nor renewed.",
        ko="상위 영역의 DS 레코드는 영역이 서명되어 있다는 뜻입니다. DNSSEC를 검증하는 리졸버(대형 리졸버 대부분)는 유효한 서명이 없는 응답을 버리고 SERVFAIL로 응답하므로 사용자는 사이트를 찾지 못하고, 인증서 발급과 갱신도 실패합니다.",
    ),
    fixes=(FIX,),
    breaks={"signatures", "validation"},
    explains={"acm-validation-timed-out", "acm-renewal-at-risk"},
    words=Text(
        en=(
            "RRSIG expired; signature expired; DNSSEC signatures expired; RRSIG missing; RRSIGs missing; "
            "signature not yet valid; EDE 7; EDE 10; zone not re-signed; zone signing stopped; bogus signature"
        ),
        ko=(
            "RRSIG 만료; 서명 만료; DNSSEC 서명 만료; RRSIG 없음; 서명이 없음; "
            "서명이 아직 유효하지 않음; 영역 재서명 안됨; DNSSEC 서명 오류"
        ),
    ),
    refs=("https://datatracker.ietf.org/doc/html/rfc4035#section-5.3",),
)
def dnssec_signature_invalid(links: Links, refusals: Refusals) -> Iterator[Verdict]:
    """Yield each zone with keys that the parent names, and records for which no signature of theirs holds."""
    for link in links:
        if link.fault in (Fault.NO_KEYS, Fault.OTHER_KEYS):
            continue  # without keys that are trusted no signature was judged
        if link.fault is None:
            yield fine(link.ref)
            continue
        first = link.broken[0]
        finding = found(
            link.ref,
            *map(_seen, link.broken),
            *refusals_seen(refusals),
            severity=severity_of(link),
            counted=True,
            key=key_of(link),
            domain=link.zone,
            what=told(link.broken),
            type=first.type,
            name=first.name,
            server=first.servers[0],
        )
        by_clock = link.by_a_day and not refusals.by_time
        yield likely(finding, CLOCK, decide=command("date -u")) if by_clock else finding


def _seen(one: Broken) -> Evidence:
    held = one.signature
    times = f"RRSIG {held.inception:%Y-%m-%d %H:%M} - {held.expiration:%Y-%m-%d %H:%M} UTC, " if held else ""
    tag = f"key {held.key_tag}" if held else f"RRSIG: {one.fault}"
    return saw(asked.dns(one.type, one.name, ", ".join(one.servers)), times + tag)
