# ruff: noqa: ANN401 - moto passes on what its own responses parsed, untyped
"""The emulated ACM: moto's, but a certificate is issued when its validation CNAMEs are found in DNS."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from types import ModuleType
from typing import Any, TypeAlias, cast

import moto.acm.urls
from moto.acm.models import AWS_ROOT_CA, AWSCertificateManagerBackend, CertBundle
from moto.elbv2.models import elbv2_backends

ResolveCname: TypeAlias = Callable[[str], str | None]
"""Gives where a name's CNAME leads in public DNS; None: there is none, or the name does not resolve."""

CaaOf: TypeAlias = Callable[[str], list[str]]
"""Gives the CAA records that govern a name in public DNS, as they are written; empty: none up to the TLD."""

VALID_DAYS = 198
AMAZON = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")
LISTED_BY_DEFAULT = ("RSA_1024", "RSA_2048")
"""ListCertificates without `Includes.keyTypes` hides every other key algorithm (API_Filters)."""


def validation_record(name: str) -> dict[str, str]:
    """The CNAME that proves control of a name; a wildcard has the one of the name below it."""
    base = name.removeprefix("*.").lower()
    owner, value = (hashlib.md5(f"{salt} {base}".encode(), usedforsecurity=False).hexdigest() for salt in ("n", "v"))
    zone = "".join(chr(ord("a") + int(digit, 16) % 26) for digit in value[:10])
    return {"Name": f"_{owner}.{base}.", "Type": "CNAME", "Value": f"_{value}.{zone}.acm-validations.aws."}


def is_allowed(name: str, records: list[str]) -> bool:
    """Whether CAA records let Amazon issue for a name."""
    split = [record.split(None, 2) for record in records]
    tags = {tag.lower() for _, tag, _ in split}
    wanted = "issuewild" if name.startswith("*.") and "issuewild" in tags else "issue"
    issuers = [value.strip('"').partition(";")[0].strip() for _, tag, value in split if tag.lower() == wanted]
    return not issuers or any(issuer in AMAZON for issuer in issuers)


class LabCertificate(CertBundle):
    """A requested certificate whose state the lab decides."""

    def __init__(self, bundle: CertBundle, names: tuple[str, ...], resolve: ResolveCname, caa_of: CaaOf) -> None:
        """Take over what moto made."""
        vars(self).update(vars(bundle))
        self.names = names
        self.resolve = resolve
        self.caa_of = caa_of
        self.issued_at: datetime | None = None
        self.not_before: datetime | None = None
        self.not_after: datetime | None = None
        self.kind: dict[str, str] = {}
        """What no load balancer takes it for: `{"CertificateUsage": "CLIENT_AUTH_ONLY"}`."""
        self.ended: dict[str, str] = {}
        """How a request came to nothing: `{"Status": "FAILED", "FailureReason": "CAA_ERROR"}`."""
        self.renewal: dict[str, Any] = {}
        """`RenewalSummary`, where ACM tried to renew it."""

    def issue(self, not_before: datetime | None = None, not_after: datetime | None = None) -> None:
        """Issue it, from today for 198 days unless told otherwise."""
        now = datetime.now(UTC)
        self.not_before = not_before or datetime.combine(now.date(), time(), UTC)
        last = (self.not_before + timedelta(days=VALID_DAYS)).date()
        self.not_after = not_after or datetime.combine(last, time(23, 59, 59), UTC)
        self.issued_at = min(now, self.not_after)
        self.renewal = {}
        self.check()

    def proven(self, name: str) -> bool:
        """Whether the validation CNAME of a name is in DNS."""
        record = validation_record(name)
        found = self.resolve(record["Name"].rstrip("."))
        return found is not None and found.rstrip(".").lower() == record["Value"].rstrip(".")

    def check(self) -> None:
        """Bring the status up to date; what was issued stays issued until it ends."""
        if self.ended:
            self.status = self.ended["Status"]
        elif self.issued_at is None and all(self.proven(name) for name in self.names):
            if all(is_allowed(name, self.caa_of(name.removeprefix("*."))) for name in self.names):
                self.issue()
            else:
                self.ended = {"Status": "FAILED", "FailureReason": "CAA_ERROR"}
                self.check()
        elif self.not_after is not None and self.not_after <= datetime.now(UTC):
            self.status = "EXPIRED"
        else:
            self.status = "ISSUED" if self.issued_at else "PENDING_VALIDATION"

    def describe(self) -> dict[str, Any]:
        """`DescribeCertificate`, and the summary's own fields."""
        certificate: dict[str, Any] = super().describe()["Certificate"]
        for absent in ("NotBefore", "NotAfter", "IssuedAt", "Serial", "ExtendedKeyUsages"):
            del certificate[absent]
        certificate |= {
            "Status": self.status,
            "SubjectAlternativeNames": list(self.names),
            "DomainValidationOptions": [self._option(name) for name in self.names],
            "RenewalEligibility": "ELIGIBLE" if self.issued_at and certificate["InUseBy"] else "INELIGIBLE",
            **self.kind,
            **self.ended,
        }
        if self.renewal:
            certificate["RenewalSummary"] = self.renewal
        if self.issued_at and self.not_before and self.not_after:
            certificate |= {
                "Issuer": "Amazon",
                "Serial": ":".join(
                    f"{byte:02x}" for byte in hashlib.md5(self.arn.encode(), usedforsecurity=False).digest()
                ),
                "IssuedAt": self.issued_at.timestamp(),
                "NotBefore": self.not_before.timestamp(),
                "NotAfter": self.not_after.timestamp(),
            }
        return {"Certificate": certificate}

    def _option(self, name: str) -> dict[str, Any]:
        proven = self.issued_at is not None or self.proven(name)
        return {
            "DomainName": name,
            "ValidationDomain": name,
            "ValidationStatus": "SUCCESS" if proven else "PENDING_VALIDATION",
            "ValidationMethod": "DNS",
            "ResourceRecord": validation_record(name),
        }


