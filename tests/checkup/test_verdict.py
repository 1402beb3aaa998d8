"""The verdict and the exit code."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from albdoctor.checkup import ERROR, INFO, WARNING, Severity
from albdoctor.checkup.allowed import EVERY, NONE
from albdoctor.checkup.causes import diagnose
from albdoctor.checkup.engine import Outcome, run
from albdoctor.checkup.scene import scene_of
from albdoctor.checkup.signals import Signal
from albdoctor.checkup.verdict import exit_code, verdict
from albdoctor.derive.request.place import Place
from albdoctor.derive.topology import topology
from albdoctor.exits import Exit, FailOn
from albdoctor.facts.snapshot import Facts
from tests.support.build import facts
from tests.support.build_dns import host_answers, probe, probes
from tests.support.build_served import ADDRESSES, ONE, OTHER, answering, got, led_to
from tests.support.build_targets import metrics
from tests.support.stories import DENIED, make, story

SOUND, ILL, BLIND = story("healthy"), story("unhealthy"), facts()
UNTRIED = story("healthy", **led_to(addresses=ADDRESSES))
"""The addresses are known, nobody tried them, and CloudWatch counted nothing."""
HALF = story("healthy", **led_to(probe(ONE), addresses=ADDRESSES))
COUNTED = metrics(HTTPCode_Target_2XX_Count=7.0)
ACCOUNT = story("healthy", metrics=COUNTED, **led_to(addresses=ADDRESSES))
FAILING = story("healthy", **led_to(answering(got(502, by_balancer=True)), probe(OTHER)))
NOWHERE = story("healthy", leads=(), host_answers=host_answers(rcode="NXDOMAIN"), probes=probes())


def _outcomes(snapshot: Facts, severity: Severity) -> tuple[Outcome, ...]:
    return run(snapshot, [make("TST401", "ill", severity=severity)])


@pytest.mark.parametrize(
    ("snapshot", "severity", "word"),
    [
        (ILL, ERROR, "broken"),
        (ILL, WARNING, "at-risk"),
        (ILL, INFO, "sound"),
        (SOUND, ERROR, "sound"),
        (BLIND, ERROR, "unknown"),
        (UNTRIED, ERROR, "unknown"),
        (HALF, ERROR, "unknown"),
        (ACCOUNT, ERROR, "sound"),
        (FAILING, ERROR, "broken"),
        (NOWHERE, ERROR, "broken"),
        (story("healthy", target_groups=DENIED), ERROR, "unknown"),
    ],
)
def test_verdict(snapshot: Facts, severity: Severity, word: str) -> None:
    outcomes = _outcomes(snapshot, severity)
    assert verdict(diagnose(outcomes, topology(snapshot)), outcomes, scene_of(snapshot)) == word


@pytest.mark.parametrize(
    ("snapshot", "severity", "fail_on", "allow_gaps", "code"),
    [
        (ILL, ERROR, "error", False, Exit.FINDINGS),
        (ILL, WARNING, "error", False, Exit.SOUND),
        (ILL, WARNING, "warning", False, Exit.FINDINGS),
        (ILL, INFO, "info", False, Exit.FINDINGS),
        (ILL, ERROR, "never", False, Exit.SOUND),
        (SOUND, ERROR, "info", False, Exit.SOUND),
        (BLIND, ERROR, "error", False, Exit.GAPS),
        (BLIND, ERROR, "error", True, Exit.SOUND),
        (BLIND, ERROR, "never", False, Exit.GAPS),
    ],
)
def test_exit_code(snapshot: Facts, severity: Severity, fail_on: FailOn, allow_gaps: bool, code: Exit) -> None:
    outcomes = _outcomes(snapshot, severity)
    findings = diagnose(outcomes, topology(snapshot))
    assert exit_code(findings, outcomes, scene_of(snapshot), fail_on, EVERY if allow_gaps else NONE) is code


def test_a_crashed_check_leaves_a_gap() -> None:
    strict_zip_fails = story(groups_health=())
    outcomes, scene = _outcomes(strict_zip_fails, ERROR), scene_of(strict_zip_fails)
    assert exit_code((), outcomes, scene, "error") is Exit.GAPS
    assert verdict((), outcomes, scene) == "unknown"


def test_what_would_only_have_helped_leaves_no_gap() -> None:
    (outcome,), scene = _outcomes(SOUND, ERROR), scene_of(SOUND)
    without = (replace(outcome, missed=(DENIED,)),)
    judged = verdict((), without, scene), exit_code((), without, scene, "error")
    assert judged == ("sound", Exit.SOUND)


@pytest.mark.parametrize(
    ("breaks", "state", "word"),
    [
        ({"record"}, "healthy", "sound"),
        ({"record", "validation"}, "healthy", "unknown"),
        (set[Signal](), "healthy", "unknown"),
        ({"packets"}, "healthy", "sound"),
        ({"packets"}, "unhealthy", "unknown"),
    ],
)
def test_what_a_served_request_answers_is_no_gap(breaks: set[Signal], state: str, word: str) -> None:
    """A check of what would keep clients out has nothing to add; packets are answered for by healthy targets only."""
    (outcome,), scene = _outcomes(SOUND, ERROR), scene_of(story(state))
    blind = replace(outcome, check=replace(outcome.check, breaks=frozenset(breaks)), gaps=(DENIED,))
    code = {"sound": Exit.SOUND, "unknown": Exit.GAPS}[word]
    assert (verdict((), (blind,), scene), exit_code((), (blind,), scene, "error")) == (word, code)


@pytest.mark.parametrize("place", list(Place))
def test_what_is_off_the_way_never_fails_a_scan(place: Place) -> None:
    (outcome,), scene = _outcomes(ILL, INFO), scene_of(ILL)
    placed = replace(outcome, findings=tuple(replace(one, place=place) for one in outcome.findings))
    findings = diagnose((placed,), topology(ILL))
    code = exit_code(findings, (placed,), scene, "info")
    assert code is (Exit.FINDINGS if place is Place.ON_THE_WAY else Exit.SOUND)
    assert verdict(findings, (placed,), scene) == "sound"
