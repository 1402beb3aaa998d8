"""The AWS wire formats, as far as the lab must know them: who is asked what, and error envelopes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import botocore.session

CREDENTIAL = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
RPC_PATH = re.compile(r"/service/[^/]+/operation/(\w+)")
SERVICES = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch"}
"""Signing names that are not boto3's names."""
ACTIONS_OF = {"elbv2": "elasticloadbalancing"}
"""Where IAM's name of a service is not boto3's."""
IN_JSON = frozenset({"lambda"})
"""REST services that answer in JSON."""
SCANNER = "albdoctor/"
"""What a scan adds to its User-Agent."""
READING = ("Describe", "Get", "List", "Test", "Check", "Search", "Lookup")
NAMESPACES = {
    "elbv2": "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
    "route53": "https://route53.amazonaws.com/doc/2013-04-01/",
}


class RefusedError(Exception):
    """The emulated service refuses a request, with AWS's error code and words."""

    def __init__(self, code: str, message: str) -> None:
        """Say code and message."""
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Asked:
    """One request: boto3's name of the service, the operation, and the wire format of its answer."""

    service: str
    operation: str
    protocol: str
    agent: str = ""
    """The client's User-Agent."""
    region: str = ""
    """The Region that the request is signed for."""

    @property
    def action(self) -> str:
        """The IAM action that allows it."""
        return f"{ACTIONS_OF.get(self.service, self.service)}:{self.operation}"

    @property
    def of_scan(self) -> bool:
        """Whether albdoctor asks: neither who builds the lab nor who fixes it."""
        return f" {SCANNER}" in f" {self.agent}"

    @property
    def changes(self) -> bool:
        """Whether it can change the account."""
        return not self.operation.startswith(READING)


def asked(environ: dict[str, Any], body: bytes) -> Asked:
    """Read from a signed request what is asked, and by whom."""
    signed = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    service = SERVICES.get(signed["service"], signed["service"]) if signed else "?"
    operation, protocol = _operation(service, environ, body)
    region = signed["region"] if signed else ""
    return Asked(service, operation, protocol, environ.get("HTTP_USER_AGENT", ""), region)


def _operation(service: str, environ: dict[str, Any], body: bytes) -> tuple[str, str]:
    path: str = environ.get("PATH_INFO", "")
    if called := RPC_PATH.fullmatch(path):
        return called[1], "cbor"
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return target.rpartition(".")[2], "json"
    if body.startswith(b"Action=") or b"&Action=" in body:
        return parse_qs(body.decode())["Action"][0], "ec2" if service == "ec2" else "query"
    protocol = "json" if service in IN_JSON else "rest"
    return _rest_operation(service, environ["REQUEST_METHOD"], path), protocol


def _rest_operation(service: str, method: str, path: str) -> str:
    if service == "?":
        return path
    matches = (name for verb, pattern, name in _routes(service) if verb == method and pattern.fullmatch(path))
    return next(matches, path)


@lru_cache
def _routes(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Method, path and name of every operation of a REST service; longer paths first."""
    model = botocore.session.Session().get_service_model(service)
    routes: list[tuple[str, str, str]] = []
    for name in model.operation_names:
        http: dict[str, str] = model.operation_model(name).http
        routes.append((http["method"], http["requestUri"].partition("?")[0].rstrip("/"), name))
    routes.sort(key=lambda route: -len(route[1]))
    return [(method, re.compile(_pattern(uri) + "/?"), name) for method, uri, name in routes]


def _pattern(uri: str) -> str:
    parts = re.split(r"\{\w+(\+?)\}", uri)
    text = re.escape(parts[0])
    for greedy, rest in zip(parts[1::2], parts[2::2], strict=True):
        text += (".+" if greedy else "[^/]+") + re.escape(rest)
    return text


def denial(asked: Asked) -> tuple[str, list[tuple[str, str]], bytes]:
    """How a service denies a request for want of a permission: status, headers and body, in its own protocol.

    JSON and CBOR services answer 400 and name the error in the namespace of the layer that authorizes; XML ones 403.
    """
    who = "arn:aws:iam::123456789012:user/lab"
    words = f"User: {who} is not authorized to perform: {asked.action} because no identity-based policy allows it"
    if asked.protocol in ("json", "cbor"):
        return "400 Bad Request", *error(asked, "com.amazon.coral.service#AccessDeniedException", words)
    if asked.protocol == "ec2":
        words = f"You are not authorized to perform this operation. {words}"
        return "403 Forbidden", *error(asked, "UnauthorizedOperation", words)
    return "403 Forbidden", *error(asked, "AccessDenied", words)


def error(asked: Asked, code: str, message: str) -> tuple[list[tuple[str, str]], bytes]:
    """Write an error as the service's protocol does: headers and body."""
    write: dict[str, Callable[[Asked, str, str], tuple[str, bytes]]] = {
        "json": _json_error,
        "cbor": _cbor_error,
        "ec2": _ec2_error,
    }
    kind, body = write.get(asked.protocol, _xml_error)(asked, code, message)
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("x-amzn-RequestId", "lab")]
    if asked.protocol == "cbor":
        headers.append(("smithy-protocol", "rpc-v2-cbor"))
    return headers, body


def _json_error(_asked: Asked, code: str, message: str) -> tuple[str, bytes]:
    return "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message}).encode()


def _cbor_error(_asked: Asked, code: str, message: str) -> tuple[str, bytes]:
    pairs = (("__type", code), ("message", message))
    return "application/cbor", bytes([0xA0 + len(pairs)]) + b"".join(_cbor_text(k) + _cbor_text(v) for k, v in pairs)


def _cbor_text(text: str) -> bytes:
    """A text string with a two-byte length (RFC 8949 section 3.1)."""
    data = text.encode()[:0xFFFF]
    return b"\x79" + len(data).to_bytes(2, "big") + data


def _ec2_error(_asked: Asked, code: str, message: str) -> tuple[str, bytes]:
    inner = f"<Errors><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error></Errors>"
    return "text/xml", f"<Response>{inner}<RequestID>lab</RequestID></Response>".encode()


def _xml_error(asked: Asked, code: str, message: str) -> tuple[str, bytes]:
    space = f' xmlns="{NAMESPACES[asked.service]}"' if asked.service in NAMESPACES else ""
    inner = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return "text/xml", f"<ErrorResponse{space}>{inner}<RequestId>lab</RequestId></ErrorResponse>".encode()
