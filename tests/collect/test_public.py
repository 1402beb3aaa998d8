"""Where probes go: to public addresses, to what `--connect-to` names, and nowhere else; and how fast."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from albdoctor.collect.options import ConnectTo, Options
from albdoctor.collect.pace import BURST, PER_SECOND, Pace
from albdoctor.collect.public import special, why_not
from albdoctor.collect.web.addresses import probes
from albdoctor.collect.web.http import USER_AGENT
from albdoctor.facts.known import Known
from albdoctor.facts.wire import AddressProbe, Tcp
from tests.support.servers import LOOPBACK, answering, closed_port, http, redirecting, serving
from tests.support.tls import Authority

AUTHORITY = Authority()
HOST = "shop.example"


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("203.0.113.10", ""),
        ("2001:db8::1", ""),
        ("172.15.255.255", ""),
        ("172.32.0.0", ""),
        ("0.0.0.0", "unspecified"),  # noqa: S104 - never bound
        ("10.1.2.3", "private"),
        ("100.64.0.1", "shared"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("169.254.169.254", "link-local"),
        ("172.31.0.1", "private"),
        ("168.63.129.16", "cloud-internal"),
        ("168.63.129.17", ""),
        ("100.100.100.200", "shared"),
        ("192.0.0.192", "reserved"),
        ("192.168.0.1", "private"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("fd00:ec2::254", "private"),
        ("fe80::1%eth0", "link-local"),
        ("ff02::1", "multicast"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:169.254.169.254", "link-local"),
        ("64:ff9b::7f00:1", "loopback"),
        ("2002:7f00:1::", "loopback"),
        ("not an address", "malformed"),
        ("2130706433", "malformed"),
        ("100.63.255.255", ""),
        ("100.128.0.0", ""),
        ("100.127.255.255", "shared"),
        ("0.1.2.3", "unspecified"),
        ("192.0.0.8", "reserved"),
        ("192.0.1.0", ""),
        ("192.88.99.1", "reserved"),
        ("198.18.0.1", "benchmarking"),
        ("198.19.255.255", "benchmarking"),
        ("198.20.0.0", ""),
        ("::10.0.0.1", "reserved"),
        ("::ffff:100.64.0.1", "shared"),
        ("::ffff:8.8.8.8", ""),
        ("64:ff9b::10.0.0.1", "private"),
        ("64:ff9b::8.8.8.8", ""),
        ("64:ff9b:1::8.8.8.8", "reserved"),
        ("100::1", "reserved"),
        ("2001:0:7f00:1::", "reserved"),
        ("2001:2::1", "benchmarking"),
        ("2001:500:2::c", ""),
        ("fec0::1", "reserved"),
        ("4000::1", "reserved"),
        ("2606:4700::1111%eth0", ""),
    ],
)
def test_special_addresses_are_named(address: str, what: str) -> None:
    assert special(address) == what


def test_what_connect_to_names_may_be_probed() -> None:
    elsewhere = ConnectTo(places=((("10.0.0.5", 80), (LOOPBACK, 8080)),))
    itself = ConnectTo(places=((("10.0.0.5", 80), ("10.0.0.5", 80)),))
    by_name = ConnectTo(places=(((HOST, 80), (LOOPBACK, 8080)),))
    pointless = ConnectTo(places=(((HOST, 80), (HOST, 80)),))
    refused = "not probed: private address 10.0.0.5"
    assert why_not(ConnectTo(), "10.0.0.5", 80, HOST) == refused
    assert why_not(ConnectTo(), "203.0.113.10", 80, HOST) == ""
    for rules in (elsewhere, itself, by_name):
        assert why_not(rules, "10.0.0.5", 80, HOST) == ""
        assert why_not(rules, "10.0.0.5", 443, HOST) == "not probed: private address 10.0.0.5"
    assert why_not(pointless, "10.0.0.5", 80, HOST) == refused, "whoever owns the name decides its addresses"


def probed(folder: Path, address: str, connect_to: ConnectTo, path: str = "/") -> AddressProbe:
    options = Options(
        domain=HOST,
        host=HOST,
        registrable=HOST,
        path=path,
        ca_bundle=AUTHORITY.bundle(folder),
        connect_to=connect_to,
    )
    seen = asyncio.run(probes(options, (address,)))
    assert isinstance(seen, Known)
    return seen.value.addresses[0]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.5", "169.254.169.254", "0.0.0.0", "224.0.0.1"])  # noqa: S104 - never bound
def test_a_name_cannot_lead_probes_into_this_machines_network(tmp_path: Path, address: str) -> None:
    seen = probed(tmp_path, address, ConnectTo())
    assert (seen.port_80.tcp, seen.port_443.tcp) == (Tcp.UNREACHABLE, Tcp.UNREACHABLE)
    assert seen.port_80.detail.startswith("not probed: ")
    assert (seen.http, seen.https, seen.with_sni, seen.plain_on_443) == ((), (), None, None)
    assert (seen.port_80.milliseconds, seen.port_443.milliseconds) == (0, 0), "nothing was waited for"


def test_a_loopback_service_of_this_machine_is_left_alone(tmp_path: Path) -> None:
    """The name points to 127.0.0.1, a redirect of the part that the user mapped points to another port there."""

    async def scenario() -> tuple[AddressProbe, list[bytes]]:
        asked: list[bytes] = []
        async with serving(answering(http("secret"), asked)) as secret:
            location = f"http://{HOST}:{secret}/admin"
            async with serving(redirecting(location)) as mapped:
                places = (((LOOPBACK, 80), (LOOPBACK, mapped)), ((LOOPBACK, 443), (LOOPBACK, closed_port())))
                options = Options(
                    domain=HOST,
                    host=HOST,
                    registrable=HOST,
                    ca_bundle=AUTHORITY.bundle(tmp_path),
                    connect_to=ConnectTo(places=places),
                )
                seen = await probes(options, (LOOPBACK,))
        assert isinstance(seen, Known)
        return seen.value.addresses[0], asked

    seen, asked = asyncio.run(scenario())
    assert [(hop.status, hop.failure) for hop in seen.http] == [(301, ""), (None, "not followed: not public")]
    assert asked == []


INSIDE = (
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://localhost/",
    "http://10.0.0.5/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://127.1/",
    "//169.254.169.254/",
    "http://shop.example@127.0.0.1/",
    "http://127.0.0.1\\@shop.example/",
)


@pytest.mark.parametrize("location", INSIDE)
def test_redirects_inside_are_shown_and_not_followed(tmp_path: Path, location: str) -> None:
    async def scenario() -> tuple[AddressProbe, int]:
        caught = 0

        async def trap(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal caught
            caught += 1
            writer.close()

        async with serving(redirecting(location)) as port, serving(trap) as trapped:
            places = [((ADDRESS, 80), (LOOPBACK, port)), ((ADDRESS, 443), (LOOPBACK, closed_port()))]
            hosts = (
                "169.254.169.254",
                "127.0.0.1",
                "::1",
                "localhost",
                "10.0.0.5",
                "2130706433",
                "0x7f000001",
                "127.1",
            )
            places += [((host, 80), (LOOPBACK, trapped)) for host in hosts]
            options = Options(
                domain=HOST,
                host=HOST,
                registrable=HOST,
                ca_bundle=AUTHORITY.bundle(tmp_path),
                connect_to=ConnectTo(places=tuple(places)),
            )
            seen = await probes(options, (ADDRESS,))
        assert isinstance(seen, Known)
        return seen.value.addresses[0], caught

    seen, caught = asyncio.run(scenario())
    first, last = seen.http[0], seen.http[-1]
    assert first.status == 301
    assert last.failure.startswith("not followed: ")
    assert caught == 0


ADDRESS = "203.0.113.10"


def test_requests_name_the_tool(tmp_path: Path) -> None:
    async def scenario() -> list[bytes]:
        asked: list[bytes] = []
        async with serving(answering(http("ok"), asked)) as port:
            places = (((ADDRESS, 80), (LOOPBACK, port)), ((ADDRESS, 443), (LOOPBACK, closed_port())))
            options = Options(
                domain=HOST,
                host=HOST,
                registrable=HOST,
                ca_bundle=AUTHORITY.bundle(tmp_path),
                connect_to=ConnectTo(places=places),
            )
            await probes(options, (ADDRESS,))
        return asked

    asked = asyncio.run(scenario())
    assert asked
    assert all(f"User-Agent: {USER_AGENT}".encode() in head for head in asked)
    assert USER_AGENT.startswith("albdoctor/")


def test_an_address_is_asked_so_fast_and_no_faster() -> None:
    async def waits(count: int, addresses: int) -> list[float]:
        pace = Pace()
        return [pace.count(f"203.0.113.{number % addresses}") for number in range(count)]

    over = 5
    waited = asyncio.run(waits(BURST + over, 1))
    assert max(waited[:BURST]) <= 0
    assert waited[BURST:] == pytest.approx([turn / PER_SECOND for turn in range(1, over + 1)], abs=0.5 / PER_SECOND)
    assert max(asyncio.run(waits(4 * BURST, 4))) <= 0, "each address has its own pace"


def test_the_scans_of_a_run_share_the_pace_of_an_address() -> None:
    scans, got = 2 * BURST, list[float]()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.read(1) == b"G":
            got.append(time.perf_counter())
            await reader.readuntil(b"\r\n\r\n")
            writer.write(http())
            await writer.drain()
        writer.close()

    async def run() -> None:
        async with serving(handler) as port:
            places = ((("203.0.113.10", 80), (LOOPBACK, port)), (("203.0.113.10", 443), (LOOPBACK, closed_port())))
            options = [
                Options(domain=host, host=host, registrable=host, connect_to=ConnectTo(places=places))
                for host in (f"shop{number}.example" for number in range(scans))
            ]
            started = time.perf_counter()
            await asyncio.gather(*(probes(one, ("203.0.113.10",)) for one in options))
            got[:] = [at - started for at in got]

    asyncio.run(run())
    assert len(got) == scans
    early = [at for turn, at in enumerate(got, 1) if at < (turn - BURST) / PER_SECOND - 0.05]
    assert early == [], "counted from the first: a machine without a turn for us may only make it later"
