"""Writes tests/lab/proven_fixes.json: the printed scripts of scenarios that prove a fix first, and of all set-ups.

    python scripts/prove_fixes.py [SCENARIO...]

With names, those scenarios alone are run again. What changed in the account must be read by a person: is each line what
the finding names, and nothing else?
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from albdoctor.lab.scenarios import SCENARIOS
from tests.support.fixing import PROVEN, Done, fix_all, proven
from tests.support.set_ups import SET_UPS

EVERY = (*SCENARIOS, *SET_UPS)


def attempt(name: str) -> tuple[str, list[Done], str]:
    """Run one scenario; give what was done, or what went wrong."""
    try:
        return name, fix_all(name), ""
    except Exception as error:  # noqa: BLE001 - told to whoever runs this, and the others go on
        return name, [], f"{type(error).__name__}: {error}"


def main() -> int:
    """Run them, two at a time; 1 when one fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="SCENARIO")
    chosen = parser.parse_args().names
    names = [one.name for one in EVERY if not chosen or one.name in chosen]
    found = {name: runs for name, runs in proven().items() if chosen}
    failed = 0
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for name, runs, error in pool.map(attempt, names):
            said = error or ", ".join(f"{one.check}[{one.fix}] {len(one.operations)}" for one in runs)
            print(f"{name}: {said}", flush=True)
            failed += bool(error)
            found[name] = runs
    kept: dict[str, list[Done]] = {}
    made = {one.name for one in SET_UPS}
    seen: set[tuple[str, int]] = set()
    for name in (one.name for one in EVERY):
        here = {(one.check, one.fix) for one in found.get(name, [])}
        if here - seen or (here and name in made):
            kept[name] = found[name]
            seen |= here
    PROVEN.write_bytes(msgspec.json.format(msgspec.json.encode(kept)) + b"\n")
    print(f"{len(seen)} fixes proven by {len(kept)} scenarios, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
