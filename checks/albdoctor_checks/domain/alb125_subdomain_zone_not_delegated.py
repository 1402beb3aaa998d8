"""ALB125: a hosted zone for a part of the domain, to which its parent zone, in the account too, does not lead."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, INFO, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.changes import batch, delegate
from albdoctor.derive.dns.held import Records, answering, at, held_in
from albdoctor.derive.dns.zones import is_live, public_zones
from albdoctor.derive.names import ancestors, longest_match
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
UNUSED = Fix(
    summary=Text(
        en="Edit the records of {child} in hosted zone {parent_id} ({parent}), which answers; delete {child_id} if nobody needs it.",
        ko="{child} 레코드는 실제로 응답하는 호스팅 영역 {parent_id}({parent})에서 수정하고, 필요 없다면 {child_id} 영역을 삭제하세요.",
    ),
    by_hand=Text(
        en="{parent} answers for names under {child} itself. If {child_id} is meant to take over, copy every record that is needed into it first; then add an NS record for {child} to {parent_id} with these name servers:\n  {nameservers[]}",
        ko="{child} 하위 이름은 {parent} 영역이 직접 응답하고 있습니다. {child_id} 영역으로 옮기려면 필요한 레코드를 먼저 모두 복사한 뒤, {parent_id} 영역에 {child} NS 레코드를 추가하고 아래 네임서버를 넣으세요.\n  {nameservers[]}",
    ),
    verify="dig +short NS {child}",
)
"""Where the zone above has the host's records: leading away from them would take a name down that works."""


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
    fixes=(FIX, UNUSED),
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
    """Yield each zone of a part of the domain that holds the host, where the zone above it is ours, asked, and silent."""
    for child in _between(scan, hosted_zones):
        if delegation.cut(child.name):
            yield fine(child.ref)
            continue
        above = child.name.partition(".")[2]
        parents = tuple(one for one in public_zones(hosted_zones, above) if is_live(one, delegation))
        # A zone between the two that is not ours would hold the record.
        if not parents or parents[0].name != longest_match(above, (cut.zone for cut in delegation.cuts)):
            continue  # not ours, or not asked: nobody here can say
        held = held_in(record_sets, parents[0])
        here, answers = at(held, child.name), answering(held, parents[0].name, scan.host)
        if isinstance(here, Unknown):
            yield here
        elif not _hands_on(here.value):
            yield answers if isinstance(answers, Unknown) else _found(child, parents[0], unused=bool(answers.value))


def _between(scan: Scan, hosted_zones: HostedZones) -> tuple[HostedZone, ...]:
    """The account's public zones below the registrable domain that hold the host, one of each name."""
    below = ancestors(scan.host, scan.registrable)[:-1]
    public = {zone.name: zone for zone in reversed(hosted_zones) if not zone.private}
    return tuple(public[name] for name in below if name in public)


def _hands_on(here: Records) -> bool:
    """Whether there is such a record: then the world will follow it as soon as its servers have it."""
    return any(record.type == "NS" for record in here)


def _found(child: HostedZone, parent: HostedZone, *, unused: bool) -> Verdict:
    """`unused`: the zone above answers the host itself, so that nobody needs this one."""
    return found(
        child.ref,
        saw(asked.records(parent.id, child.name), "NS: []"),
        saw(asked.zone(child.id), f"NameServers: {', '.join(child.name_servers)}"),
        severity=INFO if unused else None,
        fix=UNUSED if unused else FIX,
        child=child.name,
        child_id=child.id,
        parent=parent.name,
        parent_id=parent.id,
        nameservers=child.name_servers,
        change_batch=batch([delegate(child)]),
    )
