"""Whether a rule's conditions hold for a plain request: yes, no, or (None) depends on the client.

Host patterns ignore case, path patterns do not; `*` stands for any text, `?` for one character
(ELB guide, "Condition types for listener rules").
"""

from __future__ import annotations

import json
import re
import warnings
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
STEPS = 5_000_000
"""Steps that matching a regular expression may take at worst: about a quarter of a second."""
LONGEST_PATTERN = 512
"""Characters of a regular expression that are read; ELB takes 128."""
# What a repeated group may hold for the steps to be counted: labels with their dot, or nothing that varies.
LABELS = re.compile(r"\((?:\?:)?(?:\[\^?[\w-]*\]|\[\^\.\]|\\w)[+*]?\\\.\)")
PLAIN_GROUP = re.compile(r"\((?:\?:)?[^()|*+?{}]*\)")
REPEATED_GROUP = re.compile(r"\)[+*{]")
REPEATS = re.compile(r"[*+?}|]")


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


def readable_request(url: str) -> Request | None:
    """Read an http or https URL; None: it cannot be read, so that nobody can follow it."""
    try:
        return request_of(url)
    except ValueError:
        return None


def host_of(url: str) -> str:
    """The host of a URL; empty: it has none, or cannot be read."""
    request = readable_request(url)
    return request.host if request else ""


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
    """Whether a pattern with `*` and `?` matches the whole text; takes at most length times length steps."""
    at = place = 0
    star, resumed = -1, 0
    while at < len(text):
        if place < len(pattern) and pattern[place] == "*":
            star, resumed = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("?", text[at]):
            place, at = place + 1, at + 1
        elif star >= 0:  # the last star takes one character more
            resumed += 1
            place, at = star + 1, resumed
        else:
            return False
    return not pattern[place:].strip("*")


def regex(pattern: str, text: str, flags: int = 0) -> Decision:
    """Whether a regular expression matches; None: not readable here, too costly, or matches a part only."""
    if _costly(pattern, text):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "possible nested set": it is the rule's author's
            compiled = re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError):
        return None
    if compiled.fullmatch(text):
        return True
    return None if compiled.search(text) else False


def _costly(pattern: str, text: str) -> bool:
    """Whether matching could take too long: each thing that varies multiplies the steps by the text's length."""
    if len(pattern) > LONGEST_PATTERN:
        return True
    flat = PLAIN_GROUP.sub("x", LABELS.sub("x", pattern))
    if REPEATED_GROUP.search(flat):
        return True
    # One factor more, as the pattern is tried from each place of the text.
    steps: int = (len(text) + 1) ** (len(REPEATS.findall(flat)) + 1)
    return steps > STEPS


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
