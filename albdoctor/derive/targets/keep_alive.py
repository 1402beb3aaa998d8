"""How long servers keep idle connections open where nobody set it, and how one can tell which server answers.

A load balancer keeps idle connections to targets for its idle timeout, and may send a request just when the server
closes one that is idle for longer than the server wants. gunicorn is left out: its usual worker keeps no connection.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-502-issues
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from albdoctor.facts.wire import Exchange


class Kept(Struct, frozen=True, kw_only=True):
    """One server software."""

    name: str
    seconds: int
    """What idle connections are kept by default."""
    setting: str
    """How it is set, up to the value."""
    unit: int = 1
    """How many of the setting's units are a second."""

    def set_to(self, seconds: int) -> str:
        """The setting with a value."""
        return f"{self.setting}{seconds * self.unit}"


BY_SERVER = {
    # https://httpd.apache.org/docs/2.4/mod/core.html#keepalivetimeout
    "apache": Kept(name="Apache", seconds=5, setting="KeepAliveTimeout "),
    # https://www.uvicorn.org/settings/#timeouts
    "uvicorn": Kept(name="uvicorn", seconds=5, setting="--timeout-keep-alive "),
    # https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html
    "hypercorn-h11": Kept(name="hypercorn", seconds=5, setting="--keep-alive "),
    # https://jetty.org/docs/jetty/12/operations-guide/protocols/index.html
    "jetty": Kept(name="Jetty", seconds=30, setting="jetty.http.idleTimeout=", unit=1000),
}
"""By the first word of `Server:`."""
# Version 26 keeps them for 65 s: https://github.com/nodejs/node/pull/62782
NODE = Kept(name="Node.js (before 26)", seconds=5, setting="server.keepAliveTimeout = ", unit=1000)
BY_POWER = {"express": NODE, "next.js": NODE}
"""By `X-Powered-By:`, where no `Server:` tells that something stands before it."""


def kept_by(answers: Iterable[Exchange | None]) -> Kept | None:
    """How long the server of these answers keeps idle connections; None: not known, or they are of several."""
    found = {_kept(one) if one else None for one in answers}
    return found.pop() if len(found) == 1 else None


def _kept(answer: Exchange) -> Kept | None:
    server = answer.header("server").lower()
    if not server:
        return BY_POWER.get(answer.header("x-powered-by").strip().lower())
    for mark in "/ (":
        server = server.partition(mark)[0]
    return BY_SERVER.get(server)
