"""Judging: snapshots of 10, 100 and 1,000 balancers with ten targets each, by every check, into a report.

Goal: 1,000 in under 5 s of CPU time on one core, and linear: a balancer among ten times as many costs at most 1.2 times as
much. Reference for linearity is the same code on the smaller snapshot, judged in the same process in the same rounds.

    python benchmarks/judge.py
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from albdoctor.api import judge
from albdoctor.facts.snapshot import Facts
from benchmarks.snapshots import TARGETS, snapshot

GOAL_SECONDS = 5.0
LINEAR = 1.2
SIZES = (10, 100, 1000)
ROUNDS = 5
JUDGED = 200
"""So many balancers at least are judged in each round of a size, so that no round is too short for the clock."""


def seconds(facts: Facts, times: int) -> float:
    """CPU time of this process for one judgement; the garbage of the one before is not counted."""
    gc.collect()
    begin = time.process_time()
    for _ in range(times):
        judge(facts)
    return (time.process_time() - begin) / times


def main() -> None:
    """Measure all sizes in turn, take the best of the rounds, print one JSON object last."""
    snapshots = {size: snapshot(size) for size in SIZES}
    judge(snapshots[SIZES[0]])
    rounds: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(ROUNDS):
        for size, facts in snapshots.items():
            rounds[size].append(seconds(facts, max(1, JUDGED // size)))
    best = {size: min(times) for size, times in rounds.items()}
    for size, facts in snapshots.items():
        each, found = best[size] / size, len(judge(facts).findings)
        told = f"{best[size]:.3f} s, {each * 1000:.2f} ms each, {found} findings"
        print(f"{size:5} balancers, {size * TARGETS:6} targets: {told}")
    small, middle, large = (best[size] / size for size in SIZES)
    print(
        json.dumps(
            {
                "benchmark": "judge",
                "measured": round(best[SIZES[-1]], 3),
                "reference": GOAL_SECONDS,
                "ratio": round(best[SIZES[-1]] / GOAL_SECONDS, 3),
                "goal": 1.0,
                "met": best[SIZES[-1]] <= GOAL_SECONDS and large / middle <= LINEAR and middle / small <= LINEAR,
                "unit": "CPU s for 1,000 balancers; reference: the goal",
                "per_balancer_1000_to_100": round(large / middle, 3),
                "per_balancer_100_to_10": round(middle / small, 3),
                "goal_per_balancer": LINEAR,
            }
        )
    )


if __name__ == "__main__":
    main()
