"""ALB308: the load balancer's own security group does not let it out to its targets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from albdoctor.checkup import ERROR, Finding, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.request.serving import albs
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.ways import AllWays, Way, Ways
from albdoctor.facts.elb import LoadBalancer, LoadBalancers
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
    words=Text(
        en=(
            "ALB outbound rule; load balancer egress blocked; security group outbound of ALB; "
            "egress rules removed; no outbound to targets; ALB SG has no egress; "
            "load balancer cannot send to targets"
        ),
        ko=(
            "ALB 아웃바운드 규칙; 로드밸런서 아웃바운드; ALB 보안 그룹 아웃바운드; 이그레스 차단; "
            "아웃바운드 규칙 삭제; 대상으로 나가는 트래픽 차단; 아웃바운드 누락"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html",
    ),
)
def alb_sg_egress_blocks_targets(all_ways: AllWays, load_balancers: LoadBalancers) -> Iterator[Verdict]:
    """Yield every load balancer whose security groups keep it from a port of its targets."""
    of_balancer: dict[str, list[Ways]] = defaultdict(list)
    for ways in all_ways:
        for arn in ways.group.load_balancer_arns:
            of_balancer[arn].append(ways)
    for balancer in albs(load_balancers):
        here = of_balancer[balancer.load_balancer_arn]
        tried = [way for ways in here for way in ways.tried if way.balancer == balancer]
        closed = [shut for way in tried if (shut := way.blocked_by("balancer-sg-out"))]
        if closed:
            yield _finding(balancer, closed)
        elif tried and not any(ways.gaps for ways in here):
            yield fine(balancer.ref)


def _finding(balancer: LoadBalancer, closed: list[Way]) -> Finding:
    rules = dict.fromkeys((one.id, one.saw) for way in closed for one in way.blockers)
    return found(
        balancer.ref,
        *(saw(asked.security_groups(id_), seen) for id_, seen in rules),
        balancer=balancer.load_balancer_name,
        region=balancer.region,
        group_id=balancer.security_groups[0],
        ports=tuple(dict.fromkeys(str(way.port) for way in closed)),
        guards=tuple(dict.fromkeys(way.endpoint.security_groups[0] for way in closed)),
        targets=target_ids(dict.fromkeys(way.target for way in closed)),
    )
