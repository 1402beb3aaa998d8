"""Redirect chains as they were really followed: whether they end, and who made the answers."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urljoin

from albdoctor.derive.routing.conditions import host_of, request_of
from albdoctor.facts.wire import Exchange

LONG = 10
"""A chain of so many redirects without an answer counts as endless."""
REDIRECTS = (301, 302, 303, 307, 308)


def next_url(exchange: Exchange) -> str:
    """Where an exchange sends the client, the default port left out; empty: nowhere that can be read."""
    location = exchange.header("location")
    if exchange.status not in REDIRECTS or not location:
        return ""
    return _plain(exchange.url, location)


def _plain(base: str, url: str) -> str:
    """Resolve a URL against another and write it without default port; empty: it cannot be read."""
    try:
        return request_of(urljoin(base, url)).url
    except ValueError:
        return ""


def leads_away(chain: Sequence[Exchange]) -> bool:
    """Whether a chain of redirects ends at another name than it began with, asked there or not."""
    names = [host_of(exchange.url) for exchange in (*chain[:1], *chain[-1:])]
    return len(set(names)) > 1


def answers(chain: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """The exchanges that got an answer: a redirect that was not followed stands last, without one."""
    return tuple(exchange for exchange in chain if exchange.status is not None)


def is_loop(chain: Sequence[Exchange]) -> bool:
    """Whether some redirect of the chain leads back to a URL that was asked before, or there is no end."""
    answered = answers(chain)
    requested = {_plain(exchange.url, "") for exchange in answered}
    if len(answered) >= LONG and all(next_url(exchange) for exchange in answered):
        return True
    return bool(answered) and next_url(answered[-1]) in requested - {""}


def may_end_with_a_cookie(chain: Sequence[Exchange]) -> bool:
    """Whether a client that keeps cookies, as browsers do and the probe does not, may leave the loop."""
    return bool(chain) and chain[-1].failure.endswith("after a cookie was set")


def by_balancer(exchange: Exchange) -> bool:
    """Whether the balancer itself made this answer: its own answers carry `Server: awselb/2.0`."""
    return exchange.header("server").lower().startswith("awselb/")
