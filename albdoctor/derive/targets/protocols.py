"""Whether group, health check and target speak the same: heard by a probe, or what health and counters suggest."""

from __future__ import annotations

from collections.abc import Iterable

from albdoctor.derive.request.outcome import By
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.targets.counters import ANSWERS, CONNECTION_ERRORS, TLS_ERRORS, Counters
from albdoctor.derive.targets.health_check import accepts, spans
from albdoctor.derive.targets.health_words import FAILED, TIMEOUT
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.speaks import Speech, sends_to_https
from albdoctor.derive.targets.watched import Probed

TLS_PORTS = (443, 8443)
BAD_GATEWAY = 502


def proven_port(seen: Seen, spoken: Speech) -> int | None:
    """The port on which a target is proven, by probe, to speak this instead of its group's protocol.

    It is the registered port, or, where that one is refused, another one, when no probed port speaks
    the group's protocol. A port that only sends people on to https does not count as another one.
    """
    if not seen.judged or seen.proven:
        return None
    if seen.speaks(seen.port) is spoken:
        return seen.port
    instead = seen.served_instead
    other = Speech.TLS if spoken is Speech.PLAIN_HTTP else Speech.PLAIN_HTTP
    if instead is None or seen.speaks(instead) is not spoken or seen.ports(other, Speech.BOTH):
        return None
    probe = seen.at(instead)
    return None if probe and (sends_to_https(probe.http) or sends_to_https(probe.http_by_name)) else instead


def new_ports(targets: Iterable[Seen], first: Seen, first_port: int, spoken: Speech) -> dict[Seen, int]:
    """Say on which port each target goes into a group that speaks this; the first target comes first.

    A port that was heard wins. A target that was not heard follows the first one where both are registered on
    the same port, else it keeps its own.
    """
    ports = {first: first_port}
    for seen in targets:
        heard = proven_port(seen, spoken) or next(iter(seen.ports(spoken)), None)
        if seen.state != "draining" and seen != first:
            ports[seen] = heard or (first_port if seen.port == first.port else seen.port)
    return ports


def suits(seen: Seen, port: int) -> bool:
    """Whether a probed port of the target speaks the group's protocol."""
    return seen.speaks(port) in (Speech.BOTH, Speech.TLS if seen.group.protocol == "HTTPS" else Speech.PLAIN_HTTP)


def tls_fails_towards(seen: Seen, counters: Counters) -> bool:
    """Whether health and the TLS error counter say, without a probe, that TLS to this target does not complete."""
    if seen.speaks(seen.port) is not Speech.NOT_SEEN or counters.of(seen.group, TLS_ERRORS) <= 0:
        return False
    return healthy_over_http(seen) or (seen.failing and seen.reason in (FAILED, TIMEOUT))


def healthy_over_http(seen: Seen) -> bool:
    """Whether a target of an HTTPS group passes its check over plain HTTP on the very port that requests go to by TLS.

    What answers plain HTTP there speaks no TLS, unless it tells both apart. 400 is how TLS servers complain about it.
    """
    group = seen.group
    same_port = group.protocol == "HTTPS" and group.health_check_protocol == "HTTP" and seen.check_port == seen.port
    return same_port and seen.state == "healthy" and not accepts(group.matcher, 400)


def gives_pages_over_http(seen: Seen) -> bool:
    """The same, where the answer is a page for certain: some TLS servers redirect plain HTTP (nginx, its code 497)."""
    taken = spans(seen.group.matcher)
    return healthy_over_http(seen) and bool(taken) and all(first >= 200 and last < 300 for first, last in taken)


