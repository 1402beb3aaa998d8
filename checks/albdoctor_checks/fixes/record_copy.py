"""The records of a host copied from one hosted zone into another of the same name."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.text import Text

BY_SCRIPT = Fix(
    summary=Text(
        en="Copy the records of {host} from hosted zone {other_id} into hosted zone {zone_id}, which is the delegated one.",
        ko="호스팅 영역 {other_id}에 있는 {host} 레코드를 실제로 위임된 호스팅 영역 {zone_id}에 복사하세요.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        Text(
            en="Only the records of {host} are copied. Compare the two zones for others before you delete the unused one.",
            ko="{host} 레코드만 복사됩니다. 쓰지 않는 영역을 삭제하기 전에 나머지 레코드도 비교하세요.",
        ),
    ),
    script="aws route53 change-resource-record-sets --hosted-zone-id {zone_id} --change-batch {change_batch}",
    console=(
        Text(
            en="Route 53 > Hosted zones > {domain} ({zone_id}) > Create record",
            ko="Route 53 > 호스팅 영역 > {domain} ({zone_id}) > 레코드 생성",
        ),
    ),
    verify="aws route53 list-resource-record-sets --hosted-zone-id {zone_id} --start-record-name {host} --max-items 3",
)

BY_HAND = Fix(
    summary=BY_SCRIPT.summary,
    impact=BY_SCRIPT.impact,
    side_effects=BY_SCRIPT.side_effects,
    console=BY_SCRIPT.console,
    by_hand=Text(
        en="The records of {host} have a routing policy: create the whole set in hosted zone {zone_id} as it is in {other_id}.",
        ko="{host} 레코드에 라우팅 정책이 있습니다. {other_id} 영역에 있는 레코드 전체를 호스팅 영역 {zone_id}에 똑같이 만드세요.",
    ),
    verify=BY_SCRIPT.verify,
)
"""A record of a routing policy belongs to a set: copying one alone would change what it means."""

EVERY = (BY_SCRIPT, BY_HAND)
