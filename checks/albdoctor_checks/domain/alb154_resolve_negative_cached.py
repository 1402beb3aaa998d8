"""ALB154: resolvers keep that the name has no address, while its own servers give one."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Fix, Verdict, check, fine, found, likely
from albdoctor.derive.dns.cached import AtEachResolver
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.domain.kept_answers import OF_ITS_OWN, evidence, values

BY_PLACE = Text(
    en="The name's servers have no answer for this resolver's place (routing by location without a default record).",
    ko="위치 기반 라우팅에 기본 레코드가 없어, 네임서버가 이 리졸버의 위치에는 응답하지 않습니다.",
)
FIX = Fix(
    summary=Text(
        en="Wait until {until}; the record is there.",
        ko="{until}까지 기다리세요. 레코드는 이미 있습니다.",
    ),
    by_hand=Text(
        en='Somebody asked for {host} before the record was there, and these resolvers keep the "no" for as long as the zone\'s SOA record says. Google (8.8.8.8) and Cloudflare (1.1.1.1) forget a name at once when you ask them: https://dns.google/cache and https://one.one.one.one/purge-cache/. Watch the seconds in the SOA line run out:\n'
        "  dig +noall +answer +authority A {host} @{resolver}",
        ko='레코드를 만들기 전에 누군가 {host} 이름을 조회했고, 리졸버는 영역의 SOA 레코드에 적힌 시간만큼 "없음" 응답을 캐시합니다. Google(8.8.8.8)과 Cloudflare(1.1.1.1)는 요청하면 바로 지워 줍니다: https://dns.google/cache, https://one.one.one.one/purge-cache/. SOA 줄에 남은 시간은 다음 명령으로 확인하세요.\n'
        "  dig +noall +answer +authority A {host} @{resolver}",
    ),
    verify="dig +noall +answer +authority A {host} @{resolver}",
)


@check(
    id="ALB154",
    slug="resolve-negative-cached",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="Resolvers keep that {host} has no address until {until} at the latest: {resolvers}",
        ko="일부 리졸버({resolvers})가 {host} 도메인에 주소가 없다는 응답을 늦어도 {until}까지 캐시합니다",
    ),
    why=Text(
        en="The name's own servers give an address; resolvers that were asked before it was there remember that there was none. Visitors behind them are told that the site cannot be found.",
        ko="네임서버는 주소로 응답하지만, 레코드가 생기기 전에 질의를 받은 리졸버는 주소가 없다고 기억합니다. 이 리졸버를 쓰는 방문자에게는 사이트를 찾을 수 없다고 나옵니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "negative caching; NXDOMAIN cached; new record does not exist; new subdomain not found; "
            "record exists but NXDOMAIN; DNS_PROBE_FINISHED_NXDOMAIN after creating the record; "
            "created the record but it does not resolve; SOA minimum TTL; 15 minutes NXDOMAIN"
        ),
        ko=(
            "네거티브 캐시; NXDOMAIN 캐시; 레코드를 만들었는데 NXDOMAIN; 새 서브도메인이 안 열림; "
            "레코드를 추가했는데 조회가 안됨; 새 레코드가 안 보임; SOA 최소 TTL"
        ),
    ),
    refs=("https://datatracker.ietf.org/doc/html/rfc2308#section-5",),
)
def resolve_negative_cached(scan: Scan, resolvers: AtEachResolver) -> Iterator[Verdict]:
    """Yield the host when resolvers keep a "no" for it that its servers do not say any more."""
    host = Ref(Kind.DOMAIN, scan.host)
    for seen in resolvers:
        kept = tuple(one for one in seen.kept if one.negative)
        if not kept:
            yield from (fine(host),) if seen.agreeing else ()
            continue
        told = found(host, *evidence(scan, seen, kept), some=True, fix_values=values(scan, kept))
        decide = command(
            "dig +noall +answer +authority A {host} @{resolver}", host=scan.host, resolver=kept[0].resolver
        )
        yield told if all(one.sure for one in kept) else likely(told, BY_PLACE, OF_ITS_OWN, decide=decide)
