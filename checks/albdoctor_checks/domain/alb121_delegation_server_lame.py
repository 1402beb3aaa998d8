"""ALB121: some of the domain's name servers, or all of them, do not answer for it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from albdoctor.checkup import ERROR, WARNING, Finding, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import Fit, is_route53_server
from albdoctor.derive.dns.domains import WatchedCut, WatchedCuts
from albdoctor.derive.dns.visited import answered_to
from albdoctor.facts.dns import Answer, ResolverAnswers
from albdoctor.facts.known import Observed
from albdoctor.text import Text

TOLD_HERE = (Fit.SOUND, Fit.OTHER_PROVIDER, None)
"""Of every other delegation its own check tells which servers are wrong."""
FIX = Fix(
    summary=Text(
        en="Let {servers} serve {domain}, or take them out of the delegation.",
        ko="{servers} 서버가 {domain} 영역을 제공하게 하거나, 위임에서 제외하세요.",
    ),
    by_hand=Text(
        en="The registry names these servers, and they do not hold the zone (any more). At the DNS provider, add the zone to them again or let the secondary fetch it; otherwise remove them at the registrar. To ask one yourself:\n"
        "  dig +norecurse SOA {domain} @{first}",
        ko="레지스트리에 등록된 서버이지만 이 영역을 갖고 있지 않습니다. DNS 제공업체에서 영역을 다시 추가하거나 보조 서버가 영역을 받아 오게 하고, 그럴 수 없다면 도메인 등록 기관에서 해당 네임서버를 빼세요. 직접 확인하려면 다음을 실행하세요.\n"
        "  dig +norecurse SOA {domain} @{first}",
    ),
    verify="dig +norecurse SOA {domain} @{first}",
)


@check(
    id="ALB121",
    slug="delegation-server-lame",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="{failing} of {all} name servers of {domain} do not answer for it: {servers}",
        ko="{domain} 네임서버 {all}개 중 {failing}개가 이 도메인에 응답하지 않습니다: {servers}",
    ),
    why=Text(
        en="Resolvers choose among all the servers that the registry names. Those that meet one of these ask another, later, or give up: the name resolves slowly for some, and not at all when the others fail.",
        ko="리졸버는 레지스트리에 등록된 서버 중 하나를 고릅니다. 이 서버를 만나면 다른 서버에 다시 묻거나 포기하므로 일부 사용자에게는 조회가 느려지고, 나머지 서버에 장애가 나면 조회가 실패합니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "lame delegation; lame name server; name server does not answer; one name server fails; "
            "name server not authoritative; some name servers refuse; REFUSED from name server"
        ),
        ko=(
            "네임서버 응답 없음; 네임서버 일부가 응답하지 않음; lame 네임서버; 네임서버 하나가 죽음; 권한 없는 네임서버"
        ),
    ),
    refs=("https://datatracker.ietf.org/doc/html/rfc1912#section-2.8",),
)
def delegation_server_lame(watched: WatchedCuts, resolver_answers: Observed[ResolverAnswers]) -> Iterator[Verdict]:
    """Yield each zone of which some servers, or all, say that they do not hold it."""
    for zone in watched:
        every = zone.cut.child_answers
        answers = tuple(one for one in every if one.rcode is not None)
        lame = tuple(one for one in answers if not _serves(one))
        if answers and not lame and len(answers) == len(every):
            yield fine(zone.ref)
        elif 0 < len(lame) < len(answers) and zone.fit in TOLD_HERE:
            yield _found(zone, answers, lame)
        elif lame and zone.fit is None and not _told_elsewhere(zone, resolver_answers):
            yield replace(_found(zone, answers, lame), severity=ERROR)


def _told_elsewhere(zone: WatchedCut, resolver_answers: Observed[ResolverAnswers]) -> bool:
    """Whether others are served, or ALB133 tells of a zone that Route 53 does not hold any more."""
    names = [server.name for server in zone.cut.nameservers]
    return answered_to(resolver_answers) or all(map(is_route53_server, names))


def _found(zone: WatchedCut, answers: tuple[Answer, ...], lame: tuple[Answer, ...]) -> Finding:
    servers = tuple(dict.fromkeys(one.server for one in lame))
    return found(
        zone.ref,
        *(saw(asked.dns("SOA", zone.cut.zone, one.server), _words(one)) for one in lame),
        domain=zone.cut.zone,
        failing=len(servers),
        all=len({one.server for one in answers}),
        servers=servers,
        first=servers[0],
    )


def _serves(answer: Answer) -> bool:
    return answer.rcode == "NOERROR" and answer.authoritative


def _words(answer: Answer) -> str:
    return answer.rcode or "" if answer.rcode != "NOERROR" else "NOERROR, not authoritative"
