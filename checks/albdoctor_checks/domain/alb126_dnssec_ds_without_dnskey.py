"""ALB126: the parent has a DS record for the domain, and its zone has no keys."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found
from albdoctor.derive.dns.bogus import Refusals
from albdoctor.derive.dns.dnssec import Fault, Links
from albdoctor.text import Text
from albdoctor_checks.domain.broken_chain import key_of, keys_seen, refusals_seen, severity_of
from albdoctor_checks.fixes import ds_record


@check(
    id="ALB126",
    slug="dnssec-ds-without-dnskey",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="{parent_zone} has a DS record for {domain}, and its zone is not signed: no DNSKEY at {servers}",
        ko="{parent_zone} 영역에 {domain} 도메인의 DS 레코드가 있지만 영역이 서명되어 있지 않습니다. DNSKEY 없음: {servers}",
    ),
    why=Text(
        en="A DS record says that the zone is signed. Where it is not, resolvers that validate (most large ones do) answer SERVFAIL: their users find no site, and certificates are neither issued nor renewed.",
        ko="DS 레코드는 영역이 서명되어 있다는 뜻입니다. 서명이 없으면 DNSSEC를 검증하는 리졸버(대형 리졸버 대부분)가 SERVFAIL로 응답해 사용자는 사이트를 찾지 못하고, 인증서 발급과 갱신도 실패합니다.",
    ),
    fixes=(ds_record.REMOVE,),
    breaks={"signatures", "validation"},
    explains={"acm-validation-timed-out", "acm-renewal-at-risk"},
    words=Text(
        en=(
            "DNSSEC broken; DS record left at registrar; DS record without DNSKEY; "
            "no DNSKEY found for DS; EDE 9 DNSKEY missing; "
            "dig +cd works; moved DNS with DNSSEC on; remove DS record"
        ),
        ko=(
            "DNSSEC 오류; DS 레코드; DS 레코드 삭제; DNSSEC 때문에 접속 안됨; "
            "DNSKEY 없음; DNSSEC 해제; 네임서버 이전 후 DNSSEC"
        ),
    ),
    refs=("https://datatracker.ietf.org/doc/html/rfc4035#section-5", "https://datatracker.ietf.org/doc/html/rfc8914"),
)
def dnssec_ds_without_dnskey(links: Links, refusals: Refusals) -> Iterator[Verdict]:
    """Yield each zone with a DS record whose servers have no keys."""
    for link in links:
        if link.fault is not Fault.NO_KEYS:
            yield fine(link.ref)
            continue
        yield found(
            link.ref,
            *keys_seen(link),
            *refusals_seen(refusals),
            severity=severity_of(link),
            counted=True,
            key=key_of(link),
            domain=link.zone,
            parent_zone=link.parent_zone,
            servers=link.broken[0].servers,
        )
