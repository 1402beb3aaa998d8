"""Listener rules as the data plane applies them: conditions, redirects, fixed responses; not the tool's."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from albdoctor.lab.http import Request, Response, phrase
from albdoctor.lab.state import Listener, Rule

Json: TypeAlias = Mapping[str, Any]
SERVER = ("Server", "awselb/2.0")
CONFIGS = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}


def chosen_rule(listener: Listener, request: Request, client: str) -> Rule:
    """The first rule by priority whose conditions all hold; the default rule has none."""
    return next(rule for rule in listener.rules if all(_holds(one, request, client) for one in rule.conditions))


def host_name(request: Request) -> str:
    """The host of the Host header, lower case, without the port."""
    return re.sub(r":\d+$", "", request.host).lower()


def _holds(condition: Json, request: Request, client: str) -> bool:
    """Whether one of the condition's values fits."""
    field = str(condition["Field"])
    config: Json = condition.get(CONFIGS[field]) or {}
    values: Sequence[Any] = config.get("Values") or condition.get("Values") or ()
    expressions: Sequence[str] = config.get("RegexValues") or ()
    if field == "source-ip":
        return any(ipaddress.ip_address(client) in ipaddress.ip_network(value, strict=False) for value in values)
    if field == "query-string":
        return any(_query_holds(pair, request.query) for pair in values)
    subject = {
        "host-header": host_name(request),
        "path-pattern": request.path,
        "http-request-method": request.method,
        "http-header": request.header(str(config.get("HttpHeaderName", "")).lower()),
    }[field]
    any_case = field in ("host-header", "http-header")
    return any(_fits(str(value), subject, any_case=any_case) for value in values) or any(
        re.fullmatch(expression, subject) for expression in expressions
    )


def _fits(pattern: str, text: str, *, any_case: bool) -> bool:
    """Whether a pattern with `*` and `?` covers a text."""
    expression = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(expression, text, re.IGNORECASE if any_case else re.NOFLAG) is not None


def _query_holds(pair: Json, query: str) -> bool:
    key, value = pair.get("Key"), str(pair.get("Value", ""))
    return any(
        (key is None or _fits(str(key), name, any_case=True)) and _fits(value, found, any_case=True)
        for name, found in parse_qsl(query, keep_blank_values=True)
    )


def redirect(config: Json, request: Request, listener: Listener) -> Response:
    """The answer of a redirect action; the port always stands in the Location, as AWS writes it."""
    parts = {
        "protocol": listener.protocol.lower(),
        "host": host_name(request),
        "port": str(listener.port),
        "path": request.path.lstrip("/"),
        "query": request.query,
    }

    def filled(field: str, default: str) -> str:
        template = str(config.get(field) or default)
        return re.sub(r"#\{(\w+)\}", lambda match: parts.get(match[1], match[0]), template)

    query = filled("Query", "#{query}")
    location = (
        f"{filled('Protocol', '#{protocol}').lower()}://{filled('Host', '#{host}')}:{filled('Port', '#{port}')}"
        f"{filled('Path', '/#{path}')}{'?' + query if query else ''}"
    )
    status = int(str(config["StatusCode"]).removeprefix("HTTP_"))
    return own_answer(status, ("Location", location))


def fixed(config: Json) -> Response:
    """The answer of a fixed-response action."""
    kind = str(config.get("ContentType") or "text/plain")
    body = str(config.get("MessageBody") or "")
    return Response(int(str(config["StatusCode"])), body.encode(), (SERVER, ("Content-Type", f"{kind}; charset=utf-8")))


def own_answer(status: int, *headers: tuple[str, str]) -> Response:
    """An answer that the balancer makes itself, with its small page."""
    title = f"{status} {phrase(status)}"
    body = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "</body>\r\n</html>\r\n"
    )
    return Response(status, body.encode(), (SERVER, ("Content-Type", "text/html"), *headers))


def group_of(action: Json) -> str:
    """ARN of the group that a forward action sends a request to: the first whose weight is over zero."""
    config: Json = action.get("ForwardConfig") or {}
    listed: Sequence[Json] = config.get("TargetGroups") or ()
    weighed = [one for one in listed if int(one.get("Weight", 1)) > 0]
    return str(weighed[0]["TargetGroupArn"]) if weighed else str(action.get("TargetGroupArn", ""))
