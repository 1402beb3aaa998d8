"""ALB144: the zone's own name is a CNAME, which hides the zone's other records."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.domains import WatchedCut, WatchedCuts
from albdoctor.facts.dns import Answer, HostAnswers, ServedRecords
from albdoctor.facts.known import Known, Observed
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Replace the CNAME of {domain} by an alias: ALIAS, ANAME or CNAME flattening at its DNS provider, or a Route 53 alias.",
        ko="{domain} CNAME 레코드를 별칭으로 바꾸세요. DNS 제공업체의 ALIAS, ANAME, CNAME flattening 또는 Route 53 별칭을 쓰면 됩니다.",
    ),
    by_hand=Text(
        en="Where the DNS of {domain} is served, delete the CNAME record of {domain} itself and create what the provider offers in its place: ALIAS, ANAME or flattening, with the same target. Where it offers none, move the zone to Route 53 and use an alias record, or let the provider redirect {domain} to www, which may be a CNAME. Records of names below {domain} stay as they are.",
        ko="{domain} 이름의 DNS를 운영하는 곳에서 {domain} 자체의 CNAME 레코드를 삭제하고, 같은 대상을 가리키는 ALIAS, ANAME 또는 flattening 레코드를 만드세요. 제공하지 않는 업체라면 영역을 Route 53으로 옮겨 별칭 레코드를 쓰거나, {domain} 주소를 www로 리디렉션하세요(www에는 CNAME을 쓸 수 있습니다). {domain} 아래 이름의 레코드는 그대로 둡니다.",
    ),
    verify="dig +norecurse CNAME {domain} @{server}",
)


@check(
    id="ALB144",
    slug="zone-cname-at-apex",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="{domain} is a CNAME to {target}, and also the name of a zone, where no CNAME is allowed",
        ko="영역의 최상위 이름인 {domain}에 허용되지 않는 CNAME 레코드({target})가 있습니다",
    ),
    why=Text(
        en="A CNAME stands for every record of its name. At the top of a zone it hides the zone's own SOA and NS records, and mail, TXT and CAA records beside it: some resolvers find the site and others fail, mail gets lost, and certificates are not issued.",
        ko="CNAME은 그 이름의 모든 레코드를 대신합니다. 영역의 최상위에 두면 SOA와 NS 레코드, 메일(MX), TXT, CAA 레코드가 가려져 일부 리졸버에서만 접속되고, 메일이 유실되며, 인증서가 발급되지 않습니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "CNAME at apex; CNAME on root domain; CNAME for naked domain; CNAME and other data; "
            "root domain CNAME to load balancer; mail stopped after CNAME; "
            "MX missing after adding CNAME; apex CNAME not allowed; ALIAS or ANAME record"
        ),
        ko=(
            "루트 도메인 CNAME; 최상위 도메인에 CNAME; 루트 도메인에 CNAME 설정; CNAME 후 메일 안됨; "
            "CNAME과 MX 함께; 네이키드 도메인 CNAME; ALIAS 레코드; ANAME 레코드"
        ),
    ),
    refs=(
        "https://datatracker.ietf.org/doc/html/rfc1912#section-2.4",
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html",
    ),
)
def zone_cname_at_apex(
    watched: WatchedCuts, host_answers: Observed[HostAnswers], served_records: Observed[ServedRecords]
) -> Iterator[Verdict]:
    """Yield each delegated zone whose servers answer for its own name with a CNAME, to whatever question."""
    others = (*_of_host(host_answers), *(served_records.value.answers if isinstance(served_records, Known) else ()))
    for zone in watched:
        of_name = (one for one in others if one.question == zone.cut.zone)
        answers = (*zone.cut.child_answers, *zone.cut.child_ns, *of_name)
        told = tuple(one for one in answers if one.authoritative and one.rcode in ("NOERROR", "NXDOMAIN"))
        aliased = tuple(one for one in told if _target(one))
        if aliased:
            yield _found(zone, aliased)
        elif told:
            yield fine(zone.ref)


def _of_host(host_answers: Observed[HostAnswers]) -> tuple[Answer, ...]:
    if not isinstance(host_answers, Known):
        return ()
    return (*host_answers.value.cname, *host_answers.value.a, *host_answers.value.aaaa)


def _target(answer: Answer) -> str:
    """Where a CNAME of the very name that was asked for leads; empty: there is none."""
    owned = (one.data for one in answer.records if one.type == "CNAME" and one.name == answer.question)
    return next(owned, "")


def _found(zone: WatchedCut, aliased: tuple[Answer, ...]) -> Verdict:
    first = {one.server: one for one in reversed(aliased)}
    return found(
        zone.ref,
        *(saw(asked.dns(one.type, one.question, one.server), f"CNAME {_target(one)}") for one in first.values()),
        domain=zone.cut.zone,
        target=_target(aliased[0]),
        server=aliased[0].server,
    )
