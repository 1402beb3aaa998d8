"""What the two security group checks share: the fix, and a finding for each port that is shut."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from albdoctor.checkup import Finding, Fix, Verdict, fine, found, saw
from albdoctor.derive.targets.health import group_or_target, names, watched
from albdoctor.derive.targets.ways import Blocked, Surroundings, blocked
from albdoctor.facts.elb import GroupsHealth, TargetGroup, TargetGroups
from albdoctor.facts.known import Unknown
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Allow TCP {port} from {source}, the load balancer's security group, in {guards}.",
        ko="보안 그룹 {guards}에 로드 밸런서의 보안 그룹({source})에서 오는 TCP {port} 인바운드 규칙을 추가하세요.",
    ),
    script="""\
for guard in {guards}; do
  aws ec2 authorize-security-group-ingress --region {region} --group-id "$guard" \\
    --protocol tcp --port {port} --source-group {source}
done
""",
    console=(
        Text(
            en="EC2 > Security Groups > {guards} > Edit inbound rules > Add rule: Custom TCP, {port}, source {source}",
            ko="EC2 > 보안 그룹 > {guards} > 인바운드 규칙 편집 > 규칙 추가: 사용자 지정 TCP, {port}, 소스 {source}",
        ),
    ),
    terraform="""\
resource "aws_vpc_security_group_ingress_rule" "from_alb" {
  for_each                     = toset(split(", ", "{guards}"))
  security_group_id            = each.value
  referenced_security_group_id = "{source}"
  ip_protocol                  = "tcp"
  from_port                    = {port}
  to_port                      = {port}
}
""",
    cloudformation="""\
FromLoadBalancer:
  Type: AWS::EC2::SecurityGroupIngress
  Properties:
    GroupId: {guards}
    IpProtocol: tcp
    FromPort: {port}
    ToPort: {port}
    SourceSecurityGroupId: {source}
""",
    verify="aws ec2 describe-security-groups --region {region} --group-ids {guards} --query 'SecurityGroups[].IpPermissions'",
)

# A CloudFormation template has no loop over groups.
FIX_SEVERAL = replace(FIX, cloudformation="")


def shut_ports(
    target_groups: TargetGroups, groups_health: GroupsHealth, around: Surroundings, *, check: bool
) -> Iterator[Verdict]:
    """Judge the security groups in front of every target: for the traffic port, or for a separate health check port."""
    for item in watched(target_groups, groups_health):
        if isinstance(item, Unknown):
            yield item
            continue
        results = list(blocked(item, around, "target-sg-in", check=check))
        unknown = tuple(dict.fromkeys(result for result in results if isinstance(result, Unknown)))
        yield from unknown
        closed = [result for result in results if isinstance(result, Blocked) and (not check or _separate(result))]
        for port in dict.fromkeys(result.port for result in closed):
            yield _finding(item.group, port, [result for result in closed if result.port == port])
        if results and not closed and not unknown:
            yield fine(item.group.ref)


def _separate(result: Blocked) -> bool:
    return result.port != result.way.seen.port


def _finding(group: TargetGroup, port: int, here: list[Blocked]) -> Finding:
    balancer = here[0].way.balancer
    targets = list(dict.fromkeys(result.way.seen for result in here))
    rules = dict.fromkeys((one.id, one.saw) for result in here for one in result.blockers)
    guards = tuple(dict.fromkeys(result.way.endpoint.security_groups[0] for result in here))
    return found(
        group_or_target(targets),
        saw(
            f"elasticloadbalancing DescribeLoadBalancers {balancer.load_balancer_name}",
            f"SecurityGroups: {', '.join(balancer.security_groups)}",
        ),
        *(saw(f"ec2 DescribeSecurityGroups {id_}", seen) for id_, seen in list(rules)[:3]),
        fix=FIX_SEVERAL if len(guards) > 1 else None,
        key="" if len(targets) == 1 else str(port),
        group=group.target_group_name,
        arn=group.target_group_arn,
        region=group.region,
        port=port,
        guards=guards,
        source=balancer.security_groups[0],
        targets=names(targets),
    )
