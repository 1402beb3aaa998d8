"""The certificates that the HTTPS:443 listeners hold, and which of them a served one is."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from albdoctor.derive.certificate.coverage import covering, issued, unread
from albdoctor.derive.needs import derivation
from albdoctor.facts.acm import Certificate, Certificates
from albdoctor.facts.elb import Listener, Listeners, ListenersCertificates
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.wire import ServedCertificate


class Held(Struct, frozen=True, kw_only=True):
    """A certificate on an HTTPS:443 listener."""

    certificate: Certificate
    listener: Listener
    is_default: bool


class HeldCertificates(Struct, frozen=True, kw_only=True):
    """What the HTTPS:443 listeners hold, as far as it is known: enough to plan a fix."""

    held: tuple[Held, ...]
    complete: bool
    """Every certificate on these listeners is known, and there is one: another that is served is none of them."""
    certificates: Certificates
    """Of the account, attached or not."""

    def of(self, served: ServedCertificate | None) -> Held | None:
        """The one that is served, by its names and its end: ACM tells no fingerprint.

        Where two are alike an imported one is meant: it is its owner's to keep right, as ACM's own are by themselves.
        """
        alike = sorted(self.named_as(served), key=lambda one: one.certificate.type == "AMAZON_ISSUED")
        return next((one for one in alike if served and one.certificate.not_after in (None, served.not_after)), None)

    def named_as(self, served: ServedCertificate | None) -> tuple[Held, ...]:
        """Those whose names are just those of a served certificate."""
        names = set(served.names) if served else set[str]()
        return tuple(one for one in self.held if names and names == set(one.certificate.names))

    def better_than(self, held: Held, host: str, now: datetime) -> Certificate | None:
        """An issued certificate of ACM's own in the Region that covers all of these names, and the host."""
        fitting = covering(issued(self.certificates, held.certificate.region), host)
        own = (one for one in fitting if one.type == "AMAZON_ISSUED" and one.not_after and one.not_after > now)
        others = (one for one in own if one.certificate_arn != held.certificate.certificate_arn)
        return next((one for one in others if set(held.certificate.names) <= set(one.names)), None)


@derivation
def held_certificates(
    listeners: Observed[Listeners],
    listeners_certificates: Observed[ListenersCertificates],
    certificates: Observed[Certificates],
) -> HeldCertificates:
    """Look up what is on the listeners that `https://host` can reach."""
    known = certificates.value if isinstance(certificates, Known) else ()
    entries = listeners_certificates.value if isinstance(listeners_certificates, Known) else ()
    on_443 = {
        one.listener_arn: one
        for one in (listeners.value if isinstance(listeners, Known) else ())
        if one.port == 443 and one.protocol == "HTTPS"
    }
    by_arn = {one.certificate_arn: one for one in known}
    here = tuple(entry for entry in entries if entry.listener_arn in on_443)
    held = tuple(
        Held(
            certificate=by_arn[one.certificate_arn],
            listener=on_443[entry.listener_arn],
            is_default=bool(one.is_default),
        )
        for entry in here
        for one in entry.certificates
        if one.certificate_arn in by_arn
    )
    complete = isinstance(certificates, Known) and bool(held) and not any(unread(entry, known) for entry in here)
    return HeldCertificates(
        held=held, complete=complete and {entry.listener_arn for entry in here} == {*on_443}, certificates=known
    )
