"""ALB312: a zonal shift keeps requests from targets of an Availability Zone."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.derive.targets.zones import zones_of
from albdoctor.facts.ec2 import Instances, Subnets
from albdoctor.facts.elb import SHIFTED
from albdoctor.facts.known import Known, Observed
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Let the zonal shift end, or cancel it once the zone is sound again.",
        ko="영역 전환(zonal shift)이 끝나기를 기다리거나, 가용 영역이 정상이면 취소하세요.",
    ),
    impact=Impact.TRAFFIC,
    console=(
        Text(
            en="Application Recovery Controller > Zonal shift > the shift > Cancel zonal shift",
            ko="Application Recovery Controller > 영역 전환 > 해당 전환 > 영역 전환 취소",
        ),
    ),
    by_hand=Text(
        en="Somebody started it, or zonal autoshift did (perhaps its weekly practice run of half an hour). It ends by itself. Which there are, why, and until when:\n"
        "  aws arc-zonal-shift list-zonal-shifts --region {region} --status ACTIVE\n"
        "Ask whoever started it before you cancel it: the zone may be impaired.",
        ko="누군가 시작했거나 영역 자동 전환(zonal autoshift)이 시작한 것입니다(매주 30분의 연습 실행일 수도 있음). 정해진 시각에 저절로 끝납니다. 진행 중인 전환과 그 이유, 종료 시각은 다음 명령으로 확인하세요.\n"
        "  aws arc-zonal-shift list-zonal-shifts --region {region} --status ACTIVE\n"
        "가용 영역에 장애가 있을 수 있으므로, 취소하기 전에 전환을 시작한 사람에게 확인하세요.",
    ),
    verify="aws elbv2 describe-target-health --region {region} --target-group-arn {group_arn} --query 'TargetHealthDescriptions[].AdministrativeOverride.State'",
)


@check(
    id="ALB312",
    slug="alb-zonal-shift-active",
    severity=INFO,
    since="0.2",
    message=Text(
        en="A zonal shift keeps requests from {shifted} of {all} targets of {group} ({where})",
        ko="영역 전환(zonal shift)으로 {group} 대상 그룹의 대상 {all}개 중 {shifted}개가 요청을 받지 않습니다({where})",
    ),
    why=Text(
        en="Targets in a zone that was shifted away get no requests, however healthy they are, and the others take their share. This explains half the capacity and a name with fewer addresses.",
        ko="전환으로 제외된 가용 영역의 대상은 정상이어도 요청을 받지 않고 나머지 대상이 그 몫을 처리합니다. 처리 용량이나 이름의 주소 수가 줄어든 이유가 됩니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "zonal shift; zonal autoshift; healthy target gets no traffic; targets of one zone get no requests; "
            "AdministrativeOverride; zonal_shift_active; practice run; Application Recovery Controller; "
            "load balancer lost an address"
        ),
        ko=(
            "영역 전환; 영역 자동 전환; zonal shift; 정상인데 트래픽이 없음; 한 가용 영역에 요청이 안 옴; "
            "연습 실행; ARC; 가용 영역 제외"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/zonal-shift.html",),
)
def alb_zonal_shift_active(
    watched: WatchedGroups, instances: Observed[Instances], subnets: Observed[Subnets]
) -> Iterator[Verdict]:
    """Yield every group with targets that a zonal shift keeps requests from; nothing where nobody told of overrides."""
    placed = instances.value if isinstance(instances, Known) else ()
    for one in watched:
        shifted = [each for each in one.targets if each.health.override in SHIFTED]
        if shifted:
            zones = zones_of(placed, subnets.value if isinstance(subnets, Known) else ())
            where = [each.target.availability_zone or zones.get(each.target.id, "") for each in shifted]
            states = ", ".join(sorted({each.health.override for each in shifted}))
            yield found(
                one.group.ref,
                saw(asked.health(one.group.target_group_name), f"AdministrativeOverride {states}: {len(shifted)}"),
                shifted=len(shifted),
                all=len(one.targets),
                group=one.group.target_group_name,
                where=tuple(sorted(set(where))) if all(where) else tuple(each.target.id for each in shifted),
                region=one.group.region,
                group_arn=one.group.target_group_arn,
            )
        elif any(each.health.override for each in one.targets):
            yield fine(one.group.ref)
