"""RDAP and WHOIS over real sockets: what each answer of a registry becomes."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from albdoctor.collect.options import ConnectTo, Options
from albdoctor.collect.registry.rdap import rdap_base, rdap_servers, read_rdap
from albdoctor.collect.registry.registration import registration
from albdoctor.collect.registry.whois import whois_servers
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.registration import Registration
from tests.support.registry import rdap_server, whois_server

URL = "https://rdap.verisign.com/com/v1/domain/shop.com"
HOST = "rdap.verisign.com"
PATH = "/com/v1/domain/shop.com"
DOMAIN: dict[str, Any] = {
    "objectClassName": "domain",
    "ldhName": "SHOP.COM",
    "status": ["client hold", "Client Transfer Prohibited"],
    "events": [
        {"eventAction": "registration", "eventDate": "2020-01-02T03:04:05Z"},
        {"eventAction": "last changed", "eventDate": "2026-11-21T09:00:00+09:00"},
        {"eventAction": "expiration", "eventDate": "some day"},
    ],
    "entities": [
        {"roles": ["abuse"]},
        {
            "roles": ["registrar"],
            "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Gabia, Inc."]]],
            "publicIds": [{"type": "IANA Registrar ID", "identifier": "244"}],
        },
    ],
    "nameservers": [{"ldhName": "NS.GABIA.CO.KR"}, {"ldhName": "ns1.gabia.co.kr."}],
    "secureDNS": {"dsData": [{"keyTag": 12345, "algorithm": 8, "digestType": 2, "digest": "ABCDEF"}]},
}

KR = """query : shop.kr

# KOREAN(UTF8)

