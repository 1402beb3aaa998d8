"""A whole account: `albdoctor scan --all` over 100 and 400 balancers in moto, beside other tools and plain boto3 threads.

The server keeps AWS's limit for Elastic Load Balancing (40 tokens, 10 a second) for every tool: what it refuses has to be
asked again. Goal: faster per balancer than alb-lint while judging ten times as many checks; linear from 100 to 400; under
250 MB at 400; and at most 1.5 times the CPU time of 16 threads that ask *our* questions flat, with no order among them,
drop the answers and are never refused. Every figure is of a whole process: interpreter, imports, clients and output are
in it, for the threads too.

    python benchmarks/fleet.py [--quick] [--rounds N] [--sizes 100,400]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.fleet_tools import OTHERS, REGION, ROOT, Run, Server, run

CPU = 1.5
"""Times the CPU time of the threads."""
LINEAR = 1.2
"""The larger fleet may take this many times as long for each balancer."""
PEAK_MB = 250.0
JUDGING_MORE = 10
"""Times as many checks as alb-lint has."""
SCAN = (
    *("scan", "--all", "--region", REGION, "--no-probe", "--timeout", "600"),
    # Nobody delegates the zone here: DNS is asked and refuses at once, so what AWS knows of each name is judged.
    *("--dns-root", "127.0.0.1:1"),
    *("--format", "jsonl=report.jsonl", "--format", "text"),
)
REPLAY = ROOT / "benchmarks" / "fleet_replay.py"
OURS, THREADS, LINT = "albdoctor", "threads", OTHERS[0].name
JUDGED = ("passed", "found", "empty")


@dataclass
class Fleet:
    """What was measured on one fleet."""

    balancers: int
    runs: dict[str, list[Run]] = field(default_factory=dict[str, list[Run]])
    recorded: int = 0
    report: dict[str, int] = field(default_factory=dict[str, int])

    def seconds(self, tool: str) -> float:
        """Median wall time."""
        return statistics.median(each.seconds for each in self.runs[tool])

    def per_balancer(self, tool: str) -> float | None:
        """Seconds for each balancer; None for a tool that did not run."""
        return round(self.seconds(tool) / self.balancers, 4) if self.runs.get(tool) else None

    def cpu(self, tool: str) -> float:
        """Median CPU time."""
        return statistics.median(each.cpu for each in self.runs[tool])

    def peak_mb(self, tool: str) -> float:
        """The most memory of any run."""
        return round(max(each.peak_mb for each in self.runs[tool]), 1)


def measure(balancers: int, rounds: int, others: dict[str, list[str | Path]]) -> Fleet:
    """Fill a server of its own and measure everybody on it, in turn."""
    fleet = Fleet(balancers)
    server = Server()
    try:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            fill: list[str | Path] = [sys.executable, ROOT / "benchmarks" / "fleet_fill.py", str(balancers)]
            subprocess.run(fill, check=True, env=server.environment(home))
            print(f"\n{balancers} balancers")
            print(
                f"  {'':10} {'wall s':>8} {'cpu s':>8} {'server s':>8} {'asked':>7} {'of ELB':>7} {'refused':>7} {'peak MB':>8}"
            )
            questions = home / "questions.json"
            # Recording warms the server too: moto imports a service when it is first asked.
            recorded = run([sys.executable, REPLAY, "record", questions, *SCAN], server, home)
            must_have_run("recording", recorded, scan=True)
            fleet.recorded = len(json.loads(questions.read_text()))
            if fleet.recorded != recorded.asked:
                print(f"  note: {fleet.recorded} questions recorded, {recorded.asked} seen by the server")
            scan: list[str | Path] = [sys.executable, "-m", "albdoctor", *SCAN]
            replay: list[str | Path] = [sys.executable, REPLAY, "ask", questions]
            able = dict(others)
            for _ in range(rounds):
                must_have_run(OURS, take(fleet, OURS, scan, server, home), scan=True)
                must_have_run(THREADS, take(fleet, THREADS, replay, server, home, limited=False))
                able = {name: command for name, command in able.items() if ran(fleet, name, command, server, home)}
            fleet.report = counts(home / "report.jsonl")
    finally:
        server.close()
    return fleet


def ran(fleet: Fleet, name: str, command: list[str | Path], server: Server, home: Path) -> bool:
    """Run another tool; one that did not do its work is told, and none of its figures counts."""
    fresh = home / name
    fresh.mkdir(exist_ok=True)
    each = take(fleet, name, command, server, fresh)
    if each.asked >= fleet.balancers and each.code in (0, 1):
        return True
    del fleet.runs[name]
    print(f"  {name} could not run (exit {each.code}, {each.asked} questions): {each.errors}")
    return False


def take(
    fleet: Fleet, name: str, command: list[str | Path], server: Server, home: Path, *, limited: bool = True
) -> Run:
    """Run once, keep it and tell it."""
    server.limit(keep=limited)
    each = run(command, server, home)
    server.limit(keep=False)
    fleet.runs.setdefault(name, []).append(each)
    print(
        f"  {name:10} {each.seconds:8.2f} {each.cpu:8.2f} {each.server_cpu:8.2f} {each.asked:7} {each.asked_of_elb:7}"
        f" {each.throttled:7} {each.peak_mb:8.1f}",
        flush=True,
    )
    return each


def must_have_run(name: str, each: Run, *, scan: bool = False) -> None:
    """Refuse figures of something that did not do its work; a scan may end with findings or with gaps."""
    if each.code not in ((0, 1, 3) if scan else (0,)):
        sys.exit(f"{name} ended with {each.code}: {each.errors}")


def counts(report: Path) -> dict[str, int]:
    """Count what the scan told: lines, distinct checks that were judged, judgements, findings."""
    lines: list[dict[str, Any]] = [json.loads(line) for line in report.read_text().splitlines()]
    judged = [entry for line in lines for entry in line.get("checks", ()) if entry["outcome"] in JUDGED]
    return {
        "reports": len(lines),
        "checks": len({entry["check"] for entry in judged}),
        "judgements": len(judged),
        "findings": sum(len(line.get("findings", ())) for line in lines),
    }


def installed() -> dict[str, list[str | Path]]:
    """Make the other tools' environments; one that cannot be had is told and left out."""
    commands: dict[str, list[str | Path]] = {}
    for tool in OTHERS:
        try:
            commands[tool.name] = [tool.install(), *tool.arguments]
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{tool.name} could not be installed: {error}")
    return commands


