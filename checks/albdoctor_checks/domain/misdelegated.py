"""The finding that the delegation checks share: the parent does not name the zone's servers, or not only them."""

from __future__ import annotations

from typing import Literal

from albdoctor.checkup import CONFIRMED, INFO, LIKELY, WARNING, Evidence, Finding, Fix, saw
from albdoctor.checkup.finding import Certainty, Severity
from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import Delegated
from albdoctor.derive.dns.registrars import Holder
from albdoctor.derive.request.arrival import Arrival, HttpsAnswer
from albdoctor.text import Command, Text, Value, command
from albdoctor_checks.fixes import name_servers

ON_PURPOSE = Text(
    en="The present name servers lead to the load balancer on purpose: its addresses could not be read to compare.",
    ko="현재 네임서버가 의도적으로 로드 밸런서를 가리키고 있습니다. 로드 밸런서의 주소를 읽을 수 없어 비교하지 못했습니다.",
)
"""What else a domain with other name servers may be, when load balancers may not be described."""


def misdelegated(
    domain: Delegated,
    holder: Holder,
    *more: Evidence,
    severity: Severity | None = None,
    certainty: Certainty = CONFIRMED,
    alternatives: tuple[Text, ...] = (),
    decide: Command | Literal[""] = "",
    fix: Fix | None = None,
    doubt: str = "",
    **values: Value,
) -> Finding:
    """Report a domain whose parent does not name the zone's servers, with the fix for its registrar.

    `doubt` is the host when it may lead to the load balancer all the same, and nobody could see that.
    """
    if doubt:
        certainty, alternatives = LIKELY, (*alternatives, ON_PURPOSE)
        decide = decide or command("dig +short {host}", host=doubt)
    plan = name_servers.plan(domain, holder)
    return Finding(
        subject=domain.ref,
        evidence=(*compared(domain), *more),
        values=_values(domain) | plan.values | values,
        severity=severity,
        certainty=certainty,
        alternatives=alternatives,
        decide=decide,
        fix=fix or plan.fix,
    )


def severity_where(arrival: Arrival, https: HttpsAnswer) -> Severity | None:
    """No error where visitors get the site all the same; None: the check's own severity."""
    if arrival.at_balancer or https.fronted:
        return INFO
    return WARNING if https.served else None


def _values(domain: Delegated) -> dict[str, Value]:
    return {
        "domain": domain.domain,
        "zone_id": domain.zone.id,
        "zone_named": zone_named(domain),
        "nameservers": domain.zone.name_servers,
        "nameserver_args": tuple(f"Name={name}" for name in domain.zone.name_servers),
        "parent_names": domain.names,
        "parent_zone": domain.parent_zone,
        "parent_server": domain.parent_server,
        "foreign": domain.foreign,
        "missing": domain.missing,
        "ds": domain.ds,
        "lost": domain.leaving.lost,
        "unread": domain.leaving.unread,
        "kept": _lasting(domain.ttl),
    }


def _lasting(seconds: int) -> Text:
    """A TTL in words, in the largest unit that it fills twice; 0: nobody is named, and that is kept."""
    for size, en, ko in ((3600, "hours", "시간"), (60, "minutes", "분")):
        if seconds >= 2 * size:
            return Text(en=f"{-(-seconds // size)} {en}", ko=f"{-(-seconds // size)}{ko}")
    none = Text(en="the time that the SOA record of the zone above gives", ko="상위 영역 SOA 레코드에 적힌 시간")
    return Text(en=f"{seconds} seconds", ko=f"{seconds}초") if seconds else none


def zone_named(domain: Delegated) -> Text:
    """The hosted zone in words, which has no id where nobody could see the account's zones."""
    if not domain.held:
        return Text(en="its own hosted zone", ko="자체 호스팅 영역")
    return Text(en=f"hosted zone {domain.zone.id}", ko=f"호스팅 영역 {domain.zone.id}")


def compared(domain: Delegated) -> tuple[Evidence, ...]:
    """Show both sides: what the parent names, and what the zone has, by the account or by its own servers."""
    rcodes = ", ".join(dict.fromkeys(answer.rcode or "" for answer in domain.parents))
    question = asked.parent_servers(domain.domain, domain.parent_zone, len(domain.parents))
    named = saw(question, ", ".join(domain.names) or f"{rcodes}, NS: []")
    own = ", ".join(domain.zone.name_servers)
    if domain.held:
        return named, saw(asked.zone(domain.zone.id), f"NameServers: {own}")
    return (named, saw(asked.own_servers(domain.domain), own)) if own else (named,)


def asked_children(domain: Delegated) -> Evidence:
    """Show what each delegated server says about the zone."""
    lines = (
        f"{answer.server} {answer.rcode or answer.error}{' aa' if answer.authoritative else ''}"
        for answer in domain.children
    )
    return saw(asked.delegated_servers(domain.domain), "; ".join(lines) or "-")
