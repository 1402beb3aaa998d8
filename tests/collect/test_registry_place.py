"""Names of registries' servers come from outside: they lead to public addresses, or nowhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from albdoctor.collect.options import ConnectTo, Options
from albdoctor.collect.registry.place import NotPublicError, allowed, places_of
from albdoctor.collect.registry.rdap import rdap_registration
from albdoctor.collect.registry.whois import ask_whois, whois_registration
from albdoctor.collect.tcp import Place
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.registration import Registration
from tests.support.registry import rdap_server, whois_server
from tests.support.sockets import sockets_opened

NOWHERE = ConnectTo()


def options(connect_to: ConnectTo, ca_bundle: str = "") -> Options:
    return Options(
        domain="shop.com", host="shop.com", registrable="shop.com", connect_to=connect_to, ca_bundle=ca_bundle
    )


@pytest.mark.parametrize("server", ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "127.1", "::1", "10.0.0.1"])
def test_whois_servers_inside_are_not_asked(server: str) -> None:
    with sockets_opened() as places:
        found = asyncio.run(ask_whois(server, "shop.com", NOWHERE))
    assert isinstance(found, Unknown)
    assert (found.gap, found.asked) == (Gap.NOT_ASKED, f"WHOIS {server}:43")
    assert found.detail.startswith(f"{server} has the ")
    assert found.detail.endswith(", which is not asked")
    assert places == set()


def test_rdap_servers_inside_are_not_asked(tmp_path: Path) -> None:
    """A TLS server with a certificate that would be trusted listens there."""
    asked: list[str] = []

    async def run() -> tuple[Observed[Registration], int]:
        async with rdap_server({}, ("localhost",), tmp_path, asked) as ((_, port), bundle):
            with sockets_opened() as places:
                found = await rdap_registration("shop.com", f"https://localhost:{port}/", options(NOWHERE, bundle))
                assert places == set()
            return found, port

    found, port = asyncio.run(run())
    assert isinstance(found, Unknown)
    assert (found.gap, found.asked) == (Gap.NOT_ASKED, f"RDAP https://localhost:{port}/domain/shop.com")
    assert "the loopback address 127.0.0.1" in found.detail
    assert asked == []


def test_an_rdap_redirect_leads_nowhere_either(tmp_path: Path) -> None:
    """Its host is no plain address and has dots, and the system takes it for 127.0.0.1."""
    asked: list[str] = []

    async def run() -> tuple[Observed[Registration], int]:
        async with rdap_server({}, ("0x7f.0.0.0x1",), tmp_path, asked) as ((_, port), _bundle):
            pages = {"/domain/shop.com": (302, f"https://0x7f.0.0.0x1:{port}/x", b"")}
            async with rdap_server(pages, ("rdap.first.example",), tmp_path, asked) as (place, bundle):
                rules = ConnectTo(places=((("rdap.first.example", 443), place),))
                return await rdap_registration("shop.com", "https://rdap.first.example/", options(rules, bundle)), port

    with sockets_opened() as places:
        found, port = asyncio.run(run())
    assert found == Unknown(
        gap=Gap.NOT_ASKED,
        asked="RDAP https://rdap.first.example/domain/shop.com",
        detail="0x7f.0.0.0x1 has the loopback address 127.0.0.1, which is not asked",
    )
    assert asked == ["rdap.first.example /domain/shop.com"]
    assert ("127.0.0.1", port) not in places


def test_what_connect_to_names_is_asked(tmp_path: Path) -> None:
    """By the server's name, or by the address that its name has."""
    asked: list[str] = []

    async def whois(rule: str) -> Observed[Registration]:
        async with whois_server(b"No match\n", asked) as place:
            return await whois_registration("shop.kr", "localhost", ConnectTo(places=(((rule, 43), place),)))

    async def rdap() -> Observed[Registration]:
        async with rdap_server({}, ("localhost",), tmp_path, asked) as ((_, port), bundle):
            itself = (("127.0.0.1", port), ("127.0.0.1", port))
            return await rdap_registration(
                "shop.com", f"https://localhost:{port}/", options(ConnectTo(places=(itself,)), bundle)
            )

    asyncio.run(whois("localhost"))
    asyncio.run(whois("127.0.0.1"))
    assert asked == ["shop.kr", "shop.kr"]
    found = asyncio.run(rdap())
    assert isinstance(found, Known)
    assert not found.value.registered
    assert asked[2].endswith(" /domain/shop.com")


