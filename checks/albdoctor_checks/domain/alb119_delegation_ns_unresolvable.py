"""ALB119: a name server at the parent is misspelt: it has no address."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Verdict, check, fine
from albdoctor.derive.dns.delegation import Delegated, Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder
from albdoctor.derive.names import nearest_name
from albdoctor.text import Text, same
from albdoctor_checks.domain.misdelegated import misdelegated, zone_named
from albdoctor_checks.fixes import name_servers


@check(
    id="ALB119",
    slug="delegation-ns-unresolvable",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} is delegated to name servers that do not exist: {typed}{beside}",
        ko="{domain} 도메인이 존재하지 않는 네임서버에 위임되어 있습니다: {typed}{beside}",
    ),
    why=Text(
        en="A misspelt name server has no address, so lookups get slow or fail. Most often the registrar's form appended a suffix, or a letter was lost in copying.",
        ko="철자가 틀린 네임서버는 주소가 없어 DNS 조회가 느려지거나 실패합니다. 도메인 등록 기관의 입력 양식이 뒤에 글자를 덧붙였거나, 복사하다가 글자가 빠진 경우가 많습니다.",
    ),
    fixes=name_servers.COMPLETE.every,
    breaks={"zone-asked"},
    words=Text(
        en=(
            "typo in name server; misspelled name server; name server does not exist; "
            "name server name with suffix appended; awsdns typo; name server cannot be resolved"
        ),
        ko=(
            "네임서버 오타; 네임서버를 잘못 입력; 존재하지 않는 네임서버; 네임서버 주소 오류; "
            "awsdns 오타; 네임서버 끝에 도메인이 붙음"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",),
)
def delegation_ns_unresolvable(domains: DelegatedDomains, holder: Holder) -> Iterator[Verdict]:
    """Yield the domain when the parent names servers without an address, beside the zone's or alone."""
    for domain in domains:
        if domain.fit is not Fit.MISTYPED:
            yield fine(domain.ref)
            continue
        yield misdelegated(
            domain,
            holder,
            severity=None if len(domain.unresolvable) == len(domain.names) else WARNING,
            typed=domain.foreign,
            beside=_meant(domain),
        )


def _meant(domain: Delegated) -> Text:
    """The zone's servers that were meant; nothing where they are not known."""
    servers = domain.missing or domain.zone.name_servers
    meant = ", ".join(nearest_name(name, servers) or "-" for name in domain.foreign)
    zone = zone_named(domain)
    return Text(en=f"; {zone.en} has {meant}", ko=f"({zone.ko}의 네임서버: {meant})") if servers else same("")
