# ruff: noqa: ANN401 - moto's and werkzeug's objects are untyped
"""A plain moto server in a process of its own, which counts what it is asked: `python fleet_server.py`.

Prints its URL and stops when stdin ends. `GET /fleet/asked` gives the counts and the CPU seconds of this process so far.
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
        self._changing = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] == "/fleet/asked":
            return self._tell(start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        request = asked(environ, body)
        self._counts[request.action] += 1
        # Two changes at once break moto: one grows a dict that the other walks through.
        with self._changing if request.changes else nullcontext():
            answer: Iterable[bytes] = self._moto(environ, start_response)
        return answer

    def _tell(self, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = json.dumps({"asked": self._counts, "cpu": time.process_time()}).encode()
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
