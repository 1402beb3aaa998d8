"""Where the CNAMEs that ACM waits for are: public and right, or what is there in their place."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive import asked
from albdoctor.derive.certificate.coverage import PendingCertificates
from albdoctor.derive.dns.delegation import NOT_ASKED, usable
from albdoctor.derive.dns.held import at
from albdoctor.derive.names import is_under, plain
from albdoctor.derive.needs import derivation
from albdoctor.facts.acm import Certificate, DomainValidation, ValidationRecord
from albdoctor.facts.dns import Answer, ValidationAnswer, ValidationAnswers
from albdoctor.facts.known import Gap, Observed, Unknown
from albdoctor.facts.route53 import HostedZone, HostedZones, RecordSets


class State(StrEnum):
    """What the servers that the world asks have where ACM looks."""

    RIGHT = "right"
    """The record, at one server at least; also at the end of a chain of CNAMEs."""
    SUFFIXED = "suffixed"
    """A CNAME to the right value with the domain appended: its final dot was missing."""
    DIFFERENT = "different"
    """A CNAME that leads elsewhere."""
    WILDCARD = "wildcard"
    """The CNAME of a wildcard: the record itself is not there."""
    DOUBLED = "doubled"
    """Nothing; the record stands under its name with the domain appended once more."""
    OTHER_DATA = "other data"
    """No CNAME, but addresses or texts of the same name: a proxy, a flattened record, a record of another type."""
    CUT = "cut"
    """Nothing, for the name belongs to a zone below the one that has the record."""
    ABSENT = "absent"


WRONG = (State.SUFFIXED, State.DIFFERENT, State.WILDCARD, State.DOUBLED, State.OTHER_DATA, State.CUT, State.ABSENT)
"""Everything that keeps ACM from finding the record."""


class Sought(Struct, frozen=True, kw_only=True):
    """One record that ACM looks for, and where it is."""

    record: ValidationRecord
    state: State | Unknown
    held: tuple[HostedZone, ...] | Unknown
    """The zones of the account that hold it, live or not."""
    zone: str = ""
    """The zone whose servers were asked; empty: none was."""
    seen: tuple[Answer, ...] = ()
    """The answers that show the state."""

    @property
    def name(self) -> str:
        """The record's name."""
        return plain(self.record.name)

    @property
    def doubled(self) -> str:
        """The name with its zone appended once more."""
        return f"{self.name}.{self.zone}"

    @property
    def short(self) -> str:
        """The name without its zone, as panels want it that append the zone themselves."""
        inside = bool(self.zone) and self.name != self.zone and is_under(self.name, self.zone)
        return self.name.removesuffix(f".{self.zone}") if inside else self.name

    @property
    def found(self) -> tuple[str, ...]:
        """What stands there in the record's place."""
        return tuple(dict.fromkeys(one.data for answer in self.seen for one in answer.records))

    @property
    def nowhere(self) -> bool:
        """Not public in any form, and in no zone that could be read."""
        return self.state is State.ABSENT and (isinstance(self.held, Unknown) or not self.held)


def proofs(certificate: Certificate) -> tuple[ValidationRecord, ...]:
    """The records of all its names, each once: `*.` and its apex share one."""
    options = certificate.domain_validation_options
    return tuple(dict.fromkeys(one.resource_record for one in options if one.resource_record))


def waiting(certificate: Certificate) -> tuple[ValidationRecord, ...]:
    """The records of the names that are not validated yet, each once."""
    open_ = (one for one in certificate.domain_validation_options if one.validation_status != "SUCCESS")
    return tuple(dict.fromkeys(one.resource_record for one in open_ if one.resource_record))


def mailed(certificate: Certificate) -> tuple[DomainValidation, ...]:
    """The names for which ACM waits until somebody opens the link in its mail."""
    options = certificate.domain_validation_options
    return tuple(one for one in options if one.validation_method == "EMAIL" and one.validation_status != "SUCCESS")


def mailbox_domain(option: DomainValidation) -> str:
    """The domain whose mailboxes ACM wrote to for a name."""
    return option.validation_domain or option.domain_name.removeprefix("*.")


class SoughtCertificate(Struct, frozen=True, kw_only=True):
    """A pending certificate for the host that is needed, and the records that it waits for."""

    certificate: Certificate
    records: tuple[Sought, ...]

    def in_(self, *states: State) -> tuple[Sought, ...]:
        """The records that are in one of these states."""
        return tuple(one for one in self.records if one.state in states)

    @property
    def gaps(self) -> tuple[Unknown, ...]:
        """Why the state of a record is not known."""
        return tuple(one.state for one in self.records if isinstance(one.state, Unknown))


SoughtCertificates: TypeAlias = tuple[SoughtCertificate, ...]


