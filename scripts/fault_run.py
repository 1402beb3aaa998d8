"""Faulty scans of the lab by the thousand: `python scripts/fault_run.py --scans 2000 --seed 1 --jobs 2`.

Each scan meets one to three faults of AWS, DNS, the probed addresses or the registries (see tests/faults). Prints
the faults by kind and what did not hold; exits 1 when anything did not: a crash, a scan that ended late, a check
that passed or accused falsely, facts that were lost to somebody else's fault, a connection to a forbidden place.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.faults.run import Outcome
from tests.faults.summary import run_all, written

EVERY = 100


def main() -> int:
    """Run, sum up, and say whether everything held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scans", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    outcomes: list[Outcome] = []
    for outcome in run_all(given.scans, given.seed, given.jobs):
        outcomes.append(outcome)
        if len(outcomes) % EVERY == 0:
            print(f"{len(outcomes)} scans", file=sys.stderr, flush=True)
    print(written(outcomes))
    return 1 if any(outcome.complaints for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
