"""How bad a finding is, decided in one place: severity at worst x place x failing share x what visitors get."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from albdoctor.checkup.check import Check, Stage
from albdoctor.checkup.engine import Outcome, Result
from albdoctor.checkup.finding import LIKELY, Finding, Severity
from albdoctor.checkup.signals import Signal
from albdoctor.derive.request.place import Place
from albdoctor.derive.request.scene import Excuse, Scene, group_of
from albdoctor.facts.known import Kind, Ref

OF_HEALTH: frozenset[Signal] = frozenset({"health", "connection", "packets"})
"""What a health check needs; requests go on where it fails for all targets (fail-open)."""
OF_TARGETS: frozenset[Signal] = frozenset({"targets", "response"})
"""What must hold for a target to answer; where every visitor got a target's answer, it holds for some of them."""


def weigh(outcomes: Iterable[Outcome], scene: Scene) -> tuple[Outcome, ...]:
    """Give every finding its place and severity, and leave out what an observation refutes."""
    return tuple(_weighed(outcome, scene) if outcome.findings else outcome for outcome in outcomes)


def _weighed(outcome: Outcome, scene: Scene) -> Outcome:
    told: list[Finding] = []
    for finding in outcome.findings:
        severity = weight(outcome.check, finding, scene)
        if severity is not None:
            told.append(replace(finding, severity=severity, place=place_of(finding.subject, scene)))
    result = outcome.result if told or outcome.result is not Result.FOUND else _without(outcome)
    return replace(outcome, findings=tuple(told), result=result)


def _without(outcome: Outcome) -> Result:
    return Result.SKIPPED if outcome.gaps else Result.PASSED


def place_of(subject: Ref, scene: Scene) -> Place:
    """Where the subject of a finding stands."""
    return scene.way.of(subject)


def weight(check: Check, finding: Finding, scene: Scene) -> Severity | None:
    """The severity of a finding; None: an observation refutes it.

    - Off the way of the scanned URL nothing is worse than information.
    - What keeps clients out is no fault where clients do not connect themselves, and refuted where they got in,
      unless it is said of some of them only.
    - That the load balancer answers itself is refuted where every visitor got a target's page.
      Where all of them got another status than its rules give, it is not what fails.
    - What may stand beside the way, because not everything that leads there was seen, is no error unless visitors were
      seen to get one: `Way.may_be_elsewhere`. Nor is what visitors may not notice where nobody saw what they get:
      `_may_be_borne`. Less seen is never graver.
    - Where a target of the group is healthy, a part fails: a warning, unless no health check asks for it. So it is what
      every visitor was served in spite of: see `_is_borne`.
    """
    worst = finding.severity or check.severity
    if place_of(finding.subject, scene) is not Place.ON_THE_WAY:
        return least(worst, Severity.INFO)
    if not scene.fails and scene.way.may_be_elsewhere(finding.subject):
        worst = least(worst, Severity.WARNING)
    if not scene.direct and check.at_the_door:
        return None
    if scene.opens and "https-port" in check.breaks and not finding.some:
        return None
    if scene.forwarded and _is_of_the_answer(check):
        return None
    if scene.excuse and _is_of_the_refusal(check, scene.excuse):
        return least(worst, AT_WORST[scene.excuse])
    if scene.answers_otherwise and "forwarding" in check.breaks:
        return least(worst, Severity.WARNING)
    group = group_of(finding.subject)
    if group in scene.answering and "packets" in check.breaks:
        return None
    borne = scene.visitors_served and _is_borne(check, finding, scene)
    well = group in scene.healthy and not finding.beyond_health
    if well or borne or _may_be_borne(check, finding, scene):
        return least(worst, Severity.WARNING)
    return worst


AT_WORST = {
    Excuse.NOT_ADMITTED: Severity.INFO,
    Excuse.WITHOUT_CERTIFICATE: Severity.INFO,
    Excuse.OTHER_PATH: Severity.WARNING,
    Excuse.OTHER_VERSION: Severity.WARNING,
}
"""How bad the load balancer's own refusal is where it is no fault of the site."""


def _is_of_the_refusal(check: Check, excuse: Excuse) -> bool:
    """Whether a check speaks of what is excused: a handshake, or an answer that the load balancer itself gives."""
    if excuse is Excuse.WITHOUT_CERTIFICATE:
        return "tls-alike" in check.breaks | check.shows
    return _is_of_the_answer(check)


def _is_of_the_answer(check: Check) -> bool:
    """Whether a check speaks of an answer that the load balancer itself gives."""
    return "forwarding" in check.breaks | check.shows


def _is_borne(check: Check, finding: Finding, scene: Scene) -> bool:
    """Whether every visitor can be served although this is so.

    A certificate that is not the one served; a fault of the name that nobody counted; what some clients meet; what is
    only likely, and not counted; health checks that fail (fail-open); and, where every answer was a target's, a group
    without targets.
    """
    if finding.subject.kind is Kind.CERTIFICATE:
        return True
    if check.stage is Stage.DOMAIN:  # the name was seen to lead here; those who counted in it otherwise are told so
        return not finding.counted
    if finding.some or (finding.certainty is LIKELY and not finding.counted):
        return True
    refuted = OF_HEALTH | OF_TARGETS if scene.by_targets and not finding.counted else OF_HEALTH
    return bool(check.breaks) and check.breaks <= refuted


def _may_be_borne(check: Check, finding: Finding, scene: Scene) -> bool:
    """Whether visitors may be served all the same where nobody saw what they get.

    Health checks that fail for all targets (fail-open), what some clients meet, what is only likely, a fault of a name
    that leads to the load balancer nevertheless, and a group that gets a part of the requests beside healthy ones.
    What says that nothing can be served (no targets, targets that speak another protocol, a closed door) needs no
    witness.
    """
    if scene.requested.served != "not-seen" or finding.counted:
        return False
    if check.stage is Stage.DOMAIN:
        return scene.live
    if finding.some or finding.certainty is LIKELY:
        return True
    signals = check.breaks | check.shows
    return (bool(signals) and signals <= OF_HEALTH) or _is_a_part(group_of(finding.subject), scene)


def _is_a_part(group: str, scene: Scene) -> bool:
    """Whether a group gets a part of the scanned URL's requests, and healthy ones the rest."""
    others = {*scene.way.shares} - {group}
    return group in scene.way.shares and bool(others) and others <= scene.healthy


def least(one: Severity, other: Severity) -> Severity:
    """The milder of two severities."""
    return max(one, other, key=lambda severity: severity.rank)
