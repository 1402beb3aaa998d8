"""The NS record in the zone above that leads to a hosted zone below the registrable domain."""

from __future__ import annotations

from albdoctor.checkup import Caution, Fix, Impact
from albdoctor.derive.dns.changes import batch, redelegate
from albdoctor.derive.dns.delegation import Delegated
from albdoctor.derive.dns.domains import Below
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.plan import Plan

SUMMARY = Text(
    en="Set the NS record of {domain} in {above} to the name servers of hosted zone {zone_id}.",
    ko="{above}의 {domain} NS 레코드를 호스팅 영역 {zone_id}의 네임서버로 바꾸세요.",
)
CACHED = Text(
    en="Resolvers keep the present name servers for up to {ttl} seconds.",
    ko="리졸버는 현재 네임서버를 최대 {ttl}초까지 캐시합니다.",
)
LOST = Text(
    en="Records that exist only at the present name servers are no longer asked for: copy those that are needed into hosted zone {zone_id} first.",
    ko="현재 네임서버에만 있는 레코드는 더 이상 조회되지 않습니다. 필요한 레코드는 먼저 호스팅 영역({zone_id})에 옮기세요.",
)
DS_FIRST = Text(
    en="{above} holds a DS record of {domain} (DNSSEC): remove it and wait until its TTL is over before you change the NS record, unless hosted zone {zone_id} is signed with the same key.",
    ko="상위 영역({above})에 {domain} DS 레코드(DNSSEC)가 있습니다. 호스팅 영역 {zone_id} 자체가 같은 키로 서명되어 있지 않다면, NS 레코드를 바꾸기 전에 DS 레코드를 삭제하고 TTL만큼 기다리세요.",
)
VERIFY = "dig +norecurse +noall +answer +authority NS {domain} @{parent_server}"


def _fix(script: str = "", console: tuple[Text, ...] = (), by_hand: Text | None = None) -> Fix:
    return Fix(
        summary=SUMMARY,
        impact=Impact.TRAFFIC,
        cautions=(Caution(where="ds", text=DS_FIRST),),
        side_effects=(LOST, CACHED),
        script=script,
        console=console,
        by_hand=by_hand,
        verify=VERIFY,
    )


BY_SCRIPT = _fix(
    script="aws route53 change-resource-record-sets --hosted-zone-id {above_id} --change-batch {change_batch}",
    console=(
        Text(
            en="Route 53 > Hosted zones > {parent_zone} ({above_id}) > {domain}, type NS > Edit record: the four name servers of {zone_id}",
            ko="Route 53 > 호스팅 영역 > {parent_zone} ({above_id}) > {domain}, 유형 NS > 레코드 편집: {zone_id} 영역의 네임서버 4개",
        ),
    ),
)
"""Where the account holds the zone above, and nobody serves the zone below from somewhere else."""
BY_HAND = _fix(
    by_hand=Text(
        en="Open the NS record of {domain} in {above}, and replace every name server in it with these:\n  {nameservers[]}",
        ko="상위 영역({above})에서 {domain} NS 레코드를 열고 네임서버를 모두 아래 이름으로 바꾸세요.\n  {nameservers[]}",
    ),
)
"""Where it does not."""
IF_MEANT = _fix(
    by_hand=Text(
        en="The present name servers answer for {domain}. If they are the right ones, leave the record as it is, and make changes there: hosted zone {zone_id} is not used. If {zone_id} is the right one, make sure that it holds every record that is needed; then replace the name servers in the NS record of {domain} in {above} with these:\n  {nameservers[]}",
        ko="현재 네임서버가 {domain} 영역에 응답하고 있습니다. 그곳이 맞다면 레코드를 그대로 두고 변경도 그곳에서 하세요. 호스팅 영역 {zone_id}의 레코드는 쓰이지 않습니다. {zone_id} 영역이 맞다면 필요한 레코드가 모두 있는지 확인한 뒤, {above}의 {domain} NS 레코드에서 네임서버를 아래 이름으로 바꾸세요.\n  {nameservers[]}",
    ),
)
"""Where somebody else serves it: taking a zone over that works takes its names down."""
EVERY = (BY_SCRIPT, BY_HAND, IF_MEANT)


def plan(below: Below, *, elsewhere: bool) -> Plan:
    """Choose by who holds the zone above; `elsewhere`: other servers answer for the zone now."""
    domain = below.delegated
    script = BY_SCRIPT if domain.above else BY_HAND
    return Plan(fix=IF_MEANT if elsewhere else script, values=_values(domain, below.ttl))


def _values(domain: Delegated, ttl: int) -> dict[str, Value]:
    above, named = domain.above, domain.parent_zone
    return {
        "domain": domain.domain,
        "parent_zone": named,
        "parent_names": domain.names,
        "parent_server": domain.parent_server,
        "zone_id": domain.zone.id,
        "nameservers": domain.zone.name_servers,
        "ttl": ttl,
        "ds": domain.ds,
        "above_id": above.id if above else "",
        "above": Text(en=f"hosted zone {above.id} ({named})", ko=f"호스팅 영역 {above.id}({named})")
        if above
        else Text(en=f"the zone {named}", ko=f"{named} 영역"),
        "change_batch": batch([redelegate(domain.zone, ttl)]) if above else "",
    }
