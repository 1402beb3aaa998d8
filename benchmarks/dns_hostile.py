"""What a hostile server can make a scan's DNS cost: each kind in a process of its own. Goal: the deadline, bounded memory.

The kinds are the tests' (see tests/support/dns_hostile.py): referrals that lead everywhere, aliases without end, answers
of 64 kB, nothing but datagrams with another id, hashes of 65,535 rounds, many keys with one tag times many signatures;
and silence. A scan asks everything it asks DNS of a name six labels deep, and of twenty certificate names. The servers
are a process of their own, and answer 30 ms late.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import resource
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "checks")]

from albdoctor.collect.dns.questions import Dns  # noqa: E402 - after the path
from albdoctor.collect.options import Options  # noqa: E402 - after the path
from tests.support.dns_hostile import ANSWERS, HOST, REFERRALS, hostile, whole_dns  # noqa: E402 - after the path
from tests.support.dns_run import options_of  # noqa: E402 - after the path
from tests.support.dns_server import serving  # noqa: E402 - after the path
from tests.support.dns_signed import ROOT_KEY  # noqa: E402 - after the path

DELAY = 0.03
DEADLINE = 20.0
"""Seconds that a scan's `--timeout` would leave."""
GRACE = 1.0
MEGABYTES = 64
"""More than the process had before it asked."""
KINDS = (
    *((kind, "ok") for kind in (*REFERRALS, *ANSWERS)),
    ("a hundred zones on the victim's server", "drop"),
    ("the victim as the server of every name", "drop"),
)


def serve(kind: str, victim: str, orders: Connection) -> None:
    """Serve until nobody listens any more."""
    asyncio.run(_serve(kind, victim, orders))


async def _serve(kind: str, victim: str, orders: Connection) -> None:
    servers = hostile(kind, victim)
    for server in servers.values():
        server.delay = DELAY
    async with serving(servers) as connect_to:
        orders.send(options_of(connect_to, HOST, trust_anchors=(ROOT_KEY.ds("."),)))
        with suppress(EOFError):
            await asyncio.to_thread(orders.recv)


async def ask(options: Options) -> int:
    """Ask everything; gives the questions, or so many as were sent by the deadline."""
    dns = Dns(options)
    try:
        return await asyncio.wait_for(whole_dns(dns), DEADLINE)
    except TimeoutError:
        return dns.questions


def peak() -> float:
    """Megabytes that this process had at most."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1024 * 1024 if sys.platform == "darwin" else 1024)


def one(kind: str, victim: str) -> None:
    """Ask a tree of one kind and print what that cost."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=serve, args=(kind, victim, there), daemon=True)
    process.start()
    there.close()
    options = here.recv()
    before, cpu, begin = peak(), time.process_time(), time.perf_counter()
    questions = asyncio.run(ask(options))
    took = {"seconds": time.perf_counter() - begin, "cpu": time.process_time() - cpu, "megabytes": peak() - before}
    print(json.dumps({"questions": questions} | {name: round(value, 2) for name, value in took.items()}))
    here.close()
    process.join(timeout=10)


def main() -> int:
    """Measure each kind, and print the worst as the last line."""
    if len(sys.argv) == 3:
        one(*sys.argv[1:])
        return 0
    told: list[dict[str, float]] = []
    for kind, victim in KINDS:
        command = [sys.executable, __file__, kind, victim]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        told.append(json.loads(done.stdout))
        print(f"{kind}{', which is silent' if victim == 'drop' else ''}: {done.stdout.strip()}", flush=True)
    worst = {name: max(one[name] for one in told) for name in told[0]}
    result = {
        "benchmark": "dns_hostile",
        "measured": f"{worst['seconds']:.1f} s, {worst['cpu']:.1f} s of CPU time, {worst['megabytes']:.0f} MB more, "
        f"{worst['questions']} questions: the worst of {len(told)} kinds",
        "reference": f"{DEADLINE + GRACE:.0f} s; {MEGABYTES} MB",
        "ratio": round(worst["seconds"] / (DEADLINE + GRACE), 2),
        "goal": 1.0,
        "met": worst["seconds"] <= DEADLINE + GRACE and worst["megabytes"] <= MEGABYTES,
    }
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
