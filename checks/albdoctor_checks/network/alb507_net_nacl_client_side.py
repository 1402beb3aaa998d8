"""ALB507: the network ACL of the balancer's subnets drops clients' requests or the answers to them."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, INFO, LIKELY, WARNING, Finding, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.acls import entries_seen
from albdoctor.derive.network.client_acls import Barrier, DoorAcls, Gate, version_of
from albdoctor.derive.network.door_repair import admitting, closed_to_all, web_ports
from albdoctor.derive.request.serving import Alb, Albs, is_open
from albdoctor.facts.known import Unknown
from albdoctor.text import Text, command
from albdoctor_checks.fixes.door_acl import ADMIT, DECIDE

ON_PURPOSE = Text(
    en="Access is restricted to these addresses on purpose (an office, a CDN); then test from one of them.",
    ko="일부러 특정 주소(사무실, CDN 등)에서 오는 접속만 허용했습니다. 그렇다면 그 주소에서 접속해 보세요.",
)


@check(
    id="ALB507",
    slug="net-nacl-client-side",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Network ACL {acls} keeps clients from port {ports} of load balancer {balancer} in {closed} of {all} subnets: {subnets}",
        ko="네트워크 ACL {acls} 때문에 클라이언트가 로드 밸런서 {balancer}의 {ports} 포트에 접속하지 못합니다(서브넷 {all}개 중 {closed}개): {subnets}",
    ),
    why=Text(
        en="A network ACL keeps no state: clients must be allowed in on the listener's port, and the answers out on ports 1024-65535. What it denies is dropped without an answer, so browsers wait until the connection times out.",
        ko="네트워크 ACL은 상태를 저장하지 않으므로, 리스너 포트로 들어오는 요청과 1024-65535 포트로 나가는 응답을 모두 허용해야 합니다. 거부된 패킷은 응답 없이 버려지므로 브라우저는 연결 시간이 초과될 때까지 기다립니다.",
    ),
    fixes=(ADMIT, DECIDE),
    breaks={"https-port"},
    at_the_door=True,
    words=Text(
        en=(
            "network ACL blocks clients; NACL blocks 443; NACL denies internet; public subnet NACL; "
            "NACL deny rule visitors; blocked IP in NACL"
        ),
        ko=(
            "NACL 443 차단; 네트워크 ACL 인바운드 443; 퍼블릭 서브넷 NACL; NACL이 클라이언트 차단; "
            "네트워크 ACL에서 443 거부"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def net_nacl_client_side(albs: Albs, acls: DoorAcls) -> Iterator[Verdict]:
    """Yield every internet-facing load balancer whose subnets' network ACLs keep clients from a web port."""
    for alb in albs:
        if not is_open(alb.balancer):
            continue
        shut: dict[int, tuple[Barrier, ...]] = {}
        for port in web_ports(alb):
            barriers = acls.barriers(alb.balancer, port)
            if isinstance(barriers, Unknown):
                yield barriers
                break
            if barriers:
                shut[port] = barriers
        else:
            yield _finding(alb, acls, shut) if shut else fine(alb.ref)


def _finding(alb: Alb, acls: DoorAcls, shut: dict[int, tuple[Barrier, ...]]) -> Finding:
    """Report the ports; the one of https tells how bad it is, since a closed port 80 alone is no fault."""
    barriers = shut.get(443) or next(iter(shut.values()))
    every = tuple(dict.fromkeys(one for each in shut.values() for one in each))
    nobody = any(one.gate is Gate.CLOSED for one in barriers)
    subnets = tuple(dict.fromkeys(one.subnet_id for one in barriers))
    restricted = not nobody and any(one.direction == "in" for one in barriers)
    entries = () if restricted else admitting(alb, acls, every)
    seen = {(one.acl.network_acl_id, one.direction): one for one in every}
    ids = tuple(dict.fromkeys(one.acl.network_acl_id for one in every))
    return found(
        alb.ref,
        *(
            saw(asked.network_acl(id_, one.direction), entries_seen(one.acl, one.direction, version_of(alb.balancer)))
            for (id_, _), one in seen.items()
        ),
        certainty=LIKELY if restricted else CONFIRMED,
        alternatives=(ON_PURPOSE,) if restricted else (),
        decide=command(
            "aws ec2 describe-network-acls --region {region} --network-acl-ids {ids}",
            region=alb.balancer.region,
            ids=ids,
        )
        if restricted
        else "",
        severity=INFO if 443 not in shut else ERROR if nobody else WARNING,
        some=443 not in shut or not closed_to_all(barriers, len(alb.balancer.availability_zones)),
        fix=ADMIT if entries else DECIDE,
        balancer=alb.name,
        region=alb.balancer.region,
        acls=ids,
        ports=tuple(map(str, shut)),
        entries=entries,
        subnets=subnets,
        closed=len(subnets),
        all=len(alb.balancer.availability_zones),
    )
