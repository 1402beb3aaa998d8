"""Absurd certificates, each made once in a process."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KINDS = (
    "certificate-10000-names", "certificate-huge", "certificate-no-san", "certificate-not-yet-valid",
    "certificate-hostile-name", "certificate-year-9999",
)  # fmt: skip


@cache
def context(kind: str, host: str, folder: Path) -> ssl.SSLContext:
    """Make a server's TLS context with such a certificate, self-signed."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(_certificate(kind, host, folder))
    return made


def _certificate(kind: str, host: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    common = "<script>\x1b[2J\u202e::error::" if kind == "certificate-hostile-name" else host
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    now = datetime.now(UTC)
    start = now + timedelta(days=3000) if kind == "certificate-not-yet-valid" else now - timedelta(days=1)
    end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) if kind == "certificate-year-9999" else now + timedelta(4000)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )
    names = {"certificate-10000-names": [f"n{number}.{host}" for number in range(10_000)], "certificate-no-san": []}
    dns_names = names.get(kind, [host])
    if dns_names:
        extension = x509.SubjectAlternativeName([x509.DNSName(each) for each in dns_names])
        builder = builder.add_extension(extension, critical=False)
    if kind == "certificate-huge":
        blob = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x04" * 60_000)
        builder = builder.add_extension(blob, critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    path = folder / f"{kind}-{host}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
