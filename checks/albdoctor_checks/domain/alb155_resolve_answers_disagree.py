"""ALB155: the domain's name servers hold different data, so that what a visitor gets depends on which one is asked."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.disagreeing import Disagreement, Disagreements, Side
from albdoctor.derive.request.outcome import Requested
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Make all name servers of {zone} hold the same records.",
        ko="{zone} 네임서버가 모두 같은 레코드를 갖게 하세요.",
    ),
    by_hand=Text(
        en="Visitors fail at what these servers say of {host}: {wrong}. If they are secondaries of the others, see why the zone does not get to them: the serial number of its SOA record has to rise with every change, and the transfer (AXFR, NOTIFY) has to be allowed. If they are another provider's, write the same record there, or take these servers out of the delegation and out of the zone's own NS record. Compare them:\n"
        "  dig +nssearch {zone}\n"
        "  dig +short {host} @{server}",
        ko="{host} 조회에 다음 서버가 주는 응답으로는 접속되지 않습니다: {wrong}. 보조 네임서버라면 영역이 전송되지 않는 이유를 확인하세요. 바꿀 때마다 SOA 일련번호가 커져야 하고 전송(AXFR, NOTIFY)이 허용되어야 합니다. 다른 업체의 서버라면 그곳에도 같은 레코드를 만들거나, 위임과 영역의 NS 레코드에서 모두 빼세요. 서버별 응답은 다음과 같이 비교합니다.\n"
        "  dig +nssearch {zone}\n"
        "  dig +short {host} @{server}",
    ),
    verify="dig +nssearch {zone}",
)


@check(
    id="ALB155",
    slug="resolve-answers-disagree",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The name servers of {zone} hold different data for {host}: {answers}",
        ko="{zone} 네임서버마다 {host} 데이터가 서로 다릅니다: {answers}",
    ),
    why=Text(
        en="Each resolver asks whichever server it likes, so some visitors get one answer and some the other, and it changes from hour to hour. It works at home and not at the office, and nothing looks broken.",
        ko="리졸버는 아무 서버나 골라 묻기 때문에 방문자마다 다른 응답을 받고, 시간이 지나면 또 바뀝니다. 집에서는 되는데 사무실에서는 안 되는 식이라 원인을 찾기 어렵습니다.",
    ),
    fixes=(FIX,),
    breaks={"arrival"},
    words=Text(
        en=(
            "DNS answers differ; different IP addresses from different name servers; works sometimes; "
            "works at home but not at the office; secondary DNS out of date; zone transfer fails; "
            "serial number of SOA differs; two DNS providers out of sync; intermittent DNS"
        ),
        ko=(
            "DNS 응답이 다름; 네임서버마다 IP가 다름; 집에서는 되는데 회사에서는 안됨; "
            "보조 네임서버 동기화 안됨; 영역 전송 실패; DNS 응답이 수시로 바뀜; SOA 일련번호가 다름; DNS 업체 두 곳의 레코드가 다름"
        ),
    ),
    refs=("https://datatracker.ietf.org/doc/html/rfc1912#section-2.2",),
)
def resolve_answers_disagree(scan: Scan, every: Disagreements, requested: Requested) -> Iterator[Verdict]:
    """Yield the host where some of its servers say what visitors fail at, and others do not."""
    host, failing = Ref(Kind.DOMAIN, scan.host), {one.address for one in requested.failing}
    for seen in every:
        wrong = tuple(one for one in seen.sides if one.data <= failing)
        if not wrong or len(wrong) == len(seen.sides):
            continue
        yield found(
            host,
            *(saw(asked.dns("A", scan.host, server), _told(one)) for one in seen.sides for server in one.servers),
            some=True,
            host=scan.host,
            zone=seen.zone,
            answers=_answers(seen),
            wrong=tuple(f"{', '.join(one.servers)} ({one.said})" for one in wrong),
            server=wrong[0].servers[0],
        )
    if not every:
        yield fine(host)


def _told(side: Side) -> str:
    return f"{side.said} (SOA {side.soa})"


def _answers(seen: Disagreement) -> str:
    return "; ".join(f"{one.said} ({', '.join(one.servers)})" for one in seen.sides)
