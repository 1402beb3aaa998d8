"""What nobody sends, in each kind of place of saved facts: refused with its place, or judged."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

import albdoctor
from albdoctor.errors import BadFactsError
from albdoctor.facts.files import decode
from albdoctor.facts.numbers import has_digits_only, whole
from albdoctor.report.model import Report
from scripts.odd_values import LONG, Sweep, saved, write

pytestmark = pytest.mark.sweep

FOUNDING = json.loads((Path(__file__).parent / "founding-story.json").read_bytes())


@pytest.mark.parametrize(("every", "sample"), [pytest.param(1, 61, marks=pytest.mark.sweep), (200, 311)])
def test_no_odd_value_crashes_a_check(every: int, sample: int) -> None:
    """Of `sample` inputs one is tried; it shares no factor with the number of odd values: all take their turn."""
    sweep = Sweep(shard=(3, sample))
    for name, content in list(saved().items())[::every]:
        sweep.attempt(name, content)
    assert min(sweep.counts.inputs // 4, sweep.counts.refused, sweep.counts.judged // 2) > 10
    assert sweep.counts.wrong == []


def _with(value: Any, *steps: str | int) -> bytes:
    made = json.loads(json.dumps(FOUNDING))
    at = made
    for step in steps[:-1]:
        at = at[step]
    at[steps[-1]] = value
    return json.dumps(made).encode()


def _judged(document: bytes) -> Report:
    (facts,) = decode(document, "odd.json")
    report = albdoctor.judge(facts)
    assert write(report) == 20  # ten formats, two languages
    return report


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("", "host"),
        ("[", "host"),
        ("shop.example:x", "host"),
        ("a." * (LONG // 2), "host"),
        ("shop.example\n", "host"),
        (":x", "path"),
        ("", "path"),
        ("2024-01-01T00:00:00", "taken_at"),
        ("2024-02-31T00:00:00Z", "taken_at"),
        (10**400, "seconds"),
    ],
)
def test_what_cannot_be_a_scan_is_refused_by_its_field(value: object, field: str) -> None:
    with pytest.raises(BadFactsError, match=re.escape(f"$.scan.{field}")) as refused:
        decode(_with(value, "scan", field), "odd.json")
    assert len(str(refused.value)) < 1000


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59"])
def test_the_ends_of_time_are_times(when: str) -> None:
    report = _judged(_with(when, "scan", "taken_at"))
    assert [one.message for one in report.findings if one.check == "ALB001"] == []


@pytest.mark.parametrize("port", ["²", "9" * 5000, "-1", "", "٣", "1.5"])
def test_a_port_that_is_none_is_the_traffic_port(port: str) -> None:
    """As where nobody says which port is checked."""
    changed = json.loads(json.dumps(FOUNDING))
    for health in changed["groups_health"]["value"]:
        for target in health["targets"]["value"]:
            target["HealthCheckPort"] = port
    told = {(one.check, one.subject) for one in _judged(json.dumps(changed).encode()).findings}
    assert told == {(one.check, one.subject) for one in _judged(json.dumps(FOUNDING).encode()).findings}


RANGES = ("security_groups", "value", 0, "IpPermissions", 0, "IpRanges")


@pytest.mark.parametrize("cidr", ["10.0.0.0/99", "x", "/", "٣.1.1.1"])
def test_a_block_that_is_none_is_refused(cidr: str) -> None:
    place = "$.security_groups.value[0].IpPermissions[0].IpRanges[0].CidrIp"
    with pytest.raises(BadFactsError, match=re.escape(place)):
        decode(_with([{"CidrIp": cidr}], *RANGES), "odd.json")


def test_an_empty_block_is_a_gap() -> None:
    """Empty it may be read, as it stands where AWS sent none."""
    report = _judged(_with([{"CidrIp": ""}], *RANGES))
    assert "'' is no block of addresses" in [gap.detail for one in report.checks for gap in one.gaps]
    assert "ALB001" not in [one.check for one in report.findings]


def test_only_ascii_digits_are_numbers() -> None:
    assert [whole(text) for text in ("0", "443", "٣", "²", "", "-1", "+1", "1_0", " 1", "9" * 5000)] == [
        *(0, 443),
        *(None,) * 8,
    ]
    assert has_digits_only("9" * 5000)


def test_nobody_else_asks_what_a_digit_is() -> None:
    """`"²".isdigit()` holds and `int("²")` raises; only `numbers` may ask."""
    root = Path(albdoctor.__file__).parents[1]
    guilty = [
        f"{path.relative_to(root)}:{node.lineno}"
        for top in ("albdoctor", "checks")
        for path in sorted((root / top).rglob("*.py"))
        if path.name != "numbers.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("isdigit", "isdecimal", "isnumeric")
    ]
    assert guilty == []


@pytest.mark.parametrize("type_", ["", "application\n", "quantum"])
def test_a_load_balancer_of_another_type_is_a_gap(type_: str) -> None:
    """It may have rules as an Application Load Balancer has: what they would say is not known."""
    report = _judged(_with(type_, "load_balancers", "value", 0, "Type"))
    details = {gap.detail for one in report.checks for gap in one.gaps}
    assert any(detail.endswith(f"type {type_!r} is not known to this albdoctor") for detail in details)
    assert report.verdict != "sound"
