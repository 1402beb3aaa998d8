"""Which certificates hold a host's name, and which one a listener serves for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NewType, TypeAlias

from msgspec import Struct

from albdoctor.derive.names import covers
from albdoctor.derive.needs import derivation
from albdoctor.derive.once import once
from albdoctor.facts.acm import Certificate, Certificates, CertificatesElsewhere
from albdoctor.facts.arn import region_of
from albdoctor.facts.elb import Listener, ListenerCertificates, Listeners, ListenersCertificates
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.snapshot import Scan

Covering = NewType("Covering", tuple[Certificate, ...])
"""The certificates with a name that covers the scanned host, whatever their state."""

UNFIT = (
    ("CertificateKeyPairOrigin", "ACME"),
    ("CertificateUsage", "CLIENT_AUTH_ONLY"),
    ("ManagedBy", "CLOUDFRONT"),
    ("ValidationMethod", "HTTP"),
)
"""The key is not at ACM, TLS servers may not show it, another service owns it; HTTP validates for CloudFront alone.

https://docs.aws.amazon.com/acm/latest/userguide/http-validation.html
"""


@derivation
def covering_host(scan: Scan, certificates: Certificates) -> Covering:
    """Choose the certificates for the scanned host."""
    return Covering(covering(certificates, scan.host))


def covering(certificates: Certificates, host: str) -> Certificates:
    """The certificates with a name that covers the host, whatever their state."""
    return tuple(one for one in certificates if any(covers(name, host) for name in one.names))


def issued(certificates: Certificates, region: str | None = None) -> Certificates:
    """Those that ACM issued and a load balancer can use, in one Region or everywhere."""
    return _fit("ISSUED", certificates, region)


def pending(certificates: Certificates, region: str | None = None) -> Certificates:
    """Those that wait for validation and that a load balancer can use then, in one Region or everywhere."""
    return _fit("PENDING_VALIDATION", certificates, region)


def ended(certificates: Certificates, region: str) -> Certificates:
    """Those of a Region whose request came to nothing: ACM never issues them."""
    return (*_fit("VALIDATION_TIMED_OUT", certificates, region), *_fit("FAILED", certificates, region))


@once
def _fit(state: str, certificates: Certificates, region: str | None) -> Certificates:
    return tuple(one for one in _in_state(state, certificates, region) if not unfit(one))


def unusable(certificates: Certificates, region: str) -> Certificates:
    """Those of a Region that ACM issued, and that no load balancer can use."""
    return tuple(one for one in _in_state("ISSUED", certificates, region) if unfit(one))


def unfit(certificate: Certificate) -> str:
    """What makes a certificate one that no load balancer can use, in ACM's own words; empty: nothing does.

    One that a load balancer uses is seen to be fit.
    """
    if any(":elasticloadbalancing:" in arn for arn in certificate.in_use_by):
        return ""
    for member, value in (
        ("CertificateKeyPairOrigin", certificate.certificate_key_pair_origin),
        ("CertificateUsage", certificate.certificate_usage),
        ("ManagedBy", certificate.managed_by),
        *(("ValidationMethod", one.validation_method) for one in certificate.domain_validation_options),
    ):
        if (member, value) in UNFIT:
            return f"{member}: {value}"
    return ""


def out_of_reach(
    host: str, region: str, certificates: Certificates, elsewhere: Observed[CertificatesElsewhere]
) -> Certificates:
    """Issued or pending certificates for the host that a balancer of this Region cannot use, as far as they are known.

    One that serves a CloudFront distribution is where it belongs.
    """
    every = (*certificates, *(elsewhere.value if isinstance(elsewhere, Known) else ()))
    fitting = covering(every, host)
    return tuple(
        one for one in (*issued(fitting), *pending(fitting)) if one.region != region and not _on_cloudfront(one)
    )


def _on_cloudfront(certificate: Certificate) -> bool:
    return any(":cloudfront:" in arn for arn in certificate.in_use_by)


def stood_in_for(certificate: Certificate, fitting: Certificates, listeners: Observed[Listeners]) -> bool | Unknown:
    """Whether issued certificates for the host leave nothing for a pending one to do.

    One of the same Region does, and so do those of the listeners' Regions when the pending one is in none of them (for
    CloudFront, say). A gap: some are issued elsewhere, and where the listeners are could not be seen.
    """
    if issued(fitting, certificate.region):
        return True
    if not issued(fitting):
        return False
    if isinstance(listeners, Unknown):
        return False if listeners.gap is Gap.NOT_ASKED else listeners
    regions = {region_of(listener.listener_arn) for listener in listeners.value}
    needed = not regions or certificate.region in regions
    return not needed and all(issued(fitting, region) for region in regions)


class PendingCertificate(Struct, frozen=True, kw_only=True):
    """A certificate for the host that waits for validation."""

    certificate: Certificate
    needed: bool
    """No issued certificate for the host stands in for it."""


PendingCertificates: TypeAlias = tuple[PendingCertificate, ...]


@derivation
def pending_certificates(fitting: Covering, listeners: Observed[Listeners]) -> Iterator[PendingCertificate | Unknown]:
    """Tell which certificates for the host wait, and which of them are needed."""
    for certificate in pending(fitting):
        spare = stood_in_for(certificate, fitting, listeners)
        if isinstance(spare, Unknown):
            yield spare
        else:
            yield PendingCertificate(certificate=certificate, needed=not spare)


def _in_state(status: str, certificates: Certificates, region: str | None) -> Certificates:
    if region is None:
        return tuple(one for one in certificates if one.status == status)
    return _by_state(certificates).get((status, region), ())


@once
def _by_state(certificates: Certificates) -> Mapping[tuple[str, str], Certificates]:
    here: dict[tuple[str, str], list[Certificate]] = defaultdict(list)
    for one in certificates:
        here[one.status, one.region].append(one)
    return {state: tuple(found) for state, found in here.items()}


def entry_of(listener: Listener, entries: ListenersCertificates) -> ListenerCertificates | Unknown:
    """The certificates of a listener that speaks TLS; a gap where they were not read."""
    own = _by_listener(entries).get(listener.listener_arn)
    asked = "elasticloadbalancing:DescribeListenerCertificates"
    return own or Unknown(gap=Gap.NOT_ASKED, asked=asked, detail=listener.listener_arn)


@once
def _by_listener(entries: ListenersCertificates) -> Mapping[str, ListenerCertificates]:
    return {entry.listener_arn: entry for entry in entries}


class HttpsRegion(Struct, frozen=True, kw_only=True):
    """A Region with HTTPS listeners, and the certificates of each of them."""

    region: str
    entries: tuple[ListenerCertificates, ...]

    @property
    def arns(self) -> frozenset[str]:
        """ARNs of every certificate on these listeners."""
        return attached(self.entries)


HttpsRegions: TypeAlias = tuple[HttpsRegion, ...]


@derivation
def https_regions(
    listeners: Listeners, listeners_certificates: ListenersCertificates
) -> Iterator[HttpsRegion | Unknown]:
    """Gather the HTTPS listeners by Region; a gap for one where a listener's certificates were not read."""
    by_region: dict[str, list[ListenerCertificates | Unknown]] = defaultdict(list)
    for one in listeners:
        if one.protocol == "HTTPS":
            by_region[region_of(one.listener_arn)].append(entry_of(one, listeners_certificates))
    for region, entries in by_region.items():
        gap = next((entry for entry in entries if isinstance(entry, Unknown)), None)
        known = tuple(entry for entry in entries if not isinstance(entry, Unknown))
        yield gap or HttpsRegion(region=region, entries=known)


