"""Port 53 leads nowhere but to the resolver: what visitors get is seen all the same, and delegation stays unknown."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import msgspec
import pytest

from albdoctor.lab.plan import Plan
from albdoctor.lab.resolver import RESOLVER_ADDRESS
from albdoctor.lab.scanning import command
from albdoctor.lab.site import build
from albdoctor.lab.world import World
from albdoctor.report.model import Report

pytestmark = pytest.mark.lab
CLOSED = "127.0.0.1:1"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        build(world, Plan())
        yield world


def _shut(word: str, resolver: bool) -> str:
    """A rule of `--connect-to`, but a name server's port 53 leads to a closed port."""
    host, port, _, _ = parts if len(parts := word.rsplit(":", 3)) == 4 else ("", "", "", "")
    if port == "53" and (host != RESOLVER_ADDRESS or not resolver):
        return f"{host}:{port}:{CLOSED}"
    return word


def scan(world: World, *, resolver: bool) -> Report:
    words = [_shut(word, resolver) for word in command(world, Plan().domain, ("--format", "json"))]
    done = subprocess.run(words, env=world.environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    return msgspec.json.decode(done.stdout, type=Report)


def test_a_resolvers_addresses_are_probed(world: World) -> None:
    report = scan(world, resolver=True)
    assert report.request.served == "yes"
    assert [(one.address, one.status) for one in report.request.answers] == [
        ("203.0.113.10", 200),
        ("203.0.113.11", 200),
    ]
    unknown = {check.slug for check in report.checks if any("DNS" in gap.asked for gap in check.gaps)}
    assert "delegation-missing" in unknown, "an answer of a resolver says nothing of the parent's referral"
    assert report.findings == ()
    assert report.verdict != "broken"


def test_with_no_dns_at_all_nothing_is_seen_and_nothing_accused(world: World) -> None:
    report = scan(world, resolver=False)
    assert (report.request.served, report.verdict, report.exit_code) == ("not-seen", "unknown", 3)
    assert report.findings == ()