def tls_ends_in_502(item: Probed, scene: Scene, counters: Counters) -> bool:
    """Whether all that requests can go to is healthy over plain HTTP alone, and every visitor gets 502 instead.

    It has to be the load balancer's own 502 at every address that was tried, on a way that leads to this group alone,
    and no target was counted to have answered.
    """
    failing, arn = scene.requested.failing, item.group.target_group_arn
    bad_gateway = bool(failing) and all(one.by is By.LOAD_BALANCER and one.status == BAD_GATEWAY for one in failing)
    if not bad_gateway or scene.requested.served != "no" or {*scene.way.shares} != {arn}:
        return False
    used = [seen for seen in item.targets if seen.state == "healthy"]
    plain = all(gives_pages_over_http(seen) and seen.speaks(seen.port) is Speech.NOT_SEEN for seen in used)
    return bool(used) and plain and counters.of(item.group, ANSWERS) <= 0


def tls_may_fail_towards(seen: Seen, counters: Counters) -> bool:
    """Whether failed TLS is what fits an HTTPS check best that ends without an answer, with no better trace.

    More answers to requests than errors speak against it. Refused connections do not: on TLS's own port they fit a
    server that speaks plain HTTP on another one.
    """
    group = seen.group
    same_way = seen.check_port == seen.port and group.health_check_protocol == "HTTPS"
    unheard = seen.failing and seen.reason == FAILED and seen.speaks(seen.port) is Speech.NOT_SEEN
    refused = counters.of(group, CONNECTION_ERRORS)
    fits = counters.of(group, ANSWERS) <= refused and (not refused or seen.port in TLS_PORTS)
    return same_way and unheard and fits and group.protocol_version == "HTTP1"


def connection_fails_towards(seen: Seen, counters: Counters) -> bool:
    """Whether counter and reason say, without a probe, that connections to this target are refused.

    FailedHealthChecks is told of connections that end at once; a blocked way would time out. TLS that fails is
    another matter, so that only plain HTTP counts.
    """
    group = seen.group
    plain = group.protocol == "HTTP" and group.health_check_protocol == "HTTP" and seen.check_port == seen.port
    unheard = seen.failing and seen.reason == FAILED and seen.speaks(seen.port) is Speech.NOT_SEEN
    return plain and unheard and counters.of(seen.group, CONNECTION_ERRORS) > 0


def tls_complaint_likely(seen: Seen) -> bool:
    """Whether health says, without a probe, that an HTTP group's target speaks TLS.

    It passes a check over HTTPS on the port that requests go to, or answers 400 on a port that TLS is used to.
    """
    if seen.check_port != seen.port or seen.speaks(seen.port) is not Speech.NOT_SEEN:
        return False
    if seen.group.health_check_protocol == "HTTPS":
        return seen.state == "healthy"
    return seen.failing and 400 in seen.codes and seen.port in TLS_PORTS


def host_list_likely(seen: Seen) -> bool:
    """Whether 400 or 421 to a check suggests, without a probe, an application that refuses unknown hosts."""
    unheard = seen.check_answer is None and seen.speaks(seen.check_port) is Speech.NOT_SEEN
    elsewhere = seen.check_port not in TLS_PORTS or seen.group.health_check_protocol == "HTTPS"
    return unheard and (seen.answered(421) or (seen.answered(400) and elsewhere and not check_protocol_likely(seen)))


def check_protocol_heard(seen: Seen) -> bool:
    """Whether a failing check was heard to use the wrong protocol, while the group's own is not known to be wrong."""
    own_fault = proven_port(seen, Speech.PLAIN_HTTP if seen.group.protocol == "HTTPS" else Speech.TLS)
    wrong = seen.speaks(seen.check_port) is not Speech.REFUSED and seen.check_cannot_pass
    return seen.failing and wrong and own_fault is None


def check_protocol_likely(seen: Seen) -> bool:
    """Whether check and group disagree about one port, and the check fails as the wrong protocol does: no probe."""
    group = seen.group
    apart = group.health_check_protocol != group.protocol and seen.check_port == seen.port
    if not (seen.failing and apart and seen.speaks(seen.check_port) is Speech.NOT_SEEN):
        return False
    return seen.reason == FAILED or (group.protocol == "HTTPS" and 400 in seen.codes)
