"""Each tree gives exactly the expected root cause, over the tests' own server and over Knot; dig sees the same tree."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import dns.dnssec
import dns.exception
import dns.message
import dns.query
import dns.rdata
import pytest
from msgspec.structs import replace

import albdoctor
from albdoctor.collect.dns.questions import Dns
from albdoctor.collect.options import ConnectTo, Options
from albdoctor.facts.known import Known
from albdoctor.facts.snapshot import Facts
from tests.dns_servers.real import KNOTD, knot
from tests.dns_servers.trees import ABOVE, CASES, NOBODY, ROOT, Case, zones_by_address
from tests.support.build import facts
from tests.support.build_dns import denied
from tests.support.dns_run import known
from tests.support.dns_server import Server, serving, zone
from tests.support.signing import pair

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(KNOTD is None or shutil.which("dig") is None, reason="needs Knot and dig, which CI installs"),
]
Serving: TypeAlias = Callable[[], AbstractAsyncContextManager[ConnectTo]]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConnectTo]:
    """Knot serves the whole tree."""
    with knot(zones_by_address(), tmp_path_factory.mktemp("knot")) as places:
        yield places


@pytest.fixture(params=["own", "knot"])
def server(request: pytest.FixtureRequest, real: ConnectTo) -> Serving:
    """Who serves the tree."""

    @asynccontextmanager
    async def own() -> AsyncGenerator[ConnectTo]:
        async with serving({address: Server(held) for address, held in zones_by_address().items()}) as places:
            yield places

    @asynccontextmanager
    async def knotd() -> AsyncGenerator[ConnectTo]:
        yield real

    return own if request.param == "own" else knotd


def nobody(places: ConnectTo) -> ConnectTo:
    """The way to an address where nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return ConnectTo(places=(*places.places, ((NOBODY, 53), held.getsockname())))


async def collected(case: Case, places: ConnectTo) -> Facts:
    """What a scan of the name asks DNS; the account holds a zone of the domain, on its four servers."""
    options = Options(
        domain=case.scanned,
        host=case.scanned,
        registrable=case.domain,
        dns_roots=((ROOT, 53),),
        trust_anchors=(ABOVE["."].ds("."),),
        connect_to=nobody(places),
    )
    asked = Dns(options)
    delegation = known(await asked.delegation(keys=True))
    answers = known(await asked.host_answers(delegation))
    return facts(
        host=case.scanned,
        registrable=case.domain,
        delegation=delegation,
        host_answers=answers,
        dnssec=await asked.chain(delegation, answers),
        hosted_zones=case.zones if case.seen else denied("route53:ListHostedZonesByName"),
    )


def roots(of: Facts) -> tuple[str, ...]:
    """The slugs of the root causes on the way."""
    report = albdoctor.judge(of)
    return tuple(one.slug for one in report.findings if one.root_cause and not one.is_beside)


@pytest.mark.parametrize("case", CASES, ids=lambda one: one.domain)
def test_the_root_cause_is_named_and_nothing_else(case: Case, server: Serving) -> None:
    async def judged() -> tuple[str, ...]:
        async with server() as places:
            return roots(await collected(case, places))

    assert asyncio.run(judged()) == case.expected


