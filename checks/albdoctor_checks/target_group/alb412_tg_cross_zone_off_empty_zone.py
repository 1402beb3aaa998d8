"""ALB412: nodes send requests to targets of their own zone only, and one zone has none."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.targets.zones import ZoneGaps
from albdoctor.facts.ec2 import CROSS_ZONE
from albdoctor.text import Text
from albdoctor_checks.fixes.group import of_group


@check(
    id="ALB412",
    slug="tg-cross-zone-off-empty-zone",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Target group {group} has no target in {zones}, and cross-zone load balancing is off for it",
        ko="대상 그룹 {group}의 교차 영역 로드 밸런싱이 꺼져 있는데 다음 가용 영역에 대상이 없습니다: {zones}",
    ),
    why=Text(
        en="Each node then sends requests to targets of its own Availability Zone only. Where there is none it answers 503, so that some visitors get an error and others do not, by the address that DNS gave them.",
        ko="이때 각 노드는 자기 가용 영역의 대상에만 요청을 보냅니다. 대상이 없는 영역의 노드는 503으로 응답하므로, DNS가 준 주소에 따라 일부 방문자만 오류를 받습니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Turn on cross-zone load balancing for {group}, or run a target in each zone.",
                ko="{group} 그룹의 교차 영역 로드 밸런싱을 켜거나 가용 영역마다 대상을 실행하세요.",
            ),
            side_effects=(
                Text(
                    en="A zone then no longer fails by itself alone: somebody may have turned this off to keep requests in their zone, or to allow a zonal shift.",
                    ko="요청이 다른 가용 영역으로도 전달됩니다. 요청을 영역 안에 두거나 영역 전환(zonal shift)을 쓰려고 일부러 껐을 수 있습니다.",
                ),
            ),
            script="aws elbv2 modify-target-group-attributes --region {region} --target-group-arn {arn} --attributes Key=load_balancing.cross_zone.enabled,Value=true\n",
            console=(
                Text(
                    en="EC2 > Target Groups > {group} > Attributes > Edit > Cross-zone load balancing",
                    ko="EC2 > 대상 그룹 > {group} > 속성 > 편집 > 교차 영역 로드 밸런싱",
                ),
            ),
            terraform='load_balancing_cross_zone_enabled = "true"\n',
            cloudformation='TargetGroupAttributes:\n  - Key: load_balancing.cross_zone.enabled\n    Value: "true"\n',
            verify="aws elbv2 describe-target-group-attributes --region {region} --target-group-arn {arn} --query 'Attributes[?Key==`load_balancing.cross_zone.enabled`].Value' --output text",
        ),
    ),
    breaks={"response"},
    words=Text(
        en=(
            "cross-zone load balancing off; cross zone disabled; 503 from one availability zone; "
            "one IP of the load balancer answers 503; every second request fails 503; "
            "no targets in availability zone; only some visitors get 503"
        ),
        ko=(
            "교차 영역 로드 밸런싱 꺼짐; 한 가용 영역에서만 503; 로드 밸런서 IP 하나만 503; "
            "가용 영역에 대상이 없음; 두 번에 한 번 503; 일부 사용자만 503"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/disable-cross-zone.html",
    ),
)
def tg_cross_zone_off_empty_zone(zone_gaps: ZoneGaps, scene: Scene) -> Iterator[Verdict]:
    """Yield every group on the way that keeps to zones, one of which has no target; off it the group is only named."""
    for one in zone_gaps:
        if not one.zones:
            yield fine(one.group.ref)
            continue
        on_the_way = one.group.target_group_arn in scene.way.shares
        yield found(
            # What a node answers is the load balancer's fault: targets of other zones, which are healthy, do not help.
            one.balancer.ref if on_the_way else one.group.ref,
            saw(asked.group_attributes(one.group), f"{CROSS_ZONE}: false"),
            saw(asked.health(one.group.target_group_name), ", ".join(f"{zone}: 0" for zone in one.zones)),
            some=True,
            key=one.group.target_group_arn,
            fix_values=of_group(one.group),
            zones=one.zones,
        )
