"""What the weight of a finding depends on besides itself: the way, what visitors get, who is healthy."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.entrances import Entrances, Front
from albdoctor.derive.request.outcome import AtAddress, By, Came, Requested
from albdoctor.derive.request.way import Way
from albdoctor.derive.routing.gates import Gate, gate_of
from albdoctor.derive.routing.overlap import takes_whole_host
from albdoctor.derive.routing.routes import Hop, effect_of
from albdoctor.derive.targets.speaks import wants_tls
from albdoctor.facts.elb import LAMBDA, GroupsHealth, Health, TargetGroups
from albdoctor.facts.known import Kind, Known, Observed, Ref
from albdoctor.facts.metrics import Metrics
from albdoctor.facts.mirror import known_or, readable
from albdoctor.facts.wire import Exchange

CODE_CAME = "Target.ResponseCodeMismatch"
"""Reason of a target whose health check got an HTTP status: packets get there and back, and something answers."""

NOT_RUNNING = "Target.InvalidState"
"""Reason of a target whose instance is stopped or terminated."""

OVER_HTTP2 = frozenset({"HTTP2", "GRPC"})
"""Protocol versions of a target group that is spoken to over HTTP/2."""
INCOMPATIBLE = 464
"""What the load balancer answers to a request of a protocol version that the target group does not take."""
UNAUTHORIZED = 401
"""What a listener that wants a login or a token answers to a client without one, where it sends nobody to log in."""


class Excuse(StrEnum):
    """Why an answer that looks like an error is no fault of the site."""

    NOT_ADMITTED = "not-admitted"
    """A rule lets some clients in, or those who have logged in, and this machine is none of them."""
    WITHOUT_CERTIFICATE = "without-certificate"
    """The listener admits only clients with a certificate, and this machine has none."""
    OTHER_PATH = "other-path"
    """The load balancer has nothing for this request; others for the host are forwarded, as an API's are."""
    OTHER_VERSION = "other-version"
    """A target group of version HTTP2 or gRPC takes no HTTP/1.1, as was sent; gRPC and browsers speak HTTP/2."""


