"""ALB134: the account has several public hosted zones of one name."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.zones import public_zones, serving_zone
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
        en="Only the zone whose name servers are entered at the registrar is asked. An edit in another one has no effect, and nothing says so.",
        ko="도메인 등록 기관에 네임서버가 입력된 영역만 질의를 받습니다. 다른 영역을 수정하면 아무 효과가 없는데도 경고가 나오지 않습니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Keep {kept}, copy what only the other zones have into it, and delete those.",
                ko="{kept} 영역만 남기세요. 다른 영역에만 있는 레코드를 이 영역으로 옮긴 뒤 다른 영역을 삭제합니다.",
            ),
            side_effects=(
                Text(
                    en="Deleting the delegated zone takes the domain down: look first which one it is with `dig +short NS {zone_name}`.",
                    ko="위임된 영역을 삭제하면 도메인 전체가 멈춥니다. 먼저 `dig +short NS {zone_name}` 명령으로 어느 영역인지 확인하세요.",
                ),
            ),
            by_hand=Text(
                en="Compare the records of {zone_ids}, one zone after the other, then delete the zones that are not delegated:\n"
                "  aws route53 list-resource-record-sets --hosted-zone-id ZONE_ID --output table",
                ko="{zone_ids} 영역의 레코드를 하나씩 비교한 뒤, 위임되지 않은 영역을 삭제하세요.\n"
                "  aws route53 list-resource-record-sets --hosted-zone-id ZONE_ID --output table",
            ),
            verify="aws route53 list-hosted-zones-by-name --dns-name {zone_name} --max-items 5",
        ),
    ),
    words=Text(
        en=(
            "duplicate public hosted zones; two hosted zones of one name; "
            "which hosted zone is right; several hosted zones same domain"
        ),
        ko=("같은 이름의 호스팅 영역 여러 개; 호스팅 영역 중복 생성; 호스팅 영역이 여러 개; 어느 호스팅 영역이 맞나요"),
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
            *(saw(asked.zone(zone.id), f"NameServers: {', '.join(zone.name_servers)}") for zone in zones),
            count=len(zones),
            zone_name=kept.name,
            zone_ids=tuple(zone.id for zone in zones),
            kept=kept.id,
        )
