"""A certificate authority of the lab's own: trusted through `--ca-bundle`, it signs what ACM's would."""

from __future__ import annotations

import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from albdoctor.lab.tls import server_context

VALID_DAYS = 198
"""As ACM's public certificates since 2026-02-18."""


class CertificateAuthority:
    """Issues server certificates; files live in a folder that the caller removes."""

    def __init__(self, folder: Path) -> None:
        """Make the root's key and certificate, and write the bundle."""
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "albdoctor lab root")])
        self._root = self._sign_root()
        self.bundle = folder / "ca.pem"
        """PEM file of the root, for `--ca-bundle`."""
        self.bundle.write_bytes(self._root.public_bytes(serialization.Encoding.PEM))
        self._issued: dict[str, Path] = {}
        # Servers start in several threads; two that issue at once would write one file.
        self._issuing = threading.Lock()

    def certificate_for(self, arn: str, names: tuple[str, ...]) -> Path:
        """Give the PEM file (key, then certificate) for an ACM certificate: issued once, then kept."""
        key = f"{arn} {' '.join(names)}"
        with self._issuing:
            if key not in self._issued:
                self._issued[key] = self._issue(names, self._folder / f"server-{len(self._issued)}.pem")
            return self._issued[key]

    def server_context(self, names: tuple[str, ...]) -> ssl.SSLContext:
        """Make a TLS server context with a certificate for these names."""
        return server_context(self.certificate_for("", names))

    def _sign_root(self) -> x509.Certificate:
        builder = self._builder(self._name, self._key.public_key(), 3650)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(sign_certificates=True), critical=True)
        return builder.sign(self._key, hashes.SHA256())

    def _issue(self, names: tuple[str, ...], path: Path) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
        builder = self._builder(subject, key.public_key(), VALID_DAYS)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(sign_certificates=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(issuer_key, critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.touch(mode=0o600)
        path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        )


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
