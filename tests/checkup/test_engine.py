"""The five ways a check can end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from albdoctor.checkup import ERROR, Check, Fix, Verdict, check, fine
from albdoctor.checkup.engine import Outcome, Result, run
from albdoctor.errors import BadCheckError
from albdoctor.facts.acm import Certificates
from albdoctor.facts.elb import GroupHealth, Listeners
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.metrics import Metrics
from albdoctor.text import same
from tests.support.build import GROUP_ARN, facts, group, listener
from tests.support.stories import DENIED, make, needs_listeners, story

NO_METRICS = Unknown(gap=Gap.DENIED, asked="cloudwatch:GetMetricData", detail="not authorized")


def _check(judge: Any, id_: str = "TST901") -> Check:
    words = same("words")
    made = check(
        id=id_,
        slug=f"t-{id_.lower()}",
        severity=ERROR,
        since="0.1",
        message=words,
        why=words,
        fixes=(Fix(summary=words),),
    )
    return made(judge)


def _only(outcomes: tuple[Outcome, ...]) -> Outcome:
    (outcome,) = outcomes
    return outcome


def test_found_passed_and_skipped_in_part() -> None:
    assert _only(run(story("unhealthy"), [make("TST401", "ill")])).result is Result.FOUND
    assert _only(run(story("healthy"), [make("TST401", "ill")])).result is Result.PASSED
    part = facts(target_groups=(group(),), groups_health=(GroupHealth(target_group_arn=GROUP_ARN, targets=DENIED),))
    outcome = _only(run(part, [make("TST401", "ill")]))
    assert (outcome.result, outcome.gaps) == (Result.SKIPPED, (DENIED,))


def test_an_unknown_group_is_never_seen_by_the_check() -> None:
    outcome = _only(run(facts(listeners=DENIED), [_check(needs_listeners)]))
    assert (outcome.result, outcome.gaps) == (Result.SKIPPED, (DENIED,))


def test_a_group_nobody_asked_for_is_a_gap_and_not_empty() -> None:
    outcome = _only(run(facts(), [_check(needs_listeners)]))
    assert (outcome.result, [gap.gap for gap in outcome.gaps]) == (Result.SKIPPED, [Gap.NOT_ASKED])


def test_nothing_to_judge_is_empty_and_not_passed() -> None:
    assert _only(run(facts(listeners=()), [_check(needs_listeners)])).result is Result.EMPTY
    assert _only(run(facts(listeners=(listener(),)), [_check(needs_listeners)])).result is Result.PASSED


def test_an_optional_need_is_handed_over_as_it_is() -> None:
    seen: list[object] = []

    def look(listeners: Observed[Listeners]) -> Iterator[Verdict]:
        """Remember what came."""
        seen.append(listeners)
        return iter(())

    run(facts(listeners=DENIED), [_check(look)])
    run(facts(listeners=()), [_check(look)])
    assert seen == [DENIED, Known(())]


def _looks(listeners: Listeners, certificates: Observed[Certificates], metrics: Observed[Metrics]) -> Iterator[Verdict]:
    """Judge the listeners, with whatever else is there."""
    assert certificates != metrics
    yield from (fine(one.ref) for one in listeners)


def test_what_would_only_have_helped_is_kept_apart_from_what_was_needed() -> None:
    outcome = _only(run(facts(listeners=(listener(),), certificates=(), metrics=NO_METRICS), [_check(_looks)]))
    assert (outcome.result, outcome.gaps, outcome.missed) == (Result.PASSED, (), (NO_METRICS,))


def test_what_would_have_helped_is_named_beside_what_was_needed() -> None:
    """A reader who allows the one should not learn of the other in the next report only."""
    outcome = _only(run(facts(listeners=DENIED, certificates=(), metrics=NO_METRICS), [_check(_looks)]))
    assert (outcome.result, outcome.gaps, outcome.missed) == (Result.SKIPPED, (DENIED,), (NO_METRICS,))
    outcome = _only(run(facts(listeners=DENIED, certificates=DENIED, metrics=NO_METRICS), [_check(_looks)]))
    assert (outcome.gaps, outcome.missed) == ((DENIED,), (NO_METRICS,))


def test_what_nobody_asked_for_is_not_missed() -> None:
    outcome = _only(run(facts(listeners=(listener(),), certificates=()), [_check(_looks)]))
    assert (outcome.result, outcome.missed) == (Result.PASSED, ())


def test_a_gap_that_a_check_tells_itself_is_told_once() -> None:
    def decide(metrics: Observed[Metrics]) -> Iterator[Verdict]:
        """Yield the gap."""
        assert isinstance(metrics, Unknown)
        yield metrics

    outcome = _only(run(facts(metrics=NO_METRICS), [_check(decide)]))
    assert (outcome.result, outcome.gaps, outcome.missed) == (Result.SKIPPED, (NO_METRICS,), ())


def test_a_crash_does_not_stop_the_others() -> None:
    def crash(listeners: Listeners) -> Iterator[Verdict]:
        """Crash in the middle."""
        yield Unknown(gap=Gap.FAILED, asked=str(len(listeners)))
        raise ZeroDivisionError("seven")

    crashed, fine_ = run(facts(listeners=(listener(),)), [_check(crash), _check(needs_listeners, "TST902")])
    assert (crashed.result, fine_.result) == (Result.CRASHED, Result.PASSED)
    assert crashed.crash.endswith("ZeroDivisionError: seven\n")


@pytest.mark.parametrize("name", ["", "ALB", "alb316", "ALB3160", "316"])
def test_a_bad_id_is_refused(name: str) -> None:
    with pytest.raises(BadCheckError, match="no check id"):
        _check(needs_listeners, name)


def test_a_parameter_that_is_no_group_of_facts_is_refused() -> None:
    def wants(number: int) -> Iterator[Verdict]:
        """Want a number."""
        assert number
        return iter(())

    with pytest.raises(BadCheckError, match="parameter number has the type <class 'int'>"):
        _check(wants)
