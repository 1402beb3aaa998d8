"""A throw-away certificate authority: good certificates, and every bad one a server was ever seen with."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Issued:
    """A certificate, its key, and the certificates that a server would send after it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    above: tuple[x509.Certificate, ...] = ()

    def server_context(self, directory: Path, *, chain: bool = True) -> ssl.SSLContext:
        """Make a server's context that sends it, with the chain or without."""
        path = directory / f"{self.certificate.serial_number}-{chain}.pem"
        sent = (self.certificate, *(self.above if chain else ()))
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(key + b"".join(one.public_bytes(Encoding.PEM) for one in sent))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        context.set_alpn_protocols(["http/1.1"])
        return context

    @property
    def der(self) -> bytes:
        """The certificate as it goes over the wire."""
        return self.certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True)
class Authority:
    """A root with one intermediate."""

    name: str = "albdoctor test root"

    @cached_property
    def root(self) -> Issued:
        """The self-signed root."""
        return _sign(self.name, None, (), authority=True)

    @cached_property
    def intermediate(self) -> Issued:
        """What signs the servers' certificates."""
        return _sign(f"{self.name} intermediate", self.root, (), authority=True)

    def bundle(self, directory: Path) -> str:
        """Write the root as a PEM file for `--ca-bundle`."""
        path = directory / "roots.pem"
        path.write_bytes(self.root.certificate.public_bytes(Encoding.PEM))
        return str(path)

    def issue(self, *names: str, days_ago: int = 1, days_left: int = 90, self_signed: bool = False) -> Issued:
        """Make a server's certificate for the names."""
        issuer = None if self_signed else self.intermediate
        dates = (days_ago, days_left)
        return _sign(names[0][:64], issuer, names, dates=dates)


def _sign(
    common_name: str,
    issuer: Issued | None,
    names: Sequence[str],
    *,
    dates: tuple[int, int] = (1, 90),
    authority: bool = False,
) -> Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.now(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(issuer.certificate.subject if issuer else own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dates[0] * DAY)
        .not_valid_after(now + dates[1] * DAY)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
    certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    sent_above = issuer is not None and issuer.certificate.issuer != issuer.certificate.subject
    return Issued(certificate=certificate, key=key, above=(issuer.certificate,) if issuer and sent_above else ())
