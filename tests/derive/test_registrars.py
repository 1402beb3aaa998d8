"""Registrars: found by id, by name, by the name servers they give out."""

from __future__ import annotations

import pytest

from albdoctor.derive.dns.registrar_table import REGISTRARS
from albdoctor.derive.dns.registrars import default_registrar, parking_of, registrar_named
from tests.support.build_dns import OURS, registration


@pytest.mark.parametrize(
    ("names", "registrar"),
    [
        (("ns.gabia.co.kr", "ns1.gabia.co.kr"), "Gabia"),
        (("ns.gabia.net",), "Gabia"),
        (("ns2.cafe24.com",), "Cafe24"),
        (("ns3.whoisdomain.kr",), "Whois (후이즈)"),
        (("ns1.hosting.co.kr",), "Hosting.kr"),
        (("NS41.domaincontrol.com.",), "GoDaddy"),
        (("dns1.registrar-servers.com",), "Namecheap"),
        (("maceio.ns.porkbun.com",), "Porkbun"),
        (("amy.ns.cloudflare.com",), None),
        (("ns-cloud-a1.googledomains.com",), None),
        (("ns1.gabia.co.kr.evil.example", "x.ns1.gabia.co.kr"), None),
        (OURS, None),
    ],
)
def test_default_name_servers_tell_the_registrar(names: tuple[str, ...], registrar: str | None) -> None:
    found = default_registrar(names)
    assert (found.name if found else None) == registrar


@pytest.mark.parametrize(
    ("name", "iana_id", "registrar"),
    [
        ("whatever", 1910, "Cloudflare Registrar"),
        ("Gabia, Inc.(http://www.gabia.co.kr)", None, "Gabia"),
        ("Whois Corp.(http://whois.co.kr)", None, "Whois (후이즈)"),
        ("Megazone Corp., dba HOSTING.KR", None, "Hosting.kr"),
        ("Amazon Registrar, Inc.", 468, "Route 53 Domains"),
        ("Nobody We Know Ltd", 9999, None),
        ("", None, None),
    ],
)
def test_registration_data_tells_the_registrar(name: str, iana_id: int | None, registrar: str | None) -> None:
    found = registrar_named(registration(registrar=name, registrar_iana_id=iana_id))
    assert (found.name if found else None) == registrar


def test_unverified_registrants_are_told_from_parked_domains() -> None:
    unverified = parking_of(("ns1.emailverification.info",))
    parked = parking_of(("ns1.sedo.com",))
    assert unverified is not None
    assert unverified.unverified
    assert parked is not None
    assert not parked.unverified
    assert parking_of(OURS) is None


def test_an_id_names_one_registrar() -> None:
    ids = [one for registrar in REGISTRARS for one in registrar.iana_ids]
    assert len(ids) == len(set(ids))
    for registrar in REGISTRARS:
        assert registrar.page.startswith("https://")
        assert "{" not in registrar.menu.en + registrar.menu.ko
