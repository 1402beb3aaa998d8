"""The verdict of a scan and its exit code: what visitors get decides, then what was found, then what was not seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from albdoctor.checkup.allowed import ALL, NONE, Allowed, is_allowed
from albdoctor.checkup.causes import Diagnosed
from albdoctor.checkup.engine import Outcome, Result
from albdoctor.checkup.finding import Severity
from albdoctor.checkup.signals import Signal
from albdoctor.derive.request.place import Place
from albdoctor.derive.request.scene import Scene, group_of
from albdoctor.derive.targets.watched import PROBE as TARGET_PROBE
from albdoctor.derive.targets.ways import BEYOND
from albdoctor.exits import Exit, FailOn
from albdoctor.facts.ecs import ECS_CLUSTERS, ECS_TASKS, TASK_DEFINITIONS
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.metrics import METRICS
from albdoctor.facts.scaling import AUTO_SCALING_GROUPS, SCALING_HISTORIES

Word: TypeAlias = Literal["broken", "at-risk", "sound", "unknown"]

SEEN_TO_HOLD: frozenset[Signal] = frozenset(
    {
        "arrival",
        "zone-asked",
        "record",
        "certificate",
        "certificate-choice",
        "served-name",
        "served-certificate",
        "tls-alike",
        "listener-protocol",
        "https-listener",
        "https-port",
        "ipv6",
        "redirects",
        "forwarding",
    }
)
"""What holds where every visitor is served over verified TLS."""
OF_HEALTHY_TARGETS: frozenset[Signal] = frozenset({"targets", "connection", "packets", "health", "response"})
"""What holds where, besides, every group of the way has healthy targets only."""
OF_NO_WEIGHT: frozenset[Signal] = frozenset({"http-port", "nodes"})
"""What no verdict depends on where visitors are served over https.

A closed port 80 is information; the nodes that are there serve, whether or not there is room for more.
"""


def needed(outcomes: Iterable[Outcome], scene: Scene, but: Allowed = NONE) -> tuple[Outcome, ...]:
    """The checks that could not judge, or not everything, and whose answer the verdict cannot do without.

    `but`: gaps with which somebody lives. The verdict can where only what helps is missing, and where an observation
    answers already: a check of what would keep clients out has nothing to add to a request that was served.
    """
    held = holding(scene)
    return tuple(one for one in outcomes if _is_open(one, but) and not _is_answered(one, held))


def holding(scene: Scene) -> frozenset[Signal]:
    """The signals that were seen to hold."""
    if not scene.visitors_served:
        return frozenset()
    held = SEEN_TO_HOLD | OF_NO_WEIGHT
    return held | OF_HEALTHY_TARGETS if scene.all_healthy else held


def _is_open(outcome: Outcome, but: Allowed) -> bool:
    if outcome.result is Result.CRASHED:
        return ALL not in but
    return not all(_only_helps(gap) or is_allowed(gap, but) for gap in outcome.gaps)


HELPING = frozenset(
    action
    for card in (AUTO_SCALING_GROUPS, SCALING_HISTORIES, ECS_CLUSTERS, ECS_TASKS, TASK_DEFINITIONS, METRICS)
    for action in card.actions
)
"""Actions that tell who registers targets, what became of them, and how often something was counted."""


def _only_helps(gap: Unknown) -> bool:
    """Whether nobody minds a gap: the user left that out, or it is a look at a target that is private or far away.

    What such a look would tell is why a target fails; that it does is known from its health. So it is with a part of
    what is known of those who register targets.
    """
    if gap.asked in HELPING:
        return True
    left_out = gap.gap is Gap.NOT_ASKED and gap.detail.startswith("--")
    return left_out or (gap.asked in (TARGET_PROBE, BEYOND) and gap.gap is Gap.UNREACHABLE)


def _is_answered(outcome: Outcome, held: frozenset[Signal]) -> bool:
    return bool(outcome.check.breaks) and outcome.check.breaks <= held and outcome.result is not Result.CRASHED


def verdict(findings: Iterable[Diagnosed], outcomes: Iterable[Outcome], scene: Scene) -> Word:
    """Sum a scan up in one word; "sound" needs a request that was seen to be served, and nothing found."""
    findings = tuple(findings)
    severities = {item.severity for item in findings}
    if Severity.ERROR in severities or scene.fails:
        return "broken"
    if Severity.WARNING in severities:
        return "at-risk"
    by_account = scene.requested.served == "not-seen" and scene.account_says_so
    if needed(outcomes, scene) or not (scene.served_at_all or by_account):
        return "unknown"
    # What no check tells is no sound site all the same: a target that fails for another reason, a site on its reserve.
    untold = scene.ill_on_the_way - {group_of(item.finding.subject) for item in findings}
    return "at-risk" if untold or scene.failed_over else "sound"


def failing(findings: Iterable[Diagnosed]) -> Iterator[Diagnosed]:
    """The findings that can fail a scan: what is off the way of the scanned URL is only told."""
    return (item for item in findings if item.finding.place is Place.ON_THE_WAY)


def exit_code(
    findings: Iterable[Diagnosed],
    outcomes: Iterable[Outcome],
    scene: Scene,
    fail_on: FailOn,
    allowed: Allowed = NONE,
    *,
    blind: bool = False,
) -> Exit:
    """Give the exit code of a scan that ran (public contract: 1 before 3 before 0).

    `blind`: not even the load balancer could be seen. Then no allowance makes it 0.
    """
    if fail_on != "never" and any(item.severity.rank <= Severity(fail_on).rank for item in failing(findings)):
        return Exit.FINDINGS
    return Exit.GAPS if has_gaps(outcomes, scene, NONE if blind else allowed) else Exit.SOUND


def has_gaps(outcomes: Iterable[Outcome], scene: Scene, but: Allowed = NONE) -> bool:
    """Whether anything that is needed could not be judged, besides the gaps with which somebody lives."""
    return bool(needed(outcomes, scene, but)) or _not_tried(scene, but)


def _not_tried(scene: Scene, but: Allowed) -> bool:
    """Whether the request could not be tried although the user wanted it, and nothing else shows that it is served."""
    gap: Unknown | None = scene.requested.gap
    return gap is not None and not is_allowed(gap, but) and not scene.account_says_so
