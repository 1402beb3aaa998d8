"""What a health check sends, and which answers count as healthy."""

from __future__ import annotations

import re

from albdoctor.facts.elb import Matcher

REDIRECTS = (301, 302, 303, 307, 308)
HOST_CODES = (400, 403, 404, 421)
"""Statuses with which servers turn away a Host that they do not know."""
SPAN = re.compile(r"([0-9]{3})(?:-([0-9]{3}))?")


def host_header(address: str, port: int, protocol: str) -> str:
    """The `Host:` that a health check sends: the private address, and the port unless it is the protocol's own."""
    literal = f"[{address}]" if ":" in address else address
    return literal if port == (443 if protocol == "HTTPS" else 80) else f"{literal}:{port}"


def accepts(matcher: Matcher, status: int | None) -> bool:
    """Whether a status counts as healthy: "200", "200,302", "200-399"; None (no answer) never does."""
    return status is not None and any(low <= status <= high for low, high in spans(matcher))


def spans(matcher: Matcher) -> tuple[tuple[int, int], ...]:
    """The ranges of HTTP statuses that count as healthy; none for a gRPC matcher."""
    parts = (SPAN.fullmatch(part.strip()) for part in matcher.http_code.split(","))
    return tuple((int(part[1]), int(part[2] or part[1])) for part in parts if part)


def matcher_with(matcher: Matcher, code: int) -> str:
    """Write the matcher's codes with one more: "200" and 301 give "200,301"."""
    return matcher.http_code if accepts(matcher, code) else f"{matcher.http_code},{code}"
