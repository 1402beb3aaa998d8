"""ALB501: the targets' security group does not let the balancer's requests in."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.health import group_or_target, names, watched
from albdoctor.derive.reach import Network
from albdoctor.derive.ways import Blocked, Surroundings, blocked
from albdoctor.facts.ec2 import Instances, NetworkAcls, NetworkInterfaces, PrefixLists, SecurityGroups, Subnets
from albdoctor.facts.elb import GroupsHealth, LoadBalancers, TargetGroups
from albdoctor.facts.known import Observed, Unknown
from albdoctor.text import Text


@check(
    id="ALB501",
    slug="net-target-sg-blocks-traffic-port",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="No inbound rule of security group {guards} allows the load balancer on port {port} of {targets}",
        ko="보안 그룹 {guards}에 로드 밸런서에서 대상의 {port} 포트로 오는 트래픽을 허용하는 인바운드 규칙이 없습니다: {targets}",
    ),
    why=Text(
        en="Requests go to this port, and the security group silently drops what no rule allows: requests end with 504, and health checks on the port time out.",
        ko="요청이 이 포트로 가는데, 보안 그룹은 허용 규칙이 없는 패킷을 응답 없이 버립니다. 요청은 504로 끝나고 같은 포트의 상태 검사는 시간 초과됩니다.",
    ),
    fix=Fix(
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
    ),
    explains={
        "hc-timeout-path-blocked",
        "tg-all-unhealthy-fail-open",
        "app-returns-5xx",
        "app-slower-than-idle-timeout",
    },
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html#target-security-groups",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def net_target_sg_blocks_traffic_port(
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
    """Yield the targets whose security groups keep the balancer from the port that requests go to."""
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
        results = list(blocked(item, around, "target-sg-in", check=False))
        yield from dict.fromkeys(result for result in results if isinstance(result, Unknown))
        closed = [result for result in results if isinstance(result, Blocked)]
        for port in dict.fromkeys(result.port for result in closed):
            here = [result for result in closed if result.port == port]
            balancer = here[0].way.balancer
            guards = tuple(dict.fromkeys(result.way.endpoint.security_groups[0] for result in here))
            targets = list(dict.fromkeys(result.way.seen for result in here))
            rules = dict.fromkeys((one.id, one.saw) for result in here for one in result.blockers)
            yield found(
                group_or_target(targets),
                saw(
                    f"elasticloadbalancing DescribeLoadBalancers {balancer.load_balancer_name}",
                    f"SecurityGroups: {', '.join(balancer.security_groups)}",
                ),
                *(saw(f"ec2 DescribeSecurityGroups {id_}", seen) for id_, seen in list(rules)[:3]),
                key="" if len(targets) == 1 else str(port),
                group=group.target_group_name,
                arn=group.target_group_arn,
                region=group.region,
                port=port,
                guards=guards,
                source=balancer.security_groups[0],
                targets=names(targets),
            )
        if results and not closed and not any(isinstance(result, Unknown) for result in results):
            yield fine(group.ref)
