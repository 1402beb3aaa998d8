"""Start-up: `albdoctor --version` against `python -c "import click"`. Goal: at most 1.5 times as long."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

RUNS = 15


def seconds(command: list[str]) -> float:
    """Median wall time of a command, the first run not counted."""
    times: list[float] = []
    for _ in range(RUNS + 1):
        begin = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - begin)
    return statistics.median(times[1:])


def main() -> None:
    """Measure both in turn and print one JSON object."""
    measured = seconds([sys.executable, "-m", "albdoctor", "--version"])
    reference = seconds([sys.executable, "-c", "import click"])
    print(
        json.dumps(
            {
                "benchmark": "startup",
                "measured": round(measured, 4),
                "reference": round(reference, 4),
                "ratio": round(measured / reference, 3),
                "goal": 1.5,
            }
        )
    )


if __name__ == "__main__":
    main()
