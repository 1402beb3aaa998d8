"""A zone of an account with names of somebody else's domain, scanned whole: who is asked, what, and how often."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from albdoctor.collect.aws.survey import Survey
from albdoctor.collect.fleet import Fleet, Wanted
from albdoctor.collect.options import ConnectTo, Options
from albdoctor.collect.run import Run, Setting
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Tcp
from tests.collect.test_hostile_account import Hostile, balancer_name
from tests.security.test_probes import MOST
from tests.support.aws_api import serving
from tests.support.aws_ask import known
from tests.support.dns_server import serving as serving_dns
from tests.support.dns_tree import ROOT, tree
from tests.support.servers import LOOPBACK, answering, closed_port, http
from tests.support.servers import serving as serving_http

VICTIM, METADATA, OFFICE = "203.0.113.66", "169.254.169.254", "10.0.0.5"
GROUPS = frozenset({"host_answers", "probes", "delegation", "hosted_zones", "record_sets", "leads", "load_balancers"})
NAMES = 12


def scanned(monkeypatch: pytest.MonkeyPatch, account: Hostile, zone: str) -> tuple[Survey, list[Facts], list[bytes]]:
    """Scan everything in the account; `zone` is what shop.example really holds. Gives what the victim was sent."""
    asked: list[bytes] = []

    async def main() -> tuple[Survey, list[Facts]]:
        async with serving_dns(tree(shop=zone)) as connect_to, serving_http(answering(http(), asked)) as port:
            places = (((VICTIM, 80), (LOOPBACK, port)), ((VICTIM, 443), (LOOPBACK, closed_port())))
            options = Options(
                domain="",
                host="",
                registrable="",
                timeout=30,
                dns_roots=((ROOT, 53),),
                resolvers=((ROOT, 53),),
                connect_to=ConnectTo(places=connect_to.places + places),
            )
            with Run(Setting(timeout=30, many=True)) as run:
                fleet = Fleet(run, options, Wanted(named=GROUPS, unnamed=frozenset({"load_balancers", "leads"})))
                found = await fleet.survey()
                return found, [facts async for facts in fleet.scans(found.sites)]

    with serving(monkeypatch, account):
        found, facts = asyncio.run(main())
    return found, facts, asked


def test_names_of_somebody_elses_domain_cost_it_little_and_lead_nowhere_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [(f"h{number}.shop.example.", balancer_name(0)) for number in range(NAMES)]
    everywhere = "".join(f"h{number} A {to}\n" for number in range(NAMES) for to in (VICTIM, METADATA, OFFICE))
    zone = f"@ NS ns-1.awsdns-01.net.\n{everywhere}"
    found, facts, asked = scanned(monkeypatch, Hostile(balancers=1, records=records), zone)
    assert len(found.sites) == len(facts) == NAMES
    hosts = Counter(head.lower().partition(b"host: ")[2].partition(b"\r\n")[0] for head in asked)
    assert set(hosts) == {f"h{number}.shop.example".encode() for number in range(NAMES)}
    assert max(hosts.values()) <= MOST
    assert all(head.startswith(b"GET / HTTP/1.1\r\n") for head in asked)
    for each in facts:
        seen = {probe.address: probe for probe in known(each.probes).addresses}
        assert seen.keys() == {VICTIM, METADATA, OFFICE}
        for inside in (METADATA, OFFICE):
            assert seen[inside].port_80.tcp is seen[inside].port_443.tcp is Tcp.UNREACHABLE
            assert seen[inside].port_80.detail.startswith("not probed: ")


def test_a_name_that_the_public_dns_does_not_know_is_sent_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [("nobody.shop.example.", balancer_name(0))]
    _, facts, asked = scanned(monkeypatch, Hostile(balancers=1, records=records), "@ NS ns-1.awsdns-01.net.")
    assert len(facts) == 1
    assert asked == []