도메인이름                  : shop.kr
등록일                      : 2020. 02. 28.
등록대행자                  : (주)가비아(http://www.gabia.co.kr)
DNSSEC                      : 미서명
Host Name                   : wrong.example

# ENGLISH

KRNIC is not a Registry but a Registry operator.

Domain Name                 : shop.kr
Registrant                  : Shop
Registered Date             : 2020. 02. 28.
Last Updated Date           : 2026. 11. 21.
Expiration Date             : 2027. 02. 28.
Publishes                   : N
Authorized Agency           : Gabia, Inc.(http://www.gabia.co.kr)
DNSSEC                      : unsigned
Domain Status               : clientHold

Primary Name Server
   Host Name                : ns.gabia.co.kr

Secondary Name Server
   Host Name                : ns1.gabia.co.kr
"""
KR_NONE = """query : shop.kr

# KOREAN(UTF8)

상기 도메인이름은 등록되어 있지 않습니다.

# ENGLISH

Above domain name is not registered to KRNIC.
"""
JP = """[ JPRS database provides information on network administration. Its use is    ]
Domain Information:
[Domain Name]                   SHOP.JP
[Registrant]                    Shop
[Name Server]                   ns1.dns.ne.jp
[Name Server]                   ns2.dns.ne.jp
[Signing Key]
[Created on]                    2024/05/30
[Expires on]                    2027/05/31
[Status]                        Active
[Last Updated]                  2026/11/22 07:17:19 (JST)
"""
GENERIC = """   Domain Name: SHOP.EXAMPLE
   Registrar WHOIS Server: whois.gabia.com
   Updated Date: 2026-11-21T18:08:24Z
   Creation Date: 2013-01-22T23:01:00Z
   Registry Expiry Date: 2027-01-22T23:01:00Z
   Registrar: Gabia, Inc.
   Registrar IANA ID: 244
   Domain Status: clientTransferProhibited https://icann.org/epp#clientTransferProhibited
   Domain Status: ok https://icann.org/epp#ok
   Name Server: NS.GABIA.CO.KR
   Name Server: NS1.GABIA.CO.KR
   DNSSEC: unsigned
>>> Last update of whois database: 2026-11-22T10:10:03Z <<<
If the domain is not found, ask elsewhere.
"""


NO_IANA = {("whois.iana.org", 43): ("127.0.0.1", 1)}
"""Nobody listens there: no test asks the real one."""


def ask(domain: str, places: dict[tuple[str, int], tuple[str, int]], ca_bundle: str = "") -> Options:
    return Options(
        domain=domain,
        host=domain,
        registrable=domain,
        ca_bundle=ca_bundle,
        connect_to=ConnectTo(places=tuple((NO_IANA | places).items())),
    )


def over_rdap(
    tmp_path: Path, pages: dict[str, tuple[int, str, bytes]], names: tuple[str, ...] = (HOST,)
) -> tuple[Observed[Registration], list[str]]:
    asked: list[str] = []

    async def run() -> Observed[Registration]:
        async with rdap_server(pages, names, tmp_path, asked) as (place, bundle):
            hosts = (HOST, "rdap.other.example")
            return await registration(ask("shop.com", {(host, 443): place for host in hosts}, bundle))

    return asyncio.run(run()), asked


def over_whois(
    domain: str, server: str, answer: str | bytes, *, silent: bool = False
) -> tuple[Observed[Registration], list[str]]:
    asked: list[str] = []

    async def run() -> Observed[Registration]:
        raw = answer if isinstance(answer, bytes) else answer.encode()
        async with whois_server(raw, asked, silent=silent) as place:
            return await registration(ask(domain, {(server, 43): place}))

    return asyncio.run(run()), asked


def test_rdap_domain(tmp_path: Path) -> None:
    found, asked = over_rdap(tmp_path, {PATH: (200, "", json.dumps(DOMAIN).encode())})
    assert asked == [f"{HOST} {PATH}"]
    assert found == Known(
        Registration(
            domain="shop.com",
            source="rdap",
            server=URL,
            registered=True,
            registrar="Gabia, Inc.",
            registrar_iana_id=244,
            statuses=("client hold", "client transfer prohibited"),
            nameservers=("ns.gabia.co.kr", "ns1.gabia.co.kr"),
            created=datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
            changed=datetime(2026, 11, 21, tzinfo=UTC),
            expires=None,
            ds=("12345 8 2 abcdef",),
        )
    )


def test_rdap_404_is_not_registered(tmp_path: Path) -> None:
    found, _ = over_rdap(tmp_path, {})
    assert found == Known(Registration(domain="shop.com", source="rdap", server=URL, registered=False))


@pytest.mark.parametrize(
    ("status", "body", "gap", "detail"),
    [
        (429, b"", Gap.THROTTLED, "HTTP 429"),
        (500, b"", Gap.FAILED, "HTTP 500"),
        (403, b"", Gap.FAILED, "HTTP 403"),
        (200, b"<html>", Gap.FAILED, "the answer is no RDAP object of this domain"),
        (200, b"[]", Gap.FAILED, "the answer is no RDAP object of this domain"),
        (200, b'{"ldhName": "other.com"}', Gap.FAILED, "the answer is no RDAP object of this domain"),
        (200, b" " * 300_000, Gap.FAILED, "the answer is longer than 262144 bytes"),
    ],
)
def test_rdap_that_says_nothing(tmp_path: Path, status: int, body: bytes, gap: Gap, detail: str) -> None:
    found, _ = over_rdap(tmp_path, {PATH: (status, "", body)})
    assert found == Unknown(gap=gap, asked=f"RDAP {URL}", detail=detail)


def test_rdap_redirect_is_followed(tmp_path: Path) -> None:
    pages = {
        PATH: (302, "https://rdap.other.example/x", b""),
        "/x": (301, "/y", b""),
        "/y": (200, "", json.dumps(DOMAIN).encode()),
    }
    found, asked = over_rdap(tmp_path, pages, (HOST, "rdap.other.example"))
    assert isinstance(found, Known)
    assert asked == [f"{HOST} {PATH}", "rdap.other.example /x", "rdap.other.example /y"]


def test_rdap_redirects_end(tmp_path: Path) -> None:
    found, asked = over_rdap(tmp_path, {PATH: (302, PATH, b"")})
    assert found == Unknown(gap=Gap.FAILED, asked=f"RDAP {URL}", detail="HTTP 302")
    assert len(asked) == 3


def test_rdap_is_not_followed_to_plain_http(tmp_path: Path) -> None:
    found, _ = over_rdap(tmp_path, {PATH: (302, "http://rdap.other.example/", b"")})
    assert isinstance(found, Unknown)
    assert found.gap is Gap.FAILED


def test_rdap_of_an_untrusted_server(tmp_path: Path) -> None:
    found, asked = over_rdap(tmp_path, {}, ("somebody.else.example",))
    assert isinstance(found, Unknown)
    assert (found.gap, asked) == (Gap.FAILED, [])
    assert "CERTIFICATE_VERIFY_FAILED" in found.detail


def test_rdap_out_of_reach() -> None:
    found = asyncio.run(registration(ask("shop.com", {(HOST, 443): ("127.0.0.1", 1)})))
    assert isinstance(found, Unknown)
    assert (found.gap, found.asked) == (Gap.UNREACHABLE, f"RDAP {URL}")


def test_whois_is_asked_where_rdap_fails_and_iana_names_a_server(tmp_path: Path) -> None:
    asked: list[str] = []

    def run(pages: dict[str, tuple[int, str, bytes]], whois: bytes) -> Observed[Registration]:
        async def both() -> Observed[Registration]:
            iana = b"domain:       COM\nwhois:        whois.nic.example\n"
            async with (
                rdap_server(pages, (HOST,), tmp_path, asked) as (rdap, bundle),
                whois_server(iana, asked) as first,
                whois_server(whois, asked) as second,
            ):
                places = {(HOST, 443): rdap, ("whois.iana.org", 43): first, ("whois.nic.example", 43): second}
                return await registration(ask("shop.com", places, bundle))

        return asyncio.run(both())

    record = GENERIC.replace("shop.example", "shop.com").replace("SHOP.EXAMPLE", "SHOP.COM").encode()
    for status in (429, 500, 403):
        found = run({PATH: (status, "", b"")}, record)
        assert isinstance(found, Known)
        assert (found.value.source, found.value.registrar_iana_id) == ("whois", 244)
    assert asked == [f"{HOST} {PATH}", "com", "shop.com"] * 3
    asked.clear()
    assert run({PATH: (500, "", b"")}, b"hello") == Unknown(gap=Gap.FAILED, asked=f"RDAP {URL}", detail="HTTP 500")
    asked.clear()
    not_there = run({PATH: (404, "", b"")}, record)
    assert isinstance(not_there, Known)
    assert (not_there.value.registered, asked) == (False, [f"{HOST} {PATH}"])


def test_rdap_as_some_registries_write_it() -> None:
    """`ldhName` in U-labels, or none; actions of events with capitals; dates without a T."""
    odd = {
        "objectClassName": "domain",
        "ldhName": "bücher.com",
        "events": [
            {"eventAction": "Registration", "eventDate": "2013-01-22 23:01:00"},
            {"eventAction": "Expiration", "eventDate": "2027-01-22"},
            {"eventAction": "Last Changed", "eventDate": "20261121 18:08:24"},
        ],
        "nameservers": [{"ldhName": "NS.bücher.com."}, {"unicodeName": "ns1.gabia.co.kr"}, {"ldhName": "ü..x"}],
    }
    assert read_rdap(json.dumps(odd).encode(), "xn--bcher-kva.com", URL) == Registration(
        domain="xn--bcher-kva.com",
        source="rdap",
        server=URL,
        registered=True,
        nameservers=("ns.xn--bcher-kva.com", "ns1.gabia.co.kr"),
        created=datetime(2013, 1, 22, 23, 1, tzinfo=UTC),
        changed=datetime(2026, 11, 21, 18, 8, 24, tzinfo=UTC),
        expires=datetime(2027, 1, 22, tzinfo=UTC),
    )
    del odd["ldhName"]
    named = json.dumps({**odd, "unicodeName": "bücher.com"}).encode()
    assert read_rdap(named, "xn--bcher-kva.com", URL) is not None
    assert read_rdap(named, "xn--bcher-kvb.com", URL) is None


@pytest.mark.parametrize(
    ("href", "page"),
    [
        ("https://tiny.example/", "https://tiny.example/"),
        ("http://www.tiny.example/en/login.html", "http://www.tiny.example/en/login.html"),
        ("javascript:alert(1)", ""),
        ("https://tiny.example/?a=$(id)", ""),
        ("https://tiny.example/\n  rm -rf", ""),
        (None, ""),
    ],
)
def test_rdap_names_the_registrars_own_page(href: object, page: str) -> None:
    linked: dict[str, Any] = {
        "roles": ["registrar"],
        "links": [{"rel": "self", "href": "https://no"}, {"rel": "about", "href": href}],
    }
    card: dict[str, Any] = {"roles": ["registrar"], "vcardArray": ["vcard", [["url", {}, "uri", href]]]}
    for entity in (linked, card):
        read = read_rdap(json.dumps({"ldhName": "shop.com", "entities": [entity]}).encode(), "shop.com", URL)
        assert read is not None
        assert read.registrar_url == page


def test_whois_of_kr_reads_the_english_half() -> None:
    found, asked = over_whois("shop.kr", "whois.kr", KR)
    assert asked == ["shop.kr"]
    assert found == Known(
        Registration(
            domain="shop.kr",
            source="whois",
            server="whois.kr:43",
            registered=True,
            registrar="Gabia, Inc.",
            registrar_url="http://www.gabia.co.kr",
            statuses=("client hold",),
            nameservers=("ns.gabia.co.kr", "ns1.gabia.co.kr"),
            created=datetime(2020, 2, 28, tzinfo=UTC),
            changed=datetime(2026, 11, 21, tzinfo=UTC),
            expires=datetime(2027, 2, 28, tzinfo=UTC),
        )
    )


def test_whois_of_kr_idn() -> None:
    found, asked = over_whois("xn--o39akk.kr", "whois.kr", KR.replace("shop.kr", "가게.kr"))
    assert asked == ["xn--o39akk.kr"]
    assert isinstance(found, Known)
    assert found.value.registered


def test_whois_of_jp() -> None:
    found, asked = over_whois("shop.jp", "whois.jprs.jp", JP)
    assert asked == ["shop.jp/e"]
    assert found == Known(
        Registration(
            domain="shop.jp",
            source="whois",
            server="whois.jprs.jp:43",
            registered=True,
            statuses=("active",),
            nameservers=("ns1.dns.ne.jp", "ns2.dns.ne.jp"),
            created=datetime(2024, 5, 30, tzinfo=UTC),
            changed=datetime(2026, 11, 21, 22, 17, 19, tzinfo=UTC),
            expires=datetime(2027, 5, 31, tzinfo=UTC),
        )
    )


@pytest.mark.parametrize(
    ("domain", "server", "answer"),
    [
        ("shop.kr", "whois.kr", KR_NONE),
        ("shop.jp", "whois.jprs.jp", "[ JPRS database ]\nNo match!!\n"),
        ("shop.eu", "whois.eu", "% some words\nDomain: shop.eu\nStatus: AVAILABLE\n"),
        ("shop.it", "whois.nic.it", "Domain not found.\n"),
        ("shop.ru", "whois.tcinet.ru", "% By submitting\nNo entries found for the selected source(s).\n"),
        ("shop.cn", "whois.cnnic.cn", "The queried object does not exist\n"),
        ("shop.hk", "whois.hkirc.hk", "The domain has not been registered.\n"),
        ("shop.edu", "whois.educause.edu", 'No match for "SHOP.EDU".\n'),
    ],
)
def test_whois_that_says_not_registered(domain: str, server: str, answer: str) -> None:
    found, _ = over_whois(domain, server, answer)
    assert found == Known(Registration(domain=domain, source="whois", server=f"{server}:43", registered=False))


@pytest.mark.parametrize(
    ("answer", "gap"),
    [
        ("Query rate limit exceeded. Try again later.\n", Gap.THROTTLED),
        ("Service is down. Your IP is not registered here.\n", Gap.FAILED),
        ("Domain Name: other.kr\nRegistrar: X\n\nDomain not found\n", Gap.FAILED),
        ("Domain Name: shop.kr\n", Gap.FAILED),
        ("", Gap.FAILED),
        (b"\xff\xfe\x00" * 100, Gap.FAILED),
        (b"x" * 300_000, Gap.FAILED),
    ],
)
def test_whois_that_says_nothing(answer: str | bytes, gap: Gap) -> None:
    found, _ = over_whois("shop.kr", "whois.kr", answer)
    assert isinstance(found, Unknown)
    assert (found.gap, found.asked) == (gap, "WHOIS whois.kr:43")


def test_whois_that_never_answers() -> None:
    found, _ = over_whois("shop.kr", "whois.kr", "", silent=True)
    assert found == Unknown(gap=Gap.UNREACHABLE, asked="WHOIS whois.kr:43", detail="no answer within 5 s")


def test_iana_tells_the_server_of_other_tlds() -> None:
    asked: list[str] = []

    async def run() -> Observed[Registration]:
        iana = b"% IANA WHOIS server\n\ndomain:       EXAMPLE\n\nwhois:        whois.nic.example\n\nstatus: ACTIVE\n"
        async with whois_server(iana, asked) as first, whois_server(GENERIC.encode(), asked) as second:
            places = {("whois.iana.org", 43): first, ("whois.nic.example", 43): second}
            return await registration(ask("shop.example", places))

    found = asyncio.run(run())
    assert asked == ["example", "shop.example"]
    assert found == Known(
        Registration(
            domain="shop.example",
            source="whois",
            server="whois.nic.example:43",
            registered=True,
            registrar="Gabia, Inc.",
            registrar_iana_id=244,
            statuses=("client transfer prohibited", "active"),
            nameservers=("ns.gabia.co.kr", "ns1.gabia.co.kr"),
            created=datetime(2013, 1, 22, 23, 1, tzinfo=UTC),
            changed=datetime(2026, 11, 21, 18, 8, 24, tzinfo=UTC),
            expires=datetime(2027, 1, 22, 23, 1, tzinfo=UTC),
        )
    )


def test_a_name_that_is_sold_under_a_domain_is_asked_of_who_sells_it() -> None:
    text = GENERIC.replace("SHOP.EXAMPLE", "SHOP.UK.COM")
    found, asked = over_whois("shop.uk.com", "whois.centralnic.com", text)
    assert asked == ["shop.uk.com"]
    assert isinstance(found, Known)
    assert (found.value.domain, found.value.registrar_iana_id) == ("shop.uk.com", 244)


def test_tld_without_any_server() -> None:
    found, asked = over_whois("shop.example", "whois.iana.org", "domain:  EXAMPLE\nstatus: ACTIVE\n")
    assert asked == ["example"]
    assert found == Unknown(
        gap=Gap.NOT_ASKED, asked="registration data", detail="no RDAP or WHOIS server is known for .example"
    )


def test_bundled_lists() -> None:
    servers = rdap_servers()
    every = [tld for tlds in (*servers.servers.values(), *servers.overrides.values()) for tld in tlds.split()]
    assert len(every) == len(set(every)) > 1100
    for base in (*servers.servers, *servers.overrides):
        assert base.startswith("https://")
        assert base.endswith("/")
    bases = {tld: rdap_base(tld) for tld in ("org", "app", "shop", "io", "de", "kr")}
    assert bases == {
        "org": "https://rdap.publicinterestregistry.org/rdap/",
        "app": "https://pubapi.registry.google/rdap/",
        "shop": "https://rdap.gmoregistry.net/rdap/",
        "io": "https://rdap.identitydigital.services/rdap/",
        "de": "https://rdap.denic.de/",
        "kr": "",
    }
    assert not set(whois_servers().servers) & set(every)
