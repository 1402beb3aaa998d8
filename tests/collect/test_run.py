"""What a run leaves behind when it ends before all of its questions."""

from __future__ import annotations

import asyncio

import pytest

from albdoctor.collect.gaps import NotAnsweredError
from albdoctor.collect.run import now
from albdoctor.facts.known import Gap, Unknown

LATE = NotAnsweredError(Unknown(gap=Gap.OUT_OF_TIME, asked="elasticloadbalancing:DescribeRules"))


@pytest.mark.parametrize(("error", "told"), [(LATE, 0), (ValueError("a defect"), 1)])
def test_only_a_gap_that_nobody_waits_for_is_silent(
    caplog: pytest.LogCaptureFixture, error: Exception, told: int
) -> None:
    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise error from None

    async def work() -> str:
        tasks.append(asyncio.create_task(stubborn()))
        await asyncio.sleep(0)
        return "done"

    tasks: list[asyncio.Task[None]] = []
    assert now(work) == "done"
    assert len([record for record in caplog.records if record.name == "asyncio"]) == told
