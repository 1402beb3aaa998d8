"""Where a record is to be created by hand, so that somebody reads it: the servers that are asked, by name."""

from __future__ import annotations

from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.dns.serving import servers_in_words
from albdoctor.facts.route53 import HostedZone
from albdoctor.text import Text, command


def where(name: str, places: CertificatePlaces) -> Text:
    """Say where a record of this name is seen: no zone is written to without the proof that it is asked."""
    zone, servers, domain = places.zone_of(name), places.servers_of(name), places.served.domain
    if servers is None:
        return _unproven(zone, domain)
    if places.served.nobody or not servers:
        return Text(
            en=f"Nobody answers for {domain}: correct its name servers at the registrar first (see the findings about domain and DNS), and create the record in the zone that they serve.",
            ko=f"{domain} 도메인에 응답하는 곳이 없습니다. 먼저 도메인 등록 기관에서 네임서버를 바로잡고(도메인과 DNS 항목 참고), 그 네임서버가 담당하는 영역에 레코드를 만드세요.",
        )
    by = servers_in_words(servers)
    if zone is None or places.is_asked(zone, name):
        return Text(
            en=f"Create each record where its name is served; {domain} is served by {by}.",
            ko=f"각 레코드를 그 이름의 DNS를 운영하는 곳에 만드세요. {domain} 도메인의 DNS를 운영하는 곳: {by}.",
        )
    if set(servers) & set(zone.name_servers):
        return Text(
            en=f"Only some of the servers of {domain} are those of hosted zone {zone.id}, the others answer with other records: correct the name servers first (see the findings about domain and DNS), then create the record in that zone. Or create it at each of {by}.",
            ko=f"{domain} 도메인의 네임서버 중 일부만 호스팅 영역 {zone.id}의 것이고 나머지는 다른 레코드로 응답합니다. 먼저 네임서버를 바로잡고(도메인과 DNS 항목 참고) 그 영역에 레코드를 만드세요. 또는 다음 네임서버를 운영하는 모든 곳에 만드세요: {by}.",
        )
    return Text(
        en=f"Nobody asks hosted zone {zone.id}: {domain} is served by {by}. Create the record there; or correct the name servers at the registrar first (see the findings about domain and DNS), then create it in {zone.id}.",
        ko=f"호스팅 영역 {zone.id}는 조회되지 않습니다. {domain} 도메인의 DNS를 운영하는 곳: {by}. 레코드를 그곳에 만드세요. 또는 먼저 도메인 등록 기관에서 네임서버를 바로잡고(도메인과 DNS 항목 참고) {zone.id} 영역에 만드세요.",
    )


def _unproven(zone: HostedZone | None, domain: str) -> Text:
    """Both ways, and the command that decides between them."""
    look = f"`{command('dig +short NS {name}', name=zone.name if zone else domain)}`"
    if zone is None:
        return Text(
            en=f"Create the record with whoever runs the name servers that {look} prints.",
            ko=f"다음 명령의 결과에 나오는 네임서버를 운영하는 곳에 레코드를 만드세요: {look}",
        )
    servers = ", ".join(zone.name_servers) or "-"
    return Text(
        en=f"It could not be seen whether hosted zone {zone.id} is asked. Look with {look}: if that prints {servers}, create the record in {zone.id}; else with whoever runs the name servers that it prints.",
        ko=f"호스팅 영역 {zone.id}의 네임서버가 조회되는지 확인하지 못했습니다. {look} 명령으로 확인하세요. 결과가 {servers} 네임서버이면 {zone.id} 영역에, 아니면 결과에 나온 네임서버를 운영하는 곳에 레코드를 만드세요.",
    )
