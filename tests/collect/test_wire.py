"""The name's addresses, probed against real servers on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from pathlib import Path
from time import perf_counter

import msgspec
import pytest

from albdoctor.collect.options import ConnectTo, Options
from albdoctor.collect.web.addresses import MOST_ADDRESSES, probes
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.wire import AddressProbe, Probes, Tcp
from tests.support.servers import (
    LOOPBACK,
    Handler,
    answering,
    closed_port,
    closing,
    dripping,
    http,
    redirecting,
    serving,
    silent_port,
)
from tests.support.tls import Authority

HOST = "shop.example"
ADDRESS = "192.0.2.10"
OTHER = "192.0.2.11"
AUTHORITY = Authority()

Served = tuple[Handler, ssl.SSLContext | None]


def run(
    directory: Path,
    served: dict[tuple[str, int], Served],
    elsewhere: dict[tuple[str, int], int] | None = None,
    addresses: tuple[str, ...] = (ADDRESS,),
) -> Observed[Probes]:
    """Serve ports of addresses on loopback, point the rest at closed ports, and probe."""

    async def scenario() -> Observed[Probes]:
        async with contextlib.AsyncExitStack() as stack:
            ports = {(address, port): closed_port() for address in addresses for port in (80, 443)}
            for meant, (handler, tls) in served.items():
                ports[meant] = await stack.enter_async_context(serving(handler, tls))
            rules = (ports | (elsewhere or {})).items()
            places = tuple((meant, (LOOPBACK, port)) for meant, port in rules)
            options = Options(
                domain=HOST,
                host=HOST,
                registrable=HOST,
                path="/shop",
                ca_bundle=AUTHORITY.bundle(directory),
                connect_to=ConnectTo(places=places),
            )
            return await probes(options, addresses)

    return asyncio.run(scenario())


def only(seen: Observed[Probes]) -> AddressProbe:
    assert isinstance(seen, Known)
    (address,) = seen.value.addresses
    return address


def test_sound_site(tmp_path: Path) -> None:
    tls = AUTHORITY.issue(HOST).server_context(tmp_path)
    seen = only(
        run(
            tmp_path,
            {
                (ADDRESS, 80): (redirecting(f"https://{HOST}:443/shop"), None),
                (ADDRESS, 443): (answering(http("welcome", Server="awselb/2.0")), tls),
            },
        )
    )
    assert (seen.port_80.tcp, seen.port_443.tcp) == (Tcp.OPEN, Tcp.OPEN)
    assert [(hop.url, hop.status) for hop in seen.http] == [
        (f"http://{HOST}/shop", 301),
        (f"https://{HOST}/shop", 200),
    ]
    assert [(hop.url, hop.status, hop.body_start) for hop in seen.https] == [(f"https://{HOST}/shop", 200, "welcome")]
    assert seen.with_sni is not None
    assert seen.without_sni is not None
    assert (seen.with_sni.server_name, seen.with_sni.verify_code) == (HOST, 0)
    assert (seen.without_sni.server_name, seen.without_sni.verify_code) == (None, None)
    assert seen.with_sni.chain == seen.without_sni.chain
    assert seen.plain_on_443 is None
    assert msgspec.json.decode(msgspec.json.encode(seen), type=AddressProbe) == seen


@pytest.mark.parametrize(
    ("lowest", "highest", "completes"),
    [
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3, None),
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, False),
        (ssl.TLSVersion.MINIMUM_SUPPORTED, ssl.TLSVersion.TLSv1_2, True),
    ],
)
def test_outdated_versions_are_offered_only_to_who_speaks_nothing_newer_than_1_2(
    lowest: ssl.TLSVersion, highest: ssl.TLSVersion, completes: bool | None, tmp_path: Path
) -> None:
    tls = AUTHORITY.issue(HOST).server_context(tmp_path)
    tls.minimum_version, tls.maximum_version = lowest, highest
    tls.set_ciphers("ALL:@SECLEVEL=0")
    seen = only(run(tmp_path, {(ADDRESS, 443): (answering(http("welcome")), tls)}))
    assert [hop.status for hop in seen.https] == [200]
    assert (seen.outdated and seen.outdated.completed) is completes
    if seen.outdated and completes:
        assert (seen.outdated.server_name, seen.outdated.protocol) == (HOST, "TLSv1.1")


def test_a_url_to_which_a_redirect_leads_is_asked_once(tmp_path: Path) -> None:
    tls = AUTHORITY.issue(HOST).server_context(tmp_path)
    asked: list[bytes] = []
    page = answering(http("welcome"), asked)
    seen = only(
        run(tmp_path, {(ADDRESS, 80): (redirecting(f"https://{HOST}/shop"), None), (ADDRESS, 443): (page, tls)})
    )
    assert [head.split(b"\r\n")[0] for head in asked] == [b"GET /shop HTTP/1.1"]
    assert seen.http[1] == seen.https[0]


def test_answer_comes_through_a_certificate_that_is_refused(tmp_path: Path) -> None:
    tls = AUTHORITY.issue("other.example").server_context(tmp_path)
    seen = only(run(tmp_path, {(ADDRESS, 443): (answering(http("still")), tls)}))
    assert seen.with_sni is not None
    assert (seen.with_sni.completed, seen.with_sni.verify_code) == (True, 62)
    assert [hop.body_start for hop in seen.https] == ["still"]
    assert (seen.port_80.tcp, seen.http) == (Tcp.REFUSED, ())


def test_plain_http_on_443(tmp_path: Path) -> None:
    seen = only(run(tmp_path, {(ADDRESS, 443): (dripping(http("plain"), b""), None)}))
    assert seen.with_sni is not None
    assert seen.without_sni is not None
    assert (seen.with_sni.failure, seen.without_sni.failure) == ("WRONG_VERSION_NUMBER",) * 2
    assert seen.https == ()
    assert seen.plain_on_443 is not None
    assert (seen.plain_on_443.url, seen.plain_on_443.status) == (f"http://{HOST}:443/shop", 200)


def test_neither_tls_nor_http_on_443(tmp_path: Path) -> None:
    seen = only(run(tmp_path, {(ADDRESS, 443): (closing, None)}))
    assert seen.plain_on_443 is not None
    assert (seen.plain_on_443.status, seen.plain_on_443.failure) == (None, "reset")


def test_addresses_are_probed_at_once_and_kept_apart(tmp_path: Path) -> None:
    tls = AUTHORITY.issue(HOST).server_context(tmp_path)
    with silent_port() as silent:
        started = perf_counter()
        both = run(
            tmp_path,
            {(ADDRESS, 443): (answering(http()), tls)},
            {(OTHER, 80): silent, (OTHER, 443): silent, ("2001:db8::1", 80): silent, ("2001:db8::1", 443): silent},
            (ADDRESS, OTHER, "2001:db8::1"),
        )
        assert perf_counter() - started < 9  # one after the other: 12
    assert isinstance(both, Known)
    assert [(one.address, one.port_80.tcp, one.port_443.tcp) for one in both.value.addresses] == [
        (ADDRESS, Tcp.REFUSED, Tcp.OPEN),
        (OTHER, Tcp.SILENT, Tcp.SILENT),
        ("2001:db8::1", Tcp.SILENT, Tcp.SILENT),
    ]
    quiet = both.value.addresses[1]
    assert (quiet.with_sni, quiet.without_sni, quiet.http, quiet.https, quiet.plain_on_443) == (
        None,
        None,
        (),
        (),
        None,
    )


def test_a_zone_with_thousands_of_addresses_sends_nobody_to_them(tmp_path: Path) -> None:
    many = tuple(f"198.51.100.{number}" for number in range(100))
    seen = run(tmp_path, {}, addresses=many)
    assert isinstance(seen, Known)
    assert tuple(one.address for one in seen.value.addresses) == many[:MOST_ADDRESSES]


def test_no_way_from_here_is_known_and_unreachable() -> None:
    options = Options(domain=HOST, host=HOST, registrable=HOST)
    seen = only(asyncio.run(probes(options, ("127.255.255.255",))))
    assert (seen.port_80.tcp, seen.port_443.tcp) == (Tcp.UNREACHABLE, Tcp.UNREACHABLE)


def test_no_address_is_nothing_to_see() -> None:
    options = Options(domain=HOST, host=HOST, registrable=HOST)
    assert asyncio.run(probes(options, ())) == Known(Probes(host=HOST, addresses=()))


@pytest.mark.parametrize("content", [None, "no PEM\n"])
def test_bundle_that_cannot_be_read_is_a_gap(content: str | None, tmp_path: Path) -> None:
    bundle = tmp_path / "roots.pem"
    if content is not None:
        bundle.write_text(content)
    options = Options(domain=HOST, host=HOST, registrable=HOST, ca_bundle=str(bundle))
    seen = asyncio.run(probes(options, (ADDRESS,)))
    assert isinstance(seen, Unknown)
    assert (seen.gap, seen.asked) == (Gap.FAILED, f"TLS handshake with {HOST}:443")
    assert seen.detail.startswith("the trusted roots cannot be read: ")
