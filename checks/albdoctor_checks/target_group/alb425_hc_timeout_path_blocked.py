"""ALB425: health checks time out, and the way to the target is blocked or nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.network.reach import Network
from albdoctor.derive.targets.health import TIMEOUT, names, watched
from albdoctor.derive.targets.speaks import OPEN
from albdoctor.derive.targets.ways import Blocked, Surroundings, Way, blocked
from albdoctor.facts.ec2 import Instances, NetworkAcls, NetworkInterfaces, PrefixLists, SecurityGroups, Subnets
from albdoctor.facts.elb import GroupsHealth, LoadBalancers, TargetGroups
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.wire import TargetProbes
from albdoctor.text import Text

ALTERNATIVES = (
    Text(
        en="The application answers more slowly than the health check waits.",
        ko="애플리케이션의 응답이 상태 검사 제한 시간보다 느립니다.",
    ),
    Text(
        en="The target is overloaded or hangs.",
        ko="대상이 과부하 상태이거나 멈춰 있습니다.",
    ),
    Text(
        en="A firewall on the host drops the connection (security groups and network ACLs are open).",
        ko="호스트의 방화벽이 연결을 버립니다(보안 그룹과 네트워크 ACL은 열려 있음).",
    ),
)


@check(
    id="ALB425",
    slug="hc-timeout-path-blocked",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Health checks of target group {group} get no answer from port {port} within {timeout} seconds: {targets}",
        ko="대상 그룹 {group}의 상태 검사가 {port} 포트에서 {timeout}초 안에 응답을 받지 못합니다: {targets}",
    ),
    why=Text(
        en="Nothing answers, not even a refusal, so the targets count as unhealthy. Packets are dropped on the way (security group, network ACL, host firewall), or the target accepts the connection and answers too late.",
        ko="거부조차 없이 응답이 없어 대상이 비정상으로 처리됩니다. 중간(보안 그룹, 네트워크 ACL, 호스트 방화벽)에서 패킷이 버려지거나, 대상이 연결을 받고도 너무 늦게 응답하는 경우입니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Open the way from the load balancer to port {port} of the targets, or find out why they do not answer in time.",
                ko="로드 밸런서에서 대상의 {port} 포트까지의 경로를 열거나, 대상이 제때 응답하지 않는 이유를 찾으세요.",
            ),
            by_hand=Text(
                en="If a security group or network ACL is reported above this, its fix is enough. Otherwise see on the target whether it is slow, whether a firewall drops the port, and whether it is overloaded:\n"
                "  curl -m {timeout} http://127.0.0.1:{port}{path}\n"
                "  sudo iptables -S; sudo nft list ruleset\n"
                "  top\n"
                "When packets do not arrive, the application's access log has no line of ELB-HealthChecker.",
                ko="위에 보안 그룹이나 네트워크 ACL 문제가 있으면 그것을 고치는 것으로 충분합니다. 아니라면 대상에서 응답이 느린지, 방화벽이 포트를 막는지, 과부하인지 차례로 확인하세요.\n"
                "  curl -m {timeout} http://127.0.0.1:{port}{path}\n"
                "  sudo iptables -S; sudo nft list ruleset\n"
                "  top\n"
                "패킷이 도착하지 않으면 애플리케이션 접근 로그에 ELB-HealthChecker 줄이 없습니다.",
            ),
            verify="aws elbv2 describe-target-health --region {region} --target-group-arn {arn}",
        ),
    ),
    breaks={"health"},
    shows={"packets"},
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def hc_timeout_path_blocked(
    target_groups: TargetGroups,
    groups_health: GroupsHealth,
    load_balancers: LoadBalancers,
    network_interfaces: NetworkInterfaces,
    security_groups: SecurityGroups,
    prefix_lists: PrefixLists,
    network_acls: NetworkAcls,
    subnets: Subnets,
    instances: Observed[Instances],
    target_probes: Observed[TargetProbes],
) -> Iterator[Verdict]:
    """Yield every target group whose health checks time out, unless the port is seen to be open."""
    network = Network(
        security_groups=security_groups, prefix_lists=prefix_lists, network_acls=network_acls, subnets=subnets
    )
    around = Surroundings(
        network=network, load_balancers=load_balancers, network_interfaces=network_interfaces, instances=instances
    )
    for item in watched(target_groups, groups_health, target_probes):
        if isinstance(item, Unknown):
            yield item
            continue
        group = item.group
        silent = [seen for seen in item.targets if seen.failing and seen.reason == TIMEOUT]
        results = list(blocked(item.only(silent), around, check=True)) if silent else []
        yield from dict.fromkeys(result for result in results if isinstance(result, Unknown))
        closed = [result for result in results if isinstance(result, Blocked)]
        unsure = [way for way in results if isinstance(way, Way) and way.seen.speaks(way.seen.check_port) not in OPEN]
        guilty = [one.way.seen for one in closed] or [way.seen for way in unsure]
        if not guilty:
            if not any(isinstance(result, Unknown) for result in results):
                yield fine(group.ref)
            continue
        first = guilty[0]
        what = dict.fromkeys((f"{one.what} {one.id}", one.saw) for result in closed for one in result.blockers)
        yield found(
            group.ref,
            saw(*first.health_line),
            *(saw(id_, rules) for id_, rules in list(what)[:3]),
            *([saw(*first.probe_line(first.check_port))] if first.at(first.check_port) else []),
            certainty=CONFIRMED if closed else LIKELY,
            alternatives=() if closed else ALTERNATIVES,
            decide="" if closed else f"curl -m 10 -v http://127.0.0.1:{first.check_port}{group.health_check_path}",
            group=group.target_group_name,
            arn=group.target_group_arn,
            region=group.region,
            port=first.check_port,
            path=group.health_check_path,
            timeout=group.health_check_timeout_seconds,
            targets=names(guilty),
        )
