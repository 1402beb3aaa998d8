"""Step Functions on loopback: moto's interpreter runs the state machine, processes with our handlers are the functions.

moto is told that it listens where this front does. So what the interpreter calls comes here: an invocation of a
function goes to a process, everything else to moto.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]
INVOKE = "/2015-03-31/functions/"
WORKER = """
import json, sys
import handlers
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what a handler prints goes to the log
print("ready", file=out, flush=True)
for line in sys.stdin:
    name, event = json.loads(line)
    try:
        answer = {"result": getattr(handlers, name)(event)}
    except Exception as error:
        answer = {"errorType": type(error).__name__, "errorMessage": str(error)}
    print(json.dumps(answer), file=out, flush=True)
"""
Fault = Callable[[str, dict[str, Any]], str]
"""Says with which error an invocation (function, event) ends before the handler is called; empty: none."""


class Functions:
    """Some warm processes, each doing one invocation at a time."""

    def __init__(self, environment: dict[str, str], log: Path, fault: Fault, count: int) -> None:
        """Start them."""
        self.invoked: list[tuple[str, dict[str, Any]]] = []
        self._fault = fault
        self._free: queue.SimpleQueue[subprocess.Popen[str]] = queue.SimpleQueue()
        self._all: list[subprocess.Popen[str]] = []
        self._log = log.open("a")
        path = os.pathsep.join(map(str, (ROOT / "deploy", ROOT, ROOT / "checks")))
        for _ in range(count):
            run = (sys.executable, "-c", f"import os\n{WORKER}")
            worker = subprocess.Popen(
                run,
                env={**environment, "PYTHONPATH": path},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
                cwd=log.parent,
            )
            self._all.append(worker)
        for worker in self._all:
            assert worker.stdout
            assert worker.stdout.readline() == "ready\n"
            self._free.put(worker)

    def invoke(self, name: str, event: dict[str, Any]) -> tuple[bytes, bool]:
        """The payload that a function answers with, and whether it is an error."""
        self.invoked.append((name, event))
        if error := self._fault(name, event):
            return json.dumps({"errorType": error, "errorMessage": "made by the test"}).encode(), True
        worker = self._free.get()
        try:
            assert worker.stdin
            assert worker.stdout
            worker.stdin.write(json.dumps([name, event]) + "\n")
            worker.stdin.flush()
            answer = json.loads(worker.stdout.readline())
        finally:
            self._free.put(worker)
        failed = "errorType" in answer
        return json.dumps(answer if failed else answer["result"]).encode(), failed

    def close(self) -> None:
        """End them."""
        for worker in self._all:
            assert worker.stdin
            assert worker.stdout
            worker.stdin.close()
            worker.wait(10)
            worker.stdout.close()
        self._log.close()


def _front(moto_port: int, functions: Callable[[], Functions]) -> type[BaseHTTPRequestHandler]:
    class Front(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path.startswith(INVOKE):
                arn = unquote(self.path.removeprefix(INVOKE).split("/")[0])
                payload, failed = functions().invoke(arn.rsplit(":", 1)[1], json.loads(body or b"{}"))
                self._answer(200, payload, {"X-Amz-Function-Error": "Unhandled"} if failed else {})
                return
            connection = HTTPConnection("127.0.0.1", moto_port, timeout=60)
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            content = answer.read()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in HOP}
            self._answer(answer.status, content, kept)
            connection.close()

        do_GET = do_PUT = do_HEAD = do_POST  # noqa: N815 - the base class's names

        def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Tests look at `Functions.invoked`."""

    return Front


HOP = frozenset({"connection", "content-length", "transfer-encoding", "server", "date"})


class Steps:
    """The interpreter and its functions."""

    functions: Functions

    def __init__(self, moto_port: int, folder: Path) -> None:
        """Nothing is deployed yet."""
        self.moto_port, self.folder = moto_port, folder

    def environment(self, **also: str) -> dict[str, str]:
        """What a function finds around it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.moto_port}",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(self.folder / "config"),
            **also,
        }


@contextmanager
def step_functions(folder: Path) -> Generator[Steps]:
    """Start moto, with its interpreter on, and the front."""
    with ExitStack() as stack:
        # The front's port must be known to moto, and moto's to the front.
        front = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        front.daemon_threads = True
        stack.callback(front.server_close)
        (folder / "config").write_text("[default]\ns3 =\n    addressing_style = path\n")
        environment = Steps(0, folder).environment(MOTO_PORT=str(front.server_port), MOTO_EC2_LOAD_DEFAULT_AMIS="false")
        del environment["AWS_ENDPOINT_URL"]
        port = _free_port()
        log = stack.enter_context((folder / "moto.log").open("w"))
        run = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port))
        moto = subprocess.Popen(run, env=environment, stdout=log, stderr=log)
        stack.callback(moto.wait, 10)
        stack.callback(moto.terminate)
        _wait(port)
        config = json.dumps({"stepfunctions": {"execute_state_machine": True}}).encode()
        urlopen(Request(f"http://127.0.0.1:{port}/moto-api/config", config, method="POST")).close()
        steps = Steps(port, folder)
        front.RequestHandlerClass = _front(port, lambda: steps.functions)
        threading.Thread(target=front.serve_forever, args=(0.02,), daemon=True).start()
        stack.callback(front.shutdown)
        yield steps


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urlopen(f"http://127.0.0.1:{port}/moto-api/").close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("moto did not start")
