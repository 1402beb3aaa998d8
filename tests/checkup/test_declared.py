"""A check that is declared wrongly is refused at load, by name; one that cannot be told takes no report down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from albdoctor.checkup import ERROR, Fix, Verdict, check, found, saw
from albdoctor.checkup.engine import Result, run
from albdoctor.derive.needs import BadNeedError, derivation
from albdoctor.errors import BadCheckError
from albdoctor.facts.elb import Listener, Listeners
from albdoctor.facts.known import Unknown
from albdoctor.text import Text, same
from tests.support.build import facts, listener
from tests.support.stories import make, needs_listeners

WORDS = same("words")


def _declare(judge: Any = needs_listeners, **declared: Any) -> Any:
    words: dict[str, Any] = {
        "id": "TST901", "slug": "one", "severity": ERROR, "since": "0.1", "message": WORDS, "why": WORDS,
        "fixes": (Fix(summary=WORDS),),
    }  # fmt: skip
    return check(**(words | declared))(judge)


def _undocumented(listeners: Listeners) -> Iterator[Verdict]:
    assert listeners is not None
    yield from ()


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        ({"severity": "warning"}, "TST901: severity is 'warning', which is no Severity"),
        ({"message": "words"}, "TST901: message is 'words', which is no Text"),
        ({"why": None}, "TST901: why is None, which is no Text"),
        ({"slug": "Not A Slug"}, "TST901: 'Not A Slug' is no slug"),
        ({"id": 316}, "316 is no check id"),
        ({"fixes": ()}, "TST901: it needs a fix"),
        ({"fixes": Fix(summary=WORDS)}, "TST901: fixes is .*, which is no tuple"),
        ({"fixes": ("type this",)}, "TST901: 'type this' is no Fix"),
        ({"fixes": (Fix(summary="words"),)}, "TST901: a fix has a wrong member: summary"),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - the point
        ({"fixes": (Fix(summary=WORDS, console=WORDS),)}, "TST901: a fix has a wrong member: console"),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - the point
        ({"fixes": (Fix(summary=WORDS, impact="huge"),)}, "TST901: a fix has a wrong member: impact"),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - the point
        ({"message": Text(en="{group}", ko="그룹")}, "TST901: only one language has a place for group"),
        ({"fixes": (Fix(summary=Text(en="{group}", ko="그룹")),)}, "only one language has a place for group"),
        ({"breaks": {"everything"}}, "TST901: 'everything' is no signal"),
        ({"shows": {"everything"}}, "TST901: 'everything' is no signal"),
        ({"refs": ("docs.aws.amazon.com",)}, "TST901: 'docs.aws.amazon.com' is no https address"),
        ({"judge": _undocumented}, "TST901: the check function needs a docstring"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_refused_by_name(declared: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadCheckError, match=fault):
        _declare(**declared)


def _nameless(listeners: Listeners) -> Iterator[Verdict]:
    """Find every listener, without the value that the message needs."""
    yield from (found(one.ref, saw("a", "b")) for one in listeners)


def _plain_severity(listeners: Listeners) -> Iterator[Verdict]:
    """Find every listener, with a word for a severity."""
    wrong: Any = "warning"
    yield from (found(one.ref, saw("a", "b"), severity=wrong, port=443) for one in listeners)


@pytest.mark.parametrize(
    ("judge", "why"),
    [(_nameless, "TST901 has no value for port"), (_plain_severity, "TST901: 'warning' is no severity")],
)
def test_a_finding_that_cannot_be_told_is_a_crash_and_the_others_go_on(judge: Any, why: str) -> None:
    bad = _declare(judge, message=Text(en="Port {port}", ko="{port} 포트"))
    crashed, fine = run(facts(listeners=(listener(),)), [bad, make("TST401", "ill")])
    assert crashed.result is Result.CRASHED
    assert why in crashed.crash
    assert fine.result is Result.SKIPPED


def test_every_value_that_a_fix_needs_is_looked_for_too() -> None:
    bad = _declare(_nameless, fixes=(Fix(summary=WORDS, script="aws {arn}", verify="aws {region}"),))
    (crashed,) = run(facts(listeners=(listener(),)), [bad])
    assert "TST901 has no value for arn, region" in crashed.crash


class Odd(Listener, frozen=True, kw_only=True):
    """What only this test derives."""


@derivation
def odd(listeners: Listeners) -> Iterator[Odd | Unknown]:
    """Give nothing."""
    assert listeners is not None
    yield from ()


def test_two_derivations_of_one_type_are_refused() -> None:
    def again(listeners: Listeners) -> tuple[Odd, ...]:
        """Give the same type."""
        assert listeners is not None
        return ()

    with pytest.raises(BadNeedError, match=r"again: tuple\[.*Odd, \.\.\.\] is given by something else already"):
        derivation(again)


def test_a_derivation_of_a_group_of_facts_is_refused() -> None:
    def other(listeners: Listeners) -> Listeners:
        """Give the listeners."""
        return listeners

    with pytest.raises(BadNeedError, match=r"other: .* is given by something else already"):
        derivation(other)
