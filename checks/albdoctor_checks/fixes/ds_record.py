"""The DS record of a domain: at its registrar, or in the zone above."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.text import Text

REMOVE = Fix(
    summary=Text(
        en="Remove the DS record of {domain} at the registrar; sign the zone first if DNSSEC is wanted.",
        ko="도메인 등록 기관에서 {domain} 도메인의 DS 레코드를 삭제하세요. DNSSEC를 쓰려면 먼저 영역에 서명하세요.",
    ),
    by_hand=Text(
        en="A DS record stays at the registry when a domain moves to another registrar or DNS provider. Open the DNSSEC settings of {domain} at the registrar and delete every DS record; where Route 53 Domains holds it:\n"
        "  aws route53domains get-domain-detail --region us-east-1 --domain-name {domain} --query DnssecKeys\n"
        "  aws route53domains disassociate-delegation-signer-from-domain --region us-east-1 --domain-name {domain} --id KEY_ID\n"
        "Of a zone below a registered domain, the DS record is a record of the zone above: delete it there. Resolvers follow when the TTL of the DS record is over, within a day as a rule.",
        ko="도메인을 다른 등록 기관이나 DNS 제공업체로 옮겨도 DS 레코드는 레지스트리에 남습니다. 도메인 등록 기관의 {domain} DNSSEC 설정에서 DS 레코드를 모두 삭제하세요. Route 53 Domains에 등록된 도메인이라면 다음과 같습니다.\n"
        "  aws route53domains get-domain-detail --region us-east-1 --domain-name {domain} --query DnssecKeys\n"
        "  aws route53domains disassociate-delegation-signer-from-domain --region us-east-1 --domain-name {domain} --id KEY_ID\n"
        "등록한 도메인 아래의 영역이라면 DS 레코드는 상위 영역의 레코드이므로 그곳에서 삭제하세요. DS 레코드의 TTL이 지나면(대개 하루 이내) 리졸버에 반영됩니다.",
    ),
    verify="dig +short DS {domain}",
)
REPLACE = Fix(
    summary=Text(
        en="Publish the DS record of the zone's present key at the registrar of {domain}, then remove the old one.",
        ko="{domain} 도메인 등록 기관에 영역이 현재 사용하는 키의 DS 레코드를 등록한 뒤 이전 DS 레코드를 삭제하세요.",
    ),
    by_hand=Text(
        en="Compare with what the provider of the zone shows as its DS record (of a hosted zone: aws route53 get-dnssec --hosted-zone-id ZONE_ID). By the keys that the name servers give, it is:\n"
        "{wanted[]}\n"
        "Open the DNSSEC settings of {domain} at the registrar, add it, and delete those that are there now. Where Route 53 Domains holds the domain, PUBLIC_KEY, the flags (257) and the algorithm are in the same answer of get-dnssec:\n"
        "  aws route53domains associate-delegation-signer-to-domain --region us-east-1 --domain-name {domain} --signing-attributes Algorithm={algorithm},Flags=257,PublicKey=PUBLIC_KEY\n"
        "  aws route53domains get-domain-detail --region us-east-1 --domain-name {domain} --query DnssecKeys\n"
        "  aws route53domains disassociate-delegation-signer-from-domain --region us-east-1 --domain-name {domain} --id KEY_ID\n"
        "Of a zone below a registered domain, the DS record is a record of the zone above: change it there. If DNSSEC is not wanted, delete the DS records first and switch signing off a day later.",
        ko="영역을 운영하는 업체가 보여 주는 DS 레코드와 비교하세요(호스팅 영역: aws route53 get-dnssec --hosted-zone-id ZONE_ID). 네임서버가 제공하는 키로 계산한 DS 레코드는 다음과 같습니다.\n"
        "{wanted[]}\n"
        "도메인 등록 기관의 {domain} DNSSEC 설정에서 이 레코드를 추가하고 지금 있는 레코드를 삭제하세요. Route 53 Domains에 등록된 도메인이라면 PUBLIC_KEY, 플래그(257), 알고리즘은 get-dnssec 응답에 있습니다.\n"
        "  aws route53domains associate-delegation-signer-to-domain --region us-east-1 --domain-name {domain} --signing-attributes Algorithm={algorithm},Flags=257,PublicKey=PUBLIC_KEY\n"
        "  aws route53domains get-domain-detail --region us-east-1 --domain-name {domain} --query DnssecKeys\n"
        "  aws route53domains disassociate-delegation-signer-from-domain --region us-east-1 --domain-name {domain} --id KEY_ID\n"
        "등록한 도메인 아래의 영역이라면 DS 레코드는 상위 영역의 레코드이므로 그곳에서 바꾸세요. DNSSEC를 쓰지 않으려면 먼저 DS 레코드를 삭제하고 하루 뒤에 서명을 끄세요.",
    ),
    verify="dig +short DS {domain}",
)
