# ruff: noqa: ANN401 - moto's and werkzeug's objects are untyped here
"""The HTTP server of the emulated AWS API: stops with every connection closed."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from moto.moto_server.werkzeug_app import (  # pyright: ignore[reportMissingTypeStubs] - this part of moto has none
    MotoRequestHandler,
)
from werkzeug.serving import ThreadedWSGIServer

from albdoctor.lab.loop import LOOPBACK

WsgiApp: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Handler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_args: Any, **_kwargs: Any) -> None:
        """Write no access log: a scan's stderr belongs to the scan."""


class _Server(ThreadedWSGIServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, app: WsgiApp) -> None:
        self.open_connections: set[socket.socket] = set()
        super().__init__(LOOPBACK, 0, app, handler=_Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open_connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open_connections.discard(request)
        super().shutdown_request(request)


class ApiServer:
    """A WSGI application on a loopback port, a thread for every connection."""

    def __init__(self, app: WsgiApp) -> None:
        """Take a free port and serve."""
        self._server = _Server(app)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="lab-aws-api", daemon=True
        )
        self._thread.start()

    @property
    def endpoint(self) -> str:
        """URL of the server."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def close(self) -> None:
        """Stop: connections that clients keep open are cut."""
        self._server.shutdown()
        self._thread.join()
        for connection in list(self._server.open_connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