def attached(listeners_certificates: ListenersCertificates) -> frozenset[str]:
    """ARNs of every certificate on any of the listeners."""
    return frozenset(one.certificate_arn for entry in listeners_certificates for one in entry.certificates)


def served_for(host: str, entry: ListenerCertificates, certificates: Certificates) -> tuple[str, ...]:
    """ARNs of the certificates that the listener may serve to a client that sends this host as SNI.

    Those of its list that cover the host, exact names first: which of several is served depends on what the
    client supports. None covers it: the default certificate alone. Empty: the listener has no certificate.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
    """
    known = _by_arn(certificates)
    on_list = tuple(known[one.certificate_arn] for one in entry.certificates if one.certificate_arn in known)
    fitting = sorted(covering(on_list, host), key=lambda one: host not in one.names)
    if fitting:
        return tuple(dict.fromkeys(one.certificate_arn for one in fitting))
    return tuple(one.certificate_arn for one in entry.certificates if one.is_default)[:1]


def unread(entry: ListenerCertificates, certificates: Certificates) -> tuple[str, ...]:
    """ARNs on the listener whose names are not known, as IAM server certificates."""
    known = _by_arn(certificates)
    return tuple(one.certificate_arn for one in entry.certificates if one.certificate_arn not in known)


def names_unread(arns: tuple[str, ...]) -> Unknown:
    """The gap where certificates on a listener are none of ACM's: nobody asks IAM for their names."""
    return Unknown(gap=Gap.NOT_ASKED, asked="iam:GetServerCertificate", detail=", ".join(arns))


@once
def _by_arn(certificates: Certificates) -> Mapping[str, Certificate]:
    return {one.certificate_arn: one for one in certificates}
