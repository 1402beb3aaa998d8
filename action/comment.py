"""Writes the Action's comment on the pull request: its own one anew, or the first.

Whatever goes wrong is told and changes no exit code. The token needs `pull-requests: write`; it is sent to the
runner's own API address only, and no redirect is followed.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO

import msgspec

from albdoctor.language import language
from albdoctor.text import Text, fill

EVENTS = ("pull_request", "pull_request_target")
AUTHOR = "github-actions[bot]"
"""Who the job's token writes as; what others write is never changed, whatever stands in it."""
PAGE, PAGES = 100, 50
"""Comments of an answer, GitHub's most, and answers."""
SECONDS = 20
NOT_WRITTEN = Text(
    en="::notice title=albdoctor::no comment was written ({why})",
    ko="::notice title=albdoctor::댓글을 쓰지 못했습니다({why})",
)
NOT_ALLOWED = Text(
    en="::notice title=albdoctor::no comment was written (HTTP {code}): the job needs the permission "
    "pull-requests: write, which a pull request from a fork does not get",
    ko="::notice title=albdoctor::댓글을 쓰지 못했습니다(HTTP {code}). 작업에 pull-requests: write 권한이 필요하며, "
    "포크에서 온 풀 리퀘스트는 이 권한을 받지 못합니다",
)
DENIED = (403, 404)
"""What GitHub answers to a token that may not: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api"""
WRITTEN = Text(en="albdoctor: the comment is {address}", ko="albdoctor: 댓글은 {address}입니다")


class Author(msgspec.Struct):
    """Whose comment it is."""

    login: str


class Comment(msgspec.Struct):
    """A comment, as far as it matters: https://docs.github.com/rest/issues/comments."""

    id: int
    html_url: str
    body: str | None = None
    user: Author | None = None
    """None: of an account that was deleted."""

    def is_ours(self, mark: str) -> bool:
        """Whether an earlier run of this job wrote it."""
        return self.user is not None and self.user.login == AUTHOR and (self.body or "").splitlines()[:1] == [mark]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow none: the token is for this server."""


class Comments:
    """The comments of one pull request."""

    def __init__(self, given: Mapping[str, str], number: int) -> None:
        """Ask nothing yet."""
        self._token = given["GITHUB_TOKEN"]
        self._repository = f"{given['GITHUB_API_URL']}/repos/{given['GITHUB_REPOSITORY']}"
        self._all = f"{self._repository}/issues/{number}/comments"
        self._opener = urllib.request.build_opener(_NoRedirect)

    def write(self, body: str) -> str:
        """Write it over our earlier one, or anew; gives its address."""
        mark = body.splitlines()[0]
        mine = next((one for one in self._there() if one.is_ours(mark)), None)
        method, address = ("PATCH", f"{self._repository}/issues/comments/{mine.id}") if mine else ("POST", self._all)
        return msgspec.json.decode(self._asked(method, address, body), type=Comment).html_url

    def _there(self) -> Iterator[Comment]:
        for page in range(1, PAGES + 1):
            answer = self._asked("GET", f"{self._all}?per_page={PAGE}&page={page}")
            found = msgspec.json.decode(answer, type=list[Comment])
            yield from found
            if len(found) < PAGE:
                return

    def _asked(self, method: str, address: str, body: str | None = None) -> bytes:
        content = None if body is None else msgspec.json.encode({"body": body})
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            "Content-Type": "application/json",
            "User-Agent": "albdoctor",
        }
        request = urllib.request.Request(address, content, headers, method=method)  # noqa: S310 - the runner's API
        with self._opener.open(request, timeout=SECONDS) as answer:
            read: bytes = answer.read()
            return read


def main() -> None:
    """Comment, on a pull request; the last line says what became of it."""
    given = os.environ
    if given.get("GITHUB_EVENT_NAME") not in EVENTS:
        return
    lang = language(given.get("INPUT_LANGUAGE"))
    try:
        number = json.loads(Path(given["GITHUB_EVENT_PATH"]).read_bytes())["pull_request"]["number"]
        body = Path(given["COMMENT"]).read_text(encoding="utf-8")
        told = fill(WRITTEN.of(lang), {"address": Comments(given, number).write(body)})
    except urllib.error.HTTPError as error:
        if error.code in DENIED:
            told = fill(NOT_ALLOWED.of(lang), {"code": str(error.code)})
        else:
            told = fill(NOT_WRITTEN.of(lang), {"why": f"HTTP {error.code}"})
    except (OSError, HTTPException, msgspec.MsgspecError, ValueError, LookupError, TypeError) as error:
        told = fill(NOT_WRITTEN.of(lang), {"why": type(error).__name__})
    print(told.splitlines()[0])


if __name__ == "__main__":
    main()
