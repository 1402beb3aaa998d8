"""Whether the CNAMEs that ACM waits for are public, and in which hosted zones of the account they stand."""

from __future__ import annotations

from msgspec import Struct

from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import NOT_ASKED, usable
from albdoctor.derive.dns.held import at
from albdoctor.derive.names import plain
from albdoctor.facts.acm import Certificate, ValidationRecord
from albdoctor.facts.dns import ValidationAnswers
from albdoctor.facts.known import Gap, Observed, Unknown
from albdoctor.facts.route53 import HostedZone, HostedZones, RecordSets


def waiting(certificate: Certificate) -> tuple[ValidationRecord, ...]:
    """The records of the names that are not validated yet, each once: `*.` and its apex share one."""
    open_ = (one for one in certificate.domain_validation_options if one.validation_status != "SUCCESS")
    return tuple(dict.fromkeys(one.resource_record for one in open_ if one.resource_record))


class Sought(Struct, frozen=True, kw_only=True):
    """One record that ACM waits for, and where it is."""

    record: ValidationRecord
    public: bool | Unknown
    """Whether the servers that the world asks hold a CNAME of that name, be it a wrong one."""
    held: tuple[HostedZone, ...] | Unknown
    """The zones of the account that hold it, live or not."""

    @property
    def nowhere(self) -> bool:
        """Not public, and in no zone that could be read."""
        return self.public is False and (isinstance(self.held, Unknown) or not self.held)


def sought(
    certificate: Certificate,
    answers: ValidationAnswers,
    hosted_zones: Observed[HostedZones],
    record_sets: Observed[RecordSets],
) -> tuple[Sought, ...]:
    """Look every record up that the certificate waits for: in public DNS, and in the account's zones."""
    return tuple(
        Sought(record=one, public=_public(one, answers), held=_holding(one, hosted_zones, record_sets))
        for one in waiting(certificate)
    )


def _public(record: ValidationRecord, answers: ValidationAnswers) -> bool | Unknown:
    given = tuple(answer for one in answers if one.name == plain(record.name) for answer in one.answers)
    got = tuple(answer for answer in given if usable(answer))
    if not got:
        errors = dict.fromkeys(answer.error for answer in given)
        unsent = [error.removeprefix(NOT_ASKED) for error in errors if error.startswith(NOT_ASKED)]
        gap = Gap.NOT_ASKED if len(unsent) == len(errors) else Gap.UNREACHABLE
        return Unknown(gap=gap, asked=asked.lookup("CNAME", plain(record.name)), detail=", ".join(unsent[:2]))
    return any(answer.data("CNAME") for answer in got)


def _holding(
    record: ValidationRecord, hosted_zones: Observed[HostedZones], record_sets: Observed[RecordSets]
) -> tuple[HostedZone, ...] | Unknown:
    if isinstance(hosted_zones, Unknown):
        return hosted_zones
    if isinstance(record_sets, Unknown):
        return record_sets
    zones = {zone.id: zone for zone in hosted_zones.value}
    found: list[HostedZone] = []
    for entry in record_sets.value:
        here = at(entry, plain(record.name))
        if isinstance(here, Unknown):
            return here
        if any(one.type == "CNAME" for one in here.value) and entry.zone_id in zones:
            found.append(zones[entry.zone_id])
    return tuple(found)
