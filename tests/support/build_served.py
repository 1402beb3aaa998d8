"""Builders of what visitors get: the name leads to the balancer of build.py, and its addresses serve, or fail so."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from albdoctor.facts.elb import How
from albdoctor.facts.wire import AddressProbe, Exchange, Handshake, PortProbe, ServedCertificate, Tcp
from tests.support.build import BALANCER_ARN, NOW
from tests.support.build_dns import DOMAIN, host_answers, lead, probe, probes

ONE, OTHER = "203.0.113.5", "203.0.113.6"
"""The addresses of the load balancer's nodes."""
ADDRESSES = (ONE, OTHER)
URL = f"https://{DOMAIN}/"
OF_BALANCER = (("server", "awselb/2.0"),)
LEAF = ServedCertificate(
    sha256="00", subject=DOMAIN, issuer="Amazon", names=(DOMAIN,), not_before=NOW, not_after=NOW.replace(year=2027)
)


def led_to(
    *probed: AddressProbe, addresses: tuple[str, ...] = (), host: str = DOMAIN, arn: str = BALANCER_ARN
) -> dict[str, Any]:
    """DNS answers with these addresses (by default those that were probed), and they are the load balancer's."""
    given = addresses or tuple(one.address for one in probed)
    return {
        "leads": tuple(lead(How.ADDRESS, arn, name=one) for one in given),
        "host_answers": host_answers(*given, host=host),
        "probes": probes(*probed),
    }


def served(*addresses: str, host: str = DOMAIN, arn: str = BALANCER_ARN) -> dict[str, Any]:
    """Every address of the name answers 200 over verified TLS."""
    return led_to(*(probe(one) for one in addresses or ADDRESSES), host=host, arn=arn)


def got(
    status: int | None = 200, *, by_balancer: bool = False, failure: str = "", server: str = "", location: str = ""
) -> Exchange:
    """One answer over TLS; without a status it failed so."""
    named = (("server", server), ("location", location))
    sent = (*(OF_BALANCER if by_balancer else ()), *(header for header in named if header[1]))
    return Exchange(url=URL, address=ONE, port=443, status=status, headers=sent, failure=failure)


def answering(*chain: Exchange, address: str = ONE) -> AddressProbe:
    """TLS is fine, and the request is answered so."""
    return replace(probe(address), https=tuple(replace(one, address=address) for one in chain))


def shut(tcp: Tcp, detail: str = "", address: str = ONE) -> AddressProbe:
    """Port 443 takes no connection."""
    return replace(probe(address, tcp), port_443=PortProbe(port=443, tcp=tcp, detail=detail))


def shaking(failure: str = "", *, verify_code: int = 0, verify_message: str = "", address: str = ONE) -> AddressProbe:
    """TLS fails, or ends with a certificate that does not verify."""
    done = Handshake(
        server_name=DOMAIN,
        completed=not failure,
        failure=failure,
        verify_code=verify_code,
        verify_message=verify_message,
        chain=() if failure else (LEAF,),
    )
    return replace(probe(address), with_sni=done, https=())


def plain_on_443(status: int = 400, address: str = ONE) -> AddressProbe:
    """Port 443 speaks plain HTTP."""
    spoken = replace(got(status), url=f"http://{DOMAIN}:443/", address=address)
    return replace(shaking("WRONG_VERSION_NUMBER", address=address), plain_on_443=spoken)
