"""ALB415: an address is registered that no server can have: a load balancer's own, or one of no subnet."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Finding, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.health_words import IP_UNUSABLE
from albdoctor.derive.targets.listed import subject_of, target_ids
from albdoctor.derive.targets.misplaced import in_no_subnet, may_be_in_no_subnet
from albdoctor.derive.targets.registered import Registered
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.facts.ec2 import Subnets
from albdoctor.facts.known import Observed, Unknown
from albdoctor.text import Text, command
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group

SHARED = Text(
    en="The address is in a subnet of the VPC that another account shares with others, and this account does not see.",
    ko="다른 계정이 공유하는 VPC의 서브넷 중 이 계정에는 보이지 않는 서브넷의 주소입니다.",
)
TAKEN = Text(en="a load balancer uses it itself", ko="로드 밸런서가 쓰고 있는 주소")
NOWHERE = Text(en="no subnet of the VPC has it", ko="VPC의 어느 서브넷에도 없는 주소")
NONE = Text(
    en="no CidrBlock of the VPC's subnets holds it", ko="VPC 서브넷의 CidrBlock 중 이 주소를 포함하는 것이 없음"
)


@check(
    id="ALB415",
    slug="tg-ip-unusable-or-outside",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Target group {group} has addresses registered that are no server's ({why_not}): {targets}",
        ko="대상 그룹 {group}에 서버의 주소가 아닌 IP가 등록되어 있습니다({why_not}): {targets}",
    ),
    why=Text(
        en="The load balancer sends requests to a target's address, and nothing answers there. An address of a load balancer is refused as a target; one of a subnet that was deleted leads nowhere.",
        ko="로드 밸런서는 대상의 주소로 요청을 보내지만 그곳에는 응답할 서버가 없습니다. 로드 밸런서의 주소는 대상으로 사용할 수 없고, 삭제된 서브넷의 주소로는 패킷이 도달하지 않습니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Register the addresses of the servers in {group}, and deregister these: {targets}.",
                ko="{group} 그룹에 실제 서버의 주소를 등록하고 다음 주소는 등록을 취소하세요: {targets}",
            ),
            by_hand=Text(
                en="Only you know the servers' addresses. A target behind another load balancer is registered by that load balancer's servers; a whole Application Load Balancer is a target only of a Network Load Balancer (target type alb).\n"
                "  aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets Id=ADDRESS\n"
                "  aws elbv2 deregister-targets --region {region} --target-group-arn {arn} --targets {gone[]}",
                ko="서버의 주소는 직접 확인해야 합니다. 다른 로드 밸런서 뒤의 서버라면 그 서버의 주소를 등록하세요. Application Load Balancer 자체는 Network Load Balancer의 대상(대상 유형 alb)으로만 등록할 수 있습니다.\n"
                "  aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets Id=ADDRESS\n"
                "  aws elbv2 deregister-targets --region {region} --target-group-arn {arn} --targets {gone[]}",
            ),
            console=(
                Text(
                    en="EC2 > Target Groups > {group} > Targets > Register targets, Deregister",
                    ko="EC2 > 대상 그룹 > {group} > 대상 > 대상 등록, 등록 취소",
                ),
            ),
            verify=SHOW_HEALTH,
        ),
    ),
    breaks={"health", "packets", "response", "targets"},
    words=Text(
        en=(
            "The IP address cannot be used as a target; IP of a load balancer as target; "
            "target IP outside the VPC; IP target not in any subnet; registered the ALB's own IP; "
            "wrong IP in target group; subnet of target was deleted; target ip address in use by a load balancer"
        ),
        ko=(
            "대상으로 사용할 수 없는 IP; 로드 밸런서 IP를 대상으로 등록; "
            "대상 IP가 VPC 밖에 있음; 잘못된 IP 등록; 서브넷이 삭제됨; 대상 그룹 IP 오류"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html",
    ),
)
def tg_ip_unusable_or_outside(watched_groups: WatchedGroups, subnets: Observed[Subnets]) -> Iterator[Verdict]:
    """Yield the targets of a group whose address a load balancer has, or no subnet of its VPC."""
    for item in watched_groups:
        taken = [one for one in item.targets if one.reason == IP_UNUSABLE]
        lost = [one for one in item.targets if in_no_subnet(one, subnets)]
        if taken:
            yield _finding(taken, TAKEN, "taken")
        if lost:
            ask = "aws ec2 describe-subnets --region {region} --filters Name=vpc-id,Values={vpc} --query {what}"
            what = "Subnets[].[SubnetId,CidrBlock,OwnerId]"
            decide = command(ask, region=item.group.region, vpc=item.group.vpc_id, what=what)
            yield likely(_finding(lost, NOWHERE, "nowhere", saw(asked.subnets(), NONE)), SHARED, decide=decide)
        if isinstance(subnets, Unknown) and any(map(may_be_in_no_subnet, item.targets)):
            yield subnets
        elif not taken and not lost:
            yield fine(item.group.ref)


def _finding(guilty: list[Registered], why_not: Text, key: str, *seen: Evidence) -> Finding:
    return found(
        subject_of(guilty),
        saw(*guilty[0].health_line),
        *seen,
        key=key,
        fix_values=of_group(guilty[0].group) | {"gone": tuple(one.spec(one.port) for one in guilty)},
        targets=target_ids(guilty),
        why_not=why_not,
    )
