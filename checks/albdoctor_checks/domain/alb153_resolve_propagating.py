"""ALB153: resolvers keep an earlier answer, while the name's own servers give the present one."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, WARNING, Fix, Verdict, check, fine, found, likely
from albdoctor.derive.dns.cached import AtEachResolver
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.domain.kept_answers import OF_ITS_OWN, evidence, values

BY_PLACE = Text(
    en="The name's servers answer this resolver's place differently on purpose (a CDN, routing by location).",
    ko="네임서버가 리졸버 위치에 따라 일부러 다르게 응답합니다(CDN, 위치 기반 라우팅).",
)
FIX = Fix(
    summary=Text(
        en="Wait until {until}; there is nothing left to change in DNS.",
        ko="{until}까지 기다리세요. DNS에서 더 바꿀 것은 없습니다.",
    ),
    by_hand=Text(
        en="The name servers of {host} already give the present answer. Resolvers drop the earlier one when its TTL is over, at the latest by {until}; until then keep in service what the earlier answer leads to. Google (8.8.8.8) and Cloudflare (1.1.1.1) forget a name at once when you ask them: https://dns.google/cache and https://one.one.one.one/purge-cache/. Browsers and computers keep answers too. Watch the seconds run out:\n"
        "  dig +noall +answer A {host} @{resolver}",
        ko="{host} 네임서버는 이미 현재 값으로 응답합니다. 리졸버는 TTL이 끝나면 예전 응답을 버리므로 늦어도 {until}에는 사라집니다. 그때까지는 예전 응답이 가리키는 서버를 유지하세요. Google(8.8.8.8)과 Cloudflare(1.1.1.1)는 요청하면 바로 지워 줍니다: https://dns.google/cache, https://one.one.one.one/purge-cache/. 브라우저와 컴퓨터에도 캐시가 있습니다. 남은 시간은 다음 명령으로 확인하세요.\n"
        "  dig +noall +answer A {host} @{resolver}",
    ),
    verify="dig +noall +answer A {host} @{resolver}",
)


@check(
    id="ALB153",
    slug="resolve-propagating",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="Resolvers keep an earlier answer for {host} until {until} at the latest: {resolvers}",
        ko="일부 리졸버({resolvers})가 {host} 도메인의 예전 응답을 늦어도 {until}까지 캐시합니다",
    ),
    why=Text(
        en="A change in DNS is seen at once at the name's own servers, and by others when the answer that they keep has run out. Visitors behind these resolvers are still led to where the name led before.",
        ko="DNS 변경은 네임서버에는 바로 반영되지만, 다른 곳에서는 캐시된 응답이 만료되어야 보입니다. 이 리졸버를 쓰는 방문자는 아직 예전 대상으로 연결됩니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "DNS propagation; DNS not propagated; still resolves to the old IP; old IP address cached; "
            "fixed but still broken; works for me but not for others; flush DNS cache; "
            "how long until DNS changes; DNS cache; stale DNS; whatsmydns shows old address; "
            "name servers changed but old site appears"
        ),
        ko=(
            "DNS 전파; DNS 전파 시간; 예전 IP로 연결됨; 예전 사이트가 나옴; DNS 캐시; DNS 캐시 삭제; "
            "고쳤는데 그대로; 나는 되는데 다른 사람은 안됨; 네임서버 바꿨는데 예전 사이트; DNS 반영 시간"
        ),
    ),
    refs=("https://datatracker.ietf.org/doc/html/rfc1034#section-4.3.4",),
)
def resolve_propagating(scan: Scan, resolvers: AtEachResolver) -> Iterator[Verdict]:
    """Yield the host when resolvers keep other data or other name servers; a warning where these lead nowhere."""
    host = Ref(Kind.DOMAIN, scan.host)
    for seen in resolvers:
        old = tuple(one for one in seen.kept if not one.negative)
        if not old:
            yield from (fine(host),) if seen.agreeing else ()
            continue
        yield likely(
            found(
                host,
                *evidence(scan, seen, old),
                severity=None if any(one.nothing for one in old) else INFO,
                some=True,
                fix_values=values(scan, old),
            ),
            *(() if all(one.old_servers for one in old) else (BY_PLACE,)),
            OF_ITS_OWN,
            decide=command("dig +noall +answer A {host} @{resolver}", host=scan.host, resolver=old[0].resolver),
        )
