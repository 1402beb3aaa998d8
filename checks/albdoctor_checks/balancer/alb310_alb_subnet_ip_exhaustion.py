"""ALB310: a subnet of a load balancer has too few addresses left for the nodes that it makes when it grows."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, INFO, WARNING, Severity, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.free_addresses import BalancerRooms, BalancersRooms, Room
from albdoctor.derive.network.roomier_subnets import Grounds
from albdoctor.text import Text
from albdoctor_checks.fixes.roomier_subnets import BY_HAND, MOVE, plan


@check(
    id="ALB310",
    slug="alb-subnet-ip-exhaustion",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Load balancer {balancer} has too little room to grow in its subnets: {rooms}",
        ko="로드 밸런서 {balancer}의 서브넷에 확장할 여유가 부족합니다: {rooms}",
    ),
    why=Text(
        en="A load balancer takes more addresses to grow and to replace a node; AWS asks for 8 free ones in each subnet, and for subnets of /27 or larger. Without them it serves with too few nodes (now and then 5xx and timeouts under load), and may become active_impaired or failed.",
        ko="로드 밸런서는 확장하거나 노드를 교체할 때 IP가 더 필요하므로, AWS는 서브넷마다 여유 IP 8개 이상과 /27 이상의 크기를 요구합니다. IP가 모자라면 노드가 부족한 채로 동작해 부하가 몰릴 때 간헐적으로 5xx나 시간 초과가 발생하고, 상태가 active_impaired 또는 failed로 바뀔 수 있습니다.",
    ),
    fixes=(MOVE, BY_HAND),
    breaks={"nodes"},
    words=Text(
        en=(
            "subnet out of IP addresses; not enough free IP addresses in subnet; IP exhaustion; "
            "Not enough IP space available in subnet; ELB requires at least 8 free IP addresses in each subnet; "
            "load balancer cannot scale; intermittent 5xx under load; subnet too small for ALB; "
            "/28 subnet; pods use all IP addresses; InsufficientFreeAddressesInSubnet"
        ),
        ko=(
            "서브넷 IP 부족; 서브넷 IP 고갈; 여유 IP 없음; 사용 가능한 IPv4 주소 부족; 로드밸런서 확장 안됨; "
            "부하 몰릴 때 간헐적 5xx; 서브넷이 너무 작음; /28 서브넷; 파드가 IP를 다 씀"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html",),
)
def alb_subnet_ip_exhaustion(balancers_rooms: BalancersRooms, seen: Grounds) -> Iterator[Verdict]:
    """Yield every load balancer that has a subnet with too few addresses left, or too small a subnet."""
    for of in balancers_rooms:
        balancer = of.balancer
        if balancer.state.code == "provisioning":  # it takes its first addresses just now
            continue
        yield from of.unknown
        if of.tight:
            planned = plan(of, seen)
            yield found(
                balancer.ref,
                *(saw(asked.subnets(room.subnet_id), room.counted) for room in of.tight),
                severity=_at_worst(of),
                some=True,  # the nodes that are there serve on
                fix=planned.fix,
                fix_values=planned.values,
                balancer=balancer.load_balancer_name,
                rooms=tuple(map(_told, of.tight)),
            )
        elif not of.unknown:
            yield fine(balancer.ref)


def _at_worst(of: BalancerRooms) -> Severity | None:
    """A small subnet of which enough is free is no fault; an impaired load balancer still serves with what it has."""
    if not any(room.is_short for room in of.tight):
        return INFO
    full = any(room.free == 0 for room in of.tight)
    return None if full and of.balancer.state.code == "failed" else WARNING


def _told(room: Room) -> Text:
    where = f"{room.subnet_id} ({room.cidr}, {room.zone})"
    return Text(
        en=f"{room.free} of {room.usable} addresses free in {where}",
        ko=f"{where} IP {room.usable}개 중 {room.free}개 여유",
    )
