"""Does a test notice when a cause no longer explains its symptom? `python scripts/drop_edges.py` tries each.

Every edge between our checks is refused once, and every declared signal and every name in `explains` is taken from
its check once; the judgement of tests/causes is asked each time. Prints what nothing noticed; exits 1 when there is
any.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from albdoctor.checkup.registry import load
from tests.causes.dropping import judge_all, survives, without_a_declaration, without_an_edge


def main() -> int:
    """Take everything away once and say what survived."""
    runs = judge_all(load())
    dropped, declared = list(without_an_edge(load())), list(without_a_declaration(load()))
    survivors = [mutant.lacks for mutant in (*dropped, *declared) if survives(mutant, runs)]
    for lacks in survivors:
        print(f"not noticed: {lacks}")
    print(f"{len(dropped)} edges and {len(declared)} declarations dropped, {len(survivors)} not noticed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
