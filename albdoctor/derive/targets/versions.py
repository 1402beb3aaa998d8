"""Whether a target group's protocol version fits what its targets and its clients speak.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html (HTTP 464)
"""

from __future__ import annotations

from albdoctor.derive.request.outcome import AtAddress, By
from albdoctor.derive.request.scene import INCOMPATIBLE, OVER_HTTP2, Scene
from albdoctor.derive.targets.health_words import FAILED
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.speaks import Speech
from albdoctor.facts.elb import TargetGroup

HTTP_1 = "http/1.1"
"""HTTP/1.1 as ALPN names it (RFC 7301)."""


def speaks_only_http1(seen: Seen) -> bool:
    """Whether the health check over HTTP/2 fails without a code at a port that was heard to answer HTTP/1.1.

    A server that knows both would give the health check a code, good or not. Over TLS the handshake tells, as the
    probe offers both versions there.
    """
    if seen.group.protocol_version not in OVER_HTTP2 or not seen.failing or seen.reason != FAILED:
        return False
    probe = seen.at(seen.check_port)
    if seen.group.health_check_protocol == "HTTPS":
        return probe is not None and probe.tls is not None and probe.tls.completed and probe.tls.alpn == HTTP_1
    return seen.speaks(seen.check_port) in (Speech.PLAIN_HTTP, Speech.BOTH)


def turned_away(scene: Scene, group: TargetGroup) -> AtAddress | None:
    """An address at which the load balancer refused the request's version, where this group alone can be meant."""
    if group.protocol_version not in OVER_HTTP2 or {*scene.way.shares} != {group.target_group_arn}:
        return None
    refused = (one for one in scene.requested.failing if one.status == INCOMPATIBLE)
    return next((one for one in refused if one.by is By.LOAD_BALANCER), None)
