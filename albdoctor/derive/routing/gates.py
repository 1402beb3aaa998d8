"""Rules that let in only requests with a header, or from an address, before an error for all others."""

from __future__ import annotations

from msgspec import Struct

from albdoctor.derive.routing.conditions import condition_holds
from albdoctor.derive.routing.routes import Hop, effect_of
from albdoctor.facts.elb import BROWSERS_HEADERS, VISITORS_HEADERS, Condition, Rule

SOURCE, HEADER = "source-ip", "http-header"


class Gate(Struct, frozen=True, kw_only=True):
    """What a listener wants of a request, beside its host and path, to forward it."""

    rules: tuple[Rule, ...]
    """The rules that forward some requests, in the order in which they are tried."""
    asks: tuple[Condition, ...]
    """Their conditions that depend on who asks."""

    @property
    def headers(self) -> tuple[str, ...]:
        """The names of the headers that it wants; their values are secrets."""
        return tuple(dict.fromkeys(header for one in self.asks if (header := header_of(one))))

    @property
    def sources(self) -> tuple[str, ...]:
        """The addresses from which it lets in."""
        values = (value for one in self.asks if one.source_ip_config for value in one.source_ip_config.values)
        return tuple(dict.fromkeys(values))

    @property
    def told(self) -> tuple[str, ...]:
        """What it wants, in AWS's words."""
        return (*(f"{HEADER} {one}" for one in self.headers), *(f"{SOURCE} {one}" for one in self.sources))

    @property
    def of_visitors(self) -> bool:
        """Whether it tells visitors apart behind a CDN too: their addresses are in a header that the CDN adds."""
        return any(one.lower() in VISITORS_HEADERS for one in self.headers)


def header_of(condition: Condition) -> str:
    """The name of the header that a condition looks at; empty: it looks at something else."""
    config = condition.http_header_config
    return config.http_header_name if config else ""


def gate_of(hop: Hop) -> Gate | None:
    """The gate before an error of the load balancer's own; None: there is none, or others than it know decide."""
    if hop.route is None or hop.effect is None or hop.effect.kind != "fixed-response" or hop.effect.status < 400:
        return None
    rules = tuple(one for one in hop.route.doubtful if effect_of(hop.request, one.actions).kind == "forward")
    asks = tuple(one for rule in rules for one in rule.conditions if condition_holds(one, hop.request) is None)
    return Gate(rules=rules, asks=asks) if rules and all(map(_is_of_a_gate, asks)) else None


def _is_of_a_gate(condition: Condition) -> bool:
    """Whether a condition asks for an address, or for a header that browsers do not send by themselves."""
    header = header_of(condition)
    return condition.field == SOURCE or (condition.field == HEADER and header.lower() not in BROWSERS_HEADERS)
