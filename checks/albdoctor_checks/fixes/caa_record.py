"""CAA records that let Amazon issue as well: added to the set that governs, which keeps what it has."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.derive.certificate.caa import ISSUE, ISSUE_WILD, Bar, CaaJudged, properties
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.dns.changes import batch, with_values
from albdoctor.derive.dns.held import at, held_in
from albdoctor.derive.names import is_under
from albdoctor.facts.dns import CaaSet
from albdoctor.facts.known import Known
from albdoctor.facts.route53 import HostedZone, ResourceRecordSet
from albdoctor.text import Text, Value
from albdoctor_checks.fixes import publish
from albdoctor_checks.fixes.plan import Plan

SUMMARY = Text(
    en="Add CAA records for Amazon at {owner}; those that are there stay.",
    ko="{owner} 이름에 Amazon용 CAA 레코드를 추가하세요. 기존 레코드는 그대로 둡니다.",
)
VERIFY = "dig +short CAA {owner}"
BY_SCRIPT = Fix(
    summary=SUMMARY,
    script="aws route53 change-resource-record-sets --hosted-zone-id {zone_id[]} --change-batch {change_batch[]}",
    console=(
        Text(
            en="Route 53 > Hosted zones > {owner} (CAA) > Edit record > one line more: {added}",
            ko="Route 53 > 호스팅 영역 > {owner} (CAA) > 레코드 편집 > 한 줄 추가: {added}",
        ),
    ),
    verify=VERIFY,
)
"""Where a hosted zone of the account has these very records."""

BY_HAND = Fix(
    summary=SUMMARY,
    by_hand=Text(
        en="{where}\nAt {owner}, beside the CAA records that are there:\n  CAA {added[]}",
        ko="{where}\n{owner} 이름의 기존 CAA 레코드 옆에 추가할 레코드:\n  CAA {added[]}",
    ),
    verify=VERIFY,
)

AT_ITS_TARGET = Fix(
    summary=Text(
        en="Have CAA records for Amazon added at {owner}, where {found_at} leads, or let {found_at} not be a CNAME.",
        ko="{found_at} 이름이 가리키는 {owner} 쪽에 Amazon용 CAA 레코드를 추가하거나, {found_at} 이름을 CNAME이 아니게 바꾸세요.",
    ),
    by_hand=Text(
        en="{found_at} is a CNAME to {owner}, and an authority takes the CAA records of that name for its own. Ask whoever runs {owner} to add the line below; or lead {found_at} to the load balancer by an alias record (A), for which the records of your own domain count.\n  CAA {added[]}",
        ko="{found_at} 이름은 {owner} 이름을 가리키는 CNAME이며, 인증 기관은 그쪽의 CAA 레코드를 적용합니다. {owner} 이름을 운영하는 곳에 아래 줄을 추가해 달라고 하거나, {found_at} 이름을 로드 밸런서를 가리키는 별칭(A) 레코드로 바꾸세요. 그러면 자기 도메인의 레코드가 적용됩니다.\n  CAA {added[]}",
    ),
    verify=VERIFY,
)
"""Where the records are another's, reached over a CNAME."""

NOT_CRITICAL = Fix(
    summary=Text(
        en="Take the critical flag (128) off the CAA records of {owner} that no authority knows, or remove them.",
        ko="{owner} 이름의 CAA 레코드 중 인증 기관이 모르는 속성에서 critical 플래그(128)를 없애거나 그 레코드를 삭제하세요.",
    ),
    by_hand=Text(
        en="{where}\nA property that is marked critical and unknown forbids every authority to issue (RFC 8659 section 4.1). The records are: {records}.",
        ko="{where}\n알 수 없는 속성에 critical 플래그가 있으면 모든 인증 기관이 발급을 거부해야 합니다(RFC 8659 4.1절). 현재 레코드: {records}.",
    ),
    verify=VERIFY,
)
"""Where a record that nobody understands forbids everything."""

EVERY = (BY_SCRIPT, BY_HAND, AT_ITS_TARGET, NOT_CRITICAL)


def plan(judged: CaaJudged, sets: tuple[CaaSet, ...], host: str, places: CertificatePlaces) -> Plan:
    """Add what the certificate's names need, once for each owner: other bars of the same sets are taken away with it."""
    owners = dict.fromkeys(_owner(one) for one in sets)
    first = sets[0]
    added = {owner: _added(judged, owner) for owner in owners}
    values: dict[str, Value] = {
        "host": host,
        "owner": tuple(owners),
        "found_at": first.found_at,
        "names": tuple(dict.fromkeys(one.name for one in sets)),
        "added": tuple(dict.fromkeys(line for lines in added.values() for line in lines)),
        "records": tuple(dict.fromkeys(line for one in sets for line in one.records)),
    }
    if not is_under(_owner(first), places.served.domain) and _owner(first) != first.found_at:
        return Plan(fix=AT_ITS_TARGET, values=values)
    if first in judged.by(Bar.UNKNOWN_PROPERTY):
        values["where"] = publish.where(_owner(first), places)
        return Plan(fix=NOT_CRITICAL, values=values)
    own = {owner: _held(owner, sets, places) for owner in owners}
    if not all(own.values()):
        values["where"] = publish.where(_owner(first), places)
        return Plan(fix=BY_HAND, values=values)
    found = tuple(
        (zone, with_values(record, *added[owner])) for owner, held in own.items() if held for zone, record in (held,)
    )
    values["zone_id"] = tuple(zone.id for zone, _ in found)
    values["change_batch"] = tuple(batch((change,)) for _, change in found)
    return Plan(fix=BY_SCRIPT, values=values)


def _owner(found: CaaSet) -> str:
    return found.owner or found.found_at


def _added(judged: CaaJudged, owner: str) -> tuple[str, ...]:
    """The lines that an owner's set lacks for the certificate's names."""
    bars = [why for found, why in judged.barred if _owner(found) == owner]
    tags = ((ISSUE, {Bar.ISSUE, Bar.PARAMETERS}), (ISSUE_WILD, {Bar.WILDCARD}))
    return tuple(f'0 {tag} "amazon.com"' for tag, of in tags if of & {*bars})


def _held(
    owner: str, sets: tuple[CaaSet, ...], places: CertificatePlaces
) -> tuple[HostedZone, ResourceRecordSet] | None:
    """The record set of the account that has these very records: the proof that it is the one that is asked."""
    zone = places.zone_of(owner)
    records = at(held_in(places.record_sets, zone), owner) if zone else None
    if zone is None or not isinstance(records, Known) or not places.is_asked(zone, owner):
        return None
    asked = next({*properties(one)} for one in sets if _owner(one) == owner)
    here = tuple(one for one in records.value if one.type == "CAA" and not one.set_identifier)
    same = (one for one in here if {*properties(CaaSet(name=owner, records=one.values))} == asked)
    return next(((zone, one) for one in same), None)
