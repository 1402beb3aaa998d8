"""Scans of the lab in hosted zones of several pages: what a scenario expects, nothing else, by few questions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from albdoctor.lab.scanning import scan
from albdoctor.lab.scenario import Scenario
from albdoctor.lab.scenarios import find
from albdoctor.lab.shop import Shop
from albdoctor.lab.site import build
from albdoctor.lab.world import World
from albdoctor.report.model import Report

pytestmark = pytest.mark.lab

MANY = 310
"""A page has 300. The lab reads a whole zone for each DNS answer: more only make it slow."""
RECORDS = "/rrset"


def fill(shop: Shop) -> None:
    """Every hosted zone has names of other tenants on more than one page."""
    route53 = shop.client("route53")
    for zone in route53.list_hosted_zones()["HostedZones"]:
        made = ({"Name": f"tenant-{number:03}.{zone['Name']}", "Type": "A", "TTL": 60} for number in range(MANY))
        address = {"ResourceRecords": [{"Value": "203.0.113.9"}]}
        changes = [{"Action": "CREATE", "ResourceRecordSet": one | address} for one in made]
        route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch={"Changes": changes})


def scanned(scenario: Scenario) -> tuple[Report, list[str]]:
    """What a scan tells of a scenario whose zones are filled, and which record sets it asked for."""
    with World() as world:
        build(world, replace(scenario.plan, then=(*scenario.plan.then, fill)))
        world.distance.heard = []
        report = scan(world, scenario.plan.scanned)
        return report, [one.question for one in world.distance.heard if RECORDS in one.question]


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("healthy", 1),
        ("record-missing", 2),
        ("sibling-zone", 5),
        ("certificate-pending", 3),
        ("certificate-validated-in-vain", 9),
    ],
)
def test_a_scenario_in_a_large_zone(name: str, most: int) -> None:
    scenario = find(name)
    report, asked = scanned(scenario)
    assert scenario.complaints(report) == []
    assert 0 < len(asked) <= most, asked
    assert len({*asked}) == len(asked)
