"""ALB145: the host is a CNAME that leads to nothing, or in a circle."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.visited import LONGEST_CHAIN, goes_round
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.known import Gap, Kind, Ref, Unknown
from albdoctor.text import Text

CIRCLE = Text(en="it goes round in a circle", ko="순환 참조")
NO_NAME = Text(en="the last name does not exist (NXDOMAIN)", ko="마지막 이름이 없음(NXDOMAIN)")
NO_ADDRESS = Text(en="the last name has no address", ko="마지막 이름에 주소가 없음")
FIX = Fix(
    summary=Text(
        en="Let the CNAME of {host} name something that has an address.",
        ko="{host} 레코드의 CNAME을 주소가 있는 이름으로 바꾸세요.",
    ),
    by_hand=Text(
        en="A load balancer that is deleted and created again gets another DNS name. Change the record where the DNS of {host} is served: to the DNS name of the load balancer as it is now, in Route 53 best as an alias:\n"
        "  aws elbv2 describe-load-balancers --query 'LoadBalancers[].DNSName' --output text",
        ko="로드 밸런서를 삭제하고 다시 만들면 DNS 이름이 바뀝니다. {host} 이름의 DNS를 관리하는 곳에서 레코드를 현재 로드 밸런서의 DNS 이름으로 바꾸세요. Route 53에서는 별칭(alias) 레코드가 좋습니다.\n"
        "  aws elbv2 describe-load-balancers --query 'LoadBalancers[].DNSName' --output text",
    ),
    verify="dig +short {host}",
)


@check(
    id="ALB145",
    slug="zone-cname-broken",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="{host} is a CNAME that leads to no address: {chain}, {why}",
        ko="{host} CNAME 레코드가 주소로 이어지지 않습니다: {chain}, {why}",
    ),
    why=Text(
        en="Browsers say that the server cannot be found, although the record is there. Whoever gets the name at its end could take the host over.",
        ko="레코드가 있는데도 브라우저는 서버를 찾을 수 없다고 표시합니다. 마지막 이름을 차지한 사람이 이 호스트를 가로챌 수도 있습니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "CNAME broken; CNAME at apex; CNAME on root domain; CNAME leads nowhere; CNAME chain; "
            "CNAME target does not exist; CNAME to old service; CNAME loop; wrong CNAME value; "
            "typo in CNAME"
        ),
        ko=(
            "루트 도메인 CNAME; CNAME 오류; CNAME 대상이 없음; CNAME 값이 잘못됨; "
            "CNAME이 연결되지 않음; CNAME 오타; CNAME 순환"
        ),
    ),
    refs=("https://datatracker.ietf.org/doc/html/rfc1034#section-3.6.2",),
)
def zone_cname_broken(host_answers: HostAnswers) -> Iterator[Verdict]:
    """Yield the host when its CNAMEs were followed and end nowhere."""
    host = Ref(Kind.DOMAIN, host_answers.host)
    if not host_answers.chain:
        return
    why = _why(host_answers)
    if host_answers.addresses:
        yield fine(host)
        return
    if why is None:
        end = host_answers.chain_rcode or f"more than {LONGEST_CHAIN} names"
        yield Unknown(gap=Gap.UNREACHABLE, asked=asked.dns("A and AAAA", host_answers.chain[-1]), detail=end)
        return
    servers = [one.server for one in host_answers.cname if one.data("CNAME")]
    yield found(
        host,
        saw(asked.dns("CNAME", host_answers.host, *servers[:1]), " -> ".join(host_answers.chain)),
        saw(asked.dns("A and AAAA", host_answers.chain[-1]), why),
        host=host_answers.host,
        chain=" -> ".join(host_answers.chain),
        why=why,
    )


def _why(answers: HostAnswers) -> Text | None:
    """Why there is no address at the end; None: that is not known."""
    if goes_round(answers):
        return CIRCLE
    if len(answers.chain) >= LONGEST_CHAIN:
        return None
    return {"NXDOMAIN": NO_NAME, "NOERROR": NO_ADDRESS}.get(answers.chain_rcode)
