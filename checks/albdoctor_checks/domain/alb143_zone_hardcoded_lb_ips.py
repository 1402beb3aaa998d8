"""ALB143: the host's A record holds addresses of load balancer nodes, which change."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Verdict, check, fine, found, saw
from albdoctor.derive.dns.changes import to_balancer
from albdoctor.derive.dns.zones import answering, records_of, serving_zone
from albdoctor.facts.dns import Delegation
from albdoctor.facts.ec2 import NetworkInterfaces
from albdoctor.facts.elb import LoadBalancer, LoadBalancers
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.route53 import HostedZones, RecordSets, record_ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.alias_fix import BY_HAND, BY_SCRIPT


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
    fixes=(BY_HAND,),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",),
)
def zone_hardcoded_lb_ips(
    scan: Scan,
    hosted_zones: HostedZones,
    record_sets: RecordSets,
    load_balancers: LoadBalancers,
    network_interfaces: NetworkInterfaces,
    delegation: Observed[Delegation],
) -> Iterator[Verdict]:
    """Yield the host's A records whose literal values are public addresses of a balancer's nodes."""
    zone = serving_zone(hosted_zones, scan.host, delegation)
    records = records_of(record_sets, zone) if zone else None
    if zone is None or records is None or isinstance(records, Unknown):
        yield from (records,) if isinstance(records, Unknown) else ()
        return
    for record in answering(records.value, zone.name, scan.host, ("A",)):
        ref = record_ref(zone.id, record.owner, record.type)
        hit = _owner(record.values, load_balancers, network_interfaces)
        if hit is None:
            yield fine(ref)
            continue
        balancer, addresses = hit
        yield found(
            ref,
            saw(f"route53 ListResourceRecordSets {zone.id} {record.owner} A", ", ".join(record.values)),
            saw("ec2 DescribeNetworkInterfaces", f"ELB {balancer.tail}: {', '.join(addresses)}"),
            fix=BY_HAND if record.set_identifier else BY_SCRIPT,
            key=record.set_identifier or "",
            host=scan.host,
            balancer=balancer.load_balancer_name,
            addresses=addresses,
            zone_id=zone.id,
            zone_name=zone.name,
            change_batch=to_balancer((record,), balancer),
        )


def _owner(
    values: tuple[str, ...], balancers: LoadBalancers, interfaces: NetworkInterfaces
) -> tuple[LoadBalancer, tuple[str, ...]] | None:
    """The balancer that some of these addresses belong to; its nodes' interfaces are described "ELB app/name/id"."""
    for balancer in balancers:
        nodes = {one.public_ip for one in interfaces if one.description == f"ELB {balancer.tail}"}
        shared = tuple(value for value in values if value in nodes)
        if shared:
            return balancer, shared
    return None
