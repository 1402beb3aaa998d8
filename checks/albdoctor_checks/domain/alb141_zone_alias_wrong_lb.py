"""ALB141: the host's record leads to another load balancer than the one that the user means."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.changes import to_balancer
from albdoctor.derive.dns.wrong_balancer import WrongBalancer, WrongBalancers
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.route53 import ResourceRecordSet
from albdoctor.text import Text
from albdoctor_checks.fixes import alias_record

BY_HAND = Fix(
    summary=alias_record.SUMMARY,
    impact=Impact.TRAFFIC,
    console=(alias_record.CONSOLE,),
    by_hand=Text(
        en="The record is left to you: it is a wildcard's, a CNAME or part of a routing policy, and other names or other records hang on it. Make {host} lead to {balancer}, whose DNS name is {target}: in Route 53 by an alias record of its own.",
        ko="와일드카드나 CNAME이거나 라우팅 정책에 속한 레코드라서 다른 이름이나 레코드에 영향을 주므로 직접 수정해야 합니다. {host} 이름이 {balancer} 로드 밸런서(DNS 이름: {target})를 가리키게 하세요. Route 53에서는 별도의 별칭 레코드를 만들면 됩니다.",
    ),
    verify=alias_record.VERIFY,
)


@check(
    id="ALB141",
    slug="zone-alias-wrong-lb",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The record of {host} leads to load balancer {other}, not to {balancer}, which is meant",
        ko="{host} 레코드가 지정한 로드 밸런서 {balancer} 대신 다른 로드 밸런서를 가리킵니다: {other}",
    ),
    why=Text(
        en="Visitors come to the load balancer that the record names, whatever is set up on another one. After a move to a new load balancer, or from staging, the record still names the one before: another certificate, another site, 404 or 503.",
        ko="방문자는 레코드가 가리키는 로드 밸런서로 갑니다. 다른 로드 밸런서에 무엇을 설정해도 소용없습니다. 새 로드 밸런서로 옮기거나 스테이징에서 전환할 때 레코드를 바꾸지 않으면 다른 인증서나 다른 사이트, 404, 503이 보입니다.",
    ),
    fixes=(alias_record.BY_SCRIPT, BY_HAND),
    breaks={"arrival"},
    explains={"alb-internal-for-public-domain"},
    mends={"alb-internal-for-public-domain"},
    words=Text(
        en=(
            "alias points to wrong load balancer; domain points at the other load balancer; "
            "record still names the previous ALB; domain goes to the staging load balancer; "
            "moved to new ALB but domain shows the old site; two load balancers, wrong one in DNS"
        ),
        ko=(
            "다른 로드밸런서를 가리킴; 별칭이 잘못된 로드밸런서; 예전 ALB를 가리킴; 새 ALB로 바꿨는데 예전 사이트가 나옴; "
            "스테이징 로드밸런서로 연결됨; 다른 ALB로 연결됨"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",),
)
def zone_alias_wrong_lb(found_: WrongBalancers) -> Iterator[Verdict]:
    """Yield the host when its records lead to load balancers of the account, and none to the one that is meant."""
    for one in found_:
        host = Ref(Kind.DOMAIN, one.here.host)
        yield _found(host, one) if one.wrong else fine(host)


def _found(host: Ref, one: WrongBalancer) -> Verdict:
    here = one.here
    plain = all(_is_its_own_alias(record, here.host) for record in one.wrong)
    return found(
        host,
        *(saw(asked.records(here.zone.id, record.owner, record.type), record.leads_to) for record in one.wrong),
        saw(asked.balancers(one.meant), one.meant.dns_name),
        fix=alias_record.BY_SCRIPT if plain else BY_HAND,
        host=here.host,
        other=one.others,
        balancer=one.meant.load_balancer_name,
        zone_id=here.zone.id,
        zone_name=here.zone.name,
        target=one.meant.dns_name,
        change_batch=to_balancer(one.wrong, one.meant) if plain else "",
    )


def _is_its_own_alias(record: ResourceRecordSet, host: str) -> bool:
    """Whether it can be changed without changing what other names get, or what a routing policy means."""
    return record.owner == host and record.alias_target is not None and not record.set_identifier
