"""What a process on a target can be like: each kind a small, real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from albdoctor.lab.http import Request, Response

App: TypeAlias = Callable[[Request], Response]
"""Takes a request, gives the response."""


@dataclass(frozen=True)
class Service:
    """A process that listens on a port."""

    app: App
    tls: bool = False
    """It speaks TLS, with a certificate it signed itself."""
    answers_plain: bool = True
    """A TLS server that answers plain HTTP with 400, as nginx and Apache do; else it closes."""
    loopback_only: bool = False
    """It is bound to 127.0.0.1: from outside the port is refused."""
    delay: float = 0.0
    """Seconds until it answers."""
    hangs_up: bool = False
    """It takes the request and closes the connection without an answer."""
    spared: Collection[str] = ()
    """Paths that are answered well and at once, whatever it does with others."""
    speaks_http: bool = True
    """False: it answers with a banner of another protocol."""
    requests: list[Request] = field(default_factory=list[Request], compare=False)
    """Every request that it got."""

    async def respond(self, request: Request) -> Response | None:
        """Answer a request in its own time; None: it hangs up."""
        self.requests.append(request)
        if request.path not in self.spared:
            await asyncio.sleep(self.delay)
            if self.hangs_up:
                return None
        return self.app(request)


def plain(statuses: Mapping[str, int] | None = None, body: str = "ok") -> Service:
    """Speaks plain HTTP: 200, or the status given for a path."""
    return Service(_app(statuses or {}, body))


def tls(statuses: Mapping[str, int] | None = None, body: str = "ok", *, answers_plain: bool = True) -> Service:
    """Speaks TLS, self-signed; plain HTTP gets nginx's 400, or (answers_plain=False) a closed connection."""
    return Service(_app(statuses or {}, body), tls=True, answers_plain=answers_plain)


def builds_plain_urls() -> Service:
    """Builds the address of its login from what it sees itself: http, whatever X-Forwarded-Proto says."""

    def app(request: Request) -> Response:
        page = f'<html><form method="post" action="http://{request.host}/login"></form></html>'
        return Response(200, page.encode(), (("Content-Type", "text/html; charset=utf-8"),))

    return Service(app)


def redirects_to_https() -> Service:
    """Redirects everything to https and does not look at X-Forwarded-Proto: a loop behind a balancer."""
    return Service(lambda request: _redirect(301, f"https://{request.host}{request.target}"))


def redirects_unless_forwarded() -> Service:
    """Redirects to https unless X-Forwarded-Proto says that the client came by https."""

    def app(request: Request) -> Response:
        if request.header("x-forwarded-proto") == "https":
            return Response(200, b"ok")
        return _redirect(301, f"https://{request.host}{request.target}")

    return Service(app)


def rejects_hosts_but(*hosts: str) -> Service:
    """Answers 400 unless the Host header is in its list, as Django's ALLOWED_HOSTS does."""
    allowed = {host.lower() for host in hosts}

    def app(request: Request) -> Response:
        if request.host.lower().partition(":")[0] in allowed:
            return Response(200, b"ok")
        html = (("Content-Type", "text/html; charset=utf-8"),)
        return Response(400, b"<h1>Bad Request (400)</h1>", html)

    return Service(app)


def redirects_to_login(open_paths: Collection[str] = ("/login",)) -> Service:
    """Sends everybody to /login with 302."""

    def app(request: Request) -> Response:
        return Response(200, b"log in") if request.path in open_paths else _redirect(302, "/login")

    return Service(app)


def slow(seconds: float = 30.0, *, tls: bool = False, but: Collection[str] = ()) -> Service:
    """Accepts and answers much later, but for some paths."""
    return Service(_app({}, "ok"), delay=seconds, tls=tls, spared=but)


def hangs_up(but: Collection[str] = ()) -> Service:
    """Crashes on every request, but for some paths: the connection ends without an answer."""
    return Service(_app({}, "ok"), hangs_up=True, spared=but)


def on_loopback_only() -> Service:
    """Listens on 127.0.0.1 only."""
    return Service(_app({}, "ok"), loopback_only=True)


def no_http(banner: str = "SSH-2.0-OpenSSH_9.6\r\n") -> Service:
    """Speaks another protocol."""
    return Service(lambda _request: Response(200, banner.encode()), speaks_http=False)


def _app(statuses: Mapping[str, int], body: str) -> App:
    def app(request: Request) -> Response:
        status = statuses.get(request.path, 200)
        return Response(status, body.encode() if status == 200 else f"{status}\n".encode())

    return app


def _redirect(status: int, location: str) -> Response:
    return Response(status, b"", (("Location", location),))


def answering(service: Service, path: str, status: int) -> Service:
    """The same process with one path changed: answered with this status, at once."""

    def app(request: Request) -> Response:
        return _app({path: status}, "ok")(request) if request.path == path else service.app(request)

    return replace(service, app=app, spared=(*service.spared, path))


def bound_to(service: Service, *, loopback_only: bool) -> Service:
    """The same process, bound to 127.0.0.1 only or to every address."""
    return replace(service, loopback_only=loopback_only)
