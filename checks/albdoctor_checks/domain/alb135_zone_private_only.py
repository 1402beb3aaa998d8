"""ALB135: the host's only hosted zone is private."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import usable
from albdoctor.derive.dns.serving import ServedDomain
from albdoctor.derive.dns.zones import public_zones
from albdoctor.derive.names import is_under
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.route53 import HostedZones
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes import hosted_zone


@check(
    id="ALB135",
    slug="zone-private-only",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{host} is only in private hosted zone {zone_id}: public DNS has no address for it",
        ko="{host} 이름이 프라이빗 호스팅 영역 {zone_id}에만 있어 공개 DNS에는 주소가 없습니다",
    ),
    why=Text(
        en="A private hosted zone answers inside its VPCs only. Visitors and ACM ask public DNS, where the name does not exist.",
        ko="프라이빗 호스팅 영역은 연결된 VPC 안에서만 응답합니다. 방문자와 ACM이 조회하는 공개 DNS에는 이 이름이 없습니다.",
    ),
    fixes=hosted_zone.EVERY,
    explains={"zone-not-found"},
    mends={"zone-not-found"},
    words=Text(
        en=(
            "private hosted zone; record only in private zone; resolves inside VPC only; "
            "public DNS has no record but private zone does; works from EC2 but not from home DNS; "
            "private zone instead of public"
        ),
        ko=(
            "프라이빗 호스팅 영역; 프라이빗 호스팅 영역에만 레코드; VPC 안에서만 조회됨; "
            "내부에서만 도메인이 열림; 퍼블릭 호스팅 영역 대신 프라이빗"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html",),
)
def zone_private_only(
    scan: Scan, hosted_zones: HostedZones, host_answers: HostAnswers, served: ServedDomain
) -> Iterator[Verdict]:
    """Yield the private zone that holds the host when no public one does and public DNS gives no address."""
    private = tuple(zone for zone in hosted_zones if zone.private and is_under(scan.host, zone.name))
    public = public_zones(hosted_zones, scan.host)
    if public or host_answers.addresses:
        yield from (fine(zone.ref) for zone in (*public, *private)[:1])
    elif private and not any(usable(answer) for answer in host_answers.a):
        yield Unknown(gap=Gap.UNREACHABLE, asked=asked.lookup("A", scan.host))
    elif private:
        zone = max(private, key=lambda one: len(one.name))
        plan = hosted_zone.plan(scan.host, scan.registrable, served)
        yield found(
            zone.ref,
            saw(asked.zones(scan.host), f"{zone.id} {zone.name} PrivateZone: true"),
            saw(asked.dns("A", scan.host), ", ".join(dict.fromkeys(one.rcode or one.error for one in host_answers.a))),
            fix=plan.fix,
            fix_values=plan.values,
            zone_id=zone.id,
        )
