"""The fix that the zone checks share: a public hosted zone for the domain."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.text import Text

CREATE = Fix(
    summary=Text(
        en="Create a hosted zone for {domain}, then let the registrar publish its four name servers.",
        ko="{domain} 호스팅 영역을 만들고, 등록기관에 그 네임서버 네 개를 입력하세요.",
    ),
    side_effects=(
        Text(
            en="A hosted zone costs a monthly fee, and does nothing before the registrar publishes its name servers: scan again for the names to type.",
            ko="호스팅 영역은 월 요금이 있으며, 등록기관에 네임서버를 입력하기 전에는 효과가 없습니다. 다시 검사하면 입력할 이름이 나옵니다.",
        ),
    ),
    script="aws route53 create-hosted-zone --name {domain} --caller-reference {reference} --query DelegationSet.NameServers --output text",
    console=(
        Text(
            en="Route 53 > Hosted zones > Create hosted zone > {domain}",
            ko="Route 53 > 호스팅 영역 > 호스팅 영역 생성 > {domain}",
        ),
    ),
    verify="aws route53 list-hosted-zones-by-name --dns-name {domain} --max-items 1",
)
