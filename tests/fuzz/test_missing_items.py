"""Facts cut by hand: one item less in any list, or a name that leads nowhere, is a gap; never a crash or a verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from albdoctor.api import judge
from albdoctor.checkup import registry
from albdoctor.checkup.engine import Result, run
from albdoctor.derive.consistency import holes_as_gaps
from albdoctor.errors import BadFactsError
from albdoctor.facts.files import decode
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts

pytestmark = pytest.mark.sweep

CHECKS = registry.load()
HERE = Path(__file__).parent
STORIES: dict[str, Any] = {
    name: msgspec.json.decode((HERE / f"{name}.json").read_bytes()) for name in ("founding-story", "healthy")
}
Steps = tuple[Any, ...]
REFERENCE = re.compile("arn$|arns$|id$|name$|groups$|instance", re.IGNORECASE)
"""Fields by which one thing names another."""


def items(value: Any, steps: Steps = ()) -> Iterator[Steps]:
    """The way to every item of every list, however deep, beside those of the scan itself."""
    match value:
        case dict():
            for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
                if steps or key not in {"scan", "schema"}:
                    yield from items(inner, (*steps, key))  # pyright: ignore[reportUnknownArgumentType]
        case list():
            for index, inner in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
                yield (*steps, index)
                yield from items(inner, (*steps, index))
        case _:
            return


def names(value: Any, steps: Steps = ()) -> Iterator[Steps]:
    """The way to every text by which one thing names another."""
    match value:
        case dict():
            for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
                if steps or key not in {"scan", "schema"}:
                    yield from names(inner, (*steps, key))  # pyright: ignore[reportUnknownArgumentType]
        case list():
            for index, inner in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
                yield from names(inner, (*steps, index))
        case str():
            if REFERENCE.search(next(str(step) for step in reversed(steps) if isinstance(step, str))):
                yield steps
        case _:
            return


def without(value: Any, steps: Steps) -> Any:
    """A copy that lacks one item; the rest is shared."""
    made = value.copy()
    if len(steps) == 1:
        del made[steps[0]]
    else:
        made[steps[0]] = without(value[steps[0]], steps[1:])
    return made


def renamed(value: Any, steps: Steps) -> Any:
    """A copy in which one name leads nowhere."""
    if not steps:
        return f"{value}0"
    made = value.copy()
    made[steps[0]] = renamed(value[steps[0]], steps[1:])
    return made


def read(tree: Any) -> Facts | None:
    """Read the facts; None: the file itself is refused, with the place of what it lacks."""
    try:
        return decode(msgspec.json.encode(tree), "cut.json")[0]
    except BadFactsError:
        return None


def crashed(facts: Facts) -> list[str]:
    """The checks that crash over the facts as they are: what `judge` puts right before is not relied on."""
    return [outcome.check.slug for outcome in run(facts, CHECKS) if outcome.result is Result.CRASHED]


@pytest.mark.parametrize("story", STORIES)
def test_no_check_crashes_when_an_item_is_missing_or_a_name_leads_nowhere(story: str) -> None:
    tree = STORIES[story]
    cut = [(steps, without(tree, steps)) for steps in items(tree)]
    cut += [(steps, renamed(tree, steps)) for steps in names(tree)]
    judged = [(steps, facts) for steps, made in cut if (facts := read(made)) is not None]
    assert len(judged) > 300
    assert {steps: slugs for steps, facts in judged if (slugs := crashed(facts))} == {}


PARTS = ("record_sets", "listeners_certificates", "groups_health")
"""Groups with an entry for each thing of another group: zones, listeners, target groups."""
NAMED = ("load_balancers", "listeners", "target_groups", "hosted_zones", "certificates")
"""Groups whose things other groups name."""
CUTS = [
    (story, (group, "value", index))
    for story, tree in STORIES.items()
    for group in (*PARTS, *NAMED)
    for index in range(len(tree[group]["value"]))
]


@pytest.mark.parametrize(("story", "steps"), CUTS)
def test_what_is_missing_is_neither_found_nor_passed(story: str, steps: Steps) -> None:
    """What was found before and is not any more has a gap in its place; nothing new is found, nothing new passes."""
    before, facts = read(STORIES[story]), read(without(STORIES[story], steps))
    assert before is not None
    assert facts is not None
    first, second = judge(before), judge(facts)
    told = {(finding.check, finding.subject) for finding in first.findings}
    still = {(finding.check, finding.subject) for finding in second.findings}
    assert still - told == set()
    outcomes = {check.check: check for check in second.checks}
    assert {check for check, _ in told - still if not outcomes[check].gaps} == set()
    passed = {check.check for check in first.checks if check.outcome is Result.PASSED}
    assert {one.check for one in second.checks if one.outcome is Result.PASSED} <= passed
    assert second.verdict != "sound"


def test_a_gap_names_what_is_missing() -> None:
    facts = read(without(STORIES["healthy"], ("listeners_certificates", "value", 0)))
    assert facts is not None
    listener = next(one for one in STORIES["healthy"]["listeners"]["value"] if one["Protocol"] == "HTTPS")
    assert holes_as_gaps(facts).listeners_certificates == Unknown(
        gap=Gap.FAILED,
        asked="elasticloadbalancing:DescribeListenerCertificates",
        detail=f"{listener['ListenerArn']} is missing from the facts",
    )


def test_only_the_health_that_is_missing_is_a_gap() -> None:
    """The health of each target group is asked on its own."""
    facts = read(without(STORIES["healthy"], ("groups_health", "value", 0)))
    assert facts is not None
    [entry] = msgspec.to_builtins(holes_as_gaps(facts).groups_health)["value"]
    assert entry["target_group_arn"] == STORIES["healthy"]["target_groups"]["value"][0]["TargetGroupArn"]
    assert entry["targets"]["gap"] == "failed"


@pytest.mark.parametrize("story", STORIES)
def test_whole_facts_stay_as_they_are(story: str) -> None:
    facts = read(STORIES[story])
    assert facts is not None
    assert holes_as_gaps(facts) is facts
