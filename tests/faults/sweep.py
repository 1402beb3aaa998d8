"""Bends every member of AWS's answers, one a scan: `python -m tests.faults.sweep WORLD WAY [OPERATION...]`.

The way "without" leaves the member out, "strange" gives each enumeration a value that nobody knows yet. Minutes a
world, so not a part of the tests; run it after a change of what is asked of AWS. No scan may accuse falsely or pass
falsely; what it prints is each member for which one does.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from tests.faults.aws_bends import STRANGE, WITHOUT, enumerations, members
from tests.faults.fault import Area, Fault
from tests.faults.judging import Complaint, complaints
from tests.faults.rig import Rig
from tests.faults.run import SLOTS, of_a_busy_machine

LIES = frozenset({"false-pass", "false-accusation", "crash"})
WAYS = {"without": (WITHOUT, members), "strange": (STRANGE, enumerations)}
"""Ways of bending: how its kinds of faults begin, and the members of an answer that it can bend."""


def faults(rig: Rig, way: str, wanted: Sequence[str]) -> Iterator[Fault]:
    """Name each member that an undisturbed scan gets: its first occurrence, and its last."""
    begin, bendable = WAYS[way]
    paths: dict[str, Counter[str]] = {}
    for operation, body in rig.heard():
        # Of several answers of one operation, the longest counts: each is bent on its own.
        paths[operation] = paths.get(operation, Counter()) | bendable(body)
    for operation, found in sorted(paths.items()):
        if not wanted or operation.partition(":")[2] in wanted:
            for path, count in found.items():
                for number in sorted({0, count - 1}):
                    yield Fault(Area.AWS, f"{begin}{path}#{number}", (operation,), "0")


def lies(world: str, way: str, wanted: Sequence[str]) -> Iterator[tuple[Fault, list[Complaint]]]:
    """Scan with each member bent; give each fault with the lies that it led to."""
    free: SimpleQueue[int] = SimpleQueue()
    for slot in range(SLOTS):
        free.put(slot)
    with Rig(world, SLOTS) as rig, ThreadPoolExecutor(SLOTS) as pool:

        def one(fault: Fault) -> tuple[Fault, list[Complaint]]:
            slot = free.get()
            try:
                seen = rig.scan(slot, (fault,))
            finally:
                free.put(slot)
            return fault, [each for each in complaints((fault,), seen, rig.baseline) if each.sort in LIES]

        doubtful: list[Fault] = []
        for fault, told in pool.map(one, tuple(faults(rig, way, wanted))):
            if any(of_a_busy_machine(each.sort, each.words) for each in told):
                doubtful.append(fault)
            else:
                yield fault, told
        yield from map(one, doubtful)


def main(words: Sequence[str]) -> int:
    """Take a world, a way of bending, and operations (none: all)."""
    started, count, bad = time.monotonic(), 0, 0
    for fault, told in lies(words[0], words[1], words[2:]):
        count += 1
        bad += bool(told)
        for each in told:
            sys.stdout.write(f"{fault}: {each.sort}: {each.words}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{words[0]} {words[1]}: {count} scans, {bad} with a lie, {time.monotonic() - started:.0f} s\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
