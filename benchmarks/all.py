"""Every benchmark in turn, each in a process of its own, and a table of what came out.

    python benchmarks/all.py [NAME...]

A goal that is missed is shown and does not stop the others. Exit code 1: a benchmark crashed.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ORDER = (
    *("startup", "critical_path", "dns_pass", "dns_hostile", "large_zone"),
    *("packets", "judge", "report", "fleet"),
)
COLUMNS = ("benchmark", "measured", "reference", "ratio", "goal", "met", "minutes")


def run(name: str) -> dict[str, Any]:
    """Run one benchmark, its output shown as it comes; without a result it has crashed."""
    begin, last = time.monotonic(), ""
    with subprocess.Popen(
        [sys.executable, Path(__file__).with_name(f"{name}.py")], stdout=subprocess.PIPE, text=True
    ) as child:
        for line in child.stdout or ():
            print(line, end="", flush=True)
            last = line
    took = {"minutes": round((time.monotonic() - begin) / 60, 1)}
    told: dict[str, Any]
    try:
        told = json.loads(last) if child.returncode == 0 else {}
    except ValueError:
        told = {}
    return told | took if told else {"benchmark": name, "met": f"crashed, exit {child.returncode}"} | took


def table(results: list[dict[str, Any]]) -> str:
    """Write the results as a Markdown table."""
    rows = [COLUMNS, ["---"] * len(COLUMNS)]
    rows += [[_shown(result.get(column, "")) for column in COLUMNS] for result in results]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _shown(value: object) -> str:
    return {True: "yes", False: "**no**"}[value] if isinstance(value, bool) else str(value)


def main() -> int:
    """Run those that are named, or all."""
    names = sys.argv[1:] or list(ORDER)
    unknown = set(names) - set(ORDER)
    if unknown:
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(ORDER)}", file=sys.stderr)
        return 2
    before = os.getloadavg()[0]
    results: list[dict[str, Any]] = []
    for name in names:
        print(f"\n{name}", flush=True)
        results.append(run(name))
    where = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    print(f"\n{datetime.now(UTC):%Y-%m-%d %H:%M UTC}, {where}; load before: {before:.1f}\n\n{table(results)}")
    return int(any("ratio" not in result for result in results))


if __name__ == "__main__":
    sys.exit(main())
