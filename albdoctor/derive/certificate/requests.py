"""Requests for a certificate that came to nothing, where nothing stands in for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.certificate.coverage import (
    Covering,
    ended,
    issued,
    names_unread,
    out_of_reach,
    pending,
    unread,
)
from albdoctor.derive.needs import derivation
from albdoctor.derive.request.arrival import HttpsAnswer
from albdoctor.facts.acm import Certificate, Certificates, CertificatesElsewhere
from albdoctor.facts.elb import ListenersCertificates, LoadBalancers
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.snapshot import Scan

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class EndedRequest(Struct, frozen=True, kw_only=True):
    """The last request for a certificate for the host in a balancer's Region: it failed or timed out."""

    certificate: Certificate
    needed: bool
    """No certificate stands in for it, and nobody else serves the site over TLS."""


EndedRequests: TypeAlias = tuple[EndedRequest, ...]


@derivation
def ended_requests(
    scan: Scan,
    fitting: Covering,
    certificates: Certificates,
    certificates_elsewhere: Observed[CertificatesElsewhere],
    load_balancers: LoadBalancers,
    listeners_certificates: ListenersCertificates,
    https: HttpsAnswer,
) -> Iterator[EndedRequest | Unknown]:
    """Find the requests that came to nothing, the last one of each Region; old ones beside a good one are no matter."""
    foreign = tuple(arn for entry in listeners_certificates for arn in unread(entry, certificates))
    for region in dict.fromkeys(balancer.region for balancer in load_balancers):
        over = ended(fitting, region)
        if not over:
            continue
        last = max(over, key=lambda one: one.created_at or LONG_AGO)
        usable = (*issued(fitting, region), *pending(fitting, region))
        if usable or https.served or https.fronted:
            yield EndedRequest(certificate=last, needed=False)
        elif foreign:
            yield names_unread(foreign)
        else:
            # One that lies in another Region is told by itself.
            elsewhere = out_of_reach(scan.host, region, certificates, certificates_elsewhere)
            yield EndedRequest(certificate=last, needed=not elsewhere)
