"""The fix that the record checks share: an alias record that leads the host to its load balancer."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.text import Text

SUMMARY = Text(
    en="Make {host} an alias to its load balancer in hosted zone {zone_id}.",
    ko="호스팅 영역 {zone_id}에서 {host} 레코드를 로드 밸런서 별칭(alias)으로 만드세요.",
)
CONSOLE = Text(
    en="Route 53 > Hosted zones > {zone_name} > Create record: {host}, type A, Alias on, Application Load Balancer",
    ko="Route 53 > 호스팅 영역 > {zone_name} > 레코드 생성: {host}, 유형 A, 별칭 켜기, Application Load Balancer",
)
VERIFY = "aws route53 list-resource-record-sets --hosted-zone-id {zone_id} --start-record-name {host} --max-items 3"

BY_SCRIPT = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    script="aws route53 change-resource-record-sets --hosted-zone-id {zone_id} --change-batch {change_batch}",
    console=(CONSOLE,),
    verify=VERIFY,
)
"""For a finding whose value `change_batch` names the balancer."""

BY_HAND = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    console=(CONSOLE,),
    by_hand=Text(
        en="No trace tells which load balancer {host} belongs to: choose it in the console, or name it with"
        " `--balancer NAME` and scan again.",
        ko="{host} 이름이 어느 로드 밸런서의 것인지 알 수 있는 단서가 없습니다. 콘솔에서 직접 고르거나"
        " `--balancer NAME` 옵션으로 지정해 다시 검사하세요.",
    ),
    verify=VERIFY,
)
"""For a finding without a known balancer, or with a routing policy that only its owner can keep."""
