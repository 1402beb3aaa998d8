"""A stand-in for AWS on loopback: real HTTP, each request written down, answered by moto or as the test says."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from msgspec import Struct

REGION = "ap-northeast-2"
SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")
REST = (
    (r"GET /2013-04-01/hostedzonesbyname", "ListHostedZonesByName"),
    (r"GET /2013-04-01/hostedzone/[^/]+/rrset", "ListResourceRecordSets"),
    (r"GET /2013-04-01/hostedzone/[^/]+$", "GetHostedZone"),
)
SERVICES = {"monitoring": "cloudwatch"}
NAMES = {"DescribeSslpolicies": "DescribeSSLPolicies"}


class Request(Struct, frozen=True):
    """One request as it came over the wire."""

    key: str
    region: str
    action: str
    """service:Operation, as IAM names it."""
    path: str
    body: bytes
    agent: str


class Reply(Struct, frozen=True):
    """An answer that the test makes up."""

    status: int
    body: bytes
    content_type: str = "text/xml"


NEVER = Reply(0, b"")
"""The connection stays open and nothing comes."""


def denied(request: Request) -> Reply:
    """Say no as the service of the request does."""
    service = request.action.split(":")[0]
    words = f"User is not authorized to perform: {request.action}"
    if service in ("acm", "ecs", "route53domains", "cloudwatch", "ssm"):
        body = b'{"__type":"AccessDeniedException","message":"%s"}' % words.encode()
        return Reply(400, body, "application/x-amz-json-1.1")
    if service == "ec2":
        error = f"<Error><Code>UnauthorizedOperation</Code><Message>{words}</Message></Error>"
        return Reply(403, f"<Response><Errors>{error}</Errors></Response>".encode())
    error = f"<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{words}</Message></Error>"
    return Reply(403, f"<ErrorResponse>{error}</ErrorResponse>".encode())


class Api:
    """The endpoint of one test."""

    def __init__(self, behave: Callable[[Request], Reply | None] | None, moto_port: int | None) -> None:
        """Answer with what `behave` says, else with moto's answer."""
        self.requests: list[Request] = []
        self.behave = behave
        self.bend: Callable[[Request, bytes], bytes] | None = None
        """What becomes of the body of an answer of moto's."""
        self._moto_port = moto_port
        self._lock = threading.Lock()
        self.released = threading.Event()
        """Set at the end: whoever holds an answer back lets go."""
        self.port = 0

    @property
    def actions(self) -> list[str]:
        """What was asked, sorted."""
        return sorted(request.action for request in self.requests)

    def respond(self, request: Request, method: str, headers: dict[str, str]) -> Reply | None:
        """Write the request down and answer it; None: never."""
        with self._lock:
            self.requests.append(request)
        made_up = self.behave(request) if self.behave else None
        if made_up is not None or self._moto_port is None:
            return made_up
        connection = HTTPConnection("127.0.0.1", self._moto_port, timeout=30)
        try:
            connection.request(method, request.path, request.body, headers)
            answer = connection.getresponse()
            body = answer.read()
            body = self.bend(request, body) if self.bend else body
            return Reply(answer.status, body, answer.getheader("Content-Type", "text/xml"))
        finally:
            connection.close()


def _request(handler: BaseHTTPRequestHandler, body: bytes) -> Request:
    scope = SCOPE.search(handler.headers.get("Authorization", ""))
    service = scope["service"] if scope else ""
    service = SERVICES.get(service, service)
    return Request(
        key=scope["key"] if scope else "",
        region=scope["region"] if scope else "",
        action=f"{service}:{_operation(handler, body)}",
        path=handler.path,
        body=body,
        agent=handler.headers.get("User-Agent", ""),
    )


def _operation(handler: BaseHTTPRequestHandler, body: bytes) -> str:
    if target := handler.headers.get("X-Amz-Target"):
        return target.rsplit(".", 1)[1]
    if "/operation/" in handler.path:
        return handler.path.rsplit("/", 1)[1]
    if named := parse_qs(body.decode("utf-8", "replace")).get("Action"):
        return named[0]
    line = f"{handler.command} {unquote(handler.path)}"
    return next((name for pattern, name in REST if re.match(pattern, line)), line)


def _handler(api: Api) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = api.respond(_request(self, body), self.command, dict(self.headers))
            if reply is None or reply is NEVER:
                api.released.wait(60)
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST  # noqa: N815 - the base class's name

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Tests look at `Api.requests`."""

    return Handler


@contextmanager
def serving(
    monkeypatch: pytest.MonkeyPatch,
    behave: Callable[[Request], Reply | None] | None = None,
    moto_port: int | None = None,
) -> Generator[Api]:
    """Serve, and let botocore find the endpoint as it would find a user's."""
    api = Api(behave, moto_port)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(api))
    server.daemon_threads = True
    api.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    use(monkeypatch, f"http://127.0.0.1:{server.server_port}")
    try:
        yield api
    finally:
        api.released.set()
        server.shutdown()
        server.server_close()


def use(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    """Set the environment of somebody whose endpoint and credentials these are."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nonexistent/config",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
    }.items():
        monkeypatch.setenv(name, value)
