"""ALB221: addresses of the host accept no TCP connection on port 443."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from albdoctor.checkup import ERROR, WARNING, Evidence, Finding, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.outcome import version_of
from albdoctor.derive.request.silence import Silence
from albdoctor.derive.request.strangers import Theirs
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.known import Gap, Kind, Ref, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import AddressProbe, Probes, Tcp
from albdoctor.text import Text, Value, fill_script
from albdoctor_checks.network.silent_door import counted
from albdoctor_checks.response.could_be import DROPPED, OWN_NETWORK

REFUSED = Text(
    en="connection refused: the address is reachable, but nothing listens on port 443",
    ko="연결 거부: 주소까지 도달하지만 443 포트에서 수신하는 곳이 없음",
)
SILENT = Text(
    en="no answer in time: packets are dropped (security group, network ACL, route, firewall), or nothing is at this address",
    ko="시간 안에 응답 없음: 패킷이 버려지거나(보안 그룹, 네트워크 ACL, 라우팅, 방화벽) 이 주소에 아무것도 없음",
)
FIX = Fix(
    summary=Text(
        en="Give the load balancer of {host} an HTTPS:443 listener, and allow port 443 in its security groups.",
        ko="{host} 로드 밸런서에 HTTPS:443 리스너를 만들고 보안 그룹에서 443 포트를 허용하세요.",
    ),
    by_hand=Text(
        en="Check first whether the load balancer has the addresses {addresses}. Connection refused: it has no listener on port 443, or the address is another server's. No answer: its security groups, network ACLs or subnet routes block the port, or the address is out of date.",
        ko="먼저 로드 밸런서의 주소가 맞는지 확인하세요: {addresses}. 연결이 거부되면 443 포트 리스너가 없거나 다른 서버의 주소입니다. 응답이 없으면 보안 그룹, 네트워크 ACL, 서브넷 라우팅이 막고 있거나 예전 주소입니다.",
    ),
    verify="curl -sSI --max-time 10 https://{host}/",
)

FROM_ELSEWHERE = Fix(
    summary=Text(
        en="Try {host} from another network before anything is changed: nothing that was seen drops these packets.",
        ko="무엇이든 바꾸기 전에 다른 네트워크에서 {host} 접속을 시도하세요. 확인한 설정 중 이 패킷을 막는 것은 없습니다.",
    ),
    by_hand=Text(
        en="A phone without Wi-Fi, or AWS CloudShell. If the site answers there, nothing is wrong with it: this machine's network (a company's, a provider's) drops the packets. If it does not, look at what stands in front of the load balancer: AWS Network Firewall, an appliance.\n"
        "  curl -sSI --max-time 10 https://{host}/",
        ko="와이파이를 끈 휴대폰이나 AWS CloudShell에서 시도하세요. 그곳에서 응답하면 사이트에는 문제가 없고 이 컴퓨터의 네트워크(회사, 통신사)가 패킷을 버리는 것입니다. 응답하지 않으면 로드 밸런서 앞의 장비(AWS Network Firewall, 어플라이언스)를 확인하세요.\n"
        "  curl -sSI --max-time 10 https://{host}/",
    ),
    verify="curl -sSI --max-time 10 https://{host}/",
)
MOVE = Fix(
    summary=Text(
        en="Let the record of {host} lead to load balancer {balancer}: {others} belongs to another server.",
        ko="{host} 레코드가 {balancer} 로드 밸런서를 가리키게 하세요. {others}: 다른 서버의 주소입니다.",
    ),
    by_hand=Text(
        en="None of the load balancer's nodes has this address: often it is the server that the site was moved away from. Where the DNS of {host} is served, replace it: in Route 53 by an alias record (A) to the load balancer, at another provider by a CNAME to its DNS name (at the apex ALIAS or ANAME):\n"
        "  aws elbv2 describe-load-balancers --region {region} --load-balancer-arns {arn} --query 'LoadBalancers[0].DNSName' --output text\n"
        "If the other server is meant, it is there that port 443 has to be served.",
        ko="로드 밸런서 노드 중 이 주소를 가진 것이 없습니다. 사이트를 옮기기 전의 서버인 경우가 많습니다. {host} 이름의 DNS를 관리하는 곳에서 바꾸세요. Route 53에서는 로드 밸런서를 가리키는 별칭(A) 레코드로, 다른 업체에서는 아래 DNS 이름을 가리키는 CNAME(루트 도메인이면 ALIAS 또는 ANAME)으로 바꿉니다.\n"
        "  aws elbv2 describe-load-balancers --region {region} --load-balancer-arns {arn} --query 'LoadBalancers[0].DNSName' --output text\n"
        "그 서버를 쓰는 것이 맞다면 그 서버에서 443 포트를 열어야 합니다.",
    ),
    verify="curl -sSI --max-time 10 https://{host}/",
)


@check(
    id="ALB221",
    slug="tls-port-closed",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{closed} of {total} addresses of {host} accept no connection on port 443: {addresses}",
        ko="{host} 주소 {total}개 중 {closed}개가 443 포트 연결을 받지 않습니다: {addresses}",
    ),
    why=Text(
        en="https:// uses port 443. Where nothing accepts connections, browsers say that the site cannot be reached.",
        ko="https:// 접속은 443 포트를 사용합니다. 연결을 받는 곳이 없으면 브라우저는 사이트에 연결할 수 없다고 표시합니다.",
    ),
    fixes=(FIX, MOVE, FROM_ELSEWHERE),
    shows={"arrival", "https-port"},
    words=Text(
        en=(
            "port 443 closed; https port closed; 443 filtered; port check 443 closed; nmap 443; "
            "cannot connect to port 443; telnet 443 fails; https does not connect"
        ),
        ko=("443 포트 닫힘; https 포트 닫힘; 443 포트 연결 안됨; telnet 443 안됨; 443 포트 확인; 포트 443 차단"),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",),
)
def tls_port_closed(
    scan: Scan, host_answers: HostAnswers, probes: Probes, silence: Silence, theirs: Theirs
) -> Iterator[Verdict]:
    """Yield the host when an address that DNS gives for it refuses or ignores connections to 443.

    Where nothing on the way was seen to drop what nobody answers, this machine's own network may: not so where port 80
    answers it.
    """
    named = tuple(one for one in probes.addresses if one.address in host_answers.addresses)
    tried = tuple(one for one in named if one.port_443.tcp is not Tcp.UNREACHABLE)
    closed = tuple(one for one in tried if one.port_443.tcp is not Tcp.OPEN)
    yield from _not_tried(scan.host, named, len(set(host_answers.addresses)))
    if closed:
        others = theirs.others(one.address for one in closed)
        finding = found(
            Ref(Kind.DOMAIN, scan.host),
            *(_seen(one) for one in closed),
            *(counted(silence) if silence.unexplained else ()),
            severity=None if others or len(closed) == len(tried) else WARNING,
            fix=MOVE if others else FROM_ELSEWHERE if silence.unexplained else FIX,
            fix_values=_target(theirs, others),
            host=scan.host,
            closed=len(closed),
            total=len(tried),
            addresses=tuple(one.address for one in closed),
        )
        yield _or_here(finding, silence) if silence.unexplained else finding
    elif tried:
        yield fine(Ref(Kind.DOMAIN, scan.host))


def _target(theirs: Theirs, others: tuple[str, ...]) -> Mapping[str, Value]:
    """What the other fix names: the load balancer, and the addresses that it does not have."""
    if theirs.balancer is None:
        return {}
    target = theirs.balancer
    return {
        "balancer": target.load_balancer_name,
        "region": target.region,
        "arn": target.load_balancer_arn,
        "others": others,
    }


def _or_here(finding: Finding, silence: Silence) -> Finding:
    """Name this machine's network as the alternative, first where others' requests were counted."""
    others = (OWN_NETWORK, DROPPED) if silence.counted else (DROPPED, OWN_NETWORK)
    return likely(finding, *others, decide=fill_script("curl -sSI --max-time 10 https://{host}/", finding.values))


def _not_tried(host: str, named: tuple[AddressProbe, ...], addresses: int) -> Iterator[Unknown]:
    """The gaps: addresses that cannot be reached from here, and those that were not probed.

    Of a family to which this machine has no way at all nothing is missed: the scan says so beside each address.
    """
    lacking = {version for version in (4, 6) if not any(map(_has_way, _of(named, version)))}
    for one in named:
        if not _has_way(one) and version_of(one.address) not in lacking:
            yield Unknown(gap=Gap.UNREACHABLE, asked=asked.tcp(one.address, 443), detail=one.port_443.detail)
    left = addresses - len(named)
    if left:
        detail = f"{left} of the {addresses} addresses of {host} were not probed"
        yield Unknown(gap=Gap.NOT_ASKED, asked=asked.tcp(host, 443), detail=detail)


def _has_way(probe: AddressProbe) -> bool:
    return probe.port_443.tcp is not Tcp.UNREACHABLE


def _of(probes: tuple[AddressProbe, ...], version: int) -> Iterator[AddressProbe]:
    return (one for one in probes if version_of(one.address) == version)


def _seen(probe: AddressProbe) -> Evidence:
    return saw(asked.tcp(probe.address, 443), REFUSED if probe.port_443.tcp is Tcp.REFUSED else SILENT)
