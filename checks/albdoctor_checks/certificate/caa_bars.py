"""The finding that CAA records keep Amazon from issuing a certificate, or from renewing it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Evidence, Finding, Verdict, fine, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.caa import Bar, CaaVerdicts
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.facts.dns import CaaSet
from albdoctor.text import Text, fill_script
from albdoctor_checks.fixes import caa_record

PERMITTED = Text(
    en="Amazon does not apply these parameters of the records, or they name ACM's own account.",
    ko="Amazon이 이 매개변수를 적용하지 않거나, 매개변수가 ACM의 계정을 가리킵니다.",
)


def barred_by(host: str, verdicts: CaaVerdicts, places: CertificatePlaces, *bars: Bar) -> Iterator[Verdict]:
    """Yield every certificate with names that these bars keep from being issued; of one that serves, as a warning."""
    for one in verdicts:
        sets = one.by(*bars)
        yield from one.gaps
        if sets:
            plan = caa_record.plan(one, sets, host, places)
            finding = Finding(
                subject=one.certificate.ref,
                evidence=tuple(_found(each) for each in sets),
                severity=WARNING if one.renewal else None,
                values=plan.values,
                fix=plan.fix,
            )
            narrowed = all(each in one.by(Bar.PARAMETERS) for each in sets)
            look = fill_script(caa_record.VERIFY, plan.values)
            yield likely(finding, PERMITTED, decide=look) if narrowed else finding
        elif not one.unseen:
            yield fine(one.certificate.ref)


def _found(one: CaaSet) -> Evidence:
    over = f" (CNAME {one.owner})" if one.owner not in ("", one.found_at) else ""
    return saw(asked.dns("CAA", one.name), f"{one.found_at}{over}: {'; '.join(one.records)}")
