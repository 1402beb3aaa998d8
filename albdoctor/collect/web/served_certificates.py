"""Certificates as a server sent them: DER bytes in, facts out. Nothing a peer sends raises here."""

from __future__ import annotations

import hashlib
import ssl
import warnings
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, cast

from albdoctor.facts.wire import ServedCertificate

if TYPE_CHECKING:
    from cryptography import x509

ENCODING_DER = 2
"""`_ssl.ENCODING_DER`, for `_ssl.Certificate.public_bytes` (CPython 3.10-3.12)."""


def served_chain(session: ssl.SSLObject) -> tuple[ServedCertificate, ...]:
    """Read the chain of a handshake in the served order; what cannot be parsed is left out."""
    parsed = (parse_certificate(der) for der in _served_der(session))
    return tuple(certificate for certificate in parsed if certificate is not None)


def _served_der(session: ssl.SSLObject) -> list[bytes]:
    # Public since 3.13, where it gives bytes; before, a method of the inner object that gives certificates.
    for holder in (session, getattr(session, "_sslobj", None)):
        unverified_chain = getattr(holder, "get_unverified_chain", None)
        if unverified_chain is not None:
            return [_der(certificate) for certificate in cast("Iterable[object]", unverified_chain() or ())]
    leaf = session.getpeercert(binary_form=True)
    return [leaf] if leaf else []


def _der(certificate: object) -> bytes:
    if isinstance(certificate, bytes):
        return certificate
    encoded: bytes | str = getattr(certificate, "public_bytes")(ENCODING_DER)  # noqa: B009 - untyped private class
    return encoded if isinstance(encoded, bytes) else encoded.encode("latin-1")


UNREAD = (ValueError, TypeError, LookupError)
"""What cryptography raises for a part that it cannot read; the last for a kind of text, until version 45."""


def parse_certificate(der: bytes) -> ServedCertificate | None:
    """Read one certificate (RFC 5280); None: its structure or its dates cannot be read.

    A name or a list of names that alone is malformed is left empty: OpenSSL's verdict still tells.
    """
    from cryptography import x509

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cryptography warns about absurd certificates; they are the peer's
        try:
            certificate = x509.load_der_x509_certificate(der)
            not_before, not_after = _dates(certificate)
        except (OverflowError, x509.InvalidVersion, *UNREAD):
            return None
        return ServedCertificate(
            sha256=hashlib.sha256(der).hexdigest(),
            subject=_name(certificate, "subject"),
            issuer=_name(certificate, "issuer"),
            names=_dns_names(certificate),
            not_before=not_before,
            not_after=not_after,
            self_signed=_self_signed(certificate),
        )


def _dates(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def _name(certificate: x509.Certificate, which: str) -> str:
    try:
        name: x509.Name = getattr(certificate, which)
        return name.rfc4514_string()
    except UNREAD:
        return ""


def _dns_names(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, *UNREAD):
        return ()
    return tuple(name.lower() for name in extension.value.get_values_for_type(x509.DNSName))


def _self_signed(certificate: x509.Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        if certificate.subject != certificate.issuer:
            return False
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, *UNREAD):
        return False
    except UnsupportedAlgorithm:
        return True  # the names say so, and no signature here can say otherwise
    return True
