"""Which names of a hosted zone other facts are compared with: certificates that wait, and servers that are left."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from albdoctor.derive.certificate.validation import waiting
from albdoctor.derive.dns.delegation import parent_names
from albdoctor.derive.dns.leaving import names_compared
from albdoctor.derive.names import is_under, plain
from albdoctor.derive.topology import items
from albdoctor.facts.acm import Certificate, Certificates
from albdoctor.facts.dns import Delegation, ServedRecords
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.mirror import known_or, readable
from albdoctor.facts.route53 import HostedZone


def compared_names(
    zone: HostedZone,
    domain: str,
    certificates: Observed[Certificates],
    served: Observed[ServedRecords],
    delegation: Observed[Delegation],
) -> tuple[str, ...]:
    """The names of pending certificates' records, and those that the scanned domain's servers hold if it moves."""
    names = (*_awaited(certificates), *_left(zone, domain, served, delegation))
    return tuple(name for name in dict.fromkeys(names) if is_under(name, zone.name))


def _awaited(certificates: Observed[Certificates]) -> Iterator[str]:
    pending = [one for one in items(certificates) if known_or(partial(_is_pending, one), otherwise=False)]
    return readable(pending, lambda one: [plain(record.name) for record in waiting(one)])


def _is_pending(certificate: Certificate) -> bool:
    return certificate.status == "PENDING_VALIDATION"


def _left(
    zone: HostedZone, domain: str, served: Observed[ServedRecords], delegation: Observed[Delegation]
) -> tuple[str, ...]:
    """None where the zone's own servers are the present ones."""
    if zone.private or zone.name != domain or not isinstance(delegation, Known):
        return ()
    if parent_names(zone.name, delegation.value) == frozenset(zone.name_servers):
        return ()
    return names_compared(zone.name, served, delegation.value)
