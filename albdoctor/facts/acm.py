"""ACM certificates. Field names mirror `DescribeCertificate` (2015-12-08)."""

from __future__ import annotations

from datetime import datetime
from typing import NewType, TypeAlias

from msgspec import Struct

from albdoctor.facts.arn import region_of
from albdoctor.facts.known import Kind, Ref


class ValidationRecord(Struct, frozen=True, kw_only=True, rename="pascal"):
    """The CNAME that proves control of a name."""

    name: str
    type: str
    value: str


class DomainValidation(Struct, frozen=True, kw_only=True, rename="pascal"):
    """State of the proof for one name of the certificate."""

    domain_name: str
    validation_status: str = ""
    """PENDING_VALIDATION, SUCCESS or FAILED."""
    validation_method: str = ""
    resource_record: ValidationRecord | None = None


class RenewalSummary(Struct, frozen=True, kw_only=True, rename="pascal"):
    """State of managed renewal."""

    renewal_status: str = ""
    renewal_status_reason: str = ""


class Certificate(Struct, frozen=True, kw_only=True, rename="pascal"):
    """An ACM certificate; the Region is in its ARN."""

    certificate_arn: str
    domain_name: str
    subject_alternative_names: tuple[str, ...] = ()
    status: str = ""
    type: str = ""
    """AMAZON_ISSUED, IMPORTED or PRIVATE."""
    key_algorithm: str = ""
    issued_at: datetime | None = None
    created_at: datetime | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    in_use_by: tuple[str, ...] = ()
    domain_validation_options: tuple[DomainValidation, ...] = ()
    failure_reason: str = ""
    renewal_eligibility: str = ""
    renewal_summary: RenewalSummary | None = None

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
