"""ALB306: the load balancer's security groups do not let the internet in on a listener's port."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, INFO, LIKELY, WARNING, Finding, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.clients import Clients, Ingress
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.request.serving import Alb, Albs, is_open
from albdoctor.facts.elb import Listener
from albdoctor.facts.known import Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes.open_port import ALLOW, DECIDE, THROUGH_THE_CDN, opening_values, shut

ON_PURPOSE = Text(
    en="Access is restricted to these addresses on purpose (an office, a CDN); then test from one of them.",
    ko="일부러 특정 주소(사무실, CDN 등)에서 오는 접속만 허용했습니다. 그렇다면 그 주소에서 접속해 보세요.",
)


@check(
    id="ALB306",
    slug="alb-sg-blocks-listener-port",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The security groups of load balancer {balancer} do not allow listener port {port} from the internet",
        ko="로드 밸런서 {balancer}의 보안 그룹에 인터넷에서 오는 TCP {port} 트래픽을 허용하는 규칙이 없습니다",
    ),
    why=Text(
        en="A security group drops what no rule allows and sends no answer: browsers wait until the connection times out.",
        ko="보안 그룹은 허용 규칙이 없는 패킷을 응답 없이 버리므로, 브라우저는 연결 시간이 초과될 때까지 기다립니다.",
    ),
    fixes=(*ALLOW.values(), THROUGH_THE_CDN),
    breaks={"https-port", "http-port"},
    at_the_door=True,
    words=Text(
        en=(
            "connection timed out on 443; security group inbound 443; ALB unreachable; "
            "ERR_CONNECTION_TIMED_OUT; only CloudFront prefix list allowed; works from office only; "
            "SG allows 80 only; hangs on connect; can't reach load balancer; curl (28); "
            "ALB security group; load balancer security group closed; open 443 to the world; "
            "allow 0.0.0.0/0 on 443; default security group on ALB; "
            "site keeps loading and never opens; only reachable from my IP; "
            "security group rule for HTTPS missing; https times out; browser spins forever; "
            "took too long to respond; operation timed out"
        ),
        ko=(
            "보안 그룹 인바운드 443; 보안 그룹 누락; 443 안 열림; 응답 시간이 너무 깁니다; 타임아웃; "
            "ALB 접속 불가; ALB 보안 그룹; 인바운드 규칙 추가; 사내에서만 접속됨; 연결 시간 초과; "
            "로드밸런서 보안 그룹; 443 포트 열기; 443 인바운드 허용; 내 IP만 허용; 회사에서만 접속; "
            "보안 그룹 80만 허용; 접속이 계속 로딩; 무한 로딩; ERR_CONNECTION_TIMED_OUT; "
            "https 타임아웃; 외부에서 접속 불가; 로드밸런서 접속 안됨; 기본 보안 그룹; "
            "CloudFront만 허용"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html",
    ),
)
def alb_sg_blocks_listener_port(scan: Scan, albs: Albs, ingress: Ingress, scene: Scene) -> Iterator[Verdict]:
    """Yield every listener of an internet-facing load balancer whose port is closed to the internet.

    One that CloudFront reaches is shut to others on purpose, unless the name leads them there, and none got in.
    """
    passed_by = scene.live and scene.direct and not scene.opens
    for alb in albs:
        # One listener that admits some addresses only tells that the others are shut on purpose as well.
        some = any(ingress.clients(alb.balancer, one.port) in (Clients.SOME, Clients.CDN) for one in alb.listeners)
        for listener in alb.listeners if is_open(alb.balancer) else ():
            who = ingress.clients(alb.balancer, listener.port)
            if isinstance(who, Unknown):
                yield who
            elif who is Clients.WORLD or (who is Clients.CDN and not passed_by):
                yield fine(listener.ref)
            else:
                fix = THROUGH_THE_CDN if who is Clients.CDN else None
                yield _finding(alb, listener, ingress, scan.host, restricted=some, fix=fix)


def _finding(
    alb: Alb, listener: Listener, ingress: Ingress, host: str, *, restricted: bool, fix: Fix | None
) -> Finding:
    """Report a port; `restricted`: some public addresses may connect, perhaps on purpose.

    A closed port 80 beside one of https is no fault, and explains nothing of the other.
    """
    balancer, web = alb.balancer, listener.port in (80, 443)
    beside = listener.port != 443 and any(one.port == 443 for one in alb.listeners)
    severity = INFO if not web or beside else WARNING if restricted else None
    return found(
        listener.ref,
        saw(asked.security_groups(*balancer.security_groups), ingress.rules_seen(balancer)),
        certainty=LIKELY if restricted else CONFIRMED,
        alternatives=(ON_PURPOSE,) if restricted else (),
        severity=severity,
        some=restricted,
        # an administrator's port is not for those whom the site is for
        fix=fix or (ALLOW[shut(ingress, alb, listener.port)] if web and not restricted else DECIDE),
        fix_values=opening_values(ingress, alb, listener.port),
        host=host,
        balancer=balancer.load_balancer_name,
        port=listener.port,
        region=balancer.region,
    )
