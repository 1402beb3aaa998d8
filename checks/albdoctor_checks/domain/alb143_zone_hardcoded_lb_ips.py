"""ALB143: the host's A record holds addresses of load balancer nodes, which change."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.changes import to_balancer
from albdoctor.derive.dns.zones import ServingZone, ServingZones
from albdoctor.facts.ec2 import NetworkInterfaces
from albdoctor.facts.elb import LoadBalancer, LoadBalancers
from albdoctor.facts.route53 import ResourceRecordSet, record_ref
from albdoctor.text import Text
from albdoctor_checks.fixes import alias_record


@check(
    id="ALB143",
    slug="zone-hardcoded-lb-ips",
    severity=WARNING,
    since="0.1",
    message=Text(
        en="The A record of {host} holds fixed addresses of load balancer {balancer}: {addresses}",
        ko="{host} A 레코드에 로드 밸런서 {balancer}의 IP 주소가 직접 입력되어 있습니다: {addresses}",
    ),
    why=Text(
        en="A load balancer changes its addresses whenever it scales or heals. The record does not follow, and the site stops working days or weeks later.",
        ko="로드 밸런서의 IP 주소는 확장되거나 복구될 때마다 바뀌지만 레코드는 따라가지 않으므로, 며칠이나 몇 주 뒤에 접속이 끊깁니다.",
    ),
    fixes=alias_record.EVERY,
    words=Text(
        en=(
            "A record with ALB IP address; hardcoded IP of load balancer; ALB IP changed; "
            "static IP of ALB; pinged ALB and used the IP; works then stops after days; "
            "elastic IP for ALB; fixed IP A record"
        ),
        ko=(
            "ALB IP를 A 레코드에 입력; 로드밸런서 고정 IP; ALB IP가 바뀜; A 레코드에 IP 직접 입력; "
            "며칠 뒤 갑자기 안됨; ALB IP 주소 변경; nslookup으로 얻은 IP를 등록"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",),
)
def zone_hardcoded_lb_ips(
    zones: ServingZones, load_balancers: LoadBalancers, network_interfaces: NetworkInterfaces
) -> Iterator[Verdict]:
    """Yield the host's A records whose literal values are public addresses of a balancer's nodes."""
    for here in zones:
        for record in here.answering(("A",)):
            nodes = _nodes(record.values, load_balancers, network_interfaces)
            if nodes is None:
                yield fine(record_ref(here.zone.id, record.owner, record.type))
            else:
                yield _hardcoded(here, record, *nodes)


def _nodes(
    values: tuple[str, ...], balancers: LoadBalancers, interfaces: NetworkInterfaces
) -> tuple[LoadBalancer, tuple[str, ...]] | None:
    """The balancer that some of these addresses belong to; its nodes' interfaces are described "ELB app/name/id"."""
    for balancer in balancers:
        nodes = {one.public_ip for one in interfaces if one.description == f"ELB {balancer.tail}"}
        shared = tuple(value for value in values if value in nodes)
        if shared:
            return balancer, shared
    return None


def _hardcoded(
    here: ServingZone, record: ResourceRecordSet, balancer: LoadBalancer, addresses: tuple[str, ...]
) -> Verdict:
    return found(
        record_ref(here.zone.id, record.owner, record.type),
        saw(asked.records(here.zone.id, record.owner, "A"), ", ".join(record.values)),
        saw(asked.network_interfaces(), f"ELB {balancer.tail}: {', '.join(addresses)}"),
        fix=alias_record.BY_HAND if record.set_identifier else alias_record.BY_SCRIPT,
        key=record.set_identifier or "",
        host=here.host,
        balancer=balancer.load_balancer_name,
        addresses=addresses,
        zone_id=here.zone.id,
        zone_name=here.zone.name,
        change_batch=to_balancer((record,), balancer),
    )
