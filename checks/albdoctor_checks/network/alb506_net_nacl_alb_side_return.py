"""ALB506: the network ACL of the balancer's subnets drops requests to targets or their answers."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.acl_repair import BALANCER_SIDE, acl_entries
from albdoctor.derive.health import group_or_target, names, watched
from albdoctor.derive.reach import Network
from albdoctor.derive.ways import Blocked, Surroundings, blocked
from albdoctor.facts.ec2 import Instances, NetworkAcls, NetworkInterfaces, PrefixLists, SecurityGroups, Subnets
from albdoctor.facts.elb import GroupsHealth, LoadBalancers, TargetGroups
from albdoctor.facts.known import Observed, Unknown
from albdoctor.text import Text

VERIFY = "aws ec2 describe-network-acls --region {region} --network-acl-ids {acl} --query 'NetworkAcls[0].Entries'"
SUMMARY = Text(
    en="Allow requests to the targets out, and their answers in, in network ACL {acl} of the load balancer's subnets.",
    ko="로드 밸런서 서브넷의 네트워크 ACL {acl}에 대상으로 가는 요청(아웃바운드)과 돌아오는 응답(인바운드)을 허용하세요.",
)
FIX = Fix(
    summary=SUMMARY,
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
FIX_FULL = Fix(
    summary=SUMMARY,
    by_hand=Text(
        en="No rule number is free before the denying rule of {acl}. Renumber its rules, then allow TCP {port} from the load balancer's subnets to the targets and TCP 1024-65535 back.",
        ko="네트워크 ACL {acl}에는 거부 규칙보다 앞에 둘 수 있는 규칙 번호가 남아 있지 않습니다. 규칙 번호를 다시 매긴 뒤, 로드 밸런서 서브넷에서 대상으로 가는 TCP {port} 포트와 돌아오는 TCP 1024-65535 포트를 허용하세요.",
    ),
    verify=VERIFY,
)


@check(
    id="ALB506",
    slug="net-nacl-alb-side-return",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Network ACL {acl} of the load balancer's subnets blocks requests to port {port} of {targets}, or their answers",
        ko="로드 밸런서 서브넷의 네트워크 ACL {acl}에서 대상의 {port} 포트로 가는 요청이나 그 응답이 차단됩니다: {targets}",
    ),
    why=Text(
        en="A network ACL keeps no state: the request must be allowed out on the target's port, and the answer in on ports 1024-65535. One of them is not, so connections end without an answer: health checks time out and requests end with 504.",
        ko="네트워크 ACL은 상태를 저장하지 않으므로, 대상의 포트로 나가는 요청과 1024-65535 포트로 들어오는 응답을 모두 허용해야 합니다. 둘 중 하나가 막혀 연결이 응답 없이 끝나므로 상태 검사는 시간 초과되고 요청은 504로 끝납니다.",
    ),
    fix=FIX,
    explains={
        "hc-timeout-path-blocked",
        "tg-all-unhealthy-fail-open",
        "app-returns-5xx",
        "app-slower-than-idle-timeout",
    },
    refs=(
        "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def net_nacl_alb_side_return(
    target_groups: TargetGroups,
    groups_health: GroupsHealth,
    load_balancers: LoadBalancers,
    network_interfaces: NetworkInterfaces,
    security_groups: SecurityGroups,
    prefix_lists: PrefixLists,
    network_acls: NetworkAcls,
    subnets: Subnets,
    instances: Observed[Instances],
) -> Iterator[Verdict]:
    """Yield every network ACL at the balancer's side that blocks the way to the targets or back."""
    network = Network(
        security_groups=security_groups, prefix_lists=prefix_lists, network_acls=network_acls, subnets=subnets
    )
    around = Surroundings(
        network=network, load_balancers=load_balancers, network_interfaces=network_interfaces, instances=instances
    )
    for item in watched(target_groups, groups_health):
        if isinstance(item, Unknown):
            yield item
            continue
        group = item.group
        results = [result for check in (False, True) for result in blocked(item, around, *BALANCER_SIDE, check=check)]
        yield from dict.fromkeys(result for result in results if isinstance(result, Unknown))
        closed = [result for result in results if isinstance(result, Blocked)]
        blockers = dict.fromkeys(blocker for result in closed for blocker in result.blockers)
        for acl in network_acls:
            seen = [blocker for blocker in blockers if blocker.id == acl.network_acl_id]
            if not seen:
                continue
            here = [result for result in closed if any(blocker in seen for blocker in result.blockers)]
            targets = list(dict.fromkeys(result.way.seen for result in here))
            entries = acl_entries(acl, here, around, BALANCER_SIDE)
            yield found(
                group_or_target(targets),
                *(saw(f"ec2 DescribeNetworkAcls {one.id} ({one.what})", one.saw) for one in seen),
                fix=None if entries else FIX_FULL,
                key=acl.network_acl_id,
                group=group.target_group_name,
                arn=group.target_group_arn,
                region=group.region,
                acl=acl.network_acl_id,
                port=here[0].port,
                entries=entries,
                targets=names(targets),
            )
        if results and not closed and not any(isinstance(result, Unknown) for result in results):
            yield fine(group.ref)
