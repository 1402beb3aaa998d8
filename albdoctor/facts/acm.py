"""ACM certificates. Field names mirror `DescribeCertificate` (2015-12-08)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NewType, TypeAlias

from albdoctor.facts.arn import region_of
from albdoctor.facts.groups import Card, Whose
from albdoctor.facts.known import Kind, Observed, Ref
from albdoctor.facts.mirror import Mirror, missing
from albdoctor.facts.route53 import Route53Facts
from albdoctor.facts.values import ArnText, DnsName, Moment, Sent, ValidationValue, Word


class ValidationRecord(Mirror, frozen=True, kw_only=True):
    """The CNAME that proves control of a name."""

    name: Sent[DnsName]
    type: Sent[Word]
    value: Sent[ValidationValue]


class DomainValidation(Mirror, frozen=True, kw_only=True):
    """State of the proof for one name of the certificate."""

    domain_name: Sent[DnsName]
    validation_status: Word = ""
    """PENDING_VALIDATION, SUCCESS or FAILED."""
    validation_method: Word = ""
    """DNS, EMAIL, or HTTP: the last is for certificates that CloudFront asked for."""
    validation_domain: DnsName = ""
    """The domain whose mailboxes ACM wrote to, where the method is EMAIL; empty: the name itself."""
    resource_record: ValidationRecord | None = None


class RenewalSummary(Mirror, frozen=True, kw_only=True):
    """State of managed renewal."""

    renewal_status: Sent[Word] = ""
    """PENDING_AUTO_RENEWAL, PENDING_VALIDATION, SUCCESS or FAILED."""
    renewal_status_reason: Word = ""
    domain_validation_options: Sent[tuple[DomainValidation, ...]] = ()


OF_STATUS = {
    "ISSUED": ("NotBefore", "NotAfter", "KeyAlgorithm"),
    "EXPIRED": ("NotAfter",),
    "FAILED": ("FailureReason",),
}
"""Members that a certificate of a status has."""


class Certificate(Mirror, frozen=True, kw_only=True):
    """An ACM certificate; the Region is in its ARN."""

    certificate_arn: ArnText
    domain_name: Sent[DnsName]
    subject_alternative_names: Sent[tuple[DnsName, ...]] = ()
    status: Sent[Word] = ""
    type: Sent[Word] = ""
    """AMAZON_ISSUED, IMPORTED or PRIVATE."""
    key_algorithm: Word = ""
    issued_at: Moment | None = None
    created_at: Moment | None = None
    not_before: Moment | None = None
    not_after: Moment | None = None
    in_use_by: Sent[tuple[ArnText, ...]] = ()
    domain_validation_options: tuple[DomainValidation, ...] = ()
    failure_reason: Word = ""
    renewal_eligibility: Word = ""
    renewal_summary: RenewalSummary | None = None
    certificate_key_pair_origin: Word = ""
    """AWS_MANAGED, CUSTOMER_PROVIDED, or ACME: then the private key is with the ACME client, never at ACM."""
    certificate_usage: Word = ""
    """CLIENT_AND_SERVER_AUTH or CLIENT_AUTH_ONLY; empty for certificates of the older roots."""
    managed_by: Word = ""
    """CLOUDFRONT: that service asked for it and alone can use it."""

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """The records for its validation come some seconds after the request; an imported one has none."""
        statuses = (self.status,) if self.status else tuple(OF_STATUS)
        names = tuple(dict.fromkeys(name for status in statuses for name in OF_STATUS.get(status, ())))
        if self.type in ("AMAZON_ISSUED", "") and self.status in ("ISSUED", "EXPIRED", ""):
            names += ("DomainValidationOptions",)
        return missing(sent, *names)

    @property
    def ref(self) -> Ref:
        """Name this certificate."""
        return Ref(Kind.CERTIFICATE, self.certificate_arn)

    @property
    def region(self) -> str:
        """Region, from the ARN."""
        return region_of(self.certificate_arn)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name on it, lower case, each once."""
        return tuple(dict.fromkeys(name.lower() for name in (self.domain_name, *self.subject_alternative_names)))


Certificates: TypeAlias = tuple[Certificate, ...]
"""The certificates attached to the scanned balancers, and those for a name under the scanned domain, in the
balancers' Regions and the scan's."""

ELSEWHERE = "us-east-1"
"""The Region of `CertificatesElsewhere`."""

CertificatesElsewhere = NewType("CertificatesElsewhere", tuple[Certificate, ...])
"""Those for a name under the scanned domain in us-east-1, where CloudFront's are and others land by mistake.

Empty where us-east-1 is one of the Regions of `Certificates`. Apart from them, for some organisations deny every other
Region (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html)."""


ACTIONS = ("acm:ListCertificates", "acm:DescribeCertificate")
CERTIFICATES = Card(
    name="certificates",
    holds=Certificates,
    actions=ACTIONS,
    builds_on=("listeners_certificates",),
    of_the_name=True,
    whose=Whose.CERTIFICATES,
    key=("certificate_arn",),
)
CERTIFICATES_ELSEWHERE = Card[CertificatesElsewhere](
    name="certificates_elsewhere",
    holds=CertificatesElsewhere,  # pyright: ignore[reportArgumentType] - it takes a NewType for a function
    actions=ACTIONS,
    builds_on=("load_balancers",),
    of_the_name=True,
    whose=Whose.CERTIFICATES,
    key=("certificate_arn",),
)


class AcmFacts(Route53Facts, frozen=True, kw_only=True):
    """Adds to a snapshot what ACM holds."""

    certificates: Observed[Certificates] = CERTIFICATES.not_asked
    certificates_elsewhere: Observed[CertificatesElsewhere] = CERTIFICATES_ELSEWHERE.not_asked
