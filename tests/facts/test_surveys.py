"""Which gaps of some surveys no other survey closes; of an organisation there are thousands of surveys."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.survey import Surveyed, still_missing

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GAP = Unknown(gap=Gap.DENIED, asked="sts:AssumeRole", detail="no")
WEB = ("111122223333",)


def surveyed(*regions: str, gaps: tuple[Unknown, ...] = (), enabled: bool = False) -> Surveyed:
    return Surveyed(taken_at=NOW, accounts=WEB, regions=regions, gaps=gaps, enabled=enabled)


def test_a_gap_is_closed_by_a_survey_of_the_same_account_and_regions() -> None:
    denied = surveyed("us-east-1", gaps=(GAP,))
    assert still_missing((denied, surveyed("us-east-1", "us-west-2"))) == ()
    assert still_missing((denied, surveyed("us-west-2"))) == (GAP,)
    other = Surveyed(taken_at=NOW, accounts=("444455556666",), regions=("us-east-1",))
    assert still_missing((denied, other)) == (GAP,)


def test_an_account_whose_regions_nobody_knew_is_closed_by_a_look_into_all_of_them_only() -> None:
    refused = surveyed(gaps=(GAP,))
    assert still_missing((refused, surveyed("us-east-1", enabled=True))) == ()
    assert still_missing((refused, surveyed("us-east-1"))) == (GAP,)


def test_an_organization_is_not_compared_with_itself() -> None:
    whole = tuple(
        Surveyed(taken_at=NOW, accounts=(f"{number // 17:012d}",), regions=(f"us-east-{number % 17}",))
        for number in range(17_000)
    )
    started = time.monotonic()
    assert still_missing((*whole, *(surveyed("us-east-1", gaps=(GAP,)) for _ in range(1000)))) == (GAP,)
    assert time.monotonic() - started < 10
