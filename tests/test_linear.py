"""Judging grows linearly: steps of Python are counted, not seconds, so that a search inside a loop shows."""

from __future__ import annotations

import sys
from collections import Counter
from types import FrameType
from typing import Any

import pytest

from albdoctor.api import judge
from albdoctor.facts.snapshot import Facts
from albdoctor.report import html
from benchmarks.ills import ILLS
from benchmarks.snapshots import snapshot

pytestmark = pytest.mark.sweep

SIZE = 2 * len(ILLS)
"""Balancers: every ill twice, so that each size has the same mixture."""
PAIRS = 2 * SIZE**2
"""By how much three sizes differ from a straight line when everything is compared with everything else once."""


def _steps(facts: Facts) -> Counter[str]:
    """Count how often each line of our own code runs; each turn of a loop is one, in comprehensions too."""
    steps = Counter[str]()

    def line(frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            steps[f"{frame.f_code.co_filename}:{frame.f_lineno}"] += 1
        return line

    def call(frame: FrameType, _event: str, _argument: Any) -> Any:
        return line if "albdoctor" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        html.render((judge(facts),))
    finally:
        sys.settrace(before)
    return steps


def test_nothing_is_compared_with_everything() -> None:
    sizes = [snapshot(SIZE * times, every=1) for times in (1, 2, 3)]
    html.render((judge(sizes[-1]),))  # fills what is kept for good: templates, parsed addresses
    small, middle, large = map(_steps, sizes)
    more = {where: large[where] - 2 * middle[where] + small[where] for where in large}
    worst = sorted(more, key=lambda where: -abs(more[where]))[:5]
    assert abs(sum(more.values())) < PAIRS / 4, [f"{where}: {more[where]} steps" for where in worst]
