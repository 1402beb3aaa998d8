"""How bad a finding is: severity at worst x place x failing share x what visitors get, refutations and excuses."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup import ERROR, INFO, LIKELY, WARNING, Check, Severity
from albdoctor.checkup.engine import Outcome, Result
from albdoctor.checkup.finding import Finding, found
from albdoctor.checkup.registry import load
from albdoctor.checkup.weight import weigh, weight
from albdoctor.derive.request.outcome import AtAddress, By, Came, Requested
from albdoctor.derive.request.place import Place
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.request.way import Way
from albdoctor.derive.routing.conditions import request_of
from albdoctor.derive.routing.routes import Effect, Hop, Route
from albdoctor.facts.known import Gap, Kind, Ref, Unknown
from tests.support.build import GROUP_ARN, group, rule
from tests.support.build_served import ONE, OTHER, URL
from tests.support.stories import make

GROUP, TARGET = Ref(Kind.TARGET_GROUP, GROUP_ARN), Ref(Kind.TARGET, f"{GROUP_ARN}#i-0abc:80")
BALANCER, LISTENER = Ref(Kind.LOAD_BALANCER, "web"), Ref(Kind.LISTENER, "443")
CERTIFICATE, DOMAIN = Ref(Kind.CERTIFICATE, "c"), Ref(Kind.DOMAIN, "shop.example")
CHECKS = {check.slug: check for check in load()}
SERVED = AtAddress(address=ONE, came=Came.SERVED, by=By.APPLICATION, status=200)
FAILS = AtAddress(address=OTHER, came=Came.ERROR_STATUS, by=By.LOAD_BALANCER, status=502)
UNTRIED = AtAddress(address=OTHER, came=Came.NOT_SEEN)


def scene(*at: AtAddress, place: Place = Place.ON_THE_WAY, **fields: Any) -> Scene:
    """A scan in which all things of the load balancer have one place."""
    places = dict.fromkeys((BALANCER, LISTENER, GROUP, CERTIFICATE), place)
    base: dict[str, Any] = {
        "way": Way(places=places, shares={GROUP_ARN: 1.0}),
        "requested": Requested(url=URL, at=at),
        "live": True,
    }
    return Scene(**(base | fields))


def _check(worst: Severity = ERROR, **fields: Any) -> Check:
    return replace(make("TST401", "ill", severity=worst), **fields)


HEALTH = _check(breaks=frozenset(("health",)))
PACKETS = _check(
    breaks=frozenset(
        (
            "health",
            "packets",
        )
    )
)
RESPONSE = _check(
    breaks=frozenset(
        (
            "health",
            "response",
        )
    )
)
PLAIN = _check()
DOOR = _check(breaks=frozenset(("https-port",)), at_the_door=True)
PORT = _check(breaks=frozenset(("https-port",)))
FORWARDING = _check(breaks=frozenset(("forwarding",)))
ANSWER = _check(shows=frozenset(("forwarding",)))
LAST = _check(shows=frozenset(("forwarding",)), last_word=True)

ALL, PART, NOBODY, UNSEEN = scene(SERVED), scene(SERVED, FAILS), scene(FAILS), scene(SERVED, UNTRIED)
HEALTHY: dict[str, Any] = {"healthy": frozenset((GROUP_ARN,))}


@pytest.mark.parametrize("place", [one for one in Place if one is not Place.ON_THE_WAY])
@pytest.mark.parametrize("at", [(SERVED,), (SERVED, FAILS), (FAILS,), ()])
@pytest.mark.parametrize("worst", [ERROR, WARNING, INFO])
def test_off_the_way_nothing_is_worse_than_information(
    place: Place, at: tuple[AtAddress, ...], worst: Severity
) -> None:
    for subject in (BALANCER, LISTENER, GROUP, TARGET):
        assert weight(_check(worst), found(subject), scene(*at, place=place)) is INFO


@pytest.mark.parametrize(
    ("check", "subject", "expected"),
    [
        # all served, at some address only, nowhere, not tried everywhere; then with a healthy target in the group
        (PLAIN, BALANCER, (ERROR, ERROR, ERROR, ERROR, ERROR)),
        (_check(WARNING), BALANCER, (WARNING, WARNING, WARNING, WARNING, WARNING)),
        (_check(INFO), BALANCER, (INFO, INFO, INFO, INFO, INFO)),
        (HEALTH, GROUP, (WARNING, ERROR, ERROR, ERROR, WARNING)),
        (HEALTH, TARGET, (WARNING, ERROR, ERROR, ERROR, WARNING)),
        (RESPONSE, TARGET, (WARNING, ERROR, ERROR, ERROR, WARNING)),
        (_check(WARNING, breaks=frozenset(("health",))), TARGET, (WARNING, WARNING, WARNING, WARNING, WARNING)),
        (_check(INFO, breaks=frozenset(("health",))), TARGET, (INFO, INFO, INFO, INFO, INFO)),
        (PLAIN, CERTIFICATE, (WARNING, ERROR, ERROR, ERROR, ERROR)),
        (PLAIN, DOMAIN, (ERROR, ERROR, ERROR, ERROR, ERROR)),
    ],
)
def test_on_the_way(check: Check, subject: Ref, expected: tuple[Severity, ...]) -> None:
    scenes = (ALL, PART, NOBODY, UNSEEN, replace(NOBODY, **HEALTHY))
    assert tuple(weight(check, found(subject), one) for one in scenes) == expected


def test_health_says_nothing_against_what_no_health_check_asks_for() -> None:
    beside, beyond = (found(GROUP, certainty=LIKELY, beyond_health=beyond) for beyond in (False, True))
    healthy = replace(NOBODY, **HEALTHY)
    assert (weight(RESPONSE, beside, healthy), weight(RESPONSE, beyond, healthy)) == (WARNING, ERROR)
    assert weight(RESPONSE, beyond, replace(ALL, **HEALTHY)) is WARNING


def test_what_is_likely_is_borne_where_everybody_is_served_unless_it_was_counted() -> None:
    likely, counted = (found(GROUP, certainty=LIKELY, counted=counted) for counted in (False, True))
    assert [weight(RESPONSE, likely, one) for one in (ALL, PART, NOBODY)] == [WARNING, ERROR, ERROR]
    assert [weight(RESPONSE, counted, one) for one in (ALL, PART, NOBODY)] == [ERROR, ERROR, ERROR]


def test_being_served_by_somebody_else_bears_nothing() -> None:
    """What answers may be a parking page: only the load balancer's own addresses speak for it."""
    assert weight(HEALTH, found(GROUP), replace(ALL, live=False)) is ERROR


