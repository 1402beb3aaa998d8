"""ALB134: the account has several public hosted zones of one name."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.zones import public_zones, serving_zone
from albdoctor.facts.dns import Delegation
from albdoctor.facts.known import Observed
from albdoctor.facts.route53 import HostedZones
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text


@check(
    id="ALB134",
    slug="zone-duplicate-name",
    severity=INFO,
    since="0.1",
    message=Text(
        en="The account has {count} public hosted zones named {zone_name}: {zone_ids}",
        ko="이 계정에 이름이 {zone_name}인 퍼블릭 호스팅 영역이 {count}개 있습니다: {zone_ids}",
    ),
    why=Text(
        en="Only the zone whose name servers the parent names is asked; an edit in another one has no effect, and nothing says so.",
        ko="상위 영역이 알려 주는 네임서버의 영역만 질의를 받습니다. 다른 영역을 고치면 아무 효과가 없는데도 알려 주는 것이 없습니다.",
    ),
    fix=Fix(
        summary=Text(
            en="Keep {kept}, copy what only the other zones have into it, and delete those.",
            ko="{kept} 영역만 남기고, 다른 영역에만 있는 레코드를 옮긴 뒤 삭제하세요.",
        ),
        side_effects=(
            Text(
                en="Deleting the zone that the parent names takes the domain down: check `dig NS {zone_name}` first.",
                ko="위임된 영역을 삭제하면 도메인이 멈춥니다. 먼저 `dig NS {zone_name}` 결과를 확인하세요.",
            ),
        ),
        by_hand=Text(
            en="Compare `aws route53 list-resource-record-sets --hosted-zone-id ID` of {zone_ids}, then delete the zones that the parent does not name.",
            ko="{zone_ids} 영역의 `aws route53 list-resource-record-sets --hosted-zone-id ID` 결과를 비교한 뒤, 위임되지 않은 영역을 삭제하세요.",
        ),
        verify="aws route53 list-hosted-zones-by-name --dns-name {zone_name} --max-items 5",
    ),
    refs=(
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/troubleshooting-new-dns-settings-not-in-effect.html",
    ),
)
def zone_duplicate_name(scan: Scan, hosted_zones: HostedZones, delegation: Observed[Delegation]) -> Iterator[Verdict]:
    """Yield the zone that serves the host when the account has others of the same name."""
    zones = public_zones(hosted_zones, scan.host)
    kept = serving_zone(hosted_zones, scan.host, delegation)
    if kept is None:
        return
    if len(zones) == 1:
        yield fine(kept.ref)
    else:
        yield found(
            kept.ref,
            *(
                saw(f"route53 GetHostedZone {zone.id}", f"NameServers: {', '.join(zone.name_servers)}")
                for zone in zones
            ),
            count=len(zones),
            zone_name=kept.name,
            zone_ids=tuple(zone.id for zone in zones),
            kept=kept.id,
        )