@derivation
def sought_certificates(
    pending: PendingCertificates,
    validation_answers: ValidationAnswers,
    hosted_zones: Observed[HostedZones],
    record_sets: Observed[RecordSets],
) -> Iterator[SoughtCertificate]:
    """Look up what every needed pending certificate for the host waits for."""
    for certificate in (one.certificate for one in pending if one.needed):
        records = sought(waiting(certificate), validation_answers, hosted_zones, record_sets)
        yield SoughtCertificate(certificate=certificate, records=records)


def sought(
    records: tuple[ValidationRecord, ...],
    answers: ValidationAnswers,
    hosted_zones: Observed[HostedZones],
    record_sets: Observed[RecordSets],
) -> tuple[Sought, ...]:
    """Look records up: in public DNS, and in the account's zones."""
    return tuple(_sought(one, answers, _holding(one, hosted_zones, record_sets)) for one in records)


def _sought(record: ValidationRecord, answers: ValidationAnswers, held: tuple[HostedZone, ...] | Unknown) -> Sought:
    entries = tuple(one for one in answers if one.name == plain(record.name))
    got = tuple(answer for one in entries for answer in one.answers if usable(answer))
    zone = entries[0].zone if entries else ""
    if not got:
        return Sought(record=record, state=_unanswered(record, entries), held=held, zone=zone)
    state, seen = _seen(record, entries, got)
    if state is State.ABSENT and isinstance(held, tuple) and held and all(_is_above(one.name, zone) for one in held):
        state = State.CUT
    return Sought(record=record, state=state, held=held, zone=zone, seen=seen)


def _seen(
    record: ValidationRecord, entries: tuple[ValidationAnswer, ...], got: tuple[Answer, ...]
) -> tuple[State | Unknown, tuple[Answer, ...]]:
    """The state of a record as answers show it, and those that do."""
    name, value = plain(record.name), plain(record.value)
    with_cname = tuple(answer for answer in got if answer.data("CNAME"))
    behind = {target for one in entries for target in one.chain}
    if any(_is_right(target, value) for answer in with_cname for target in answer.data("CNAME") | behind):
        return State.RIGHT, with_cname
    if with_cname:
        if any(_is_suffixed(target, value, name) for answer in with_cname for target in answer.data("CNAME")):
            return State.SUFFIXED, with_cname
        if broken := next((one for one in entries if one.chain_error), None):
            question = asked.lookup("CNAME", broken.chain[-1])
            return Unknown(gap=Gap.UNREACHABLE, asked=question, detail=broken.chain_error), with_cname
        return (State.WILDCARD if _is_wildcard(with_cname, entries, "CNAME") else State.DIFFERENT), with_cname
    doubled = tuple(answer for one in entries for answer in one.doubled if _has_proof(answer, value, name))
    if doubled:
        return State.DOUBLED, doubled
    others = tuple(answer for one in entries for answer in one.others if usable(answer) and answer.records)
    own = tuple(answer for answer in others if not _is_wildcard((answer,), entries, answer.type))
    return (State.OTHER_DATA, own) if own else (State.ABSENT, got)


def _is_right(target: str, value: str) -> bool:
    """Whether ACM takes a target for the value: also without its leading underscore, which some providers refuse.

    https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-DNS-validation.html
    """
    return target in (value, value.removeprefix("_"))


def _is_suffixed(target: str, value: str, name: str) -> bool:
    """Whether a target is the value with a domain behind it that holds the record's name."""
    rest = target.removeprefix(f"{value}.")
    return rest != target and bool(rest) and is_under(name, rest)


def _has_proof(answer: Answer, value: str, name: str) -> bool:
    """Whether an answer of the doubled name has the record's value: a wildcard's own has not."""
    return any(_is_right(one, value) or _is_suffixed(one, value, name) for one in answer.data("CNAME"))


def _is_wildcard(answers: tuple[Answer, ...], entries: tuple[ValidationAnswer, ...], type_: str) -> bool:
    """Whether all that the name has of a type is what a wildcard beside it has."""
    beside = {data for one in entries for answer in one.wildcard for data in answer.data(type_)}
    return all(answer.data(type_) <= beside for answer in answers)


def _is_above(zone: str, other: str) -> bool:
    return zone != other and is_under(other, zone)


def _unanswered(record: ValidationRecord, entries: tuple[ValidationAnswer, ...]) -> Unknown:
    errors = dict.fromkeys(answer.error for one in entries for answer in one.answers)
    unsent = [error.removeprefix(NOT_ASKED) for error in errors if error.startswith(NOT_ASKED)]
    gap = Gap.NOT_ASKED if len(unsent) == len(errors) else Gap.UNREACHABLE
    return Unknown(gap=gap, asked=asked.lookup("CNAME", plain(record.name)), detail=", ".join(unsent[:2]))


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
