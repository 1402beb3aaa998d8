"""Builders of TLS as it was served at the addresses of the name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from albdoctor.facts.wire import AddressProbe, Exchange, Handshake, PortProbe, ServedCertificate, Tcp
from tests.support.build import NOW
from tests.support.build_dns import DOMAIN, host_answers, probes

GOOD, BAD = "203.0.113.5", "203.0.113.6"
END = NOW + timedelta(days=150)
AMAZON = "CN=Amazon RSA 2048 M02,O=Amazon,C=US"
PRIVATE = "CN=Corp Issuing CA,O=Corp"


def served(
    *names: str, issuer: str = AMAZON, subject: str = "", end: datetime = END, own: bool = False
) -> ServedCertificate:
    """A certificate for these names; without names an intermediate."""
    subject = subject or f"CN={names[0]}"
    return ServedCertificate(
        sha256=f"{sum(map(ord, subject + issuer)):064x}",
        subject=subject,
        issuer=subject if own else issuer,
        names=names,
        not_before=NOW - timedelta(days=90),
        not_after=end,
        self_signed=own,
    )


def shown(
    *chain: ServedCertificate, code: int = 0, words: str = "", address: str = "", failure: str = ""
) -> AddressProbe:
    """An address at which the handshake ends well with this chain, and OpenSSL's verdict about it."""
    address = address or (BAD if code else GOOD)
    done = Handshake(
        server_name=DOMAIN,
        completed=True,
        verify_code=code,
        verify_message=words,
        chain=chain or (served(DOMAIN),),
    )
    page = Exchange(
        url=f"https://{DOMAIN}/", address=address, port=443, status=None if failure else 200, failure=failure
    )
    return _at(address, done, https=(page,))


def failing(
    reason: str, address: str = BAD, *, plain: Exchange | None = None, without_sni: bool = False
) -> AddressProbe:
    """An address at which the handshake fails."""
    failed = Handshake(server_name=DOMAIN, completed=False, failure=reason)
    nameless = Handshake(server_name=None, completed=without_sni)
    return _at(address, failed, without_sni=nameless, plain_on_443=plain)


def plain(address: str = BAD, status: int = 200, body: str = "hello") -> Exchange:
    """What plain HTTP on port 443 gets."""
    return Exchange(url=f"http://{DOMAIN}:443/", address=address, port=443, status=status, body_start=body)


def tls(*at: AddressProbe, addresses: tuple[str, ...] = ()) -> dict[str, Any]:
    """The addresses of the name, and what TLS does there."""
    return {"host_answers": host_answers(*(addresses or (one.address for one in at))), "probes": probes(*at)}


def _at(address: str, with_sni: Handshake, **fields: Any) -> AddressProbe:
    return AddressProbe(
        address=address,
        port_80=PortProbe(port=80, tcp=Tcp.OPEN),
        port_443=PortProbe(port=443, tcp=Tcp.OPEN),
        with_sni=with_sni,
        **fields,
    )


EXPIRED = shown(served(DOMAIN, end=NOW - timedelta(days=1)), code=10, words="certificate has expired")
CUT = shown(served(DOMAIN), code=20, words="unable to get local issuer certificate")
SELF_SIGNED = shown(served(DOMAIN, own=True), code=18, words="self-signed certificate")
STRANGER = shown(served("old.test"), code=62, words=f"Hostname mismatch, certificate is not valid for '{DOMAIN}'.")
PLAIN = failing("WRONG_VERSION_NUMBER", plain=plain())
REFUSED = failing("TLSV1_ALERT_PROTOCOL_VERSION")

TLS_SYMPTOMS: dict[str, dict[str, Any]] = {
    "ALB222": tls(shown(), PLAIN),
    "ALB224": tls(shown(), EXPIRED),
    "ALB225": tls(shown(), CUT),
    "ALB226": tls(shown(), SELF_SIGNED),
    "ALB227": tls(shown(), STRANGER),
    "ALB228": tls(shown(), STRANGER),
    "ALB230": tls(shown(), REFUSED),
}
"""What each check of TLS as served looks like at one of two addresses."""
