"""ALB125: a hosted zone for a part of the domain, to which its parent zone, in the account too, does not lead."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.changes import batch, delegate
from albdoctor.derive.dns.held import Records, at, held_in
from albdoctor.derive.dns.zones import is_live, public_zones
from albdoctor.facts.dns import Delegation
from albdoctor.facts.known import Unknown
from albdoctor.facts.route53 import HostedZone, HostedZones, RecordSets
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Add an NS record for {child} to hosted zone {parent_id} ({parent}), with the name servers of {child_id}.",
        ko="호스팅 영역 {parent_id}({parent})에 {child} NS 레코드를 추가하고 {child_id} 영역의 네임서버를 넣으세요.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        Text(
            en="Records of names under {child} that stand in {parent} are no longer asked for.",
            ko="{parent} 영역에 있는 {child} 하위 이름의 레코드는 더 이상 조회되지 않습니다.",
        ),
    ),
    script="aws route53 change-resource-record-sets --hosted-zone-id {parent_id} --change-batch {change_batch}",
    console=(
        Text(
            en="Route 53 > Hosted zones > {parent} > Create record: {child}, type NS, the four name servers of {child_id}",
            ko="Route 53 > 호스팅 영역 > {parent} > 레코드 생성: {child}, 유형 NS, {child_id} 영역의 네임서버 4개",
        ),
    ),
    verify="dig +short NS {child}",
)


@check(
    id="ALB125",
    slug="subdomain-zone-not-delegated",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Hosted zone {child_id} ({child}) is never asked: its parent zone {parent_id} ({parent}) has no NS record for it",
        ko="상위 영역 {parent_id}({parent})에 NS 레코드가 없어 호스팅 영역 {child_id}({child})는 조회되지 않습니다",
    ),
    why=Text(
        en="Resolvers go from zone to zone by NS records. Without one in the parent zone, records in the sub-zone are seen by nobody, and ACM finds no validation record there. It has nothing to do with the registrar.",
        ko="리졸버는 NS 레코드를 따라 영역을 찾아갑니다. 상위 영역에 NS 레코드가 없으면 하위 영역의 레코드는 아무에게도 보이지 않고 ACM도 검증 레코드를 찾지 못합니다. 도메인 등록 기관과는 관계없습니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "subdomain hosted zone not delegated; sub-delegation missing; "
            "NS record for subdomain missing in parent zone; dev subdomain zone does not resolve; "
            "created hosted zone for subdomain; subdomain does not resolve; "
            "delegate subdomain to another hosted zone"
        ),
        ko=(
            "서브도메인 호스팅 영역; 서브도메인 위임; 하위 도메인 NS 레코드 없음; "
            "서브도메인이 조회되지 않음; 서브도메인 호스팅 영역을 만들었는데 안됨; "
            "상위 도메인에 NS 추가; 하위 도메인 위임 안 됨"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-routing-traffic-for-subdomains.html",),
)
def subdomain_zone_not_delegated(
    scan: Scan, delegation: Delegation, hosted_zones: HostedZones, record_sets: RecordSets
) -> Iterator[Verdict]:
    """Yield the zone of a part of the domain that holds the host, where the zone above it is ours, asked, and silent."""
    for child in public_zones(hosted_zones, scan.host)[:1]:
        if child.name == scan.registrable:
            continue
        _, _, above = child.name.partition(".")
        parents = tuple(one for one in public_zones(hosted_zones, above) if is_live(one, delegation))
        if delegation.cut(child.name):
            yield fine(child.ref)
            continue
        if not parents:
            continue  # not ours, or not asked: nobody here can say
        here = at(held_in(record_sets, parents[0]), child.name)
        if isinstance(here, Unknown):
            yield here
        elif not _hands_on(here.value):
            yield _found(child, parents[0])


def _hands_on(here: Records) -> bool:
    """Whether there is such a record: then the world will follow it as soon as its servers have it."""
    return any(record.type == "NS" for record in here)


def _found(child: HostedZone, parent: HostedZone) -> Verdict:
    return found(
        child.ref,
        saw(asked.records(parent.id, child.name), "NS: []"),
        saw(asked.zone(child.id), f"NameServers: {', '.join(child.name_servers)}"),
        child=child.name,
        child_id=child.id,
        parent=parent.name,
        parent_id=parent.id,
        change_batch=batch([delegate(child)]),
    )
