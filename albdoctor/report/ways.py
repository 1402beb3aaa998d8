"""What the load balancer's rules make of the scanned URL, over https and http, as the report tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from albdoctor.derive.request.way import Way, forwarded
from albdoctor.derive.routing.routes import Hop
from albdoctor.facts.mirror import known_or
from albdoctor.report.model import ShareReport, WayReport


def ways(way: Way) -> Iterator[WayReport]:
    """Tell where https:// ends, and to what http:// comes first."""
    if way.hops:
        https, http = way.hops
        yield _told("https", https[-1] if https[-1].listener else https[0])
        yield _told("http", http[0])


def _told(protocol: Literal["https", "http"], hop: Hop) -> WayReport:
    effect, rule = hop.effect, hop.route.rule if hop.route else None
    return WayReport(
        protocol=protocol,
        listener=hop.listener.listener_arn if hop.listener else "",
        rule=rule.rule_arn if rule else "",
        priority=known_or(lambda: rule.priority, "") if rule else "",
        does=effect.kind if effect else "not-known",
        to=effect.url if effect else "",
        status=effect.status if effect else 0,
        groups=tuple(_shares(hop)),
    )


def _shares(hop: Hop) -> Iterator[ShareReport]:
    """The groups that everybody's requests get to; then those that only some clients' get to."""
    served = hop.effect.groups if hop.effect else ()
    weights = {one.target_group_arn: 1 if one.weight is None else one.weight for one in served}
    for arn, weight in weights.items():
        yield ShareReport(group=arn, share=weight / (sum(weights.values()) or 1))
    doubtful = (one for rule in (hop.route.doubtful if hop.route else ()) for one in forwarded(rule))
    for arn in dict.fromkeys(one.target_group_arn for one in doubtful if one.weight != 0):
        if arn not in weights:
            yield ShareReport(group=arn, share=None)
