"""Counters as small bar charts: each a path of bars over one window, with what it shows in words beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from albdoctor.report.model import CounterReport, CountersReport, Report
from albdoctor.report.overview import name_of

SLOT, BAR, HEIGHT, LEAST = 6, 5, 24, 2
"""Of a period: its width, that of its bar, the height of the highest bar, and of the lowest that is not zero."""
CLOCK = "%H:%M"
ALL = "RequestCount"
"""It has a row whatever it counted."""


class Row(Struct, frozen=True, kw_only=True):
    """One counter."""

    label: str
    name: str
    kind: Literal["plain", "error"]
    total: str
    path: str
    """In a box of `Chart.width` x `HEIGHT`; empty: there is nothing to draw."""
    most: str
    """The highest sum of a period; empty: not known, or zero."""
    at: str
    """When that period began, UTC."""


class Chart(Struct, frozen=True, kw_only=True):
    """The counters of one load balancer."""

    balancer: str
    """Its name."""
    hours: str
    minutes: str
    """Of one bar."""
    width: int
    """0: only totals are known."""
    since: str
    until: str
    rows: tuple[Row, ...]
    none: tuple[str, ...]
    """Labels of what did not happen once."""


def charts(report: Report) -> Iterator[Chart]:
    """Draw the counters of each load balancer."""
    for one in report.counters:
        periods = max((len(counter.sums) for counter in one.counters), default=0)
        yield Chart(
            balancer=name_of(one.balancer),
            hours=f"{one.hours:.3g}",
            minutes=f"{one.period / 60:.3g}",
            width=SLOT * periods,
            since=_begin(one, periods).strftime(CLOCK),
            until=one.until.strftime(CLOCK),
            rows=tuple(_row(counter, one) for counter in one.counters if counter.total > 0 or counter.name == ALL),
            none=tuple(counter.label for counter in one.counters if counter.total <= 0 and counter.name != ALL),
        )


def _begin(of: CountersReport, back: int) -> datetime:
    """When the period began that is so many before the end; what lies before the calendar is told as its end."""
    seconds = of.period * back
    return of.until - timedelta(seconds=seconds) if of.until.timestamp() > seconds else of.until


def _row(counter: CounterReport, of: CountersReport) -> Row:
    most = max(counter.sums, default=0.0)
    at = _begin(of, len(counter.sums) - counter.sums.index(most)).strftime(CLOCK) if most > 0 else ""
    is_error = "5XX" in counter.name or "Error" in counter.name or "Rejected" in counter.name
    return Row(
        label=counter.label,
        name=counter.name,
        kind="error" if is_error else "plain",
        total=number(counter.total),
        path=bars(counter.sums),
        most=number(most) if most > 0 else "",
        at=at,
    )


def number(value: float) -> str:
    """Write a count with its thousands apart."""
    return f"{value:,.0f}" if abs(value) < 1e12 else f"{value:g}"


def bars(sums: tuple[float, ...]) -> str:
    """The path of bars over a base line, the highest of full height."""
    most = max(sums, default=0.0)
    heights = (max(LEAST, round(HEIGHT * (one / most))) if one > 0 else 0 for one in sums)
    shapes = (f"M{SLOT * at} {HEIGHT}v-{high}h{BAR}v{high}z" for at, high in enumerate(heights) if high)
    return "".join(shapes)
