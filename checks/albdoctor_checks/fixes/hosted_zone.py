"""A public hosted zone for a domain that nobody serves; else the record where the domain is served."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.dns.serving import ServedDomain
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.plan import Plan

CREATE = Fix(
    summary=Text(
        en="Create a hosted zone for {domain}, then enter its four name servers at the registrar.",
        ko="{domain} 호스팅 영역을 만들고, 도메인 등록 기관에 그 네임서버 네 개를 입력하세요.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        Text(
            en="A hosted zone has a monthly fee and does nothing until its name servers are entered at the registrar: the script prints the names to type, and the next scan shows them too.",
            ko="호스팅 영역에는 월 요금이 있으며, 도메인 등록 기관에 네임서버를 입력하기 전에는 효과가 없습니다. 입력할 이름은 스크립트가 출력하고, 다시 스캔해도 볼 수 있습니다.",
        ),
        Text(
            en="If {domain} has a hosted zone in another account, enter the name servers of that zone instead: a new one is empty.",
            ko="다른 계정에 {domain} 호스팅 영역이 있으면 새로 만들지 말고 그 영역의 네임서버를 입력하세요. 새 영역은 비어 있습니다.",
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
"""Only where nobody is served: an empty zone that takes a domain over takes its site and its mail down."""

ELSEWHERE = Fix(
    summary=Text(
        en="Make the record of {host} where {domain} is served, or scan with the profile of the account that holds its hosted zone.",
        ko="{domain} 도메인의 DNS를 운영하는 곳에 {host} 레코드를 만들거나, 호스팅 영역이 있는 계정의 프로파일로 스캔하세요.",
    ),
    by_hand=Text(
        en="{domain} is served by {served_by}: leave its name servers as they are. There, make {host} a CNAME record (at the apex an ALIAS or ANAME, in Route 53 an alias) to the load balancer's DNS name.\n"
        "If that is a hosted zone in another AWS account of yours, scan with both profiles:\n"
        "  albdoctor scan {host} --profile OTHER_PROFILE --profile THIS_PROFILE",
        ko="{domain} 도메인의 DNS를 운영하는 곳: {served_by}. 네임서버는 바꾸지 마세요. 그곳에서 {host} 레코드가 로드 밸런서 DNS 이름을 가리키게 하세요(CNAME, 루트 도메인이면 ALIAS 또는 ANAME, Route 53이면 별칭).\n"
        "다른 AWS 계정의 호스팅 영역이라면 두 프로파일을 함께 지정해 스캔하세요.\n"
        "  albdoctor scan {host} --profile OTHER_PROFILE --profile THIS_PROFILE",
    ),
    verify="dig +short {host}",
)
"""Where somebody serves the domain, or it is not known that nobody does."""

EVERY = (CREATE, ELSEWHERE)


def plan(host: str, domain: str, served: ServedDomain) -> Plan:
    """Create a zone only where it takes nothing over."""
    values: dict[str, Value] = {
        "host": host,
        "domain": domain,
        "served_by": served.by,
        "reference": f"albdoctor-{domain}",
    }
    return Plan(fix=CREATE if served.nobody else ELSEWHERE, values=values)
