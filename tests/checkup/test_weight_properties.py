"""Over every combination: sound is what was seen to be served, exit 1 is for the way, less served is never milder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from albdoctor.checkup.allowed import EVERY
from albdoctor.checkup.causes import Diagnosed, diagnose, last_words
from albdoctor.checkup.engine import Outcome, Result
from albdoctor.checkup.finding import CONFIRMED, ERROR, LIKELY, Finding, Severity, found
from albdoctor.checkup.registry import load
from albdoctor.checkup.verdict import exit_code, verdict
from albdoctor.checkup.weight import weigh
from albdoctor.derive.request.outcome import AtAddress, By, Came, Requested
from albdoctor.derive.request.place import Place
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.request.way import Way
from albdoctor.derive.topology import Topology
from albdoctor.exits import Exit, FailOn
from albdoctor.facts.known import Gap, Kind, Ref, Unknown
from tests.support.build import GROUP_ARN
from tests.support.build_served import URL

pytestmark = pytest.mark.sweep

CHECKS = load()
LAST = next(check for check in CHECKS if check.slug == "http-request-fails")
HOST = Ref(Kind.DOMAIN, "shop.example")
GROUPS = (GROUP_ARN, GROUP_ARN.replace("web-http", "other"))
SUBJECTS = (
    HOST,
    Ref(Kind.CERTIFICATE, "certificate"),
    Ref(Kind.LOAD_BALANCER, "web"),
    Ref(Kind.LISTENER, "443"),
    *(Ref(Kind.TARGET_GROUP, arn) for arn in GROUPS),
    *(Ref(Kind.TARGET, f"{arn}#i-0abc:80") for arn in GROUPS),
)
PATHS = Topology((HOST, subject) for subject in SUBJECTS if subject != HOST)
UNKNOWN = Unknown(gap=Gap.UNREACHABLE, asked="DNS A shop.example")


def _at(number: int, came: Came, by: By, status: int) -> AtAddress:
    answered = came in (Came.SERVED, Came.ERROR_STATUS, Came.REDIRECT_LOOP)
    fails = came is Came.ERROR_STATUS
    return AtAddress(
        address=f"203.0.113.{number}",
        came=came,
        by=by if answered else By.NOBODY,
        status=(status if fails else 200) if answered else None,
    )


OUTCOMES = st.tuples(
    st.sampled_from(list(Came)),
    st.sampled_from([By.LOAD_BALANCER, By.APPLICATION, By.OTHER]),
    st.sampled_from([400, 403, 404, 500, 502, 503]),
)
ADDRESSES = st.lists(OUTCOMES, max_size=3).map(lambda drawn: tuple(_at(n, *one) for n, one in enumerate(drawn)))
SOME_GROUPS = st.frozensets(st.sampled_from(GROUPS))


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """A scan: what came of the request, where things stand, who is healthy, and what was counted."""
    at = draw(ADDRESSES)
    why = draw(st.sampled_from(["", "NXDOMAIN"])) if not at else ""
    requested = Requested(url=URL, at=at, no_address=why, gap=None if at or why else UNKNOWN)
    places = {one: draw(st.sampled_from(list(Place))) for one in SUBJECTS if one.kind not in (Kind.DOMAIN, Kind.TARGET)}
    shares = {arn: 1.0 for arn in GROUPS if places[Ref(Kind.TARGET_GROUP, arn)] is Place.ON_THE_WAY}
    direct = draw(st.booleans())
    return Scene(
        way=Way(places=places, shares=shares),
        requested=requested,
        direct=direct,
        live=direct and draw(st.booleans()),
        healthy=draw(SOME_GROUPS),
        ill=draw(SOME_GROUPS),
        answering=draw(SOME_GROUPS),
        answers_counted=draw(st.booleans()),
    )


@st.composite
def outcomes(draw: st.DrawFn) -> tuple[Outcome, ...]:
    """What some of our checks said."""
    told: list[Outcome] = []
    for check in draw(st.lists(st.sampled_from([one for one in CHECKS if not one.last_word]), unique=True, max_size=4)):
        subjects = draw(st.lists(st.sampled_from(SUBJECTS), unique=True, max_size=2))
        findings = tuple(
            found(
                subject,
                certainty=draw(st.sampled_from([CONFIRMED, LIKELY])),
                severity=draw(st.sampled_from([None, *Severity])),
                some=draw(st.booleans()),
                counted=draw(st.booleans()),
            )
            for subject in subjects
        )
        gaps = (UNKNOWN,) if draw(st.booleans()) else ()
        result = Result.FOUND if findings else Result.SKIPPED if gaps else Result.PASSED
        told.append(Outcome(check=check, result=result, findings=findings, gaps=gaps))
    return tuple(told)


def _judged(told: tuple[Outcome, ...], scene: Scene) -> tuple[tuple[Diagnosed, ...], tuple[Outcome, ...]]:
    """As a scan judges them, with its last word."""
    last = (found(HOST),) if scene.fails and scene.requested.failing else ()
    said = Outcome(check=LAST, result=Result.FOUND if last else Result.EMPTY, findings=last)
    everything = last_words(weigh((*told, said), scene), PATHS)
    return diagnose(everything, PATHS), everything


@given(outcomes(), scenes())
def test_sound_is_only_what_was_seen_to_be_served(told: tuple[Outcome, ...], scene: Scene) -> None:
    """At every address, or where the load balancer's own account stands in for those that nobody could try."""
    findings, judged = _judged(told, scene)
    if verdict(findings, judged, scene) != "sound":
        return
    by_account = {*scene.way.shares} <= scene.healthy and bool(scene.way.shares) and scene.answers_counted
    came = {one.came for one in scene.requested.at}
    assert came == {Came.SERVED} or (by_account and came <= {Came.SERVED, Came.NOT_SEEN})
    assert not scene.requested.no_address