def test_of_several_addresses_the_public_ones_are_asked() -> None:
    mixed = ("10.0.0.1", "203.0.113.1", "::1", "2606:4700::1")
    assert allowed(NOWHERE, "whois.example", 43, mixed) == (Place("203.0.113.1", 43), Place("2606:4700::1", 43))
    named = ConnectTo(places=((("10.0.0.1", 43), ("10.0.0.1", 43)), (("203.0.113.1", 43), ("127.0.0.1", 4300))))
    assert allowed(named, "whois.example", 43, mixed) == (
        Place("10.0.0.1", 43),
        Place("127.0.0.1", 4300),
        Place("2606:4700::1", 43),
    )
    assert len(allowed(NOWHERE, "whois.example", 43, tuple(f"203.0.113.{n}" for n in range(50)))) == 4


@pytest.mark.parametrize(
    ("addresses", "told"),
    [
        (("10.0.0.1",), "whois.example has the private address 10.0.0.1, which is not asked"),
        (
            ("10.0.0.1", "::ffff:127.0.0.1", "fe80::1%eth0"),
            "whois.example has the private address 10.0.0.1 and the loopback address ::ffff:127.0.0.1,"
            " which is not asked",
        ),
        (("64:ff9b::a9fe:a9fe",), "whois.example has the link-local address 64:ff9b::a9fe:a9fe, which is not asked"),
    ],
)
def test_servers_without_a_public_address(addresses: tuple[str, ...], told: str) -> None:
    with pytest.raises(NotPublicError) as raised:
        allowed(NOWHERE, "whois.example", 43, addresses)
    assert str(raised.value) == told


def test_an_address_that_does_not_answer_gives_way_to_the_next() -> None:
    """Two addresses of one name: the first refuses."""
    asked: list[str] = []

    async def run() -> Observed[str]:
        async with whois_server(b"No match\n", asked) as place:
            dead = ("127.0.0.1", 1)
            rules = ConnectTo(places=((("127.0.0.1", 43), place), (("::1", 43), dead)))
            both = await places_of(rules, "localhost", 43)
            assert Place(*place) in both
            return await ask_whois("localhost", "shop.com", rules)

    assert asyncio.run(run()) == Known("No match\n")
    assert asked == ["shop.com"]


def test_a_name_that_is_none() -> None:
    name = "a" * 70 + ".example"
    found = asyncio.run(ask_whois(name, "shop.com", NOWHERE))
    assert found == Unknown(gap=Gap.UNREACHABLE, asked=f"WHOIS {name}:43", detail=f"{name!r} is no host name")


def test_a_name_that_cannot_be_looked_up() -> None:
    """No word about the registry: the way there is missing."""
    found = asyncio.run(rdap_registration("shop.com", "https://rdap.nowhere.invalid/", options(NOWHERE)))
    assert isinstance(found, Unknown)
    assert found.gap is Gap.UNREACHABLE


@pytest.mark.parametrize("variable", ["https_proxy", "all_proxy"])
def test_a_proxy_of_the_environment_looks_the_name_up(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy this machine may know no outer name at all."""
    heads: list[str] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[0])
        writer.write(b"HTTP/1.1 403 No\r\n\r\n")
        writer.close()

    async def run() -> Observed[Registration]:
        server = await asyncio.start_server(proxy, "127.0.0.1", 0)
        async with server:
            monkeypatch.setenv(variable, f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
            monkeypatch.setenv("no_proxy", "rdap.other.example")
            return await rdap_registration("shop.com", "https://rdap.verisign.com/com/v1/", options(NOWHERE))

    found = asyncio.run(run())
    assert isinstance(found, Unknown)
    assert found.gap is Gap.UNREACHABLE
    assert heads == ["CONNECT rdap.verisign.com:443 HTTP/1.1"]
