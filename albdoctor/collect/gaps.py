"""Exceptions become gaps: what was asked, and why there is no answer. None of them ever means "absent"."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from albdoctor.collect.credential_words import CREDENTIAL_CODES, CREDENTIAL_ERRORS, NotSignedInError, of_profile
from albdoctor.facts.known import Gap, Known, Observed, Unknown, UnknownError
from albdoctor.facts.typed import convert

T = TypeVar("T")

LOG = logging.getLogger("albdoctor.collect")

DENIED_CODES = frozenset(
    {
        "403",
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "AuthorizationError",
        "Blocked",
        "Forbidden",
        "NotAuthorized",
        "OptInRequired",
        "UnauthorizedOperation",
    }
)
THROTTLED_CODES = frozenset(
    {
        "429",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "TooManyRequests",
        "TooManyRequestsException",
    }
)
LONGEST_DETAIL = 200
PASSWORD = re.compile(r"://[^/@\s'\"]+@")
"""What a proxy's or an endpoint's URL says about who asks; SDKs put such URLs into their errors."""


class _Error(Struct, frozen=True, rename="pascal"):
    code: str = ""
    message: str | None = ""


class _Metadata(Struct, frozen=True, rename={"status": "HTTPStatusCode"}):
    status: int = 0


class _Envelope(Struct, frozen=True, rename="pascal"):
    """What botocore keeps of an error answer."""

    error: _Error = _Error()
    response_metadata: _Metadata = _Metadata()


class NotAnsweredError(UnknownError):
    """A question stays without an answer; `unknown` says which one and why."""


def value_of(observed: Observed[T]) -> T:
    """Give what was seen; a gap is a `NotAnsweredError`, so that what depends on it has the same gap."""
    if isinstance(observed, Unknown):
        raise NotAnsweredError(observed)
    return observed.value


async def observe(asked: str, answer: Awaitable[T]) -> Observed[T]:
    """Wait for an answer; whatever goes wrong on the way becomes a gap."""
    try:
        return Known(await answer)
    except Exception as error:  # noqa: BLE001 - every failure is a gap, never a crash of the scan
        return gap_of(error, asked)


def read(value: object, type_: type[T], asked: str) -> T:
    """Map an API answer to facts; a shape that does not fit is a gap, with the path of the bad field."""
    try:
        return convert(value, type_)
    except msgspec.ValidationError as error:
        raise NotAnsweredError(gap_of(error, asked)) from error


def member(answer: Mapping[str, Any], name: str, asked: str) -> Any:  # noqa: ANN401 - an API answer
    """Take one member out of an API answer; a missing one is a gap: a login page is no empty list."""
    if name not in answer:
        raise NotAnsweredError(Unknown(gap=Gap.FAILED, asked=asked, detail=f"unexpected answer: no {name}"))
    return answer[name]


def out_of_time(asked: str) -> Unknown:
    """The scan's deadline came before the answer."""
    return Unknown(gap=Gap.OUT_OF_TIME, asked=asked, detail="no answer before the scan's deadline (--timeout)")


def gap_of(error: BaseException, asked: str, profile: str = "") -> Unknown:
    """Say in one line why a question has no answer; `profile` is whose credentials it was asked with."""
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, UnknownError):
        return error.unknown
    if isinstance(error, NotSignedInError):
        return Unknown(gap=Gap.DENIED, asked=asked, detail=one_line(str(error)))
    if isinstance(error, ClientError):
        return _client_error(error, asked)
    if isinstance(error, BotoCoreError):
        return _botocore_error(error, asked, profile)
    if isinstance(error, msgspec.ValidationError):
        return Unknown(gap=Gap.FAILED, asked=asked, detail=one_line(f"unexpected answer: {error}"))
    if isinstance(error, UnicodeError):  # botocore lets it through from answers in JSON
        return Unknown(gap=Gap.FAILED, asked=asked, detail="unexpected answer: no UTF-8 text")
    if isinstance(error, OSError):
        return Unknown(gap=Gap.UNREACHABLE, asked=asked, detail=one_line(str(error) or type(error).__name__))
    LOG.debug("%s failed", asked, exc_info=error)
    if _raised_in_botocore(error):
        return Unknown(gap=Gap.FAILED, asked=asked, detail="unexpected answer: the AWS SDK could not read it")
    return Unknown(gap=Gap.FAILED, asked=asked, detail=one_line(f"{type(error).__name__}: {error}"))


def _raised_in_botocore(error: BaseException) -> bool:
    """Whether botocore itself stumbled: its parsers let a KeyError or TypeError of a malformed answer through."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return place is not None and str(place.tb_frame.f_globals.get("__name__", "")).startswith("botocore.")


def error_of(error: BaseException) -> tuple[str, str]:
    """Code and message of an AWS error envelope; empty for any other exception."""
    envelope = _envelope(error)
    return envelope.error.code, envelope.error.message or ""


def one_line(words: str) -> str:
    """Fold to one short line, without the password of a URL."""
    folded = PASSWORD.sub("://***@", " ".join(words.split()))
    return folded if len(folded) <= LONGEST_DETAIL else f"{folded[: LONGEST_DETAIL - 1]}…"


def _client_error(error: Exception, asked: str) -> Unknown:
    code, message = error_of(error)
    status = _envelope(error).response_metadata.status
    if code in CREDENTIAL_CODES:
        return Unknown(gap=Gap.DENIED, asked=asked, detail=CREDENTIAL_CODES[code])
    if code in THROTTLED_CODES or code.startswith("Throttl") or status == 429:
        return Unknown(gap=Gap.THROTTLED, asked=asked, detail=one_line(f"{code}: {message}"))
    if code in DENIED_CODES or status == 403:
        return Unknown(gap=Gap.DENIED, asked=asked, detail=one_line(f"{code}: {message}"))
    return Unknown(gap=Gap.FAILED, asked=asked, detail=one_line(f"{code}: {message}"))


def _envelope(error: BaseException) -> _Envelope:
    try:
        return convert(getattr(error, "response", None) or {}, _Envelope, strict=False)
    except msgspec.ValidationError:
        return _Envelope()


def _botocore_error(error: Exception, asked: str, profile: str) -> Unknown:
    from botocore.exceptions import ConnectionError as NoConnectionError
    from botocore.exceptions import HTTPClientError

    for kind in type(error).__mro__:
        if kind.__name__ in CREDENTIAL_ERRORS:
            return Unknown(gap=Gap.DENIED, asked=asked, detail=of_profile(CREDENTIAL_ERRORS[kind.__name__], profile))
    if isinstance(error, NoConnectionError | HTTPClientError):
        return Unknown(gap=Gap.UNREACHABLE, asked=asked, detail=one_line(str(error)))
    return Unknown(gap=Gap.FAILED, asked=asked, detail=one_line(f"{type(error).__name__}: {error}"))
