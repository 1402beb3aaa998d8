"""What a port of a target speaks, from a direct probe of it."""

from __future__ import annotations

from enum import StrEnum

from albdoctor.facts.wire import Exchange, Handshake, TargetPortProbe, Tcp
from albdoctor.text import Text

COMPLAINTS = (
    "plain http request was sent to https port",  # nginx
    "speaking plain http to an ssl-enabled server port",  # Apache httpd
    "client sent an http request to an https server",  # Go net/http
    "this combination of host and port requires tls",  # Tomcat
)
"""What TLS servers write, lower case, when plain HTTP comes in on their port."""


ENDS = {
    Tcp.OPEN: Text(en="connection accepted", ko="연결됨"),
    Tcp.REFUSED: Text(en="connection refused", ko="연결 거부"),
    Tcp.SILENT: Text(en="no answer to the connection attempt", ko="연결 시도에 응답 없음"),
    Tcp.UNREACHABLE: Text(en="not reachable from here", ko="여기에서 도달할 수 없음"),
}
"""How a connection attempt ended, in words."""


class Speech(StrEnum):
    """What one port does when it is spoken to."""

    PLAIN_HTTP = "plain-http"
    TLS = "tls"
    BOTH = "both"
    """The port tells plain HTTP and TLS apart by the first byte and answers either."""
    NEITHER = "neither"
    """The port is open; neither a TLS handshake nor an HTTP answer came."""
    REFUSED = "refused"
    SILENT = "silent"
    NOT_SEEN = "not-seen"
    """It was not probed, or there was no way from here: says nothing."""


OPEN = (Speech.PLAIN_HTTP, Speech.TLS, Speech.BOTH, Speech.NEITHER)
"""A connection to the port is accepted."""


def speech(probe: TargetPortProbe | None) -> Speech:
    """Say what a port speaks; None (not probed) gives NOT_SEEN."""
    if probe is None or probe.tcp is Tcp.UNREACHABLE:
        return Speech.NOT_SEEN
    if probe.tcp is not Tcp.OPEN:
        return Speech.REFUSED if probe.tcp is Tcp.REFUSED else Speech.SILENT
    if wants_tls(probe.http):
        return Speech.TLS
    plain = any(exchange is not None and exchange.status is not None for exchange in (probe.http, probe.http_by_name))
    if probe.speaks_tls:
        # http_by_name was sent over TLS here, so that only the plain request tells whether both are spoken
        return Speech.BOTH if probe.http is not None and probe.http.status is not None else Speech.TLS
    if probe.tls is None:
        return Speech.NOT_SEEN
    return Speech.PLAIN_HTTP if plain else Speech.NEITHER


def wants_tls(exchange: Exchange | None) -> bool:
    """Whether the answer to plain HTTP is a TLS server's complaint about it."""
    if exchange is None or exchange.status != 400:
        return False
    body = exchange.body_start.lower()
    return any(complaint in body for complaint in COMPLAINTS)


def sends_to_https(exchange: Exchange | None) -> bool:
    """Whether the answer is a redirect to https: the server only forwards people from here to its TLS port."""
    if exchange is None or exchange.status not in (301, 302, 303, 307, 308):
        return False
    return exchange.header("location").lower().startswith("https://")


def in_words(probe: TargetPortProbe) -> Text:
    """Write down what was seen on a port: "TLS fails: WRONG_VERSION_NUMBER; plain HTTP: 200"."""
    if probe.tcp is not Tcp.OPEN:
        return ENDS[probe.tcp]
    parts = [_tls(probe.tls)] if probe.tls is not None else []
    parts += [_http(probe.http)] if probe.http is not None else []
    if not parts:
        return ENDS[Tcp.OPEN]
    return Text(en="; ".join(part.en for part in parts), ko="; ".join(part.ko for part in parts))


def _tls(tls: Handshake) -> Text:
    if tls.completed:
        return Text(en=f"TLS completes ({tls.protocol})", ko=f"TLS 성공({tls.protocol})")
    return Text(en=f"TLS fails: {tls.failure or 'no reason given'}", ko=f"TLS 실패: {tls.failure or '이유 없음'}")


def _http(exchange: Exchange) -> Text:
    if exchange.status is None:
        return Text(
            en=f"plain HTTP: {exchange.failure or 'no answer'}", ko=f"평문 HTTP: {exchange.failure or '응답 없음'}"
        )
    place = exchange.header("location")
    return Text(
        en=f"plain HTTP: {exchange.status}" + (f" to {place}" if place else ""),
        ko=f"평문 HTTP: {exchange.status}" + (f" → {place}" if place else ""),
    )
