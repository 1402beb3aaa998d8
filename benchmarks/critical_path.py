"""A scan against its longest chain of questions. Goal: at most 1.25 times the bound when sound, 1.4 for the founding story.

The lab answers every question of the AWS API, of DNS, of the registry and over HTTP 50 ms after it came. The scan is
the command itself, in a process of its own. Bound = start-up + longest chain * 50 ms:

- start-up is what any such process must do before it can ask: a Python that imports the libraries which a scan needs
  (asyncio, click, msgspec, dnspython, httpx, cryptography, botocore) and makes one botocore client; measured between
  the scans, in the same environment;
- the chain is read from what was really asked and answered: see `benchmarks.chain`, which also says what does not count.

Nothing else is in the bound: no code of albdoctor, no judging, no rendering, no TCP connection, no TLS handshake, no
time that the lab itself needs. The shortest of several runs counts, as other work on the machine only ever adds;
the median and the CPU time of the scan are printed beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "checks")]

from albdoctor.lab.nameservers import ROOT_SERVERS  # noqa: E402
from albdoctor.lab.resolver import RESOLVER_ADDRESS  # noqa: E402 - after the path
from albdoctor.lab.scanning import command  # noqa: E402
from albdoctor.lab.scenarios import find  # noqa: E402
from albdoctor.lab.site import build  # noqa: E402
from albdoctor.lab.world import World  # noqa: E402
from benchmarks.chain import Chain  # noqa: E402

GOALS = {"healthy": 1.25, "founding-story": 1.4}
START_UP = """
import asyncio, click, msgspec, ssl
import dns.asyncquery, dns.message, dns.resolver
import httpx
from cryptography import x509
import botocore.session
botocore.session.Session().create_client("route53", region_name="us-east-1")
"""


@dataclass
class Times:
    """Wall and CPU seconds of one command's runs."""

    wall: list[float] = field(default_factory=list[float])
    cpu: list[float] = field(default_factory=list[float])

    def run(self, words: Sequence[str], environment: Mapping[str, str], codes: Sequence[int] = (0,)) -> None:
        """Run the command once more; it must end with one of these codes."""
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, check=False)
        self.wall.append(time.perf_counter() - begin)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        if done.returncode not in codes:
            raise SystemExit(f"{words[:6]} ended with {done.returncode}")


def measure(name: str, delay: float, runs: int) -> dict[str, float | bool]:
    """Measure one scenario, tell it in words, give the figures."""
    scenario = find(name)
    with World() as world:
        build(world, scenario.plan)
        environment = world.environment | {"PYTHONPATH": os.pathsep.join(sys.path[:2])}
        scan = command(world, scenario.plan.domain, ("--format", "json"))
        world.distance.seconds = delay
        scans, start = Times(), Times()
        scans.run(scan, environment, (0, 1))  # fills the disk's cache; not counted
        start.run([sys.executable, "-c", START_UP], environment)
        scans, start = Times(), Times()
        for _ in range(runs):
            world.distance.heard = []
            scans.run(scan, environment, (0, 1))
            start.run([sys.executable, "-c", START_UP], environment)
        heard = world.distance.heard or []
    chain = Chain(heard, scenario.plan.domain, ROOT_SERVERS.values(), (RESOLVER_ADDRESS,))
    wall, start_up = min(scans.wall), min(start.wall)
    bound = start_up + chain.length * delay
    print(f"{name}: {len(heard)} questions, {len(chain.twice())} asked twice; the longest chain has {chain.length}:")
    for step in chain.longest():
        why = f"  (needs {step.need.word or step.need.question})" if step.need else ""
        print(f"  {step.level}. {step.heard.source} {step.heard.question[:110]}{why}")
    for question in chain.twice():
        print(f"  asked twice: {question[:160]}")
    print(f"  wall min {wall:.3f} s, median {statistics.median(scans.wall):.3f} s; CPU min {min(scans.cpu):.3f} s")
    print(f"  bound {bound:.3f} s = start-up {start_up:.3f} s + {chain.length} * {delay:g} s; ratio {wall / bound:.3f}")
    return {
        "wall": round(wall, 3),
        "median": round(statistics.median(scans.wall), 3),
        "cpu": round(min(scans.cpu), 3),
        "startup": round(start_up, 3),
        "chain": chain.length,
        "bound": round(bound, 3),
        "ratio": round(wall / bound, 3),
        "questions": len(heard),
        "asked_twice": len(chain.twice()),
        "goal": GOALS[name],
        "met": wall / bound <= GOALS[name] and not chain.twice(),
    }


def main() -> None:
    """Measure both and print one JSON object last."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--delay", type=float, default=0.05, help="seconds before every answer (0.05)")
    parser.add_argument("--runs", type=int, default=12, help="scans of each scenario (12)")
    asked = parser.parse_args()
    measured = {name: measure(name, asked.delay, asked.runs) for name in GOALS}
    worst = max(measured.values(), key=lambda each: each["ratio"] / each["goal"])
    print(
        json.dumps(
            {
                "benchmark": "critical_path",
                "measured": worst["wall"],
                "reference": worst["bound"],
                "ratio": worst["ratio"],
                "goal": worst["goal"],
                "met": all(each["met"] for each in measured.values()),
                "scenarios": measured,
            }
        )
    )


if __name__ == "__main__":
    main()
