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
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)


def strict_client(bundle: Path | None = None) -> ssl.SSLContext:
    """Make a client's context that demands of certificates all that RFC 5280 does; without roots it believes nobody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags = ssl.VerifyFlags.VERIFY_X509_STRICT
    if bundle:
        context.load_verify_locations(bundle)
    return context


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
    lax: bool = False
    """Leave out what RFC 5280 demands and browsers do not miss: key usage and key identifiers."""

    @cached_property
    def root(self) -> Issued:
        """The self-signed root."""
        return self._sign(self.name, None, (), authority=True)

    @cached_property
    def intermediate(self) -> Issued:
        """What signs the servers' certificates."""
        return self._sign(f"{self.name} intermediate", self.root, (), authority=True)

    def bundle(self, directory: Path) -> str:
        """Write the root as a PEM file for `--ca-bundle`."""
        path = directory / "roots.pem"
        path.write_bytes(self.root.certificate.public_bytes(Encoding.PEM))
        return str(path)

    def issue(self, *names: str, days_ago: int = 1, days_left: int = 90, self_signed: bool = False) -> Issued:
        """Make a server's certificate for the names."""
        issuer = None if self_signed else self.intermediate
        dates = (days_ago, days_left)
        return self._sign(names[0][:64], issuer, names, dates=dates)

    def _sign(
        self,
        common_name: str,
        issuer: Issued | None,
        names: Sequence[str],
        *,
        dates: tuple[int, int] = (1, 90),
        authority: bool = False,
    ) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        signing = issuer.key if issuer else key
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
        if not self.lax:
            builder = _as_demanded(builder, key, signing, authority=authority)
        certificate = builder.sign(signing, hashes.SHA256())
        sent_above = issuer is not None and issuer.certificate.issuer != issuer.certificate.subject
        return Issued(certificate=certificate, key=key, above=(issuer.certificate,) if issuer and sent_above else ())


def _as_demanded(
    builder: x509.CertificateBuilder,
    key: ec.EllipticCurvePrivateKey,
    signing: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.CertificateBuilder:
    """Add what RFC 5280 sections 4.2.1.1 to 4.2.1.3 demand: usage and identifiers of keys."""
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    builder = builder.add_extension(issuer_id, critical=False)
    if authority:
        return builder
    return builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
