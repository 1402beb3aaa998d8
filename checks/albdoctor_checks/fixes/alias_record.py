"""An alias record that leads the host to its load balancer."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.text import Text

SUMMARY = Text(
    en="Make {host} an alias to its load balancer in hosted zone {zone_id}.",
    ko="호스팅 영역 {zone_id}에서 {host} 레코드를 로드 밸런서에 대한 별칭으로 만드세요.",
)
CONSOLE = Text(
    en="Route 53 > Hosted zones > {zone_name} > Create record: {host}, type A, Alias on, Alias to Application and Classic Load Balancer",
    ko="Route 53 > 호스팅 영역 > {zone_name} > 레코드 생성: {host}, 유형 A, 별칭 켜기, Application/Classic Load Balancer에 대한 별칭",
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
        en="The record is left to you: it is not known which load balancer {host} belongs to, or its records have a routing policy. Choose the load balancer in the console, or name it and scan again:\n"
        "  albdoctor scan --domain {host} --balancer NAME",
        ko="{host} 이름이 어느 로드 밸런서의 것인지 알 수 없거나 레코드에 라우팅 정책이 있어 직접 수정해야 합니다. 콘솔에서 로드 밸런서를 고르거나, 로드 밸런서를 지정해 다시 스캔하세요.\n"
        "  albdoctor scan --domain {host} --balancer NAME",
    ),
    verify=VERIFY,
)
"""For a finding without a known balancer, or with a routing policy that only its owner can keep."""

EVERY = (BY_SCRIPT, BY_HAND)
