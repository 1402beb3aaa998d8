"""Every script is pasted beside other people's things: only what its finding names changes, also when it is cut short.

`scripts/prove_fixes.py` writes `proven_fixes.json`: which scenario proves which fix, and what changes in the account.
"""

from __future__ import annotations

import pytest

from albdoctor.checkup import registry
from albdoctor.lab.scenarios import SCENARIOS
from tests.support.bystanders import MARK
from tests.support.fixing import Done, fail_at, fix_all, proven
from tests.support.set_ups import SET_UPS

PROVEN = proven()
UNPROVEN: dict[str, str] = {
    "ALB324 0": "what is only information is not healed; tests/checks/test_alb3_scripts_run.py runs it",
    "ALB604 0": "the lab's instances pass every status check; tests/checks/test_alb604_script_runs.py runs it",
}
"""Scripts that no scenario runs, by check and number, and why."""
UNDO = "delete-target-group"
"""What takes a new group away again, before anything was repointed."""
WORSE = {"yes": 0, "partly": 1, "not-seen": 2, "no": 2}


def first_of_each() -> dict[tuple[str, int], tuple[str, int, Done]]:
    """The first place in which each fix is proven."""
    found: dict[tuple[str, int], tuple[str, int, Done]] = {}
    for scenario, runs in PROVEN.items():
        for number, done in enumerate(runs):
            found.setdefault((done.check, done.fix), (scenario, number, done))
    return found


CUT_SHORT = [
    pytest.param(scenario, number, operation, id=f"{done.check}-{done.fix}-{operation}")
    for scenario, number, done in first_of_each().values()
    for operation in range(1, len(done.operations) + 1)
    if len(done.operations) > 1
]


def test_every_declared_script_is_proven() -> None:
    scripts = {
        fix.script: f"{check.id} {number}" for check in registry.load() for number, fix in enumerate(check.fixes)
    }
    declared = {check.id: check.fixes for check in registry.load()}
    run = {declared[check][number].script for check, number in first_of_each()}
    missing = {name for script, name in scripts.items() if script and script not in run}
    assert missing == UNPROVEN.keys()


def test_every_set_up_proves_a_fix_and_has_a_name_of_its_own() -> None:
    names = [one.name for one in SET_UPS]
    assert len({*names, *(one.name for one in SCENARIOS)}) == len(names) + len(SCENARIOS)
    assert set(names) <= set(PROVEN)


def test_nobody_elses_things_change() -> None:
    assert [line for runs in PROVEN.values() for done in runs for line in done.changes if MARK in line] == []


@pytest.mark.lab
@pytest.mark.parametrize("scenario", PROVEN)
def test_a_script_changes_only_what_it_names(scenario: str) -> None:
    assert fix_all(scenario) == PROVEN[scenario]


@pytest.mark.sweep
@pytest.mark.parametrize(("scenario", "number", "operation"), CUT_SHORT)
def test_a_script_that_is_cut_short_leaves_visitors_no_worse(scenario: str, number: int, operation: int) -> None:
    before, after, pasted, operations = fail_at(scenario, number, operation)
    assert pasted.status
    assert "albdoctor: stopped." in pasted.shown
    assert operations[:operation] == PROVEN[scenario][number].operations[:operation]
    assert set(operations[operation:]) <= {UNDO}
    assert WORSE[after.request.served] <= WORSE[before.request.served]
