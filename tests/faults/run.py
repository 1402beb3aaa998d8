"""Runs a slice of faulty scans in this process and writes one JSON line for each: `python -m tests.faults.run`."""

from __future__ import annotations

import gc
import logging
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from random import Random

import msgspec

from tests.faults.draw import draw
from tests.faults.fault import Fault
from tests.faults.judging import Complaint, complaints
from tests.faults.rig import Rig, Seen
from tests.faults.traps import outside, watch_sockets

SLOTS = 3
"""Scans at once in one process: they mostly wait."""
TIMED = frozenset({"late", "lost"})


def of_a_busy_machine(sort: str, words: str) -> bool:
    """Whether a busy machine can cause a complaint: such a scan is done again, alone, and only that one counts.

    The lab's load balancer, too, answers late then: that visitors wait in vain is true.
    """
    return sort in TIMED or (sort == "false-accusation" and words.startswith("http-request-fails"))


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one faulty scan."""

    world: str
    number: int
    faults: tuple[str, ...]
    kinds: tuple[str, ...]
    seconds: float
    verdict: str = ""
    complaints: tuple[tuple[str, str], ...] = ()


class Noise(logging.Handler):
    """Hears what asyncio complains about: a task's exception that nobody looked at."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a complaint that names our code."""
        words = self.format(record)
        if "albdoctor/collect" in words or "albdoctor.collect" in words:
            self.heard.append(words)


def faulty_scans(world: str, numbers: Sequence[int], seed: int, slots: int = SLOTS) -> Iterator[Outcome]:
    """Build a world and scan it faultily; the same number and seed draw the same faults."""
    noise = Noise()
    logging.getLogger("asyncio").addHandler(noise)
    threading.excepthook = lambda failed: noise.heard.append(f"albdoctor thread: {failed.exc_type} {failed.exc_value}")
    free: SimpleQueue[int] = SimpleQueue()
    for slot in range(slots):
        free.put(slot)
    with Rig(world, slots) as rig, ThreadPoolExecutor(slots) as pool:

        def drawn(number: int) -> tuple[Fault, ...]:
            return draw(rig.targets, Random(f"{seed}:{world}:{number}"))  # noqa: S311 - no secret

        def one(number: int) -> Outcome:
            faults = drawn(number)
            slot = free.get()
            try:
                seen = rig.scan(slot, faults)
            finally:
                free.put(slot)
            return judged(number, faults, seen)

        def judged(number: int, faults: Sequence[Fault], seen: Seen) -> Outcome:
            told = complaints(faults, seen, rig.baseline)
            return outcome(world, number, faults, seen.seconds, str(seen.report.verdict if seen.report else ""), told)

        doubtful: list[Outcome] = []
        for each in pool.map(one, numbers):
            if any(of_a_busy_machine(*one) for one in each.complaints):
                doubtful.append(each)
            else:
                yield each
        for each in doubtful:  # alone: three scans and a lab in one process keep each other waiting
            faults = drawn(each.number)
            yield judged(each.number, faults, rig.scan(0, faults))
        gc.collect()
        strays = [f"connected to {place}" for place in outside()]
        strays += [f"{rig.traps.caught} connections to trapped places"] if rig.traps.caught else []
        told = [Complaint("crash", words) for words in noise.heard] + [Complaint("stray", words) for words in strays]
        if told:
            yield outcome(world, -1, (), 0.0, "", told)
    logging.getLogger("asyncio").removeHandler(noise)


def outcome(
    world: str, number: int, faults: Sequence[Fault], seconds: float, verdict: str, told: Sequence[Complaint]
) -> Outcome:
    """Write down what became of a scan."""
    return Outcome(
        world=world,
        number=number,
        faults=tuple(map(str, faults)),
        kinds=tuple(fault.kind for fault in faults),
        seconds=round(seconds, 2),
        verdict=verdict,
        complaints=tuple((each.sort, each.words) for each in told),
    )


def main(words: Sequence[str]) -> None:
    """Take world, first and last number, seed."""
    world, first, last, seed = words[0], int(words[1]), int(words[2]), int(words[3])
    watch_sockets()
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # it tells of every link that microburst cuts
    started = time.monotonic()
    for each in faulty_scans(world, range(first, last), seed):
        sys.stdout.buffer.write(msgspec.json.encode(each) + b"\n")
        sys.stdout.flush()
    sys.stderr.write(f"{world} {first}-{last}: {time.monotonic() - started:.0f} s\n")


if __name__ == "__main__":
    main(sys.argv[1:])
