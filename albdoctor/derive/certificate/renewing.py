"""The certificates that ACM has to renew: its own, on a listener, for the host."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NewType, TypeAlias

from msgspec import Struct

from albdoctor.derive.certificate.coverage import Covering, served_for
from albdoctor.derive.certificate.validation import WRONG, Sought, proofs, sought
from albdoctor.derive.needs import derivation
from albdoctor.derive.request.arrival import HttpsAnswer
from albdoctor.facts.acm import Certificate, Certificates, DomainValidation
from albdoctor.facts.dns import ValidationAnswers
from albdoctor.facts.elb import ListenersCertificates
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.route53 import HostedZones, RecordSets
from albdoctor.facts.snapshot import Scan

SOON = timedelta(days=30)
"""ACM renews 45 to 60 days before the end: with a month left something stands in its way."""
OF_ITS_LIFE, OF_ANOTHERS_LIFE = 3, 4
"""The part of its life below which a certificate ends soon: ACME clients renew and import when a third is left."""

InService = NewType("InService", tuple[Certificate, ...])
"""Certificates with a name that covers the host, which a listener may serve for it."""


@derivation
def in_service(
    scan: Scan, certificates: Certificates, fitting: Covering, listeners_certificates: ListenersCertificates
) -> InService:
    """Choose them."""
    served = {arn for entry in listeners_certificates for arn in served_for(scan.host, entry, certificates)}
    return InService(tuple(one for one in fitting if one.certificate_arn in served))


def renewed_by_acm(certificate: Certificate) -> bool:
    """Whether ACM itself renews a certificate: imported ones it cannot, and what has ended it does not."""
    return certificate.type == "AMAZON_ISSUED" and certificate.status == "ISSUED"


def soon(certificate: Certificate) -> timedelta:
    """With how much time left a certificate should have been renewed: lives of 47 or 6 days have no 30 to spare."""
    if certificate.not_before is None or certificate.not_after is None:
        return SOON
    part = OF_ITS_LIFE if certificate.type == "AMAZON_ISSUED" else OF_ANOTHERS_LIFE
    return min(SOON, (certificate.not_after - certificate.not_before) / part)


class Renewal(Struct, frozen=True, kw_only=True):
    """A certificate that ACM has to renew, and what stands in its way."""

    certificate: Certificate
    lost: tuple[Sought, ...]
    """Validation records that are not public any more."""
    by_mail: tuple[DomainValidation, ...]
    """Names for which somebody must open the link in a mail, now."""
    unseen: bool = False
    """Where some of its records are could not be seen."""

    @property
    def status(self) -> str:
        """`RenewalStatus`; empty: ACM did not try yet."""
        return self.certificate.renewal_summary.renewal_status if self.certificate.renewal_summary else ""

    @property
    def fails(self) -> bool:
        """Whether ACM gave up."""
        return self.status == "FAILED"


Renewals: TypeAlias = tuple[Renewal, ...]


@derivation
def renewals(
    in_service: InService,
    validation_answers: Observed[ValidationAnswers],
    hosted_zones: Observed[HostedZones],
    record_sets: Observed[RecordSets],
    https: HttpsAnswer,
) -> Iterator[Renewal]:
    """Look up what the renewal of each certificate in service needs.

    Where a record's servers gave no usable answer nothing is said about it: visitors are served all the same. Nor where
    nobody was seen to be served: what hides a whole domain hides its records too, and is told by itself.
    """
    answers = validation_answers.value if isinstance(validation_answers, Known) else ()
    served = https.served or https.fronted
    for certificate in filter(renewed_by_acm, in_service):
        found = sought(proofs(certificate), answers, hosted_zones, record_sets)
        yield Renewal(
            certificate=certificate,
            lost=tuple(one for one in found if one.state in WRONG) if served else (),
            by_mail=_by_mail(certificate),
            unseen=not served or any(isinstance(one.state, Unknown) for one in found),
        )


def _by_mail(certificate: Certificate) -> tuple[DomainValidation, ...]:
    summary = certificate.renewal_summary
    if summary is None or summary.renewal_status != "PENDING_VALIDATION":
        return ()
    open_ = {one.domain_name for one in summary.domain_validation_options if one.validation_status != "SUCCESS"}
    options = certificate.domain_validation_options
    return tuple(one for one in options if one.validation_method == "EMAIL" and one.domain_name in open_)