class Scene(Struct, frozen=True, kw_only=True):
    """One scan as a whole."""

    way: Way
    requested: Requested
    direct: bool = True
    """Visitors connect to the load balancer themselves."""
    front: Front = Front.BALANCER
    """What visitors meet first."""
    front_name: str = ""
    live: bool = False
    """The name's addresses are known to be the load balancer's."""
    healthy: frozenset[str] = frozenset()
    """Groups with a healthy target, by ARN."""
    ill: frozenset[str] = frozenset()
    """Groups with a target that fails its health check, or is stopped or terminated, by ARN."""
    answering: frozenset[str] = frozenset()
    """Groups whose every failing target answered its health check with some status, by ARN."""
    groups: TargetGroups = ()
    """Those that are known."""
    failed_over: bool = False
    """DNS leads visitors to the secondary of a failover: its primary is out of service."""
    answers_counted: bool = False
    """CloudWatch counted answers under 400 in the last hours."""
    nobody_counted: bool = False
    """CloudWatch was asked, and counted none."""

    @property
    def takes_http2_only(self) -> bool:
        """Whether healthy groups of version HTTP2 or gRPC serve the scanned URL, and no others."""
        versions = dict(readable(self.groups, lambda one: [(one.target_group_arn, one.protocol_version)]))
        shares = {*self.way.shares}
        return bool(shares) and shares <= self.healthy and all(versions.get(one) in OVER_HTTP2 for one in shares)

    @property
    def to_functions(self) -> bool:
        """Whether it is Lambda functions that serve the scanned URL, and nothing else."""
        kinds = dict(readable(self.groups, lambda one: [(one.target_group_arn, one.target_type)]))
        return bool(self.way.shares) and all(kinds.get(one) == LAMBDA for one in self.way.shares)

    @property
    def excuse(self) -> Excuse | None:
        """Why the load balancer's own refusal at every address is no fault; None: it is one, or there is none."""
        if self.wants_certificates and not self.nobody_counted:
            return Excuse.WITHOUT_CERTIFICATE
        failing = self.requested.failing
        turned_away = bool(failing) and all(
            one.by is By.LOAD_BALANCER and one.status is not None and one.status < 500 for one in failing
        )
        if turned_away and all(one.status == INCOMPATIBLE for one in failing) and self.takes_http2_only:
            return Excuse.OTHER_VERSION
        last = self.way.last
        if not turned_away or last is None or last.effect is None or last.route is None:
            return None
        unknown_client = last.effect.authenticates and all(one.status == UNAUTHORIZED for one in failing)
        told = {effect_of(last.request, rule.actions).status for rule in (last.route.rule, *last.route.doubtful)}
        by_rule = not last.route.certain and self.gate is None and {one.status for one in failing} <= told
        if by_rule or unknown_client:
            return Excuse.NOT_ADMITTED
        fixed = last.effect.kind == "fixed-response" and takes_whole_host(last.route.rule, last.request)
        return Excuse.OTHER_PATH if fixed and self.way.other_requests else None

    @property
    def wants_certificates(self) -> bool:
        """Whether every address refused this machine as a listener does that verifies clients' certificates."""
        listener = self.way.last.listener if self.way.last is not None else None
        failing = self.requested.failing
        if listener is None or not (self.live and failing and all(map(_for_lack_of_a_certificate, failing))):
            return False
        return known_or(lambda: listener.verifies_clients, otherwise=False)

    @property
    def gate(self) -> Gate | None:
        """What the rules want of a CDN in front before they let anything in; None: nothing, or visitors decide.

        To the load balancer every visitor is the CDN, so that who asked it says nothing.
        """
        gate = gate_of(self.way.last) if self.way.last is not None and self.front is Front.CDN else None
        return None if gate is None or gate.of_visitors else gate

    @property
    def shuts_the_cdn_out(self) -> bool:
        """Whether the CDN in front does not bring what the rules want."""
        return self.gate is not None and self.met(self.way.last)

    def met(self, hop: Hop | None) -> bool:
        """Whether every failing answer is the one that the load balancer itself gives at a hop."""
        status = hop.effect.status if hop is not None and hop.effect is not None else 0
        failing = self.requested.failing
        return bool(failing) and all(one.by is By.LOAD_BALANCER and one.status == status for one in failing)

    def complaint(self, group: str) -> Exchange | None:
        """A TLS server's complaint about plain HTTP among the answers, where this group alone can have made it."""
        seen = (one.last for one in self.requested.at)
        return next((one for one in seen if wants_tls(one)), None) if {*self.way.shares} == {group} else None

    @property
    def fails(self) -> bool:
        """Whether visitors get an error at some address of the name."""
        return bool(self.requested.no_address) or (bool(self.requested.failing) and self.excuse is None)

    @property
    def served(self) -> bool:
        """Whether the request was seen to be served by the load balancer at every address that the name gives."""
        return self.live and self.requested.served_everywhere

    @property
    def by_targets(self) -> bool:
        """Whether it was a target's answer everywhere, no redirect or response of the load balancer's own.

        Where rules depend on the client, this machine's answer says nothing of what others get.
        """
        return self.served and self.way.certain and all(one.by is By.APPLICATION for one in self.requested.at)

    @property
    def forwarded(self) -> bool:
        """Whether every visitor was seen to get a target's page, by whatever name a CDN asked for it."""
        pages = all((one.status or 0) < 300 for one in self.requested.at)
        return self.by_targets or (not self.direct and self.visitors_served and pages)

    @property
    def answers_otherwise(self) -> bool:
        """Whether visitors get another status everywhere than the load balancer's own rules would give them."""
        effect = self.way.last.effect if self.way.last is not None else None
        if effect is None or effect.kind != "fixed-response" or not effect.status or not self.requested.failing:
            return False
        return all(one.status is not None and one.status != effect.status for one in self.requested.seen)

    @property
    def visitors_served(self) -> bool:
        """Whether every visitor was seen to be served, by the load balancer or through what stands in front of it."""
        return self.served or (not self.direct and self.requested.served_everywhere)

    @property
    def served_at_all(self) -> bool:
        """Whether the request was seen to be served, by whomever, at every address that could be tried.

        Addresses of a family that this machine lacks are the same load balancer's: its own account stands in for them.
        It does not for one at which nobody looked: it may be another server's.
        """
        if self.requested.served != "yes":
            return False
        tried = all(one.probed for one in self.requested.at)
        return self.requested.seen_everywhere or (tried and self.account_says_so)

    @property
    def account_says_so(self) -> bool:
        """Whether, by the load balancer's own account, requests are served: healthy targets, answers counted.

        Answers that only some clients get, where all others get none of a target's, are no account of it.
        """
        end = self.way.last.effect if self.way.last is not None else None
        for_all = self.way.certain or end is None or end.kind == "forward"
        return bool(self.way.shares) and {*self.way.shares} <= self.healthy and self.answers_counted and for_all

    @property
    def all_healthy(self) -> bool:
        """Whether every group of the way has healthy targets, and none that fails its health check."""
        groups = {*self.way.shares}
        return bool(groups) and groups <= self.healthy and not groups & self.ill

    @property
    def ill_on_the_way(self) -> frozenset[str]:
        """Groups of the way with a target that fails its health check, whatever the reason."""
        return self.ill & {*self.way.shares}

    @property
    def opens(self) -> bool:
        """Whether the load balancer was seen to accept connections at every address that the name gives."""
        shut = (Came.REFUSED, Came.SILENT, Came.NOT_SEEN)
        return self.live and bool(self.requested.at) and all(one.came not in shut for one in self.requested.at)


