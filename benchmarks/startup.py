"""Start-up: `albdoctor --version` beside `python -c "import click"`, whole processes in turn. Goal: at most 1.5 times as long.

python benchmarks/startup.py
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

RUNS = 15
GOAL = 1.5
MEASURED = (sys.executable, "-m", "albdoctor", "--version")
REFERENCE = (sys.executable, "-c", "import click")


def seconds(command: tuple[str, ...]) -> float:
    """Wall time of a command."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main() -> None:
    """Take the median of both, the first run not counted, and print one JSON object."""
    pairs = [(seconds(MEASURED), seconds(REFERENCE)) for _ in range(RUNS + 1)][1:]
    measured, reference = (statistics.median(pair[at] for pair in pairs) for at in (0, 1))
    print(
        json.dumps(
            {
                "benchmark": "startup",
                "measured": round(measured, 4),
                "reference": round(reference, 4),
                "ratio": round(measured / reference, 3),
                "goal": GOAL,
                "met": measured / reference <= GOAL,
                "unit": "s, wall, median; reference: python -c 'import click'",
            }
        )
    )


if __name__ == "__main__":
    main()