def result(small: Fleet, large: Fleet) -> dict[str, Any]:
    """Compare with the goals."""
    measured = large.seconds(OURS)
    linearity = measured / large.balancers / (small.seconds(OURS) / small.balancers)
    times_cpu = large.cpu(OURS) / large.cpu(THREADS)
    tools = (OURS, THREADS, *(tool.name for tool in OTHERS))
    rates = {str(fleet.balancers): {name: fleet.per_balancer(name) for name in tools} for fleet in (small, large)}
    of_elb = {
        name: round(large.runs[name][-1].asked_of_elb / large.balancers, 2) for name in tools if large.runs.get(name)
    }
    refused = {name: large.runs[name][-1].throttled for name in tools if large.runs.get(name)}
    lint = {fleet.balancers: fleet.per_balancer(LINT) for fleet in (small, large)}
    goals: dict[str, Callable[[], bool | None]] = {
        "faster_than_alb_lint": lambda: (
            all((fleet.per_balancer(OURS) or 0) < (lint[fleet.balancers] or 0) for fleet in (small, large))
            if all(lint.values())
            else None
        ),
        "judges_ten_times_more": lambda: large.report["checks"] >= JUDGING_MORE * OTHERS[0].checks,
        "cpu_within_1.5_of_threads": lambda: times_cpu <= CPU,
        "linear": lambda: linearity <= LINEAR,
        "under_250_mb": lambda: large.peak_mb(OURS) < PEAK_MB,
    }
    reached = {name: holds() for name, holds in goals.items()}
    return {
        "benchmark": "fleet",
        "measured": round(measured, 3),
        "reference": round(large.seconds(LINT), 3) if lint[large.balancers] else None,
        "ratio": round(measured / large.seconds(LINT), 3) if lint[large.balancers] else None,
        "goal": 1.0,
        "met": all(reached.values()),
        "goals": reached,
        "sizes": [small.balancers, large.balancers],
        f"measured_{small.balancers}": round(small.seconds(OURS), 3),
        "seconds_per_balancer": rates,
        "linearity": round(linearity, 3),
        f"peak_mb_{large.balancers}": large.peak_mb(OURS),
        "cpu": {name: round(large.cpu(name), 3) for name in (OURS, THREADS)},
        "times_cpu": round(times_cpu, 2),
        "questions": large.recorded,
        "elb_questions_per_balancer": of_elb,
        "elb_questions_refused": refused,
        "told": large.report,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Measure and print one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="20 and 40 balancers, one round, no other tools")
    parser.add_argument("--rounds", type=int, default=3, help="runs of everybody, in turn")
    parser.add_argument("--sizes", default="100,400")
    chosen = parser.parse_args()
    small, large = (20, 40) if chosen.quick else map(int, chosen.sizes.split(","))
    rounds = 1 if chosen.quick else chosen.rounds
    others = {} if chosen.quick else installed()
    print(json.dumps(result(measure(small, rounds, others), measure(large, rounds, others))))


if __name__ == "__main__":
    main()
