"""A member that AWS did not send, met in the middle of a check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from albdoctor.checkup import ERROR, Check, Fix, Verdict, check, fine, found, saw
from albdoctor.checkup.engine import Outcome, Result, run
from albdoctor.facts.elb import Listener, Listeners, TargetGroups
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.mirror import Lack, lacking
from albdoctor.text import same
from tests.support.build import facts, group, listener

ASKED = "elasticloadbalancing:DescribeListeners"
PORTLESS = lacking(listener(8080), (Lack(member="Port", asked=ASKED, of="arn:x"),))
GAP = Unknown(gap=Gap.FAILED, asked=ASKED, detail="arn:x: no Port in the answer")
NAMELESS = lacking(group(), (Lack(member="TargetGroupName", asked="elasticloadbalancing:DescribeTargetGroups"),))
NO_NAME = Unknown(
    gap=Gap.FAILED, asked="elasticloadbalancing:DescribeTargetGroups", detail="no TargetGroupName in the answer"
)


def outcome(judge: Any, **groups: Any) -> Outcome:
    words = same("words")
    made: Check = check(
        id="TST901", slug="t-901", severity=ERROR, since="0.1", message=words, why=words, fixes=(Fix(summary=words),)
    )(judge)
    (one,) = run(facts(**groups), [made])
    return one


def closed(listeners: Listeners) -> Iterator[Verdict]:
    """Find the listeners that are not on port 443."""
    for one in listeners:
        yield fine(one.ref) if one.port == 443 else found(one.ref, saw("x", "y"))


def names(listeners: Listeners) -> Iterator[Verdict]:
    """Look at no port."""
    yield from (fine(one.ref) for one in listeners)


def helped(listeners: Listeners, target_groups: Observed[TargetGroups]) -> Iterator[Verdict]:
    """Judge listeners by their ports, with the groups' names where they are known."""
    told = [one.target_group_name for one in target_groups.value] if isinstance(target_groups, Known) else ["nobody"]
    yield from (found(one.ref, saw(str(one.port), ", ".join(told))) for one in listeners)


def test_what_was_found_before_the_lack_counts_and_the_lack_is_a_gap() -> None:
    one = outcome(closed, listeners=(listener(80), PORTLESS, listener(81)))
    assert (one.result, len(one.findings), one.gaps) == (Result.FOUND, 1, (GAP,))


def test_what_was_in_order_before_the_lack_does_not_pass() -> None:
    one = outcome(closed, listeners=(listener(443), PORTLESS))
    assert (one.result, one.findings, one.gaps, one.judged) == (Result.SKIPPED, (), (GAP,), 1)


def test_who_does_not_read_it_has_no_gap() -> None:
    one = outcome(names, listeners=(listener(443), PORTLESS))
    assert (one.result, one.gaps, one.judged) == (Result.PASSED, (), 2)


def test_a_group_that_only_helps_is_left_out_as_a_whole() -> None:
    one = outcome(helped, listeners=(listener(443),), target_groups=(NAMELESS,))
    assert (one.result, one.gaps, one.missed) == (Result.FOUND, (), (NO_NAME,))
    assert [seen.saw for seen in one.findings[0].evidence] == [same("nobody")]


def test_a_group_that_is_needed_stays_a_gap_beside_one_that_helps() -> None:
    one = outcome(helped, listeners=(PORTLESS,), target_groups=(NAMELESS,))
    assert (one.result, one.findings, one.gaps, one.missed) == (Result.SKIPPED, (), (GAP,), (NO_NAME,))


def test_a_lack_is_no_crash_and_a_crash_is_none() -> None:
    def broken(listeners: Listeners) -> Iterator[Verdict]:
        """Fall over."""
        first: Listener = listeners[0]
        yield fine(first.ref)
        raise ValueError(first.port)

    assert outcome(broken, listeners=(PORTLESS,)).result is Result.SKIPPED
    assert outcome(broken, listeners=(listener(),)).result is Result.CRASHED
