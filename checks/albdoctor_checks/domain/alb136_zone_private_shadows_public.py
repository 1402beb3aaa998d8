"""ALB136: inside some VPCs a private zone hides the public name, and has no record of it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from albdoctor.checkup import INFO, Finding, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.changes import batch, copy
from albdoctor.derive.dns.held import Records, answering, at, held_in
from albdoctor.derive.dns.zones import ServingZones, delegated_away, unheard_types
from albdoctor.derive.names import longest_match
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.route53 import HostedZone, HostedZones, RecordSets
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

SUMMARY = Text(
    en="Create {host} in private hosted zone {zone_id} too, if anybody inside its VPCs asks for it.",
    ko="연결된 VPC 안에서도 이 이름을 쓴다면 프라이빗 호스팅 영역 {zone_id}에도 {host} 레코드를 만드세요.",
)
CONSOLE = Text(
    en="Route 53 > Hosted zones > {zone_name} ({zone_id}, private) > Create record: {host}",
    ko="Route 53 > 호스팅 영역 > {zone_name} ({zone_id}, 프라이빗) > 레코드 생성: {host}",
)
VERIFY = "aws route53 list-resource-record-sets --hosted-zone-id {zone_id} --start-record-name {host} --max-items 3"
SCRIPT = Fix(
    summary=SUMMARY,
    impact=Impact.NONE,
    script="aws route53 change-resource-record-sets --hosted-zone-id {zone_id} --change-batch {change_batch}",
    console=(CONSOLE,),
    verify=VERIFY,
)
"""With the records of the public zone."""
BY_HAND = Fix(
    summary=SUMMARY,
    impact=Impact.NONE,
    console=(CONSOLE,),
    by_hand=Text(
        en="Give {host} the same records there as in public DNS. Where nothing inside these VPCs asks for the name, there is nothing to do: {vpcs}",
        ko="공개 DNS와 같은 값으로 {host} 레코드를 만드세요. 다음 VPC 안에서 이 이름을 쓰지 않는다면 할 일이 없습니다: {vpcs}",
    ),
    verify=VERIFY,
)
"""Where the public records are elsewhere, or have a routing policy."""


@check(
    id="ALB136",
    slug="zone-private-shadows-public",
    severity=INFO,
    since="0.2",
    message=Text(
        en="Inside {vpcs} {host} does not exist: private hosted zone {zone_id} ({zone_name}) answers there and lacks it",
        ko="{vpcs} 안에서는 {host} 이름을 찾을 수 없습니다. 그곳에서 응답하는 프라이빗 호스팅 영역 {zone_id}({zone_name})에 레코드가 없습니다",
    ),
    why=Text(
        en="A private hosted zone answers for its whole domain inside its VPCs, and Route 53 does not go on to public DNS for what it lacks. Visitors are served; servers, tests and webhooks inside the VPC cannot find the name.",
        ko="프라이빗 호스팅 영역은 연결된 VPC 안에서 도메인 전체에 대해 응답하며, 없는 이름을 공개 DNS에서 다시 찾지 않습니다. 외부 방문자는 정상이지만 VPC 안의 서버, 테스트, 웹훅은 이 이름을 찾지 못합니다.",
    ),
    fixes=(SCRIPT, BY_HAND),
    words=Text(
        en=(
            "works outside but not from EC2; NXDOMAIN inside the VPC; private hosted zone hides public; "
            "split horizon DNS; split-view DNS; instance cannot resolve own public domain; "
            "domain resolves from home but not in VPC; private zone same name as public zone"
        ),
        ko=(
            "외부에서는 되는데 EC2에서는 안됨; VPC 안에서 NXDOMAIN; 프라이빗 영역이 퍼블릭 영역을 가림; "
            "서버에서 자기 도메인 조회 안됨; 스플릿 DNS; 같은 이름의 프라이빗 호스팅 영역"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html",),
)
def zone_private_shadows_public(
    scan: Scan,
    hosted_zones: HostedZones,
    record_sets: RecordSets,
    host_answers: HostAnswers,
    serving: Observed[ServingZones],
) -> Iterator[Verdict]:
    """Yield each private zone nearest to the host that lacks it, where public DNS has an address for it."""
    private = tuple(zone for zone in hosted_zones if zone.private)
    nearest = longest_match(scan.host, (zone.name for zone in private))
    if nearest is None or not host_answers.addresses:
        return
    for zone in (one for one in private if one.name == nearest):
        held = held_in(record_sets, zone)
        own, away = answering(held, zone.name, scan.host), delegated_away(held, zone.name, scan.host)
        exact = at(held, scan.host)
        unread = next((one for one in (own, away, exact) if isinstance(one, Unknown)), None)
        if unread is not None:
            yield unread
        elif own != Known(()) or away == Known(True):
            yield fine(zone.ref)
        else:
            lacks = _found(scan.host, zone, _public(serving))
            yield unheard_types(exact.value if isinstance(exact, Known) else (), scan.host) or lacks


def _public(serving: Observed[ServingZones]) -> Records:
    """What answers the host in public, where the account's zone does and no routing policy is in the way."""
    zones = serving.value if isinstance(serving, Known) else ()
    records = tuple(record for here in zones for record in here.answering())
    return () if any(record.set_identifier for record in records) else records


def _found(host: str, zone: HostedZone, public: Records) -> Finding:
    copies = [copy(replace(record, name=f"{host}.")) for record in public]
    return found(
        zone.ref,
        saw(asked.records(zone.id, host), "ResourceRecordSets: []"),
        saw(asked.zone(zone.id), f"PrivateZone: true, VPCs: {', '.join(_vpcs(zone))}"),
        fix=SCRIPT if copies else BY_HAND,
        host=host,
        zone_id=zone.id,
        zone_name=zone.name,
        vpcs=_vpcs(zone),
        change_batch=batch(copies) if copies else "",
    )


def _vpcs(zone: HostedZone) -> tuple[str, ...]:
    return tuple(vpc.VPCId for vpc in zone.vpcs) or ("-",)
