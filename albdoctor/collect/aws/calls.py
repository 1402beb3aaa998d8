"""One question to an AWS API, asked in a worker thread: all its pages, and which errors mean absence."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import GenericAlias
from typing import Any, Generic, TypeAlias, TypeVar, cast

import msgspec
from msgspec import Struct

from albdoctor.collect.aws.complete import read_complete
from albdoctor.collect.aws.services import service_of
from albdoctor.collect.gaps import error_of, member

T = TypeVar("T")

Absent: TypeAlias = Callable[[str, str], bool]
"""Whether an error code and message mean that the thing which was asked for does not exist."""

TRUNCATED = "IsTruncated"
"""How Route 53 says that a list goes on; the other services give a token, or none."""


def never_absent(_code: str, _message: str) -> bool:
    """No error means absence: the usual case."""
    return False


def absent_when(*codes: str) -> Absent:
    """These error codes mean that the thing does not exist."""
    return lambda code, _message: code in codes


def action(service: str, operation: str) -> str:
    """Name the IAM action of an operation."""
    return f"{service_of(service).iam}:{operation}"


class Limits(Struct, frozen=True, kw_only=True):
    """When a scan stops asking."""

    ends_at: float
    """On the clock of `time.monotonic`, which is the event loop's clock too."""
    most_pages: int = 500
    """Pages of one list: a server that never ends a list must not keep the scan."""

    @staticmethod
    def of(seconds: float) -> Limits:
        """That many seconds from now."""
        return Limits(ends_at=time.monotonic() + seconds)


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list of Route 53's."""

    items: tuple[T, ...]
    following: Mapping[str, str]
    """Where the next one begins, as the answer says it (`NextRecordName`); empty: this is the last."""


class Question(Struct, frozen=True, kw_only=True):
    """What is asked of one service in one Region."""

    service: str
    """As botocore names its client."""
    operation: str
    region: str
    parameters: Mapping[str, object]
    absent: Absent = never_absent
    items: Any = None
    """The answer is a list of which all pages are wanted; this is the type of its items."""
    one_page: bool = False
    """Only the first of them; the answer is a `Page`."""
    gently: bool = False
    """One of many of its kind: it keeps to the service's pace in a single scan too."""

    @property
    def action(self) -> str:
        """The IAM action that it needs."""
        return action(self.service, self.operation)

    @property
    def key(self) -> bytes:
        """The same for the same question."""
        items = f"{getattr(self.items, '__name__', '')}{' (one page)' if self.one_page else ''}"
        what = (self.service, self.operation, self.region, items, self.parameters)
        return msgspec.json.encode(what, order="deterministic")

    def ask(self, client: Any, limits: Limits) -> Any:  # noqa: ANN401 - botocore is untyped
        """Ask and wait; gives the answer, or the list's items as facts. Empty when the error means absence."""
        if self.one_page:
            return self._page(client)
        try:
            answer = self._pages(client, limits) if self.items else self._answer(client)
        except Exception as error:
            if self.absent(*error_of(error)):
                return () if self.items else {}
            raise
        if self.items is None:
            return answer
        of_type = cast("type[tuple[Any, ...]]", GenericAlias(tuple, (self.items, ...)))
        return read_complete(answer, of_type, self.action)

    @property
    def _sent(self) -> Mapping[str, object]:
        """The parameters, with those that the service's card adds."""
        return {**self.parameters, **service_of(self.service).also.get(self.operation, {})}

    def _answer(self, client: Any) -> Any:  # noqa: ANN401 - botocore is untyped
        from botocore import xform_name

        return getattr(client, xform_name(self.operation))(**self._sent)

    def _page(self, client: Any) -> Page[Any]:  # noqa: ANN401 - botocore is untyped
        """Read one page."""
        from botocore import xform_name

        answer = self._answer(client)
        name = client.get_paginator(xform_name(self.operation)).result_keys[0].expression
        _says_how_it_goes_on(answer, self.action)
        of_type = cast("type[tuple[Any, ...]]", GenericAlias(tuple, (self.items, ...)))
        items = read_complete(member(answer, name, self.action), of_type, self.action)
        following = {key: value for key, value in answer.items() if key.startswith("Next")}
        return Page(items=items, following=following if answer[TRUNCATED] else {})

    def _pages(self, client: Any, limits: Limits) -> list[Any]:  # noqa: ANN401 - botocore is untyped
        """Read every page; botocore itself refuses a page token that comes twice in a row."""
        from botocore import xform_name

        name = xform_name(self.operation)
        if not client.can_paginate(name):
            return _only_list(self._answer(client), self.action)
        paginator = client.get_paginator(name)
        key = paginator.result_keys[0].expression
        needed = client.meta.service_model.operation_model(self.operation).output_shape.required_members
        items: list[Any] = []
        for number, page in enumerate(paginator.paginate(**self._sent), start=1):
            items.extend(member(page, key, self.action))
            if TRUNCATED in needed:
                _says_how_it_goes_on(page, self.action)
            _go_on(number, limits)
        return items


def chunks(values: tuple[T, ...], size: int) -> tuple[tuple[T, ...], ...]:
    """Cut a long list for the API's limit per question."""
    return tuple(values[start : start + size] for start in range(0, len(values), size))


def _says_how_it_goes_on(page: Mapping[str, Any], asked: str) -> None:
    """Refuse a page for which botocore would end the list quietly."""
    if member(page, TRUNCATED, asked) and not any(name.startswith("Next") for name in page):
        member(page, "Next...", asked)


def _go_on(pages: int, limits: Limits) -> None:
    """Stop a list that nobody waits for any more, or that does not end."""
    if time.monotonic() >= limits.ends_at:
        raise RuntimeError("the scan's deadline has passed")
    if pages >= limits.most_pages:
        raise RuntimeError(f"the list did not end after {limits.most_pages} pages")


def _only_list(answer: Mapping[str, Any], asked: str) -> list[Any]:
    """The one list of an answer that has no pages (DescribeTargetHealth)."""
    lists: list[list[Any]] = [value for value in answer.values() if isinstance(value, list)]
    return lists[0] if lists else member({}, "list", asked)
