"""How a port is opened on a host, by what filters there: for the load balancer's subnets, and for nobody else."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.targets.host_ways import HostWay
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.group import SHOW_HEALTH

SHELL = Text(
    en="Open a shell on each target:\n  aws ssm start-session --region {region} --target {instance}\n",
    ko="각 대상에 접속하세요.\n  aws ssm start-session --region {region} --target {instance}\n",
)
SUMMARY = Text(
    en="Allow port {port} in the host's firewall from the load balancer's subnets.",
    ko="호스트의 방화벽에서 로드 밸런서의 서브넷이 {port} 포트에 접속하도록 허용하세요.",
)
WHERE_IT_COMES_FROM = Text(
    en="Put the same line where new instances get their rules from (the AMI, user data, configuration management), or the next instance has the fault again.",
    ko="새 인스턴스의 규칙이 만들어지는 곳(AMI, 사용자 데이터, 구성 관리 도구)에도 같은 줄을 넣으세요. 그러지 않으면 다음 인스턴스에서 같은 문제가 생깁니다.",
)


def _by_hand(steps: Text) -> Fix:
    return Fix(
        summary=SUMMARY,
        impact=Impact.NONE,
        by_hand=Text(
            en=f"{SHELL.en}{steps.en}\n{WHERE_IT_COMES_FROM.en}", ko=f"{SHELL.ko}{steps.ko}\n{WHERE_IT_COMES_FROM.ko}"
        ),
        verify=SHOW_HEALTH,
    )


ALLOW_IN_UFW = _by_hand(
    Text(
        en="Allow it before the rules that are there, and look at the result:\n"
        "  sudo ufw prepend allow proto tcp from {sources[]} to any port {inner_port}\n"
        "  sudo ufw status numbered",
        ko="기존 규칙보다 앞에 허용 규칙을 넣고 결과를 확인합니다.\n"
        "  sudo ufw prepend allow proto tcp from {sources[]} to any port {inner_port}\n"
        "  sudo ufw status numbered",
    )
)
ALLOW_IN_FIREWALLD = _by_hand(
    Text(
        en="Allow it now and after a restart, in the zone that the network interface is in (without `--zone`: the default zone):\n"
        "  sudo firewall-cmd --get-active-zones\n"
        "  sudo firewall-cmd --add-rich-rule={rich_rules[]}\n"
        "  sudo firewall-cmd --permanent --add-rich-rule={rich_rules[]}",
        ko="네트워크 인터페이스가 속한 영역에서(`--zone` 옵션이 없으면 기본 영역) 지금과 재시작 후에 모두 허용합니다.\n"
        "  sudo firewall-cmd --get-active-zones\n"
        "  sudo firewall-cmd --add-rich-rule={rich_rules[]}\n"
        "  sudo firewall-cmd --permanent --add-rich-rule={rich_rules[]}",
    )
)
ALLOW_IN_IPTABLES = _by_hand(
    Text(
        en="Allow it before the rules that are there:\n"
        "  sudo {iptables} -t {table} -I {chain} 1 -p tcp -s {sources[]} --dport {inner_port} -j ACCEPT\n"
        "Keep it over a restart, by what is installed:\n"
        "  sudo netfilter-persistent save || sudo service {saves} save",
        ko="기존 규칙보다 앞에 허용 규칙을 넣습니다.\n"
        "  sudo {iptables} -t {table} -I {chain} 1 -p tcp -s {sources[]} --dport {inner_port} -j ACCEPT\n"
        "재시작 후에도 유지되도록, 설치된 도구로 저장합니다.\n"
        "  sudo netfilter-persistent save || sudo service {saves} save",
    )
)
ALLOW_TO_CONTAINER = _by_hand(
    Text(
        en="The host hands the port on to {inner_address}, so that its rules for what goes through decide, not those for its own ports. Allow it there, and keep it over a restart by what is installed:\n"
        "  sudo {iptables} -t {table} -I {chain} 1 -p tcp -s {sources[]} -d {inner_address} --dport {inner_port} -j ACCEPT\n"
        "  sudo netfilter-persistent save || sudo service {saves} save\n"
        "A container has another address after it is made anew: write the container's network (`ip route`) instead of the address where rules stay.",
        ko="호스트가 이 포트를 {inner_address} 주소로 전달하므로, 호스트 자체 포트의 규칙이 아니라 전달(FORWARD) 규칙이 적용됩니다. 그곳에서 허용하고, 설치된 도구로 저장해 재시작 후에도 유지되게 합니다.\n"
        "  sudo {iptables} -t {table} -I {chain} 1 -p tcp -s {sources[]} -d {inner_address} --dport {inner_port} -j ACCEPT\n"
        "  sudo netfilter-persistent save || sudo service {saves} save\n"
        "컨테이너를 새로 만들면 주소가 바뀝니다. 계속 둘 규칙에는 주소 대신 컨테이너 네트워크(`ip route`)를 쓰세요.",
    )
)
ALLOW_IN_NFTABLES = _by_hand(
    Text(
        en="Allow it before the rules that are there:\n"
        "  sudo nft insert rule {family} {table} {chain} {ip} saddr {sources[]} tcp dport {inner_port} accept\n"
        "Write the same rule into the file that is loaded at boot (often /etc/nftables.conf or /etc/sysconfig/nftables.conf), or it is gone after a restart.",
        ko="기존 규칙보다 앞에 허용 규칙을 넣습니다.\n"
        "  sudo nft insert rule {family} {table} {chain} {ip} saddr {sources[]} tcp dport {inner_port} accept\n"
        "부팅할 때 읽는 파일(대개 /etc/nftables.conf 또는 /etc/sysconfig/nftables.conf)에도 같은 규칙을 넣으세요. 그러지 않으면 재시작 후에 사라집니다.",
    )
)
ALLOW_IN_WINDOWS = _by_hand(
    Text(
        en="It is a PowerShell session. Allow the port:\n"
        "  New-NetFirewallRule -DisplayName ALB -Direction Inbound -Action Allow -Protocol TCP -LocalPort {inner_port} -RemoteAddress {sources[]}\n"
        "A rule that blocks outranks every rule that allows. If one stands in the evidence, narrow it instead: `Get-NetFirewallRule -Direction Inbound -Action Block -Enabled True`. Where Group Policy writes the rules, change them there.",
        ko="PowerShell 세션이 열립니다. 포트를 허용합니다.\n"
        "  New-NetFirewallRule -DisplayName ALB -Direction Inbound -Action Allow -Protocol TCP -LocalPort {inner_port} -RemoteAddress {sources[]}\n"
        "차단 규칙은 모든 허용 규칙보다 우선합니다. 근거에 차단 규칙이 있다면 그 규칙의 범위를 좁히세요. `Get-NetFirewallRule -Direction Inbound -Action Block -Enabled True` 명령으로 찾을 수 있습니다. 그룹 정책이 규칙을 관리한다면 그룹 정책에서 바꾸세요.",
    )
)
READY_POD = Fix(
    summary=Text(
        en="Have a pod ready for the Service of node port {inner_port}: while it has none, kube-proxy turns every packet away.",
        ko="노드 포트 {inner_port}번 Service에 준비된 파드가 있게 하세요. 하나도 없는 동안 kube-proxy가 모든 패킷을 거부합니다.",
    ),
    by_hand=Text(
        en="See which Service has the node port, which pods its selector takes, and whether any of them is ready. The selector may match no pod's labels, the readiness probe may fail, or the deployment may be scaled to zero:\n"
        "  kubectl get services --all-namespaces --output wide | grep ':{inner_port}/'\n"
        "  kubectl get endpointslices --all-namespaces\n"
        "  kubectl get pods --all-namespaces --output wide\n"
        "kube-proxy takes its rule away by itself as soon as a pod is ready. A rule of one's own that accepts the packets before leads them nowhere.",
        ko="이 노드 포트를 쓰는 Service가 무엇인지, 셀렉터가 어떤 파드를 고르는지, 그중 준비된 파드가 있는지 확인하세요. 셀렉터가 파드의 레이블과 맞지 않거나, 준비성 프로브가 실패하거나, 디플로이먼트가 0으로 조정되었을 수 있습니다.\n"
        "  kubectl get services --all-namespaces --output wide | grep ':{inner_port}/'\n"
        "  kubectl get endpointslices --all-namespaces\n"
        "  kubectl get pods --all-namespaces --output wide\n"
        "파드가 준비되면 kube-proxy가 스스로 규칙을 지웁니다. 그 앞에 허용 규칙을 직접 넣어도 패킷이 갈 곳이 없습니다.",
    ),
    verify=SHOW_HEALTH,
)
ALL = (
    ALLOW_IN_UFW,
    ALLOW_IN_FIREWALLD,
    ALLOW_IN_IPTABLES,
    ALLOW_TO_CONTAINER,
    ALLOW_IN_NFTABLES,
    ALLOW_IN_WINDOWS,
    READY_POD,
)
IPTABLES = ("iptables", "iptables-legacy")
OF_KUBE_PROXY = frozenset({"KUBE-EXTERNAL-SERVICES", "KUBE-SERVICES", "KUBE-NODEPORTS"})
"""Its chains of the filter table, which stop what is for a Service without endpoints (`pkg/proxy/iptables`)."""
FIREWALLS = {"windows": "Windows Defender Firewall"}


def fix_of(way: HostWay) -> Fix:
    """The fix for what stops packets on a host; ufw and firewalld open the host's own ports, not those of containers."""
    base, manager = way.base, way.manager
    if base.tool in IPTABLES and way.stop.chain.name in OF_KUBE_PROXY:
        return READY_POD
    # A rule that somebody else put beside its chains outranks them, and is there when it is disabled.
    its_own = way.stop.rule is None or way.stop.chain.name.startswith("ufw")
    if manager == "ufw" and its_own and base.tool in IPTABLES and base.hook == "input":
        return ALLOW_IN_UFW
    if manager == "firewalld" and base.hook == "input" and (base.table == "firewalld" or base.tool in IPTABLES):
        return ALLOW_IN_FIREWALLD
    if base.tool in IPTABLES and not way.packet.local:
        return ALLOW_TO_CONTAINER
    if base.tool in IPTABLES:
        return ALLOW_IN_IPTABLES
    return ALLOW_IN_WINDOWS if base.tool == "windows" else ALLOW_IN_NFTABLES


def firewall_name(way: HostWay) -> str:
    """What people call the firewall that stops packets."""
    fix, tool = fix_of(way), way.base.tool
    if fix is READY_POD:
        return "kube-proxy"
    if fix in (ALLOW_IN_UFW, ALLOW_IN_FIREWALLD):
        return way.manager
    return FIREWALLS.get(tool, tool)


def values_of(way: HostWay) -> dict[str, Value]:
    """What the words of these fixes need."""
    base, packet = way.base, way.packet
    port, address = packet.port, str(packet.destination)
    version = packet.destination.version
    saves = "iptables" if version == 4 else "ip6tables"
    rich = (
        f'rule family="ipv{version}" source address="{one}" port port="{port}" protocol="tcp" accept'
        for one in way.sources
    )
    return {
        "sources": way.sources,
        "rich_rules": tuple(rich),
        "inner_port": port,
        "inner_address": address,
        "family": base.family,
        "ip": "ip" if version == 4 else "ip6",
        "iptables": saves + base.tool.removeprefix("iptables"),
        "saves": saves,
        "table": base.table,
        "chain": "DOCKER-USER" if way.of_docker and (base.table, base.hook) == ("filter", "forward") else base.name,
        "instance": way.target.target.id,
    }
