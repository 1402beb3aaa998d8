"""ALB308: the load balancer's own security group does not let it out to its targets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from albdoctor.checkup import ERROR, Finding, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.network.reach import Network
from albdoctor.derive.request.serving import albs
from albdoctor.derive.targets.health import Watched, names, watched
from albdoctor.derive.targets.ways import Blocked, Surroundings, Way, blocked
from albdoctor.facts.ec2 import Instances, NetworkAcls, NetworkInterfaces, PrefixLists, SecurityGroups, Subnets
from albdoctor.facts.elb import GroupsHealth, LoadBalancer, LoadBalancers, TargetGroups
from albdoctor.facts.known import Observed, Unknown
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Allow outbound TCP {ports} to {guards} in {group_id}, the load balancer's security group.",
        ko="로드 밸런서의 보안 그룹 {group_id}에 {guards} 보안 그룹으로 나가는 TCP {ports} 아웃바운드 규칙을 추가하세요.",
    ),
    script="""\
for guard in {guards}; do
  for port in {ports}; do
    aws ec2 authorize-security-group-egress --region {region} --group-id {group_id} \\
      --ip-permissions "IpProtocol=tcp,FromPort=$port,ToPort=$port,UserIdGroupPairs=[{GroupId=$guard}]"
  done
done
""",
    console=(
        Text(
            en="EC2 > Security Groups > {group_id} > Edit outbound rules > Add rule: Custom TCP, {ports}, destination {guards}",
            ko="EC2 > 보안 그룹 > {group_id} > 아웃바운드 규칙 편집 > 규칙 추가: 사용자 지정 TCP, {ports}, 대상 {guards}",
        ),
    ),
    verify="aws ec2 describe-security-groups --region {region} --group-ids {group_id} --query 'SecurityGroups[].IpPermissionsEgress'",
)


@check(
    id="ALB308",
    slug="alb-sg-egress-blocks-targets",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The security groups of load balancer {balancer} do not allow outbound port {ports} to its targets: {targets}",
        ko="로드 밸런서 {balancer}의 보안 그룹에 대상의 {ports} 포트로 나가는 트래픽을 허용하는 규칙이 없습니다: {targets}",
    ),
    why=Text(
        en="Requests and health checks are dropped before they leave the load balancer: targets time out although their own rules are right.",
        ko="로드 밸런서의 요청과 상태 검사가 나가기도 전에 버려집니다. 대상의 규칙이 올바르더라도 시간 초과됩니다.",
    ),
    fixes=(FIX,),
    breaks={"health", "packets", "response"},
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html",
    ),
)
def alb_sg_egress_blocks_targets(
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
    """Yield every load balancer whose security groups keep it from a port of its targets."""
    network = Network(
        security_groups=security_groups, prefix_lists=prefix_lists, network_acls=network_acls, subnets=subnets
    )
    around = Surroundings(
        network=network, load_balancers=albs(load_balancers), network_interfaces=network_interfaces, instances=instances
    )
    items = list(watched(target_groups, groups_health))
    unknown = [item for item in items if isinstance(item, Unknown)]
    yield from unknown
    results = _by_balancer((item for item in items if not isinstance(item, Unknown)), around)
    for balancer in albs(load_balancers):
        here = results[balancer.load_balancer_arn]
        gaps = tuple(dict.fromkeys(result for result in here if isinstance(result, Unknown)))
        yield from gaps
        closed = [result for result in here if isinstance(result, Blocked)]
        if closed:
            yield _finding(balancer, closed)
        elif here and not gaps and not unknown:
            yield fine(balancer.ref)


def _by_balancer(items: Iterable[Watched], around: Surroundings) -> dict[str, list[Blocked | Way | Unknown]]:
    """Judge every way once, for requests and for health checks, and sort the results by load balancer."""
    results: dict[str, list[Blocked | Way | Unknown]] = defaultdict(list)
    for item in items:
        for on_check in (False, True):
            for result in blocked(item, around, "balancer-sg-out", check=on_check):
                if isinstance(result, Unknown):
                    for arn in item.group.load_balancer_arns:
                        results[arn].append(result)
                else:
                    way = result.way if isinstance(result, Blocked) else result
                    results[way.balancer.load_balancer_arn].append(result)
    return results


def _finding(balancer: LoadBalancer, closed: list[Blocked]) -> Finding:
    rules = dict.fromkeys((one.id, one.saw) for result in closed for one in result.blockers)
    return found(
        balancer.ref,
        *(saw(f"ec2 DescribeSecurityGroups {id_}", seen) for id_, seen in rules),
        balancer=balancer.load_balancer_name,
        region=balancer.region,
        group_id=balancer.security_groups[0],
        ports=tuple(dict.fromkeys(str(result.port) for result in closed)),
        guards=tuple(dict.fromkeys(result.way.endpoint.security_groups[0] for result in closed)),
        targets=names(list(dict.fromkeys(result.way.seen for result in closed))),
    )
