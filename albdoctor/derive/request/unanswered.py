"""Requests that a load balancer answered with 502 or 504 although it had a connection to a target.

A connection that a target refuses or does not answer counts as TargetConnectionErrorCount, a handshake that fails as
TargetTLSNegotiationErrorCount: what is left when they are taken away was given to a target, which gave no whole answer.
Lambda targets have neither counter, so nothing is said of a load balancer that has one.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.counted import MANY, SHARE
from albdoctor.derive.request.outcome import AtAddress, By, Came
from albdoctor.derive.request.place import Place
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.request.serving import ApplicationBalancers
from albdoctor.derive.targets.counters import CONNECTION_ERRORS, TLS_ERRORS
from albdoctor.derive.targets.keep_alive import Kept, kept_by
from albdoctor.facts.elb import (
    LAMBDA,
    BalancersAttributes,
    GroupsHealth,
    LoadBalancer,
    Rules,
    TargetGroup,
    TargetGroups,
)
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.metrics import Course, Metric, Metrics
from albdoctor.facts.numbers import whole
from albdoctor.facts.wire import Exchange
from albdoctor.text import Text

IDLE_TIMEOUT = "idle_timeout.timeout_seconds"
IDLE_BY_DEFAULT = 60
"""Seconds; user guide, "Connection idle timeout"."""
UNKNOWN_IDLE = Text(en=f"{IDLE_BY_DEFAULT} s unless it was changed", ko=f"{IDLE_BY_DEFAULT}초(변경하지 않았다면)")
REQUESTS, CUT, LATE = "RequestCount", "HTTPCode_ELB_502_Count", "HTTPCode_ELB_504_Count"
OF_CONNECTIONS = (CONNECTION_ERRORS, TLS_ERRORS)
FEW, RARE = 10, 0.05
"""From so many cut requests on, and up to such a share of all, they are sporadic."""
SPREAD, BURST = 6, 1 / 3
"""They are in so many periods, and in none such a share of them."""


class Unanswered(Struct, frozen=True, kw_only=True):
    """One load balancer on the way, all of whose targets there are healthy."""

    balancer: LoadBalancer
    hours: float
    requests: float
    cut: float
    """Answers 502."""
    late: float
    """Answers 504."""
    connections: float
    """Connections and handshakes with targets that failed."""
    cut_course: Course | None
    idle_timeout: int | None
    """Seconds that are set; None: not known."""
    seen: tuple[AtAddress, ...] = ()
    """The addresses at which the scanned request itself had no answer in time."""
    serving: frozenset[str] = frozenset()
    """The groups that serve the scanned URL, by ARN."""
    answer: Exchange | None = None
    """What the scanned request got at the first address."""
    kept: Kept | None = None
    """How long the server that gives the page keeps idle connections; None: not known, or no target gives it."""

    @property
    def idle(self) -> int:
        """Seconds after which it closes an idle connection, by default where nobody saw what is set."""
        return IDLE_BY_DEFAULT if self.idle_timeout is None else self.idle_timeout

    @property
    def idle_words(self) -> Text:
        """The idle timeout as it is told."""
        if self.idle_timeout is None:
            return UNKNOWN_IDLE
        return Text(en=f"{self.idle_timeout} s", ko=f"{self.idle_timeout}초")

    @property
    def too_late(self) -> float:
        """At least so many answers 504 are of requests that a target had taken."""
        return max(self.late - self.connections, 0.0)

    @property
    def is_slow(self) -> bool:
        """Whether they are too many to be an accident, or the scanned request is one of them."""
        often = self.too_late >= MANY and self.too_late >= SHARE * self.requests
        return often or (bool(self.seen) and self.too_late > 0)

    @property
    def cut_off(self) -> float:
        """At least so many answers 502 are of requests whose connection to a target was there."""
        return max(self.cut - self.connections, 0.0)

    @property
    def is_sporadic(self) -> bool:
        """Whether single requests are cut off again and again: a few of many, and no burst as of a deployment."""
        sums = self.cut_course.sums if self.cut_course else ()
        spread = sum(one > 0 for one in sums) >= SPREAD and max(sums) <= BURST * sum(sums)
        return spread and FEW <= self.cut_off <= RARE * self.requests

    @property
    def races(self) -> bool:
        """Whether that is seen of a server that closes idle connections sooner than the load balancer."""
        return self.kept is not None and self.kept.seconds < self.idle and self.is_sporadic

    @property
    def may_race(self) -> bool:
        """Whether requests are cut off one by one, and it is not known how long the server keeps idle connections."""
        return self.is_sporadic and self.kept is None

    @property
    def named(self) -> float:
        """So many errors have a cause: they are not counted once more as errors of which nobody knows why."""
        return (self.too_late if self.is_slow else 0.0) + (self.cut_off if self.races else 0.0)


UnansweredRequests: TypeAlias = tuple[Unanswered, ...]


@derivation
def unanswered_requests(
    balancers: ApplicationBalancers,
    target_groups: TargetGroups,
    metrics: Metrics,
    balancers_attributes: Observed[BalancersAttributes],
    rules: Observed[Rules],
    groups_health: Observed[GroupsHealth],
    scene: Scene,
) -> Iterator[Unanswered | Unknown]:
    """Give what was counted of each load balancer on the way; one of which too little is known is left out."""
    unseen = tuple(_unseen(scene, rules, groups_health))
    if unseen:
        yield from unseen
        return
    counters: defaultdict[str, list[Metric]] = defaultdict(list)
    for metric in metrics.values:
        counters[metric.load_balancer_arn].append(metric)
    groups_of: defaultdict[str, list[TargetGroup]] = defaultdict(list)
    for group in target_groups:
        for arn in group.load_balancer_arns:
            groups_of[arn].append(group)
    idle = _idle_timeouts(balancers_attributes)
    for balancer in balancers:
        own, groups = counters[balancer.load_balancer_arn], groups_of[balancer.load_balancer_arn]
        counted = {(one.name, one.target_group_arn) for one in own}
        asked = all((name, one.target_group_arn) in counted for one in groups for name in OF_CONNECTIONS)
        known = asked and bool(groups) and all(one.target_type != LAMBDA for one in groups)
        if known and scene.all_healthy and scene.way.of(balancer.ref) is Place.ON_THE_WAY:
            yield Unanswered(
                balancer=balancer,
                hours=metrics.hours,
                requests=_total(own, REQUESTS),
                cut=_total(own, CUT),
                late=_total(own, LATE),
                connections=sum(one.total for one in own if one.target_group_arn and one.name in OF_CONNECTIONS),
                cut_course=next((one.course for one in _of_whole(own, CUT)), None),
                idle_timeout=idle.get(balancer.load_balancer_arn),
                seen=_in_vain(scene),
                serving=frozenset(scene.way.shares),
                answer=next((one.last for one in scene.requested.at), None),
                kept=kept_by(one.last for one in scene.requested.at) if scene.by_targets else None,
            )


def _unseen(scene: Scene, rules: Observed[Rules], groups_health: Observed[GroupsHealth]) -> Iterator[Unknown]:
    """What is not known of the groups on the way and of their targets' health."""
    for each in (rules, groups_health):
        if isinstance(each, Unknown):
            yield each
    for health in groups_health.value if isinstance(groups_health, Known) else ():
        if health.target_group_arn in scene.way.shares and isinstance(health.targets, Unknown):
            yield health.targets


def _of_whole(counted: Iterable[Metric], name: str) -> Iterator[Metric]:
    return (one for one in counted if one.name == name and not one.target_group_arn)


def _total(counted: Iterable[Metric], name: str) -> float:
    return sum(one.total for one in _of_whole(counted, name))


def _idle_timeouts(attributes: Observed[BalancersAttributes]) -> dict[str, int | None]:
    """The seconds that are set, by the load balancer's ARN."""
    held = attributes.value if isinstance(attributes, Known) else ()
    return {
        one.load_balancer_arn: whole(each.value) for one in held for each in one.attributes if each.key == IDLE_TIMEOUT
    }


GATEWAY_TIMEOUT = 504


def _in_vain(scene: Scene) -> tuple[AtAddress, ...]:
    """Where the load balancer answered the request with 504, or was still waiting when the probe gave up."""
    if not scene.live:
        return ()
    own_504 = (one for one in scene.requested.failing if one.by is By.LOAD_BALANCER and one.status == GATEWAY_TIMEOUT)
    waiting = (one for one in scene.requested.failing if one.came is Came.NO_ANSWER)
    return (*own_504, *waiting)