@given(outcomes(), scenes())
def test_a_failing_address_is_broken_and_fails_the_scan(told: tuple[Outcome, ...], scene: Scene) -> None:
    findings, judged = _judged(told, scene)
    if scene.requested.failing:
        assert verdict(findings, judged, scene) == "broken"
        assert exit_code(findings, judged, scene, "error") is Exit.FINDINGS


@given(outcomes(), scenes(), st.sampled_from(["error", "warning", "info"]))
def test_exit_1_is_never_for_a_thing_off_the_way(told: tuple[Outcome, ...], scene: Scene, fail_on: FailOn) -> None:
    findings, judged = _judged(told, scene)
    off = [item for item in findings if item.finding.place is not Place.ON_THE_WAY]
    assert [item.severity for item in off if item.severity is not Severity.INFO] == []
    assert exit_code(off, judged, scene, fail_on, EVERY) is Exit.SOUND
    on = [item for item in findings if item.finding.place is Place.ON_THE_WAY]
    code = exit_code(findings, judged, scene, fail_on, EVERY)
    assert code is (Exit.FINDINGS if any(one.severity.rank <= Severity(fail_on).rank for one in on) else Exit.SOUND)


def _severities(told: tuple[Outcome, ...], scene: Scene) -> dict[tuple[str, Ref], int]:
    """How bad every finding is; one that is refuted is the mildest."""
    weighed = {
        (outcome.check.id, finding.subject): finding.severity.rank
        for outcome in weigh(told, scene)
        for finding in outcome.findings
        if finding.severity is not None
    }
    every = {(outcome.check.id, finding.subject): len(Severity) for outcome in told for finding in outcome.findings}
    return every | weighed


@given(outcomes(), scenes(), st.data())
def test_less_served_is_never_milder(told: tuple[Outcome, ...], scene: Scene, data: st.DataObject) -> None:
    """One address more that fails, and nothing else: no finding's severity falls, and the verdict does not rise."""
    served = [n for n, one in enumerate(scene.requested.at) if one.came is Came.SERVED]
    if not served:
        return
    number = data.draw(st.sampled_from(served))
    fails = data.draw(OUTCOMES.filter(lambda one: one[0] not in (Came.SERVED, Came.NOT_SEEN)))
    at = tuple(_at(n, *fails) if n == number else one for n, one in enumerate(scene.requested.at))
    worse = replace(scene, requested=replace(scene.requested, at=at))
    before, after = _severities(told, scene), _severities(told, worse)
    assert {name: (before[name], after[name]) for name in before if after[name] > before[name]} == {}
    assert verdict(*_judged(told, worse), worse) == "broken"


def test_the_properties_are_not_vacuous() -> None:
    """A served scan is sound, and an error on the way is one."""
    served = Requested(url=URL, at=(_at(1, Came.SERVED, By.APPLICATION, 200),))
    places = {SUBJECTS[2]: Place.ON_THE_WAY}
    scene = Scene(way=Way(places=places, shares={}, complete=False), requested=served, live=True)
    assert verdict(*_judged((), scene), scene) == "sound"
    subject: Finding = found(SUBJECTS[2])
    check = next(one for one in CHECKS if one.slug == "listener-redirect-loop")
    findings, _ = _judged((Outcome(check=check, result=Result.FOUND, findings=(subject,)),), scene)
    assert [item.severity for item in findings] == [ERROR]
