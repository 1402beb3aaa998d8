"""Two hundred faulty scans with a fixed seed: nothing crashes, nothing is late, nobody is accused falsely."""

from __future__ import annotations

from collections import Counter

import pytest

from albdoctor.facts.known import Unknown
from tests.faults import absurd, aws_proxy, names, streams
from tests.faults.fault import Area, Fault
from tests.faults.rig import Rig
from tests.faults.run import Outcome
from tests.faults.summary import Slice, run, slices, written

SCANS = 200
SEED = 20261122


@pytest.mark.lab
@pytest.mark.parametrize("part", list(slices(SCANS)), ids=lambda part: f"{part.world}-{part.first}")
def test_no_fault_makes_a_scan_crash_or_lie(part: Slice) -> None:
    outcomes = run(SEED, part)
    assert [outcome for outcome in outcomes if outcome.complaints] == [], written(outcomes)
    assert sum(outcome.number >= 0 for outcome in outcomes) == part.last - part.first


def test_slices_share_the_scans_out_once() -> None:
    parts = list(slices(500))
    assert sum(part.last - part.first for part in parts) == 500
    assert len({(part.world, number) for part in parts for number in range(part.first, part.last)}) == 500


def test_every_area_has_its_kinds() -> None:
    kinds = [*aws_proxy.KINDS, *names.KINDS, *absurd.KINDS, *streams.RDAP, *streams.WHOIS, *streams.TLS]
    assert len(set(kinds)) > 80
    assert Counter(aws_proxy.KINDS).most_common(1)[0][1] == 1


def test_the_summary_tells_what_did_not_hold() -> None:
    bad = Outcome(
        world="healthy", number=3, faults=("aws-500 at *:*",), kinds=("aws-500",), seconds=1.0,
        complaints=(("late", "11 s"),),
    )  # fmt: skip
    text = written([bad])
    assert "crash 0, late 1, false-pass 0" in text
    assert "late: healthy 3 [aws-500 at *:*]: 11 s" in text


@pytest.mark.lab
def test_a_fault_of_any_service_is_felt() -> None:
    groups = {
        "elbv2:DescribeRules": "rules",
        "cloudwatch:GetMetricData": "metrics",
        "ec2:DescribeSecurityGroups": "security_groups",
    }
    with Rig("healthy", 1) as rig:
        for kind in ("aws-500", "aws-empty"):  # microburst's own, and one of our bends
            for operation, group in groups.items():
                seen = rig.scan(0, (Fault(Area.AWS, kind, (operation,), "0"),))
                assert isinstance(getattr(seen.facts, group), Unknown), (kind, operation)
