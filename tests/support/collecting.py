"""Collects one scan as `albdoctor.collect.run` collects several."""

from __future__ import annotations

from collections.abc import Callable

from albdoctor.collect.options import Options
from albdoctor.collect.run import collect_all, now
from albdoctor.facts.snapshot import Facts


async def collect(options: Options, wanted: frozenset[str], told: Callable[[str], None] | None = None) -> Facts:
    """Make one scan; `told` gets a line for each question to AWS as it is sent."""
    (facts,) = await collect_all((options,), wanted, told)
    return facts


def collect_now(options: Options, wanted: frozenset[str], told: Callable[[str], None] | None = None) -> Facts:
    """Make one scan and wait for it."""
    return now(lambda: collect(options, wanted, told))
