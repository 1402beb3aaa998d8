"""The part of GitHub's REST API that comments on a pull request, on loopback: it keeps them, in pages.

https://docs.github.com/rest/issues/comments
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "the-jobs-token"
BOT = "github-actions[bot]"
LONGEST = 65_536
"""Characters of a comment that GitHub takes."""


class GitHub:
    """One pull request, number 7 of acme/shop."""

    def __init__(self) -> None:
        """Nobody has commented."""
        self.comments: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.status = 0
        """Answered to everything, where it is not 0."""
        self.location = ""
        """With a status of 3xx: where it leads."""
        self.garbage = b""
        """Answered in place of JSON."""
        self.address = ""

    def commented(self, author: str | None, body: str) -> dict[str, Any]:
        """Add a comment."""
        number = len(self.comments) + 1
        user = {"login": author} if author else None
        one = {"id": number, "user": user, "body": body, "html_url": f"{self.address}/acme/shop/pull/7#{number}"}
        self.comments.append(one)
        return one

    def answer(self, method: str, target: str, token: str, content: bytes) -> tuple[int, Any]:
        """Answer a request as GitHub would."""
        self.asked.append(f"{method} {target}")
        where = urlsplit(target)
        if self.status:
            return self.status, {"message": "Resource not accessible by integration"}
        if token != f"Bearer {TOKEN}":
            return 401, {"message": "Bad credentials"}
        if (method, where.path) == ("GET", "/repos/acme/shop/issues/7/comments"):
            said = parse_qs(where.query)
            size, page = min(int(said["per_page"][0]), 100), int(said["page"][0])
            return 200, self.comments[(page - 1) * size : page * size]
        body = json.loads(content or b"{}").get("body", "")
        if not 0 < len(body) <= LONGEST:
            return 422, {"message": "Validation Failed"}
        if (method, where.path) == ("POST", "/repos/acme/shop/issues/7/comments"):
            return 201, self.commented(BOT, body)
        found = re.fullmatch(r"/repos/acme/shop/issues/comments/(\d+)", where.path)
        if method == "PATCH" and found:
            one = self.comments[int(found[1]) - 1]
            one["body"] = body
            return 200, one
        return 404, {"message": "Not Found"}


@contextmanager
def github() -> Generator[GitHub]:
    """Serve it."""
    api = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer = api.answer(self.command, self.path, self.headers.get("Authorization", ""), content)
            body = api.garbage or json.dumps(answer).encode()
            self.send_response(status)
            if api.location:
                self.send_header("Location", api.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - the library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api.address = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield api
        finally:
            server.shutdown()
