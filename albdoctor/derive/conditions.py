"""Whether a rule's conditions hold for a plain request: yes, no, or (None) depends on the client.

Host patterns ignore case, path patterns do not; `*` stands for any text, `?` for one character
(ELB guide, "Condition types for listener rules").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import msgspec
from msgspec import Struct

from albdoctor.facts.elb import Condition, QueryPair, Rule

Decision: TypeAlias = bool | None

MAX_VALUES = 5
"""Condition values that a rule may have (ELB quotas)."""

PORTS = {"http": 80, "https": 443}
# A repeated group that repeats inside can take exponential time: such a pattern is not tried.
NESTED_REPEAT = re.compile(r"[+*}?]\)[+*{]")


class Request(Struct, frozen=True, kw_only=True):
    """A request as a browser makes it when a person types the address: GET, no special headers."""

    protocol: str
    """http or https."""
    host: str
    """Lower case, without the port."""
    port: int
    path: str = "/"
    query: str = ""
    method: str = "GET"

    @property
    def url(self) -> str:
        """Its URL; the protocol's default port is left out."""
        port = "" if PORTS.get(self.protocol) == self.port else f":{self.port}"
        return urlunsplit((self.protocol, f"{self.host}{port}", self.path, self.query, ""))


def request_of(url: str) -> Request:
    """Read an http or https URL; a port that is no number is a `ValueError`."""
    parts = urlsplit(url)
    protocol = parts.scheme.lower()
    return Request(
        protocol=protocol,
        host=(parts.hostname or "").lower(),
        port=parts.port or PORTS.get(protocol, 80),
        path=parts.path or "/",
        query=parts.query,
    )


def holds(rule: Rule, request: Request) -> Decision:
    """Whether all conditions of a rule hold; the default rule has none."""
    return _all(condition_holds(condition, request) for condition in rule.conditions)


def condition_holds(condition: Condition, request: Request) -> Decision:
    """Whether one condition holds; a kind that this evaluator does not know is undecided."""
    match condition.field:
        case "host-header":
            return _any(
                [wildcard(value.lower(), request.host) for value in host_values(condition)]
                + [regex(value, request.host, re.IGNORECASE) for value in _regexes(condition)]
            )
        case "path-pattern":
            config = condition.path_pattern_config
            values = config.values if config and config.values else condition.values
            return _any(
                [wildcard(value, request.path) for value in values]
                + [regex(value, request.path) for value in (config.regex_values if config else ())]
            )
        case "http-request-method":
            method = condition.http_request_method_config
            return request.method in (method.values if method else condition.values)
        case "query-string":
            pairs = condition.query_string_config.values if condition.query_string_config else ()
            return any(_query_holds(pair, request.query) for pair in pairs)
        case "source-ip":
            source = condition.source_ip_config
            return True if source and "0.0.0.0/0" in source.values else None
        case _:
            return None


def host_values(condition: Condition) -> tuple[str, ...]:
    """The host-header patterns of a condition, without the regular expressions."""
    config = condition.host_header_config
    return config.values if config and config.values else condition.values


def _regexes(condition: Condition) -> tuple[str, ...]:
    return condition.host_header_config.regex_values if condition.host_header_config else ()


def wildcard(pattern: str, text: str) -> bool:
    """Whether a pattern with `*` and `?` matches the whole text."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in re.sub(r"\*+", "*", pattern))
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def regex(pattern: str, text: str, flags: int = 0) -> Decision:
    """Whether a regular expression matches; None: not readable here, too costly, or matches a part only."""
    if NESTED_REPEAT.search(pattern):
        return None
    try:
        compiled = re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError):
        return None
    if compiled.fullmatch(text):
        return True
    return None if compiled.search(text) else False


def _query_holds(pair: QueryPair, query: str) -> bool:
    pairs = parse_qsl(query, keep_blank_values=True)
    key, value = pair.key.lower(), pair.value.lower()
    return any((not key or wildcard(key, k.lower())) and wildcard(value, v.lower()) for k, v in pairs)


def _all(decisions: Iterable[Decision]) -> Decision:
    seen = list(decisions)
    if False in seen:
        return False
    return None if None in seen else True


def _any(decisions: Iterable[Decision]) -> Decision:
    seen = list(decisions)
    if True in seen:
        return True
    return None if None in seen else False


def with_host(rule: Rule, host: str) -> str | None:
    """The rule's conditions as `ModifyRule` wants them, the host added to its host-header values; JSON.

    None: the rule has no host-header values, or would have more condition values than the quota of five.
    """
    written: list[dict[str, Any]] = []
    for condition in rule.conditions:
        built: dict[str, Any] = {key: value for key, value in msgspec.to_builtins(condition).items() if value}
        config = next((value for key, value in built.items() if key.endswith("Config")), None)
        if config is None:
            config = built["HostHeaderConfig" if condition.field == "host-header" else "PathPatternConfig"] = {
                "Values": list(condition.values)
            }
        built.pop("Values", None)
        if condition.field == "host-header" and host_values(condition):
            config["Values"] = [*host_values(condition), host]
        for key in [key for key, value in config.items() if not value]:
            del config[key]
        written.append(built)
    added = any(condition.field == "host-header" and host_values(condition) for condition in rule.conditions)
    used = sum(map(_count, written))
    return json.dumps(written) if added and used <= MAX_VALUES else None


def _count(built: dict[str, Any]) -> int:
    """Count the values of one condition; a header's name is none."""
    configs: list[dict[str, Any]] = [value for key, value in built.items() if key.endswith("Config")]
    return sum(len(value) for config in configs for key, value in config.items() if key != "HttpHeaderName")
