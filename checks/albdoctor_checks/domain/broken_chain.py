"""What the checks of a broken chain of trust share: how bad a link is, and what the resolvers say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from albdoctor.checkup import WARNING, Evidence, saw
from albdoctor.checkup.finding import Severity
from albdoctor.derive import asked
from albdoctor.derive.dns.bogus import Refusals, Refused
from albdoctor.derive.dns.dnssec import Broken, Fault, Link
from albdoctor.text import Text, Value, fill


def severity_of(link: Link) -> Severity | None:
    """No error where some servers give it right, or a resolver has validated the host; None: the check's own."""
    return None if link.fails else WARNING


def key_of(link: Link) -> str:
    """What tells the finding of a zone above the domain from the domain's own: both are about the domain."""
    return "" if link.ref.id == link.zone else link.zone


def keys_seen(link: Link) -> tuple[Evidence, ...]:
    """Show both sides: the DS records, and the keys of the zone by their tags."""
    keys = ", ".join(f"{key.tag} (algorithm {key.algorithm}, flags {key.flags})" for key in link.keys)
    return (
        saw(asked.dns("DS", link.zone), "; ".join(link.trusts)),
        saw(asked.dns("DNSKEY", link.zone), keys or "DNSKEY: []"),
        *(saw(asked.dns("A", link.ref.id, resolver), "NOERROR, AD") for resolver in link.validated),
    )


def refusals_seen(of: Refusals) -> tuple[Evidence, ...]:
    """Show that validation alone keeps resolvers from answering."""
    return tuple(map(_refused, of.refused))


def _refused(one: Refused) -> Evidence:
    codes = "".join(f", EDE {code}" for code in one.codes)
    return saw(
        asked.dns("A", one.host, one.resolver), f"SERVFAIL{codes}; {one.without_checking} with checking disabled"
    )


HOW: Mapping[Fault, Text] = {
    Fault.EXPIRED: Text(en="expired on {end}", ko="{end} 만료"),
    Fault.EARLY: Text(en="not valid before {start}", ko="{start} 이후 유효"),
    Fault.MISSING: Text(en="no signature", ko="서명 없음"),
    Fault.WRONG: Text(en="no signature of the zone's keys", ko="영역의 키로 서명되지 않음"),
}
"""What is wrong with a signature."""


def told(broken: Iterable[Broken]) -> Text:
    """Each set of records and what is wrong with its signature; sets with the same fault together."""
    said: dict[Text, list[str]] = {}
    for one in broken:
        said.setdefault(_how(one), []).append(f"{one.type} {one.name}")
    parts = [(", ".join(sets), how) for how, sets in said.items()]
    return Text(
        en="; ".join(f"{sets}: {how.en}" for sets, how in parts),
        ko="; ".join(f"{sets}: {how.ko}" for sets, how in parts),
    )


def _how(one: Broken) -> Text:
    times: dict[str, Value] = {}
    if one.signature:
        times = {"end": f"{one.signature.expiration:%Y-%m-%d}", "start": f"{one.signature.inception:%Y-%m-%d}"}
    text = HOW[one.fault]
    return Text(en=fill(text.en, times), ko=fill(text.ko, times, "ko"))
