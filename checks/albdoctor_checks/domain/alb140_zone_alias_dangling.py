"""ALB140: the host's alias leads to a load balancer that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.changes import to_balancer
from albdoctor.derive.dns.delegation import usable
from albdoctor.derive.dns.held import Records
from albdoctor.derive.dns.zones import ServingZone, ServingZones
from albdoctor.derive.names import balancer_name, is_balancer_name
from albdoctor.derive.request.arrival import IntendedBalancer
from albdoctor.facts.dns import Answer, HostAnswers
from albdoctor.facts.elb import How, Leads, LoadBalancer
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.route53 import HostedZone, record_ref
from albdoctor.text import Text, command
from albdoctor_checks.fixes import alias_record

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
    fixes=alias_record.EVERY,
    words=Text(
        en=(
            "alias points to deleted ELB; dangling alias; load balancer was recreated; "
            "record points to old load balancer; alias target does not exist; "
            "deleted load balancer still in DNS; new ALB but record has old name; "
            "domain points at the other load balancer; record still names the previous ALB; "
            "subdomain takeover"
        ),
        ko=(
            "예전 ELB를 가리킴; 삭제된 로드밸런서를 가리킴; ALB 재생성 후 접속 안됨; "
            "별칭 대상이 없음; 이전 로드밸런서 레코드; ALB를 다시 만들었더니 안됨; "
            "로드밸런서 삭제 후 레코드; 다른 ALB를 가리킴; ALB 주소가 바뀜"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",),
)
def zone_alias_dangling(
    zones: ServingZones, leads: Leads, intended: IntendedBalancer, host_answers: Observed[HostAnswers]
) -> Iterator[Verdict]:
    """Yield the host's alias records that lead to a load balancer that is gone."""
    gone = {balancer_name(lead.name) for lead in leads if lead.how is How.ALIAS and lead.load_balancer_arn is None}
    for here in zones:
        aliases = tuple(one for one in here.answering() if one.alias_target and is_balancer_name(one.leads_to))
        dangling = tuple(one for one in aliases if balancer_name(one.leads_to) in gone)
        served = _served(here.zone, host_answers)
        if dangling and not any(answer.data("A") | answer.data("AAAA") for answer in served):
            yield _found(here, dangling, served, intended.balancer)
        elif aliases:
            yield fine(record_ref(here.zone.id, aliases[0].owner, aliases[0].type))


def _served(zone: HostedZone, host_answers: Observed[HostAnswers]) -> tuple[Answer, ...]:
    """What the zone's own servers were seen to answer; an address there proves that the balancer exists somewhere."""
    answers = (*host_answers.value.a, *host_answers.value.aaaa) if isinstance(host_answers, Known) else ()
    return tuple(answer for answer in answers if answer.server in zone.name_servers and usable(answer))


def _found(here: ServingZone, dangling: Records, served: tuple[Answer, ...], intended: LoadBalancer | None) -> Verdict:
    balancer = None if any(one.set_identifier for one in dangling) else intended
    target = balancer_name(dangling[0].leads_to)
    return found(
        record_ref(here.zone.id, dangling[0].owner, dangling[0].type),
        saw(asked.records(here.zone.id, here.host), f"AliasTarget: {target}"),
        saw(asked.balancers(), f"{target}: LoadBalancers: []"),
        *(saw(asked.dns(one.type, here.host, one.server), f"{one.rcode}, {one.type}: []") for one in served),
        certainty=CONFIRMED if served else LIKELY,
        alternatives=() if served else (OTHER_ACCOUNT,),
        decide="" if served else command("dig +short {target}", target=target),
        fix=alias_record.BY_SCRIPT if balancer else alias_record.BY_HAND,
        host=here.host,
        target=target,
        zone_id=here.zone.id,
        zone_name=here.zone.name,
        change_batch=to_balancer(dangling, balancer) if balancer else "",
    )
