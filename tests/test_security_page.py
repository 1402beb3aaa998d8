"""SECURITY.md is about the present code: its links lead somewhere, and its figures are the code's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from albdoctor.checkup import registry
from albdoctor.collect import pace
from albdoctor.collect.dns import budget as dns_budget
from albdoctor.collect.dns import wire as dns_wire
from albdoctor.collect.options import parse_connect_to
from albdoctor.collect.public import why_not
from albdoctor.collect.web import redirects

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "SECURITY.md").read_text()
FLAT = " ".join(PAGE.split())


def test_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", PAGE) if "://" not in link]
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize(
    "said",
    [
        f"HTTP: {pace.BURST} requests to one address at once, then {pace.PER_SECOND:g} a second",
        f"DNS: {dns_budget.QUESTIONS} questions a scan; {dns_budget.TO_ONE} packets to one address",
        f"of them {dns_budget.LOOKUPS} questions about name servers' own names",
        f"{dns_wire.PER_SECOND:g} packets a second to one address for all scans of a run",
    ],
)
def test_figures_are_the_codes(said: str) -> None:
    assert said in FLAT


def test_redirects_end_where_it_says() -> None:
    assert redirects.LONGEST_WALK == 10
    assert "on the same address only, to the scanned host or another name of its registrable domain" in FLAT
    assert "ten requests at most; any other is shown, not followed" in FLAT


def test_the_example_of_a_private_target_works() -> None:
    [rule] = re.findall(r"`--connect-to (\S+)` lets the tool probe", PAGE)
    assert why_not(parse_connect_to((rule,)), "10.0.0.5", 443, "shop.example") == ""
    assert why_not(parse_connect_to(()), "10.0.0.5", 443, "shop.example") != ""


def test_resolvers_only_help() -> None:
    """They are asked for the addresses where nobody else tells them; no check needs them."""
    needs = [need for check in registry.load() for need in check.needs if need.group == "resolver_answers"]
    assert needs
    assert all(need.optional for need in needs)