def group_of(ref: Ref) -> str:
    """ARN of the target group that a thing is or belongs to; empty: neither."""
    return ref.id.partition("#")[0] if ref.kind in (Kind.TARGET_GROUP, Kind.TARGET) else ""


REFUSALS = (
    "CERTIFICATE_REQUIRED",
    "BAD_CERTIFICATE",
    "UNKNOWN_CA",
    "ACCESS_DENIED",
    "HANDSHAKE_FAILURE",
    "INTERNAL_ERROR",
    "UNEXPECTED_EOF",
    "reset",
)
"""How a handshake ends for a client without the certificate that is wanted: alerts, or a connection that is cut."""


def _for_lack_of_a_certificate(at: AtAddress) -> bool:
    """Whether a request can have failed so; in TLS 1.3 the refusal comes when the request is sent."""
    return at.came is Came.RESET or (at.came is Came.TLS_FAILS and any(word in at.detail for word in REFUSALS))


ANSWERED = ("HTTPCode_Target_2XX_Count", "HTTPCode_Target_3XX_Count")


@derivation
def scene(
    way: Way,
    requested: Requested,
    entrances: Observed[Entrances],
    groups_health: Observed[GroupsHealth],
    target_groups: Observed[TargetGroups],
    metrics: Observed[Metrics],
) -> Scene:
    """Put together what is known of the scan as a whole."""
    states = dict(_states(groups_health))
    known = entrances.value if isinstance(entrances, Known) else None
    counted = metrics.value.values if isinstance(metrics, Known) else ()
    answers = any(one.total > 0 for one in counted if one.name in ANSWERED)
    groups = target_groups.value if isinstance(target_groups, Known) else ()
    return Scene(
        way=way.without_doubt() if requested.served_everywhere else way,
        requested=requested,
        direct=known is None or known.direct,
        front=known.front if known else Front.BALANCER,
        front_name=known.front_name if known else "",
        live=known is not None and known.answers,
        healthy=frozenset(arn for arn, each in states.items() if any(one.state == "healthy" for one in each)),
        ill=frozenset(arn for arn, each in states.items() if any(map(_is_ill, each))),
        answering=frozenset(arn for arn, each in states.items() if _answers(each)),
        groups=groups,
        failed_over=known is not None and bool(known.failed_over),
        answers_counted=answers,
        nobody_counted=isinstance(metrics, Known) and not answers,
    )


def _states(groups_health: Observed[GroupsHealth]) -> Iterator[tuple[str, tuple[Health, ...]]]:
    for health in groups_health.value if isinstance(groups_health, Known) else ():
        if isinstance(health.targets, Known):
            yield health.target_group_arn, tuple(one.target_health for one in health.targets.value)


def _is_ill(health: Health) -> bool:
    return health.state == "unhealthy" or (health.state == "unused" and health.reason == NOT_RUNNING)


def _answers(states: tuple[Health, ...]) -> bool:
    """Whether every failing target answered its health check with some status."""
    failing = [one for one in states if one.state == "unhealthy"]
    return bool(failing) and all(one.reason == CODE_CAME for one in failing)
