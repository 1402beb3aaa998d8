"""ALB140: the host's alias leads to a load balancer that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, Verdict, check, fine, found, saw
from albdoctor.derive.dns.changes import intended, to_balancer
from albdoctor.derive.dns.delegation import usable
from albdoctor.derive.dns.zones import Records, answering, balancer_alias, records_of, serving_zone
from albdoctor.derive.names import balancer_name
from albdoctor.facts.dns import Answer, Delegation, HostAnswers
from albdoctor.facts.elb import How, Leads, LoadBalancer, LoadBalancers
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.route53 import HostedZone, HostedZones, RecordSets, record_ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.alias_fix import BY_HAND, BY_SCRIPT

OTHER_ACCOUNT = Text(
    en="The load balancer exists in another account: scan with that account's --profile too.",
    ko="로드 밸런서가 다른 계정에 있습니다. 그 계정의 --profile도 함께 지정해 스캔하세요.",
)


@check(
    id="ALB140",
    slug="zone-alias-dangling",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The alias record of {host} points to load balancer {target}, which does not exist",
        ko="{host} 별칭 레코드가 존재하지 않는 로드 밸런서({target})를 가리킵니다",
    ),
    why=Text(
        en="A load balancer that is created again gets another DNS name, and the old name has no address: visitors cannot find the site. Whoever gets the old name could take the host over.",
        ko="로드 밸런서를 다시 만들면 DNS 이름이 바뀌고 예전 이름에는 주소가 없으므로 방문자가 사이트를 찾지 못합니다. 예전 이름을 얻은 누군가가 이 호스트를 가로챌 수도 있습니다.",
    ),
    fixes=(BY_HAND,),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",),
)
def zone_alias_dangling(
    scan: Scan,
    hosted_zones: HostedZones,
    record_sets: RecordSets,
    leads: Leads,
    load_balancers: LoadBalancers,
    delegation: Observed[Delegation],
    host_answers: Observed[HostAnswers],
) -> Iterator[Verdict]:
    """Yield the host's alias records that lead to a load balancer that is gone."""
    zone = serving_zone(hosted_zones, scan.host, delegation)
    if zone is None:
        return
    records = records_of(record_sets, zone)
    if isinstance(records, Unknown):
        yield records
        return
    aliases = tuple(one for one in answering(records.value, zone.name, scan.host) if balancer_alias(one))
    gone = {balancer_name(lead.name) for lead in leads if lead.how is How.ALIAS and lead.load_balancer_arn is None}
    served = _served(zone, host_answers)
    dangling = tuple(one for one in aliases if balancer_alias(one) in gone)
    if dangling and not any(answer.data("A") | answer.data("AAAA") for answer in served):
        yield _found(scan.host, zone, dangling, served, intended(load_balancers, leads))
    elif aliases:
        yield fine(record_ref(zone.id, aliases[0].owner, aliases[0].type))


def _served(zone: HostedZone, host_answers: Observed[HostAnswers]) -> tuple[Answer, ...]:
    """What the zone's own servers were seen to answer; an address there proves that the balancer exists somewhere."""
    answers = (*host_answers.value.a, *host_answers.value.aaaa) if isinstance(host_answers, Known) else ()
    return tuple(answer for answer in answers if answer.server in zone.name_servers and usable(answer))


def _found(
    host: str, zone: HostedZone, dangling: Records, served: tuple[Answer, ...], meant: LoadBalancer | None
) -> Verdict:
    balancer = None if any(one.set_identifier for one in dangling) else meant
    target = balancer_alias(dangling[0]) or ""
    public = tuple(saw(f"{one.type} {host} @{one.server}", f"{one.rcode}, {one.type}: []") for one in served)
    return found(
        record_ref(zone.id, dangling[0].owner, dangling[0].type),
        saw(f"route53 ListResourceRecordSets {zone.id} {host}", f"AliasTarget: {target}"),
        saw("elasticloadbalancing DescribeLoadBalancers", f"{target}: LoadBalancers: []"),
        *public,
        certainty=CONFIRMED if served else LIKELY,
        alternatives=() if served else (OTHER_ACCOUNT,),
        decide="" if served else f"dig +short {target}",
        fix=BY_SCRIPT if balancer else BY_HAND,
        host=host,
        target=target,
        zone_id=zone.id,
        zone_name=zone.name,
        change_batch=to_balancer(dangling, balancer) if balancer else "",
    )
