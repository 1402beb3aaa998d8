"""How orders reach a running lab: one HTTP request on loopback, with the token that only its own folder holds."""

from __future__ import annotations

import http.client
import http.server
import secrets
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import msgspec

from albdoctor.errors import BadOptionError, quoted
from albdoctor.facts.numbers import whole
from albdoctor.lab.loop import LOOPBACK
from albdoctor.lab.orders import Asked, Done
from albdoctor.text import Lang, Text, fill

MOST_BYTES = 65_536
CLIENT_SECONDS = 120.0
"""An order can be a round of visitors that nobody answers."""
SERVER_SECONDS = 5.0
"""How long a client may be silent."""
JSON = "application/json"
NO_LAB = Text(
    en="what listens on port {port} is no lab: {why}", ko="{port} 포트에 있는 것은 실습 환경이 아닙니다: {why}"
)
NO_TOKEN = Text(en="the token of this lab's folder is missing", ko="이 실습 환경 폴더의 토큰이 없거나 맞지 않습니다")
NO_ORDER = Text(en="this is no order: {why}", ko="요청을 읽을 수 없습니다: {why}")
FAILED = Text(en="the lab itself failed: {why}", ko="실습 환경 자체의 오류입니다: {why}")


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits until the last order is answered: the one that ends the lab

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        """A client that goes away is nothing to tell anybody."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Control:
    """Takes orders on a free loopback port, one after the other."""

    def __init__(self, carry_out: Callable[[Asked], Done]) -> None:
        """Say who carries them out."""
        self.token = secrets.token_urlsafe(32)
        self._carry_out = carry_out
        self._lock = threading.Lock()
        self._server = _Server((LOOPBACK, 0), self._handler())
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="lab-control", daemon=True
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take no more orders."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, token: str, body: bytes, lang: Lang) -> tuple[int, Done]:
        """Give the status and the answer to one request; `lang` is for what never becomes an order."""
        if not secrets.compare_digest(token.encode(), f"Bearer {self.token}".encode()):
            return 403, _refusal(NO_TOKEN, lang)
        try:
            asked = msgspec.json.decode(body, type=Asked)
        except msgspec.DecodeError as error:  # of which ValidationError is one
            return 400, _refusal(NO_ORDER, lang, error)
        with self._lock:
            try:
                return 200, self._carry_out(asked)
            except Exception as error:  # noqa: BLE001 - a fault of the lab's own is told to whoever asked
                return 500, _refusal(FAILED, asked.lang, f"{type(error).__name__}: {error}")

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        control = self

        class Handler(http.server.BaseHTTPRequestHandler):
            timeout = SERVER_SECONDS

            def do_POST(self) -> None:
                length = whole(self.headers.get("Content-Length", ""))
                if length is None or length > MOST_BYTES:
                    return self.send_error(413)
                lang: Lang = "ko" if self.headers.get("Accept-Language") == "ko" else "en"
                token, body = self.headers.get("Authorization", ""), self.rfile.read(length)
                status, done = control.answer(token, body, lang)
                content = msgspec.json.encode(done)
                self.send_response(status)
                self.send_header("Content-Type", JSON)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                return None

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class
                """Write no access log."""

        return Handler


def send(port: int, token: str, asked: Asked) -> Done:
    """Give an order to the lab that listens there; an OSError when none does, a `BadOptionError` when it is no lab."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=CLIENT_SECONDS)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": JSON, "Accept-Language": asked.lang}
        connection.request("POST", "/", msgspec.json.encode(asked), headers)
        return msgspec.json.decode(connection.getresponse().read(MOST_BYTES * 16), type=Done)
    except (http.client.HTTPException, msgspec.DecodeError) as error:
        raise BadOptionError(NO_LAB, port=port, why=quoted(error)) from error
    finally:
        connection.close()


def _refusal(said: Text, lang: Lang, why: object = "") -> Done:
    return Done(said=(fill(said.of(lang), {"why": quoted(why)}, lang),), refused=True)
