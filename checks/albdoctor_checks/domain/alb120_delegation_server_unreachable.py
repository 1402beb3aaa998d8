"""ALB120: some of the domain's name servers, or all of them, answer nothing."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Finding, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.checkup.finding import Severity
from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import WatchedCut, WatchedCuts
from albdoctor.derive.dns.silent import Silence, silence_of
from albdoctor.derive.dns.visited import answered_to
from albdoctor.facts.dns import Delegation, HostAnswers, ResolverAnswers
from albdoctor.facts.known import Observed
from albdoctor.text import Text, command

TOLD_HERE = (None, Fit.SOUND, Fit.SIBLING, Fit.OTHER_PROVIDER, Fit.FOREIGN_ACCOUNT)
"""Of every other delegation its own check tells which servers are wrong."""
OURS_OR_NOT_KNOWN = (None, Fit.SOUND, Fit.SIBLING)
"""Where nobody answers, and the account has a zone that others should serve, their check tells how to move to it."""
SHUT = Text(
    en="These servers answer others, and a firewall or a limit shuts them to the network of the machine that scans.",
    ko="다른 곳에는 응답하지만 방화벽이나 요청 제한 때문에 스캔하는 컴퓨터의 네트워크에만 응답하지 않습니다.",
)
FIX = Fix(
    summary=Text(
        en="Bring {servers} back, or take them out of the delegation of {domain}.",
        ko="{servers} 서버를 다시 동작하게 하거나 {domain} 위임에서 제외하세요.",
    ),
    by_hand=Text(
        en="The zone above names these servers, and nothing answers at their addresses on port 53 over UDP. If they are yours, start the name server and open port 53, UDP and TCP, to the world; if they moved, correct their addresses (glue, or host records, at the registrar, where they lie below {domain}). If they are gone for good, remove them from the delegation. Ask one from another network:\n"
        "  dig +norecurse SOA {domain} @{first}",
        ko="상위 영역에 등록된 서버이지만 그 주소의 UDP 53번 포트에서 아무 응답이 없습니다. 직접 운영하는 서버라면 네임서버를 시작하고 53번 포트(UDP, TCP)를 모두에게 여세요. 주소가 바뀌었다면 주소를 고치세요. {domain} 아래의 이름이면 도메인 등록 기관의 글루(호스트) 레코드를 고칩니다. 없어진 서버라면 위임에서 빼세요. 다른 네트워크에서 확인해 보세요.\n"
        "  dig +norecurse SOA {domain} @{first}",
    ),
    verify="dig +norecurse SOA {domain} @{first}",
)


@check(
    id="ALB120",
    slug="delegation-server-unreachable",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="{failing} of {all} name servers of {domain} do not answer at all: {servers}",
        ko="{domain} 네임서버 {all}개 중 {failing}개에서 아무 응답이 없습니다: {servers}",
    ),
    why=Text(
        en="Resolvers choose among all the servers that the zone above names, and wait for one that is dead before they try another: the name resolves slowly for some. When none answers, it resolves for nobody.",
        ko="리졸버는 상위 영역에 등록된 서버 중 하나를 고르고, 응답 없는 서버를 만나면 한참 기다린 뒤 다른 서버에 묻습니다. 일부 사용자에게는 조회가 느려지고, 응답하는 서버가 없으면 아무도 조회하지 못합니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "name server down; name server timeout; name server unreachable; dig @ns times out; "
            "no servers could be reached; DNS lookup slow; first lookup takes seconds; "
            "own name server behind a firewall; port 53 blocked; dead name server"
        ),
        ko=(
            "네임서버 다운; 네임서버 시간 초과; 네임서버에 연결 안됨; DNS 조회가 느림; "
            "첫 접속만 느림; 53번 포트 차단; 네임서버가 죽음; no servers could be reached"
        ),
    ),
    refs=("https://datatracker.ietf.org/doc/html/rfc2182#section-3",),
)
def delegation_server_unreachable(
    watched: WatchedCuts,
    delegation: Delegation,
    host_answers: Observed[HostAnswers],
    resolver_answers: Observed[ResolverAnswers],
) -> Iterator[Verdict]:
    """Yield each zone with servers that answer nothing; an error where none answers, not even to resolvers."""
    for zone in watched:
        seen = silence_of(zone, delegation, host_answers)
        if not seen.silent:
            # Of a server that could not be reached from here, nothing is known.
            yield from (fine(zone.ref),) if len(seen.answering) == len(zone.cut.nameservers) else ()
        elif seen.answering and zone.fit in TOLD_HERE:
            yield _found(zone, seen)
        elif not seen.answering and zone.fit in OURS_OR_NOT_KNOWN and not answered_to(resolver_answers):
            yield _found(zone, seen, severity=ERROR)


def _found(zone: WatchedCut, seen: Silence, severity: Severity | None = None) -> Finding:
    first = seen.servers[0]
    return likely(
        found(
            zone.ref,
            *(saw(asked.dns("SOA", zone.cut.zone, f"{one.server} {one.address}"), one.error) for one in seen.silent),
            severity=severity,
            domain=zone.cut.zone,
            failing=len(seen.servers),
            all=len(zone.cut.nameservers),
            servers=seen.servers,
            first=first,
        ),
        SHUT,
        decide=command("dig +norecurse SOA {domain} @{first}", domain=zone.cut.zone, first=first),
    )
