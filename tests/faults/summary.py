"""Runs slices of faulty scans in child processes and sums them up."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from tests.faults.rig import WORLDS
from tests.faults.run import Outcome

SORTS = ("crash", "late", "false-pass", "false-accusation", "lost", "stray")
SLICE = 34
"""Scans of one process: building a world costs as much as a few scans."""
SLICE_SECONDS = 3600
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Slice:
    """Scans `first` to `last` (exclusive) of one world."""

    world: str
    first: int
    last: int


def slices(scans: int) -> Iterator[Slice]:
    """Share the scans out evenly over the worlds, in slices."""
    for number, world in enumerate(WORLDS):
        share = scans // len(WORLDS) + (number < scans % len(WORLDS))
        parts = max(1, -(-share // SLICE))
        for part in range(parts):
            yield Slice(world, share * part // parts, share * (part + 1) // parts)


def run_all(scans: int, seed: int, jobs: int) -> Iterator[Outcome]:
    """Run every slice, `jobs` at a time; the same seed draws the same faults."""
    with ThreadPoolExecutor(jobs) as pool:
        for outcomes in pool.map(partial(run, seed), slices(scans)):
            yield from outcomes


def run(seed: int, part: Slice) -> list[Outcome]:
    """Run one slice; whatever keeps it from ending well is an outcome, too."""
    words = (sys.executable, "-m", "tests.faults.run", part.world, str(part.first), str(part.last), str(seed))
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=SLICE_SECONDS, check=False)
    outcomes = [msgspec.json.decode(line, type=Outcome) for line in done.stdout.splitlines()]
    missing = part.last - part.first - sum(outcome.number >= 0 for outcome in outcomes)
    if done.returncode or missing:
        words_ = f"the process ended with {done.returncode}, {missing} scans missing: {done.stderr[-2000:]}"
        outcomes.append(
            Outcome(world=part.world, number=-1, faults=(), kinds=(), seconds=0.0, complaints=(("crash", words_),))
        )
    return outcomes


def written(outcomes: Sequence[Outcome]) -> str:
    """Sum up for people."""
    scans = [outcome for outcome in outcomes if outcome.number >= 0]
    sorts = Counter(sort for outcome in outcomes for sort, _ in outcome.complaints)
    kinds = Counter(kind for outcome in scans for kind in outcome.kinds)
    verdicts = Counter(outcome.verdict for outcome in scans)
    slowest = max((outcome.seconds for outcome in scans), default=0.0)
    lines = [f"{kind:32} {count:5}" for kind, count in sorted(kinds.items())]
    lines += ["", f"scans {len(scans)}, faults {kinds.total()}, slowest {slowest:.1f} s"]
    lines += ["verdicts: " + ", ".join(f"{word} {count}" for word, count in verdicts.most_common())]
    lines += [", ".join(f"{sort} {sorts[sort]}" for sort in SORTS)]
    for outcome in outcomes:
        for sort, words in outcome.complaints:
            lines.append(f"{sort}: {outcome.world} {outcome.number} [{'; '.join(outcome.faults)}]: {words}")
    return "\n".join(lines)
