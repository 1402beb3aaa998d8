"""How the merge of an organisation's shards grows: time, and the most memory, for some numbers of load balancers.

    .venv/bin/python -m benchmarks.organization [BALANCERS...]

Each load balancer is a snapshot of its own name; 1,000 accounts x 17 Regions of empty shards stand beside them.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from albdoctor.facts.files import encode
from albdoctor.facts.survey import Surveyed
from benchmarks.snapshots import snapshot

SHARDS = 17_000
NAME = b"shop.example"


def lines(balancers: int) -> Iterator[bytes]:
    """The facts of all shards."""
    yield encode(
        tuple(
            Surveyed(
                taken_at=datetime.now(UTC), accounts=(f"{number // 17:012d}",), regions=(f"us-east-{number % 17}",)
            )
            for number in range(SHARDS)
        )
    )
    one = encode((snapshot(1, every=10),))
    for number in range(balancers):
        yield one.replace(NAME, f"shop{number}.example".encode())


def merged(balancers: int) -> tuple[int, float, float, float]:
    """Bytes of facts, seconds, and MiB at most, of one merge; and MiB of the report."""
    with tempfile.TemporaryDirectory() as folder:
        facts = Path(folder, "facts.jsonl")
        with facts.open("wb") as file:
            for line in lines(balancers):
                file.write(line)
        made = [Path(folder, name) for name in ("a.html", "a.jsonl", "a.txt")]
        formats = [f"--format={kind}={path}" for kind, path in zip(("html", "jsonl", "text"), made, strict=True)]
        words = [sys.executable, "-m", "albdoctor", "scan", "--facts", str(facts), *formats, "--fail-on", "never"]
        started = time.monotonic()
        child = os.posix_spawn(words[0], words, os.environ)
        _, status, used = os.wait4(child, 0)
        if os.waitstatus_to_exitcode(status) not in (0, 3):
            raise RuntimeError(f"the merge ended with {os.waitstatus_to_exitcode(status)}")
        report = made[0].stat().st_size / 2**20
        return facts.stat().st_size, time.monotonic() - started, used.ru_maxrss / 1024, report


def main() -> None:
    """A line for each number."""
    for balancers in map(int, sys.argv[1:] or ("500", "2000", "8000")):
        size, seconds, memory, report = merged(balancers)
        print(
            f"{balancers} load balancers: {size / 2**20:.0f} MiB of facts, {seconds:.0f} s,"
            f" {memory:.0f} MiB at most, report {report:.1f} MiB",
            flush=True,
        )


if __name__ == "__main__":
    main()