def sent_chain(imported: CertBundle) -> bytes:
    """The chain that was imported with a certificate: moto puts a root behind it."""
    return imported.chain.replace(AWS_ROOT_CA, b"").strip() + b"\n"


class LabAcm(AWSCertificateManagerBackend):
    """One Region's ACM."""

    resolve_cname: ResolveCname
    caa_of: CaaOf

    @property
    def _url_module(self) -> ModuleType:
        return moto.acm.urls

    def request_certificate(
        self, domain_name: str, idempotency_token: str, subject_alt_names: list[str], *args: Any, **kwargs: Any
    ) -> str:
        """Request a certificate; its order of names is kept."""
        arn = super().request_certificate(domain_name, idempotency_token, subject_alt_names, *args, **kwargs)
        bundle = self._certificates[arn]
        if not isinstance(bundle, LabCertificate):
            names = tuple(dict.fromkeys((domain_name, *(subject_alt_names or ()))))
            self._certificates[arn] = cast("CertBundle", LabCertificate(bundle, names, self.resolve_cname, self.caa_of))
        return arn

    def get_certificate(self, arn: str) -> CertBundle:
        """Bring a certificate up to date and give it."""
        certificate = super().get_certificate(arn)
        certificate.in_use_by = list(dict.fromkeys(self._users(arn)))
        return certificate

    def list_certificates(self, statuses: list[str], includes: dict[str, Any]) -> Iterable[CertBundle]:
        """List certificates; without `Includes.keyTypes` only the RSA ones of up to 2048 bits, as ACM does."""
        for certificate in super().list_certificates(statuses, {"keyTypes": LISTED_BY_DEFAULT} | (includes or {})):
            yield cast("CertBundle", Listed(certificate))

    def issue(self, arn: str, not_before: datetime | None = None, not_after: datetime | None = None) -> None:
        """Make a certificate one that was validated earlier."""
        certificate = self._certificates[arn]
        if isinstance(certificate, LabCertificate):
            certificate.issue(not_before, not_after)

    def make_unfit(self, arn: str, **kind: str) -> None:
        """Make a certificate one that is not for load balancers."""
        certificate = self._certificates[arn]
        if isinstance(certificate, LabCertificate):
            certificate.kind = kind

    def time_out(self, arn: str) -> None:
        """Let 72 hours pass without the proof of a certificate's names."""
        certificate = self._certificates[arn]
        if isinstance(certificate, LabCertificate):
            certificate.ended = {"Status": "VALIDATION_TIMED_OUT"}
            certificate.check()

    def renew_in_vain(self, arn: str, **summary: Any) -> None:
        """Make a certificate one that ACM tried to renew: `RenewalStatus="PENDING_VALIDATION"`."""
        certificate = self._certificates[arn]
        if isinstance(certificate, LabCertificate):
            at = datetime.now(UTC).timestamp()
            options = [{"DomainName": name, "ValidationStatus": "PENDING_VALIDATION"} for name in certificate.names]
            certificate.renewal = {"DomainValidationOptions": options, "UpdatedAt": at, **summary}

    def _users(self, arn: str) -> Iterable[str]:
        for balancer in list(elbv2_backends[self.account_id][self.region_name].load_balancers.values()):
            if any(arn in listener.certificates for listener in list(balancer.listeners.values())):
                yield balancer.arn


class Listed(CertBundle):
    """A certificate as `ListCertificates` shows it."""

    def __init__(self, certificate: CertBundle) -> None:
        """Show a certificate."""
        vars(self).update(vars(certificate))
        self._certificate = certificate

    def describe(self) -> dict[str, Any]:
        """The fields of `CertificateSummary`."""
        summary: dict[str, Any] = self._certificate.describe()["Certificate"]
        summary["SubjectAlternativeNameSummaries"] = summary.pop("SubjectAlternativeNames")
        summary["HasAdditionalSubjectAlternativeNames"] = False
        return {"Certificate": summary}
