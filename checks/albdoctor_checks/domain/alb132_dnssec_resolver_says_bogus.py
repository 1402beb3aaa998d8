"""ALB132: resolvers that validate refuse the name, and answer when they need not validate."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, likely
from albdoctor.derive.dns.bogus import Refusals
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.domain.broken_chain import refusals_seen

PASSING = Text(
    en="The name servers were slow for this resolver once: it answers when it is asked again.",
    ko="네임서버가 잠시 느렸을 뿐이며, 다시 질의하면 리졸버가 응답합니다.",
)
CACHED = Text(
    en="The DS record was removed or changed a moment ago, and the resolver keeps the old one until its TTL is over.",
    ko="DS 레코드를 방금 삭제하거나 바꾸었고, 리졸버가 TTL 동안 이전 레코드를 사용하고 있습니다.",
)
FIX = Fix(
    summary=Text(
        en="Repair DNSSEC of {domain}, or remove its DS record at the registrar.",
        ko="{domain} 도메인의 DNSSEC를 고치거나 도메인 등록 기관에서 DS 레코드를 삭제하세요.",
    ),
    by_hand=Text(
        en="Keys and signatures that albdoctor verified hold: what is wrong may be a denial of existence, a server that it did not reach, or the cache of the resolver. See what a validator says, link by link:\n"
        "  delv {host} A @{resolver}\n"
        "Where it cannot be repaired soon, delete the DS records of {domain} at the registrar: a day later (their TTL) nobody validates it.",
        ko="albdoctor가 확인한 키와 서명은 유효합니다. 존재하지 않음을 증명하는 레코드, 확인하지 못한 서버, 리졸버의 캐시가 원인일 수 있습니다. 검증 과정을 확인하세요.\n"
        "  delv {host} A @{resolver}\n"
        "바로 고치기 어렵다면 도메인 등록 기관에서 {domain} 도메인의 DS 레코드를 삭제하세요. 하루(TTL)가 지나면 검증하지 않습니다.",
    ),
    verify="dig +short {host} @{resolver}",
)


@check(
    id="ALB132",
    slug="dnssec-resolver-says-bogus",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Resolvers that validate refuse {host} as bogus: {resolvers}",
        ko="DNSSEC를 검증하는 리졸버가 {host} 응답을 위조된 것으로 보고 거부합니다: {resolvers}",
    ),
    why=Text(
        en="SERVFAIL, and an answer with checking disabled: the name servers answer, and what they say does not validate. Users of these resolvers find no site; those of resolvers that do not validate see nothing of it.",
        ko="SERVFAIL로 응답하지만 검증을 끄면 응답합니다. 네임서버는 응답하지만 DNSSEC 검증에 실패한 것입니다. 이 리졸버의 사용자는 사이트를 찾지 못하고, 검증하지 않는 리졸버의 사용자에게는 정상으로 보입니다.",
    ),
    fixes=(FIX,),
    shows={"signatures"},
    breaks={"validation"},
    explains={"acm-validation-timed-out", "acm-renewal-at-risk"},
    words=Text(
        en=(
            "SERVFAIL only with 8.8.8.8 or 1.1.1.1; DNSSEC validation failure; bogus DNSSEC; DNSSEC bogus; "
            "works with +cd; SERVFAIL at Google DNS; site not found with Cloudflare DNS only; "
            "resolver says bogus; EDE 6 DNSSEC Bogus"
        ),
        ko=(
            "SERVFAIL 8.8.8.8; DNSSEC 검증 실패; 구글 DNS에서만 접속 안됨; 1.1.1.1에서만 접속 안됨; "
            "DNSSEC bogus; dig +cd는 됨; 일부 DNS에서만 SERVFAIL"
        ),
    ),
    refs=(
        "https://datatracker.ietf.org/doc/html/rfc8914#section-4",
        "https://datatracker.ietf.org/doc/html/rfc4035#section-3.2.2",
    ),
)
def dnssec_resolver_says_bogus(scan: Scan, refusals: Refusals) -> Iterator[Verdict]:
    """Yield the host when resolvers give its addresses only where they need not validate."""
    host = Ref(Kind.DOMAIN, scan.host)
    if refusals.refused:
        first = refusals.refused[0]
        finding = found(
            host,
            *refusals_seen(refusals),
            counted=True,
            host=scan.host,
            domain=scan.registrable,
            resolver=first.resolver,
            resolvers=tuple(one.resolver for one in refusals.refused),
        )
        sure = any(one.says_why for one in refusals.refused)
        decide = command("dig {host} @{resolver}", host=scan.host, resolver=first.resolver)
        yield finding if sure else likely(finding, PASSING, CACHED, decide=decide)
    elif refusals.answered:
        yield fine(host)
