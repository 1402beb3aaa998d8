"""What the two network ACL checks share: the fixes, and a finding for each ACL in the way."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import Finding, Fix, Verdict, fine, found, saw
from albdoctor.derive.network.acl_repair import Side, acl_entries
from albdoctor.derive.targets.health import group_or_target, names, watched
from albdoctor.derive.targets.ways import Blocked, Surroundings, blocked
from albdoctor.facts.ec2 import NetworkAcl
from albdoctor.facts.elb import GroupsHealth, TargetGroup, TargetGroups
from albdoctor.facts.known import Unknown
from albdoctor.text import Text

VERIFY = "aws ec2 describe-network-acls --region {region} --network-acl-ids {acl} --query 'NetworkAcls[0].Entries'"


def entries_fix(summary: Text) -> Fix:
    """Write the missing entries before the denying one."""
    return Fix(
        summary=summary,
        side_effects=(
            Text(
                en="A network ACL applies to every resource of its subnets. The new entries come first and allow only what the load balancer and its targets need.",
                ko="네트워크 ACL은 서브넷의 모든 리소스에 적용됩니다. 새 규칙은 맨 앞에 추가되며 로드 밸런서와 대상 사이에 필요한 트래픽만 허용합니다.",
            ),
        ),
        script="""\
for entry in {entries}; do
  set -- $entry  # direction, rule number, ports, address range
  aws ec2 create-network-acl-entry --region {region} --network-acl-id {acl} "$1" --rule-number "$2" \\
    --protocol tcp --port-range "$3" --cidr-block "$4" --rule-action allow
done
""",
        console=(
            Text(
                en="VPC > Network ACLs > {acl} > Edit inbound rules / Edit outbound rules: allow, before the denying rule: {entries}",
                ko="VPC > 네트워크 ACL > {acl} > 인바운드 규칙 편집 / 아웃바운드 규칙 편집: 거부 규칙보다 앞에 허용 규칙 추가: {entries}",
            ),
        ),
        verify=VERIFY,
    )


def renumber_fix(summary: Text) -> Fix:
    """Say what to do when no rule number is free before the denying entry."""
    return Fix(
        summary=summary,
        by_hand=Text(
            en="No rule number is free before the denying rule of {acl}. Renumber its rules, then allow TCP {port} from the load balancer's subnets to the targets and TCP 1024-65535 back.",
            ko="네트워크 ACL {acl}에는 거부 규칙보다 앞에 둘 수 있는 규칙 번호가 남아 있지 않습니다. 규칙 번호를 다시 매긴 뒤, 로드 밸런서 서브넷에서 대상으로 가는 TCP {port} 포트와 돌아오는 TCP 1024-65535 포트를 허용하세요.",
        ),
        verify=VERIFY,
    )


def blocking_acls(
    target_groups: TargetGroups, groups_health: GroupsHealth, around: Surroundings, side: Side, summary: Text
) -> Iterator[Verdict]:
    """Judge the network ACLs on one side of the way between the load balancer and every target."""
    for item in watched(target_groups, groups_health):
        if isinstance(item, Unknown):
            yield item
            continue
        results = [result for check in (False, True) for result in blocked(item, around, *side, check=check)]
        unknown = tuple(dict.fromkeys(result for result in results if isinstance(result, Unknown)))
        yield from unknown
        closed = [result for result in results if isinstance(result, Blocked)]
        ids = {blocker.id for result in closed for blocker in result.blockers}
        for acl in around.network.network_acls:
            if acl.network_acl_id in ids:
                yield _finding(item.group, acl, closed, around, side, summary)
        if results and not closed and not unknown:
            yield fine(item.group.ref)


def _finding(
    group: TargetGroup, acl: NetworkAcl, closed: list[Blocked], around: Surroundings, side: Side, summary: Text
) -> Finding:
    here = [result for result in closed if any(one.id == acl.network_acl_id for one in result.blockers)]
    seen = dict.fromkeys(one for result in here for one in result.blockers if one.id == acl.network_acl_id)
    targets = list(dict.fromkeys(result.way.seen for result in here))
    entries = acl_entries(acl, here, around, side)
    return found(
        group_or_target(targets),
        *(saw(f"ec2 DescribeNetworkAcls {one.id} ({one.what})", one.saw) for one in seen),
        fix=None if entries else renumber_fix(summary),
        key=acl.network_acl_id,
        group=group.target_group_name,
        arn=group.target_group_arn,
        region=group.region,
        acl=acl.network_acl_id,
        port=here[0].port,
        entries=entries,
        targets=names(targets),
    )