def test_a_findings_own_severity_is_its_worst() -> None:
    assert weight(PLAIN, found(BALANCER, severity=WARNING), NOBODY) is WARNING
    assert weight(_check(WARNING), found(BALANCER, severity=ERROR), NOBODY) is ERROR
    assert weight(PLAIN, found(BALANCER, severity=ERROR), scene(FAILS, place=Place.PARKED)) is INFO


def test_clients_who_meet_a_cdn_do_not_meet_the_door() -> None:
    refused = scene(replace(FAILS, came=Came.REFUSED, status=None))
    assert [weight(one, found(BALANCER), refused) for one in (DOOR, PORT)] == [ERROR, ERROR]
    assert [weight(one, found(BALANCER), replace(refused, direct=False)) for one in (DOOR, PORT)] == [None, ERROR]


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        *((came, None) for came in Came if came not in (Came.REFUSED, Came.SILENT, Came.NOT_SEEN)),
        *((came, ERROR) for came in (Came.REFUSED, Came.SILENT, Came.NOT_SEEN)),
    ],
)
def test_an_accepted_connection_refutes_that_nothing_gets_in(came: Came, expected: Severity | None) -> None:
    """At every address: one that takes none leaves it open. What is said of some clients only is not refuted."""
    other = AtAddress(address=OTHER, came=came)
    assert weight(PORT, found(BALANCER), scene(SERVED, other)) is expected
    of_some = WARNING if came is Came.SERVED else ERROR
    assert weight(PORT, found(BALANCER, some=True), scene(SERVED, other)) is of_some


def test_a_targets_answer_at_every_address_refutes_that_nobody_is_there() -> None:
    """A redirect of the load balancer's own says nothing of its targets; what was counted stands."""
    redirect = replace(SERVED, by=By.LOAD_BALANCER)
    assert weight(RESPONSE, found(GROUP), scene(SERVED)) is WARNING
    assert weight(RESPONSE, found(GROUP), scene(SERVED, replace(redirect, address=OTHER))) is ERROR
    assert weight(RESPONSE, found(GROUP, counted=True), scene(SERVED)) is ERROR


def test_an_http_status_in_target_health_refutes_that_no_packet_gets_there() -> None:
    answering = replace(NOBODY, answering=frozenset((GROUP_ARN,)))
    assert [weight(PACKETS, found(GROUP), one) for one in (NOBODY, answering)] == [ERROR, None]
    assert weight(HEALTH, found(GROUP), answering) is ERROR
    other = Ref(Kind.TARGET_GROUP, "another")
    assert weight(PACKETS, found(other), replace(answering, way=Way(places={}, shares={}, complete=False))) is ERROR


