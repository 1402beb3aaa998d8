"""ALB127: the parent's DS records name other keys than the zone has."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found
from albdoctor.derive.dns.bogus import Refusals
from albdoctor.derive.dns.dnssec import Fault, Link, Links
from albdoctor.facts.dnssec import ZoneKey
from albdoctor.text import Text
from albdoctor_checks.domain.broken_chain import key_of, keys_seen, refusals_seen, severity_of
from albdoctor_checks.fixes import ds_record

ENTRY = 1
"""The flag of a key that a DS record is meant for (RFC 4034 section 2.1.1)."""


@check(
    id="ALB127",
    slug="dnssec-ds-mismatch",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The DS record of {domain} is of key {named}, and its zone has other keys ({keys})",
        ko="{domain} 도메인의 DS 레코드는 키 {named}의 것이지만 영역에는 다른 키가 있습니다({keys})",
    ),
    why=Text(
        en="The DS record at the parent must be of a key that the zone is signed with. After a new key, or a zone made anew, it still names the old one: resolvers that validate (most large ones do) answer SERVFAIL, and certificates are neither issued nor renewed.",
        ko="상위 영역의 DS 레코드는 영역에 서명한 키의 것이어야 합니다. 키를 바꾸거나 영역을 다시 만든 뒤에도 이전 키를 가리키면, DNSSEC를 검증하는 리졸버(대형 리졸버 대부분)는 SERVFAIL로 응답하고 인증서 발급과 갱신도 실패합니다.",
    ),
    fixes=(ds_record.REPLACE,),
    breaks={"signatures", "validation"},
    explains={"acm-validation-timed-out", "acm-renewal-at-risk"},
    words=Text(
        en=(
            "DS record mismatch; DS does not match DNSKEY; wrong DS record; DS of an old key; "
            "zone re-created with DNSSEC; KSK replaced; key tag does not match; "
            "no valid DS; Route 53 DNSSEC DS record registrar; associate delegation signer"
        ),
        ko=(
            "DS 레코드 불일치; DS 레코드와 DNSKEY가 다름; 이전 키의 DS 레코드; 잘못된 DS 레코드; "
            "호스팅 영역을 다시 만든 뒤 DNSSEC 오류; KSK 교체; 키 태그 불일치; DS 레코드 변경"
        ),
    ),
    refs=(
        "https://datatracker.ietf.org/doc/html/rfc4035#section-5.2",
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec-troubleshoot.html",
    ),
)
def dnssec_ds_mismatch(links: Links, refusals: Refusals) -> Iterator[Verdict]:
    """Yield each signed zone that no DS record of its parent fits."""
    for link in links:
        if link.fault is Fault.NO_KEYS:
            continue  # there is no key that a DS record could be of
        if link.fault is not Fault.OTHER_KEYS:
            yield fine(link.ref)
            continue
        wanted = _wanted(link)
        yield found(
            link.ref,
            *keys_seen(link),
            *refusals_seen(refusals),
            severity=severity_of(link),
            counted=True,
            key=key_of(link),
            domain=link.zone,
            named=tuple(dict.fromkeys(ds.partition(" ")[0] for ds in link.trusts)),
            keys=tuple(key.tag for key in link.keys),
            wanted=tuple(key.ds for key in wanted),
            algorithm=next((key.algorithm for key in wanted), 13),
        )


def _wanted(link: Link) -> tuple[ZoneKey, ...]:
    """The keys that a DS record is meant for; where none says so, all of them."""
    made = tuple(key for key in link.keys if key.ds)
    return tuple(key for key in made if key.flags & ENTRY) or made
