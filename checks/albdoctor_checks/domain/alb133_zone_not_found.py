"""ALB133: no public hosted zone of the account holds the host."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, INFO, LIKELY, Finding, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import is_route53_server, may_hold
from albdoctor.derive.dns.serving import ServedDomain
from albdoctor.derive.dns.zones import public_zones
from albdoctor.derive.request.arrival import Arrival, HttpsAnswer
from albdoctor.facts.dns import Delegation
from albdoctor.facts.elb import LoadBalancers
from albdoctor.facts.known import Kind, Known, Observed, Ref, Unknown
from albdoctor.facts.route53 import HostedZones
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.fixes import hosted_zone

OTHER_ACCOUNT = Text(
    en="The hosted zone is in another account: scan with that account's --profile too.",
    ko="호스팅 영역이 다른 계정에 있습니다. 그 계정의 --profile도 함께 지정해 스캔하세요.",
)
WORKS = Fix(
    summary=Text(
        en="Nothing to do for {host}, which leads to the load balancer; change its records where {domain} is served.",
        ko="{host} 이름은 로드 밸런서로 연결되므로 할 일이 없습니다. 레코드는 {domain} 도메인의 DNS를 운영하는 곳에서 바꾸세요.",
    ),
    by_hand=Text(
        en="Records for {host}, those that validate certificates too, belong to whoever runs {parent_names}. If that is Route 53 in another account, scan with its --profile too.",
        ko="{host} 이름의 레코드는 인증서 검증용까지 모두 {parent_names} 네임서버를 운영하는 곳에 있습니다. 다른 계정의 Route 53이라면 그 계정의 --profile도 함께 지정해 스캔하세요.",
    ),
    verify="dig +short {host}",
)


@check(
    id="ALB133",
    slug="zone-not-found",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="This account has no public hosted zone for {host}; its name servers are {parent_names}",
        ko="이 계정에 {host} 이름을 담당하는 퍼블릭 호스팅 영역이 없습니다(현재 네임서버: {parent_names})",
    ),
    why=Text(
        en="Without a hosted zone Route 53 cannot answer for the name. Its records are with whoever runs the present name servers, and nothing in this account changes them.",
        ko="호스팅 영역이 없으면 Route 53은 이 이름에 응답할 수 없습니다. 레코드는 현재 네임서버를 운영하는 곳에 있으며, 이 계정에서 무엇을 바꿔도 반영되지 않습니다.",
    ),
    fixes=(*hosted_zone.EVERY, WORKS),
    breaks={"validation"},
    words=Text(
        en=(
            "no hosted zone; hosted zone not found; create hosted zone; DNS is not in Route 53; "
            "hosted zone does not exist in this account; domain not in Route 53; "
            "where is my hosted zone"
        ),
        ko=(
            "호스팅 영역 없음; 호스팅 영역이 안 보임; 호스팅 영역 생성; Route 53에 도메인이 없음; "
            "호스팅 영역을 못 찾음; 호스팅 영역을 안 만들었음"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/CreatingHostedZone.html",),
)
def zone_not_found(
    scan: Scan,
    hosted_zones: HostedZones,
    delegation: Delegation,
    load_balancers: Observed[LoadBalancers],
    arrival: Arrival,
    https: HttpsAnswer,
    served: ServedDomain,
) -> Iterator[Verdict]:
    """Yield the host when a balancer or Route 53's servers are meant for it, and no zone of the account holds it."""
    zones = public_zones(hosted_zones, scan.host)
    ours = bool(served.names) and all(map(is_route53_server, served.names))
    if zones:
        yield fine(zones[0].ref)
    elif not ours and isinstance(load_balancers, Unknown):
        yield load_balancers
    elif ours or (isinstance(load_balancers, Known) and load_balancers.value):
        works = arrival.at_balancer or https.served or https.fronted
        yield _none_holds(scan, served, works=works, elsewhere=ours and may_hold(scan.registrable, delegation))


def _none_holds(scan: Scan, served: ServedDomain, *, works: bool, elsewhere: bool) -> Finding:
    """Report the host; `elsewhere`: another account's zone may answer for it."""
    ask = "aws route53 list-hosted-zones-by-name --dns-name {domain} --profile OTHER_PROFILE"
    plan = hosted_zone.plan(scan.host, scan.registrable, served)
    return found(
        Ref(Kind.DOMAIN, scan.host),
        saw(asked.zones(scan.host), "HostedZones: []"),
        saw(asked.dns("NS", scan.registrable), ", ".join(served.names) or "[]"),
        severity=INFO if works else None,
        certainty=LIKELY if elsewhere else CONFIRMED,
        alternatives=(OTHER_ACCOUNT,) if elsewhere else (),
        decide=command(ask, domain=scan.registrable) if elsewhere else "",
        fix=WORKS if works else plan.fix,
        fix_values=plan.values,
        parent_names=served.names or "-",
    )
