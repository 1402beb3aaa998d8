"""A public hosted zone for the domain."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.text import Text

CREATE = Fix(
    summary=Text(
        en="Create a hosted zone for {domain}, then enter its four name servers at the registrar.",
        ko="{domain} 호스팅 영역을 만들고, 도메인 등록 기관에 그 네임서버 네 개를 입력하세요.",
    ),
    side_effects=(
        Text(
            en="A hosted zone has a monthly fee and does nothing until its name servers are entered at the registrar: the script prints the names to type, and the next scan shows them too.",
            ko="호스팅 영역에는 월 요금이 있으며, 도메인 등록 기관에 네임서버를 입력하기 전에는 효과가 없습니다. 입력할 이름은 스크립트가 출력하고, 다시 스캔해도 볼 수 있습니다.",
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
