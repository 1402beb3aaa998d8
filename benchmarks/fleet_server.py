# ruff: noqa: ANN401 - moto's and werkzeug's objects are untyped
"""A plain moto server in a process of its own, which counts what it is asked: `python fleet_server.py`.

Prints its URL and stops when stdin ends. `GET /fleet/asked` gives the counts and the CPU seconds of this process so far.
`GET /fleet/limited` makes it keep AWS's limit for Elastic Load Balancing, `GET /fleet/unlimited` lifts it again.
"""

from __future__ import annotations

import io
import json
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from moto.moto_server.werkzeug_app import (  # pyright: ignore[reportMissingTypeStubs] - this part of moto has none
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from albdoctor.lab.wire import asked

LOOPBACK = "127.0.0.1"
LIMITED = "elbv2"
TOKENS, A_SECOND = 40.0, 10.0
"""A bucket of an account and Region, and its refill: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/load-balancer-throttling.html"""
REFUSAL = (
    b"<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error>"
    b"<RequestId>0</RequestId></ErrorResponse>"
)


class Bucket:
    """Tokens that fill up again; a question that finds none is refused and takes none."""

    def __init__(self) -> None:
        """Begin full."""
        self._tokens, self._at = TOKENS, time.monotonic()
        self._taking = threading.Lock()

    def takes(self) -> bool:
        """Take a token if there is one."""
        with self._taking:
            now = time.monotonic()
            self._tokens = min(TOKENS, self._tokens + (now - self._at) * A_SECOND)
            self._at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True


class Quiet(MotoRequestHandler):
    """Writes no access log."""

    def log(self, *_args: Any, **_kwargs: Any) -> None:
        """Say nothing."""


class Counting:
    """Moto's application with a counter before it."""

    def __init__(self) -> None:
        """Count from zero."""
        self._moto: Any = DomainDispatcherApplication(create_backend_app)
        self._counts: Counter[str] = Counter()
        self._throttled = 0
        self._bucket: Bucket | None = None
        self._changing = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        match environ["PATH_INFO"]:
            case "/fleet/asked":
                return self._tell(start_response)
            case "/fleet/limited" | "/fleet/unlimited" as path:
                self._bucket = Bucket() if path == "/fleet/limited" else None
                return self._tell(start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        request = asked(environ, body)
        if self._bucket and request.service == LIMITED and not self._bucket.takes():
            self._throttled += 1
            start_response("400 Bad Request", [("Content-Type", "text/xml"), ("Content-Length", str(len(REFUSAL)))])
            return [REFUSAL]
        self._counts[request.action] += 1
        # Two changes at once break moto: one grows a dict that the other walks through.
        with self._changing if request.changes else nullcontext():
            answer: Iterable[bytes] = self._moto(environ, start_response)
        return answer

    def _tell(self, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = json.dumps({"asked": self._counts, "throttled": self._throttled, "cpu": time.process_time()}).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


def main() -> None:
    """Serve until whoever started this closes stdin, or dies."""
    # moto warns about AWS errors that its copy of the API models does not list
    warnings.filterwarnings("ignore", category=UserWarning, module=r"moto\.")
    server = make_server(LOOPBACK, 0, Counting(), threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://{LOOPBACK}:{server.server_port}", flush=True)
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
