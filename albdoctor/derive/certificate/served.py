"""The certificates that clients are shown at the addresses of the name, and what keeps browsers from trusting them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from albdoctor.derive.certificate.authorities import is_public
from albdoctor.derive.needs import derivation
from albdoctor.derive.request.outcome import AtAddress, Came, Requested
from albdoctor.facts.wire import Handshake, Probes, ServedCertificate


class Trouble(StrEnum):
    """Why browsers refuse a served certificate, one for each of OpenSSL's verdicts."""

    DATES = "dates"
    INCOMPLETE = "incomplete"
    """Certificates between the served ones and a root of a public authority are not sent."""
    ISSUER = "issuer"
    """Nobody whom browsers trust has issued it."""
    NAMES = "names"
    """It is for other names."""
    OTHER = "other"


NOT_YET, EXPIRED, OTHER_NAME = 9, 10, 62
ISSUER_MISSING = (2, 20, 21)
SELF_SIGNED = (18, 19)
"""X509_V codes: https://docs.openssl.org/3.0/man1/openssl-verification-options/ and x509_vfy.h."""


class Shown(Struct, frozen=True, kw_only=True):
    """One address at which a TLS handshake ended well."""

    address: str
    handshake: Handshake

    @property
    def leaf(self) -> ServedCertificate | None:
        """The server's own certificate; None: it could not be read."""
        return self.handshake.chain[0] if self.handshake.chain else None

    @property
    def trusted(self) -> bool:
        """Whether chain and name were verified."""
        return self.handshake.verify_code == 0

    @property
    def words(self) -> str:
        """OpenSSL's verdict in its own words."""
        return f"{self.handshake.verify_message} (OpenSSL {self.handshake.verify_code})".lstrip()

    @property
    def trouble(self) -> Trouble | None:
        """Why browsers refuse it; None: they do not, or nobody verified it."""
        match self.handshake.verify_code:
            case None | 0:
                return None
            case code if code in (NOT_YET, EXPIRED):
                return Trouble.DATES
            case code if code == OTHER_NAME:
                return Trouble.NAMES
            case code if code in SELF_SIGNED:
                return Trouble.ISSUER
            case code if code in ISSUER_MISSING:
                end = self.end
                return Trouble.INCOMPLETE if end and is_public(end.issuer) else Trouble.ISSUER
            case _:
                return Trouble.OTHER

    @property
    def end(self) -> ServedCertificate | None:
        """The last certificate of the served chain, followed from the server's own by issuer; it may be self-signed."""
        by_subject = {one.subject: one for one in self.handshake.chain}
        last, passed = self.leaf, set[str]()
        while last is not None and last.subject not in passed and last.issuer in by_subject:
            passed.add(last.subject)
            last = by_subject[last.issuer]
        return last

    def outdated(self, now: datetime) -> ServedCertificate | None:
        """The served certificate whose dates do not hold; None: it is none of those that were sent."""
        return next((one for one in self.handshake.chain if not one.not_before <= now <= one.not_after), None)


class ServedCertificates(Struct, frozen=True, kw_only=True):
    """What clients are shown at each address of the name at which TLS was tried."""

    shown: tuple[Shown, ...]
    tried: int
    """Addresses of the name whose port 443 is open and was spoken to."""
    without_tls: tuple[AtAddress, ...]
    """Those at which no handshake ends well."""

    @property
    def trusted(self) -> tuple[Shown, ...]:
        """The addresses whose certificate was verified."""
        return tuple(one for one in self.shown if one.trusted)

    def with_(self, trouble: Trouble) -> tuple[Shown, ...]:
        """The addresses whose certificate browsers refuse for this reason."""
        return tuple(one for one in self.shown if one.trouble is trouble)


@derivation
def served_certificates(requested: Requested, probes: Probes) -> ServedCertificates:
    """Gather what TLS does at the addresses that the name gives: probes of others prove nothing about it."""
    handshakes = {one.address: one.with_sni for one in probes.addresses}
    without = tuple(one for one in requested.at if one.came in (Came.NOT_TLS, Came.TLS_FAILS))
    failed = {one.address for one in without}
    shown = tuple(
        Shown(address=one.address, handshake=handshake)
        for one in requested.at
        if one.address not in failed and (handshake := handshakes.get(one.address)) and handshake.completed
    )
    return ServedCertificates(shown=shown, tried=len(shown) + len(without), without_tls=without)