def _turned_away(
    *, certain: bool, default: bool, other_paths: tuple[str, ...], status: int = 403, path: str = "/"
) -> Scene:
    """The load balancer's own answer at every address, where a rule answers 403."""
    of_path = {"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}
    taken = rule(Actions=[answer]) if default else rule("10", Actions=[answer], Conditions=[of_path])
    route = Route(rule=taken, doubtful=() if certain else (rule("5"),))
    hop = Hop(request=request_of(URL), route=route, effect=Effect(kind="fixed-response"))
    rest = bool(other_paths)
    way = Way(places={}, shares={}, complete=False, last=hop, other_paths=other_paths, other_requests=rest)
    return scene(replace(FAILS, status=status), way=way)


def _of_another_version(of_http2: str, healthy: str) -> Scene:
    seen = _turned_away(certain=True, default=False, other_paths=(), status=464)
    way = replace(seen.way, shares={GROUP.id: 1.0})
    groups = (group(TargetGroupArn=of_http2, ProtocolVersion="HTTP2"),)
    return replace(seen, way=way, groups=groups, healthy=frozenset({healthy}))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (_turned_away(certain=False, default=True, other_paths=()), INFO),
        (_turned_away(certain=False, default=True, other_paths=(), status=400), ERROR),
        (_turned_away(certain=True, default=True, other_paths=("/api/*",)), WARNING),
        (_turned_away(certain=True, default=False, other_paths=("/api/*",)), ERROR),
        (_turned_away(certain=True, default=False, other_paths=("/api/*",), path="/*"), WARNING),
        (_turned_away(certain=True, default=False, other_paths=(), status=464), ERROR),
        (_of_another_version("arn:spare", healthy=GROUP.id), ERROR),
        (_of_another_version(GROUP.id, healthy="arn:spare"), ERROR),
        # The group takes HTTP/2 alone, which this machine did not speak.
        (_of_another_version(GROUP.id, healthy=GROUP.id), WARNING),
        (_turned_away(certain=True, default=True, other_paths=()), ERROR),
    ],
)
def test_an_answer_that_is_no_fault_is_excused(seen: Scene, expected: Severity) -> None:
    """Not admitted: information. An API's default answer: a warning. Neither says anything of another defect."""
    assert [weight(check, found(DOMAIN), seen) for check in (FORWARDING, ANSWER, LAST)] == [expected] * 3
    assert weight(PLAIN, found(DOMAIN), seen) is ERROR
    assert seen.fails is (expected is ERROR)


def _outcome(*findings: Finding, check: Check = PORT, **fields: Any) -> Outcome:
    return Outcome(check=check, result=Result.FOUND, findings=findings, **fields)


def test_weighing_puts_places_and_severities_and_leaves_out_what_is_refuted() -> None:
    some, every, off = found(BALANCER, some=True), found(BALANCER), found(GROUP, some=True)
    parked = replace(ALL, way=replace(ALL.way, places={BALANCER: Place.ON_THE_WAY, GROUP: Place.PARKED}))
    (told,) = weigh((_outcome(some, every, off),), parked)
    assert [(one.severity, one.place) for one in told.findings] == [
        (WARNING, Place.ON_THE_WAY),
        (INFO, Place.PARKED),
    ]
    assert told.result is Result.FOUND


def test_a_check_whose_every_finding_is_refuted_passed_or_was_skipped() -> None:
    gap = Unknown(gap=Gap.DENIED, asked="x")
    refuted = weigh((_outcome(found(BALANCER)), _outcome(found(BALANCER), gaps=(gap,))), ALL)
    assert [(one.findings, one.result) for one in refuted] == [((), Result.PASSED), ((), Result.SKIPPED)]


@pytest.mark.parametrize(
    ("slug", "subject", "expected"),
    [
        # all served, served at some addresses, nowhere
        ("alb-internet-facing-in-private-subnet", BALANCER, (None, None, None)),
        ("alb-sg-blocks-listener-port", BALANCER, (None, None, None)),
        ("hc-path-not-found", GROUP, (WARNING, ERROR, ERROR)),
        ("hc-timeout-path-blocked", GROUP, (WARNING, ERROR, ERROR)),
        ("target-instance-not-running", TARGET, (WARNING, ERROR, ERROR)),
        ("acm-pending-validation", CERTIFICATE, (WARNING, ERROR, ERROR)),
    ],
)
def test_checks_of_ours(slug: str, subject: Ref, expected: tuple[Severity | None, ...]) -> None:
    assert tuple(weight(CHECKS[slug], found(subject), one) for one in (ALL, PART, NOBODY)) == expected
