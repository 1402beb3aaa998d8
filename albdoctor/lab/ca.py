"""A certificate authority of the lab's own: trusted through `--ca-bundle`, it signs what ACM's would."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from albdoctor.lab.tls import server_context

VALID_DAYS = 198
"""As ACM's public certificates since 2026-02-18."""


PUBLIC_NAMES = ("Sectigo Public Server Authentication CA DV R36", "Sectigo Public Server Authentication Intermediate")
"""The intermediates between the root and what was bought elsewhere, nearest to the server first."""

Validity: TypeAlias = tuple[datetime | None, datetime | None]
"""From when until when; None: from yesterday, for 198 days."""


@dataclass(frozen=True)
class Bought:
    """A certificate that was got outside ACM, as its issuer hands it out: PEM."""

    certificate: bytes
    key: bytes
    chain: tuple[bytes, ...] = ()
    """The intermediates, nearest first."""


@dataclass(frozen=True)
class _Signer:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey


class CertificateAuthority:
    """Issues server certificates; files live in a folder that the caller removes."""

    def __init__(self, folder: Path) -> None:
        """Make the root's key and certificate, and write the bundle."""
        self._folder = folder
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "albdoctor lab root")])
        self._signer = _Signer(name, ec.generate_private_key(ec.SECP256R1()))
        self.bundle = folder / "ca.pem"
        """PEM file of the root, for `--ca-bundle`."""
        self.bundle.write_bytes(_pem(_sign_authority(self._signer, self._signer)))
        self._issued: dict[str, Path] = {}
        # Servers start in several threads; two that issue at once would write one file.
        self._issuing = threading.Lock()

    def certificate_for(self, arn: str, names: tuple[str, ...], validity: Validity = (None, None)) -> Path:
        """Give the PEM file (key, then certificate) for an ACM certificate: issued once, then kept."""
        key = f"{arn} {' '.join(names)} {validity}"
        with self._issuing:
            return self._kept(key, lambda: _sign_server(self._signer, names, validity))

    def file_of(self, bought: Bought) -> Path:
        """Give the PEM file (key, certificate, chain) of what was bought elsewhere."""
        with self._issuing:
            return self._kept(str(hash(bought)), lambda: bought)

    def buy(self, names: tuple[str, ...], validity: Validity = (None, None)) -> Bought:
        """Issue a certificate under two intermediates that are called as a public authority's."""
        signer, chain = self._signer, list[bytes]()
        for common_name in reversed(PUBLIC_NAMES):
            parts = ((NameOID.COMMON_NAME, common_name), (NameOID.ORGANIZATION_NAME, "Sectigo Limited"))
            name = x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])
            below = _Signer(name, ec.generate_private_key(ec.SECP256R1()))
            chain.insert(0, _pem(_sign_authority(below, signer)))
            signer = below
        bought = _sign_server(signer, names, validity)
        return Bought(bought.certificate, bought.key, tuple(chain))

    def server_context(self, names: tuple[str, ...]) -> ssl.SSLContext:
        """Make a TLS server context with a certificate for these names."""
        return server_context(self.certificate_for("", names))

    def _kept(self, key: str, make: Callable[[], Bought]) -> Path:
        if key not in self._issued:
            made, path = make(), self._folder / f"server-{len(self._issued)}.pem"
            path.touch(mode=0o600)
            path.write_bytes(b"".join((made.key, made.certificate, *made.chain)))
            self._issued[key] = path
        return self._issued[key]


def self_signed(names: tuple[str, ...]) -> Bought:
    """Make a certificate that vouches for itself, as `openssl req -x509` does."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    own = _Signer(name, ec.generate_private_key(ec.SECP256R1()))
    return _sign_server(own, names, key=own.key)


def _sign_authority(new: _Signer, by: _Signer) -> x509.Certificate:
    builder = _builder(new.name, new.key.public_key(), by, (None, datetime.now(UTC) + timedelta(days=3650)))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(_usage(sign_certificates=True), critical=True)
    return builder.sign(by.key, hashes.SHA256())


def _sign_server(
    by: _Signer,
    names: tuple[str, ...],
    validity: Validity = (None, None),
    key: ec.EllipticCurvePrivateKey | None = None,
) -> Bought:
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    builder = _builder(subject, key.public_key(), by, validity)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(sign_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
    builder = builder.add_extension(issuer_key, critical=False)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Bought(_pem(builder.sign(by.key, hashes.SHA256())), private)


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, by: _Signer, validity: Validity
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    not_before, not_after = validity
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.name)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before or now - timedelta(days=1))
        .not_valid_after(not_after or now + timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        encipher_only=False,
        decipher_only=False,
    )
