"""Judging snapshots of 10, 100 and 1,000 balancers. Goal: linear within 20 %, 1,000 under 5 s on one core."""

from __future__ import annotations

import json
import time

from albdoctor.api import judge
from benchmarks.snapshots import snapshot

SIZES = (10, 100, 1000)
GOAL_SECONDS = 5.0


def main() -> None:
    """Measure CPU time of this process (one thread) and print one JSON object."""
    seconds: dict[int, float] = {}
    judge(snapshot(1))
    for size in SIZES:
        facts = snapshot(size)
        begin = time.process_time()
        report = judge(facts)
        seconds[size] = time.process_time() - begin
        print(f"{size} balancers: {seconds[size]:.3f} s, {len(report.findings)} findings")
    linear = seconds[SIZES[-1]] / SIZES[-1] / (seconds[SIZES[1]] / SIZES[1])
    largest = seconds[SIZES[-1]]
    print(
        json.dumps(
            {
                "benchmark": "judge",
                "measured": round(largest, 3),
                "reference": GOAL_SECONDS,
                "ratio": round(largest / GOAL_SECONDS, 3),
                "per_balancer_1000_to_100": round(linear, 3),
                "goal": 1.0,
            }
        )
    )


if __name__ == "__main__":
    main()
