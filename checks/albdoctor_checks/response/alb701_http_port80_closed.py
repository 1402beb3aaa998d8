"""ALB701: nothing takes connections on port 80 where https serves the page: never an error."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.request.outcome import Came, Requested
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import Probes, Tcp
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Leave port 80 shut, or let it redirect to https where old http links matter.",
        ko="80 포트를 닫아 두거나, 예전 http 링크가 중요하다면 https로 리디렉션하게 하세요.",
    ),
    by_hand=Text(
        en="Nothing is broken: browsers ask for https first. If programs and old links are to be led on, the load balancer needs an HTTP:80 listener that redirects to HTTPS:443, and its security groups and network ACLs must admit on port 80 whom they admit on 443.",
        ko="고장은 아닙니다. 브라우저는 https로 먼저 접속합니다. 예전 링크나 http로 접속하는 프로그램도 안내하려면 HTTPS:443으로 리디렉션하는 HTTP:80 리스너를 만들고, 보안 그룹과 네트워크 ACL에서 443 포트와 같은 범위를 80 포트에도 허용하세요.",
    ),
    verify="curl -sSI --max-time 10 http://{host}/",
)


@check(
    id="ALB701",
    slug="http-port80-closed",
    severity=INFO,
    since="0.2",
    message=Text(
        en="{closed} of {total} addresses of {host} accept no connection on port 80, while https serves the page there",
        ko="{host} 주소 {total}개 중 {closed}개가 https로는 정상 응답하지만 80 포트 연결은 받지 않습니다",
    ),
    why=Text(
        en="Visitors of https notice nothing. Old http links, and programs that ask for http alone, get a refused or timed-out connection.",
        ko="https 방문자에게는 영향이 없습니다. 예전 http 링크와 http로만 접속하는 프로그램은 연결이 거부되거나 시간 초과됩니다.",
    ),
    fixes=(FIX,),
    shows={"http-port"},
    at_the_door=True,
    words=Text(
        en=(
            "port 80 refused; port 80 timed out; http:// times out https works; nmap 80 closed; "
            "http connection refused; curl http refused; only https works"
        ),
        ko=(
            "80 포트 연결 거부; http 타임아웃; http만 안 열림; https만 접속됨; 80 포트 시간 초과; "
            "curl http 연결 거부; telnet 80 안됨"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-listener.html",),
)
def http_port80_closed(scan: Scan, requested: Requested, probes: Probes) -> Iterator[Verdict]:
    """Yield the host when an address that serves it over https refuses or ignores connections to port 80."""
    serving = {one.address for one in requested.at if one.came is Came.SERVED}
    tried = [one for one in probes.addresses if one.address in serving and one.port_80.tcp is not Tcp.UNREACHABLE]
    closed = [one for one in tried if one.port_80.tcp is not Tcp.OPEN]
    host = Ref(Kind.DOMAIN, scan.host)
    if closed:
        yield found(
            host,
            *(saw(asked.tcp(one.address, 80), one.port_80.tcp.value) for one in closed),
            host=scan.host,
            closed=len(closed),
            total=len(serving),
        )
    elif tried:
        yield fine(host)
