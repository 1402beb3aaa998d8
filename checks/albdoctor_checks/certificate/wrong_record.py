"""The finding that something else is in DNS where ACM looks for its validation record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from albdoctor.checkup import Evidence, Finding, Fix, Verdict, fine, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.certificate.validation import Sought, SoughtCertificates, State
from albdoctor.facts.dns import Answer
from albdoctor.text import Value
from albdoctor_checks.fixes import validation_record


def wrong_records(
    host: str,
    looked_up: SoughtCertificates,
    places: CertificatePlaces,
    states: Mapping[State, Fix],
) -> Iterator[Verdict]:
    """Yield every pending certificate with records in these states; the fix by hand is that of the first one."""
    for one in looked_up:
        wrong = one.in_(*states)
        yield from one.gaps
        if wrong and isinstance(first := wrong[0].state, State):
            records = tuple(each.record for each in wrong)
            plan = validation_record.plan(one.certificate, records, host, places, by_hand=states[first])
            yield Finding(
                subject=one.certificate.ref,
                evidence=tuple(answered(answer) for each in wrong for answer in each.seen),
                values={**plan.values, **_values(wrong)},
                fix=plan.fix,
            )
        elif not one.gaps:
            yield fine(one.certificate.ref)


def _values(wrong: tuple[Sought, ...]) -> dict[str, Value]:
    return {
        "short": tuple(one.short for one in wrong),
        "doubled": tuple(one.doubled for one in wrong),
        "found": tuple(dict.fromkeys(data for one in wrong for data in one.found or _rcodes(one))),
        "zones": tuple(dict.fromkeys(one.zone for one in wrong)),
    }


def _rcodes(one: Sought) -> tuple[str, ...]:
    return tuple(answer.rcode or answer.error for answer in one.seen)


def answered(answer: Answer) -> Evidence:
    """Show what a server has where ACM looks for a record."""
    data = "; ".join(f"{one.type} {one.data}" for one in answer.records)
    return saw(asked.dns(answer.type, answer.question, answer.server), f"{answer.rcode}: {data or '[]'}")
