"""WHOIS and RDAP of the lab over real sockets, and certificates that its CA signs."""

from __future__ import annotations

import itertools
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from albdoctor.lab.ca import CertificateAuthority, self_signed
from albdoctor.lab.loop import Loop
from albdoctor.lab.registration import RDAP_HOST, RegistrationServers
from albdoctor.lab.registry import GABIA, Domain, Registry
from tests.support.tls import strict_client

AWS = ("ns-421.awsdns-52.com", "ns-932.awsdns-52.net")


@pytest.fixture
def authority(tmp_path: Path) -> CertificateAuthority:
    return CertificateAuthority(tmp_path)


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    for name in ("shop.example", "shop.kr", "shop.com"):
        registry.register(Domain(name, nameservers=GABIA.default_nameservers))
    return registry


@pytest.fixture
def servers(registry: Registry, authority: CertificateAuthority) -> Iterator[RegistrationServers]:
    tls = authority.server_context((RDAP_HOST,))
    with Loop("test-registry") as loop, RegistrationServers(registry, loop, tls) as servers:
        yield servers


def whois(servers: RegistrationServers, host: str, question: str) -> str:
    with socket.create_connection(servers.places[host, 43], timeout=2) as client:
        client.sendall(f"{question}\r\n".encode())
        chunks = iter(lambda: client.recv(4096), b"")
        return b"".join(chunks).decode()


def rdap(servers: RegistrationServers, bundle: Path, domain: str) -> tuple[str, Any]:
    context = strict_client(bundle)
    plain = socket.create_connection(servers.places[RDAP_HOST, 443], timeout=2)
    with context.wrap_socket(plain, server_hostname=RDAP_HOST) as client:
        client.sendall(f"GET /com/v1/domain/{domain} HTTP/1.1\r\nHost: {RDAP_HOST}\r\n\r\n".encode())
        head, _, body = b"".join(iter(lambda: client.recv(4096), b"")).partition(b"\r\n\r\n")
    return head.decode().splitlines()[0], json.loads(body)


def test_iana_names_the_whois_server_of_a_tld(servers: RegistrationServers) -> None:
    assert "whois:        whois.nic.example\r\n" in whois(servers, "whois.iana.org", "example")
    assert "whois:        whois.nic.example\r\n" in whois(servers, "whois.iana.org", "shop.example")
    assert "whois:" not in whois(servers, "whois.iana.org", "nowhere")


def test_gtld_whois(servers: RegistrationServers, registry: Registry) -> None:
    answer = whois(servers, "whois.nic.example", "SHOP.example").splitlines()
    assert "Registrar: Gabia, Inc." in answer
    assert "Registrar IANA ID: 244" in answer
    assert "Domain Status: clientTransferProhibited https://icann.org/epp#clientTransferProhibited" in answer
    assert [line for line in answer if line.startswith("Name Server:")] == [
        "Name Server: ns.gabia.co.kr",
        "Name Server: ns1.gabia.co.kr",
    ]
    registry.set_nameservers("shop.example", AWS)
    assert "Name Server: ns-421.awsdns-52.com" in whois(servers, "whois.nic.example", "shop.example")
    assert whois(servers, "whois.nic.example", "free.example").startswith("No match for domain")


def test_kr_whois_is_bilingual(servers: RegistrationServers) -> None:
    korean, _, english = whois(servers, "whois.kr", "shop.kr").partition("# ENGLISH")
    assert "등록대행자                  : Gabia, Inc.(http://www.gabia.co.kr)" in korean
    assert "Authorized Agency           : Gabia, Inc.(http://www.gabia.co.kr)" in english
    assert "Primary Name Server\r\n   Host Name                   : ns.gabia.co.kr" in english
    assert "Secondary Name Server\r\n   Host Name                   : ns1.gabia.co.kr" in english
    assert "was not found" in whois(servers, "whois.kr", "free.kr")


def test_rdap_over_tls_of_the_labs_ca(servers: RegistrationServers, authority: CertificateAuthority) -> None:
    status, found = rdap(servers, authority.bundle, "shop.com")
    assert status == "HTTP/1.1 200 OK"
    assert [server["ldhName"] for server in found["nameservers"]] == ["NS.GABIA.CO.KR", "NS1.GABIA.CO.KR"]
    assert found["entities"][0]["publicIds"][0]["identifier"] == "244"
    assert rdap(servers, authority.bundle, "free.com")[0] == "HTTP/1.1 404 Not Found"


def test_certificate_is_issued_once_for_an_arn(authority: CertificateAuthority) -> None:
    first = authority.certificate_for("arn:1", ("shop.example", "*.shop.example"))
    assert authority.certificate_for("arn:1", ("shop.example", "*.shop.example")) == first
    assert authority.certificate_for("arn:2", ("shop.example",)) != first
    assert first.stat().st_mode & 0o077 == 0, "it holds a private key"


def test_what_was_bought_elsewhere_comes_with_two_intermediates(authority: CertificateAuthority) -> None:
    bought = authority.buy(("shop.example",))
    chain = [x509.load_pem_x509_certificate(one) for one in (bought.certificate, *bought.chain)]
    for below, above in itertools.pairwise(chain):
        below.verify_directly_issued_by(above)
    chain[-1].verify_directly_issued_by(x509.load_pem_x509_certificate(authority.bundle.read_bytes()))
    assert authority.file_of(bought) == authority.file_of(bought)
    own = x509.load_pem_x509_certificate(self_signed(("shop.example",)).certificate)
    own.verify_directly_issued_by(own)
