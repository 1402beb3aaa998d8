"""ALB706: at addresses of the name another server answers, and not the load balancer that is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from albdoctor.checkup import INFO, WARNING, Fix, Impact, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.lines import exchange_line
from albdoctor.derive.request.outcome import By
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.request.strangers import Theirs
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command, same

PROXY = Text(
    en="A proxy or CDN stands at these addresses on purpose, and passes requests on to the load balancer.",
    ko="이 주소에 프록시나 CDN을 의도적으로 두고 요청을 로드 밸런서로 전달하는 구성일 수 있습니다.",
)
FIX = Fix(
    summary=Text(
        en="Lead {host} to {dns_name} instead of to {addresses}.",
        ko="{host} 레코드가 {addresses} 대신 {dns_name} 이름을 가리키게 하세요.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        Text(
            en="Visitors get what the load balancer serves as soon as the record's TTL is over: try it first with the command below.",
            ko="레코드 TTL이 지나면 방문자는 로드 밸런서의 응답을 받습니다. 먼저 아래 명령으로 확인하세요.",
        ),
    ),
    by_hand=Text(
        en="See what the load balancer answers for this name before you change anything:\n"
        "  curl -sSI --connect-to {host}:443:{dns_name}:443 https://{host}/\n"
        "Then replace the A and AAAA records of {host} where its DNS is: in Route 53 by an alias to load balancer {balancer}, elsewhere by a CNAME to {dns_name} (at the name of the zone itself by ALIAS, ANAME or CNAME flattening).",
        ko="변경하기 전에 이 이름으로 로드 밸런서가 어떻게 응답하는지 확인하세요.\n"
        "  curl -sSI --connect-to {host}:443:{dns_name}:443 https://{host}/\n"
        "그다음 {host} 도메인의 DNS에서 A, AAAA 레코드를 바꾸세요. Route 53에서는 {balancer} 로드 밸런서의 별칭으로, 다른 DNS에서는 {dns_name} CNAME으로(루트 도메인은 ALIAS, ANAME, CNAME 평탄화) 바꿉니다.",
    ),
    verify="dig +short {host}",
)


@check(
    id="ALB706",
    slug="http-not-the-alb",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="{host} is answered at {addresses}, which load balancer {balancer} does not have",
        ko="{host} 요청에 로드 밸런서 {balancer} 대신 다른 서버의 주소가 응답합니다: {addresses}",
    ),
    why=Text(
        en="The name's records hold addresses of another server: the one from before the move, or a proxy. Whatever is changed on the load balancer, its visitors see nothing of it.",
        ko="이름의 레코드에 이전 서버나 프록시의 주소가 들어 있습니다. 로드 밸런서에서 무엇을 바꿔도 방문자에게는 보이지 않습니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "old server still answers; DNS still points to the old server; changes on the load balancer have no effect; "
            "domain still shows the old site; A record of the previous host; site not served by the ALB; "
            "moved to AWS but old page appears; not the load balancer's IP"
        ),
        ko=(
            "예전 서버가 응답함; DNS가 아직 예전 서버를 가리킴; 로드밸런서를 바꿔도 반영 안됨; 이전 호스팅 페이지가 나옴; "
            "AWS로 옮겼는데 예전 사이트가 나옴; A 레코드가 이전 서버; 로드밸런서 IP가 아님"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",),
)
def http_not_the_alb(scan: Scan, theirs: Theirs, scene: Scene) -> Iterator[Verdict]:
    """Yield the host when pages come from addresses that the load balancer does not have.

    It is information where the load balancer counted good answers: what stands there may pass requests on to it.
    """
    pages = {one.address: one.last for one in scene.requested.at if one.last and one.by is By.APPLICATION}
    others = theirs.others(pages)
    host, balancer = Ref(Kind.DOMAIN, scan.host), theirs.balancer
    if not others or balancer is None:
        if pages:
            yield fine(host)
        return
    finding = found(
        host,
        *(saw(*exchange_line(page)) for address, page in pages.items() if address in others),
        saw(same(asked.balancers(balancer)), _addresses(balancer.dns_name, theirs.own)),
        severity=INFO if scene.answers_counted else None,
        host=scan.host,
        addresses=others,
        balancer=balancer.load_balancer_name,
        dns_name=balancer.dns_name,
    )
    look = command(
        "curl -sSI --connect-to {host}:443:{dns_name}:443 https://{host}/", host=scan.host, dns_name=balancer.dns_name
    )
    yield likely(finding, PROXY, decide=look)


def _addresses(dns_name: str, own: Iterable[str]) -> Text:
    held = ", ".join(sorted(own))
    return Text(en=f"{dns_name}: {held or 'no address of these'}", ko=f"{dns_name}: {held or '이 주소 중 없음'}")