def dig(places: ConnectTo, address: str, name: str, type_: str) -> list[list[str]]:
    """The records that one server gives without recursion, in any section, as dig prints them."""
    to, port = places.at(address, 53)
    options = ("+norecurse", "+noall", "+answer", "+authority", "+additional", "+tries=2", "+time=2")
    command = ["dig", f"@{to}", "-p", str(port), name, type_, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    lines = (line.split() for line in done.stdout.splitlines() if line and not line.startswith(";"))
    return [[words[0].rstrip(".").lower() or ".", *words[3:]] for words in lines]


def trace(places: ConnectTo, case: Case) -> tuple[set[str], set[str]]:
    """Follow referrals from the root as `dig +trace` does; give the name servers and DS records of the domain."""
    address, zone_ = ROOT, "."
    while True:
        heard = dig(places, address, case.domain, "NS")
        cut = next((one[0] for one in heard if one[1] == "NS" and one[0] != zone_), "")
        named = {one[2].rstrip(".") for one in heard if one[1] == "NS" and one[0] == cut}
        if not cut or cut == case.domain:
            ds = dig(places, address, case.domain, "DS") if cut else []
            return named, {one[2] for one in ds if one[:2] == [case.domain, "DS"]}
        zone_ = cut
        address = next(one[2] for one in heard if one[1] == "A")


@pytest.mark.parametrize("case", CASES, ids=lambda one: one.domain)
def test_dig_sees_the_same_delegation(case: Case, real: ConnectTo) -> None:
    seen = asyncio.run(collected(case, real))
    assert isinstance(seen.delegation, Known)
    cut = seen.delegation.value.cut(case.domain)
    named = {server.name for server in (cut.nameservers if cut else ())}
    tags = {one.split()[0] for one in (cut.ds if cut else ())}
    assert (named, tags) == trace(real, case) == ({*case.named}, {one.split()[0] for one in case.ds})


OWN, COM, DOMAIN = "192.0.2.51", "192.0.2.52", "auto.com"
POLICIES = {
    "one key": "single-type-signing: on",
    "two keys": "single-type-signing: off",
    "RSA": "algorithm: rsasha256",
    "Ed25519": "algorithm: ed25519",
    "NSEC3, many iterations": "nsec3: on\n    nsec3-iterations: 500",
}


@pytest.mark.parametrize("policy", POLICIES)
def test_what_knot_signs_by_itself_holds(policy: str, tmp_path: Path) -> None:
    own = zone(f"{DOMAIN}.", f"@ NS ns1.{DOMAIN}.\nns1 A {OWN}\n@ A 203.0.113.10\n")
    with knot({OWN: (own,)}, tmp_path, policy=POLICIES[policy]) as places:
        right, other = ds_of(places), (pair().ds(f"{DOMAIN}."),)
        now = datetime.now(UTC)
        for ds, expected in ((right, ()), ((*other, *right), ()), (other, ("dnssec-ds-mismatch",))):
            seen = asyncio.run(below(places, ds))
            told = replace(seen, scan=replace(seen.scan, taken_at=now))
            assert {one.slug for one in albdoctor.judge(told).findings if "dnssec" in one.slug} == {*expected}
            assert isinstance(told.dnssec, Known)
            assert told.dnssec.value.zones[-1].sets


def ds_of(places: ConnectTo) -> tuple[str, ...]:
    """The DS records of the keys that Knot made: of those that are entry points."""
    to, port = places.at(OWN, 53)
    reply = dns.query.tcp(dns.message.make_query(f"{DOMAIN}.", "DNSKEY"), to, timeout=5, port=port)
    keys = [data for rrset in reply.answer for data in list[dns.rdata.Rdata](rrset)]
    return tuple(dns.dnssec.make_ds(f"{DOMAIN}.", key, "SHA256").to_text() for key in keys if "257 " in key.to_text())


async def below(places: ConnectTo, ds: tuple[str, ...]) -> Facts:
    """Walk to the domain below a root and a TLD of the tests' own server, with these DS records."""
    entries = "".join(f"auto DS {one}\n" for one in ds)
    com = zone("com.", f"@ NS tld.com.\ntld A {COM}\nauto NS ns1.{DOMAIN}.\nns1.auto A {OWN}\n{entries}")
    root = zone(".", f"com NS tld.com.\ntld.com A {COM}\n")
    async with serving({ROOT: Server((root,)), COM: Server((com,))}) as above:
        options = Options(
            domain=DOMAIN,
            host=DOMAIN,
            registrable=DOMAIN,
            dns_roots=((ROOT, 53),),
            connect_to=ConnectTo(places=(*places.places, *above.places)),
        )
        asked = Dns(options)
        delegation = known(await asked.delegation(keys=True))
        answers = known(await asked.host_answers(delegation))
        chain = await asked.chain(delegation, answers)
    return facts(host=DOMAIN, registrable=DOMAIN, delegation=delegation, host_answers=answers, dnssec=chain)


def test_a_server_ends_by_itself(tmp_path: Path) -> None:
    """Whatever becomes of the test: the guard around it is the only thing that has to live."""
    with knot({OWN: (zone(f"{DOMAIN}.", "@ NS ns1\nns1 A 192.0.2.51\n"),)}, tmp_path, longest=2) as places:
        to, port = places.at(OWN, 53)
        until = time.monotonic() + 20
        while answers(to, port) and time.monotonic() < until:
            time.sleep(0.2)
        assert not answers(to, port)


def answers(to: str, port: int) -> bool:
    """Whether somebody answers there."""
    try:
        dns.query.tcp(dns.message.make_query(f"{DOMAIN}.", "SOA"), to, timeout=1, port=port)
    except (OSError, EOFError, dns.exception.Timeout):
        return False
    return True
