"""ALB513: the firewall of the host itself stops the load balancer's packets."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive.targets.host_ways import AllHostWays, HostWay
from albdoctor.derive.targets.listed import subject_of, target_ids
from albdoctor.text import Text
from albdoctor_checks.fixes.group import of_group
from albdoctor_checks.fixes.host_port import ALL, firewall_name, fix_of, values_of


@check(
    id="ALB513",
    slug="net-host-firewall",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The host's own firewall ({firewall}) stops the load balancer's packets to port {port} of {targets}",
        ko="호스트 자체의 방화벽({firewall})이 로드 밸런서에서 대상의 {port} 포트로 오는 패킷을 막습니다: {targets}",
    ),
    why=Text(
        en="Security groups and network ACLs end at the network interface. After them the operating system asks its own firewall, which no page of the AWS console shows. What it drops ends as a timeout and 504, what it rejects as a refused connection and 502; on the host itself the application answers.",
        ko="보안 그룹과 네트워크 ACL은 네트워크 인터페이스까지만 적용됩니다. 그다음에는 운영 체제가 자체 방화벽 규칙을 적용하는데, 이 규칙은 AWS 콘솔 어디에도 나오지 않습니다. 버려진 패킷은 시간 초과와 504로, 거부된 패킷은 연결 거부와 502로 나타나며, 호스트 안에서는 애플리케이션이 정상으로 응답합니다.",
    ),
    fixes=ALL,
    breaks={"connection", "health", "packets", "response"},
    words=Text(
        en=(
            "ufw; firewalld; iptables; ip6tables; nftables; Windows Firewall; Windows Defender Firewall; host firewall; "
            "firewall on the instance; security group is open but still times out; works with curl localhost; "
            "INPUT policy drop; firewall-cmd; New-NetFirewallRule; DOCKER-USER; OS firewall blocks port; "
            "No route to host; icmp-host-prohibited; "
            "NodePort service has no endpoints; KUBE-EXTERNAL-SERVICES"
        ),
        ko=(
            "ufw; firewalld; iptables; ip6tables; nftables; 윈도우 방화벽; Windows Defender 방화벽; 호스트 방화벽; "
            "인스턴스 방화벽; 보안 그룹은 열려 있는데 시간 초과; 리눅스 방화벽; OS 방화벽 포트 막힘; "
            "방화벽 포트 열기; firewall-cmd 포트 추가; 로컬에서는 되는데 밖에서 접속 불가"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
        "https://wiki.nftables.org/wiki-nftables/index.php/Configuring_chains",
        "https://docs.docker.com/engine/network/packet-filtering-firewalls/",
        "https://learn.microsoft.com/en-us/windows/security/operating-system-security/network-security/windows-firewall/rules",
    ),
)
def net_host_firewall(ways: AllHostWays) -> Iterator[Verdict]:
    """Yield the targets whose hosts stop what comes from the balancer's subnets; nothing unless hosts are inspected."""
    for item in ways:
        together: dict[tuple[int, str], list[HostWay]] = {}
        for way in item.blocked:
            together.setdefault((way.port, firewall_name(way)), []).append(way)
        for (port, firewall), here in together.items():
            targets = [way.target for way in here]
            yield found(
                subject_of(targets),
                saw(*targets[0].health_line),
                *(saw(*line) for line in dict.fromkeys(way.line for way in here[:3])),
                key="" if len(targets) == 1 and len(together) == 1 else f"{port}-{firewall}",
                fix=fix_of(here[0]),
                fix_values=of_group(item.group) | values_of(here[0]),
                port=port,
                firewall=firewall,
                targets=target_ids(targets),
            )
        if item.known and not item.blocked:
            yield fine(item.group.ref)
