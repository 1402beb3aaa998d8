"""The one call of CodeDeploy's API that a deploy gate makes, on loopback: it keeps the status of each hook.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_PutLifecycleEventHookExecutionStatus.html
"""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OPERATION = "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus"


class CodeDeploy:
    """Deployments that wait for their hooks."""

    def __init__(self) -> None:
        """Nobody has reported."""
        self.reported: list[dict[str, str]] = []
        self.others: list[str] = []
        """Requests of any other kind."""
        self.address = ""


@contextmanager
def codedeploy() -> Generator[CodeDeploy]:
    """Serve it."""
    api = CodeDeploy()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers["X-Amz-Target"]
            said: dict[str, str] = json.loads(content)
            if operation == OPERATION:
                api.reported.append(said)
            else:
                api.others.append(operation)
            answer = json.dumps({"lifecycleEventHookExecutionId": said.get("lifecycleEventHookExecutionId")}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api.address = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield api
        finally:
            server.shutdown()
