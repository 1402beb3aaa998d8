"""Refuses answers of AWS in which something is missing that AWS always sends: missing is not empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, get_args

import msgspec
from msgspec import Struct

from albdoctor.collect.aws.always import RULES, SENT, SENT_AS_ITEM, Rule
from albdoctor.collect.gaps import NotAnsweredError, read
from albdoctor.facts.known import Gap, Unknown

T = TypeVar("T")


class _Plan(Struct, frozen=True):
    """What to look at in a structure."""

    sent: tuple[str, ...]
    rule: Rule | None
    inner: tuple[tuple[str, type[Struct]], ...]
    """Members whose structures have something to look at."""


def read_complete(value: object, type_: type[T], asked: str) -> T:
    """Map an API answer to facts; a wrong shape is a gap, and so is the lack of what AWS always sends."""
    facts = read(value, type_, asked)
    for of_type in _structs(type_):
        lack = missing(value, of_type)
        if lack:
            raise NotAnsweredError(Unknown(gap=Gap.FAILED, asked=asked, detail=f"unexpected answer: no {lack}"))
    return facts


def missing(value: object, type_: type[Struct]) -> str | None:
    """Name the first member that a structure, or a list of them, lacks, and its place: "Routes in $[0]"."""
    plan = _plan(type_)
    top = _Plan((*plan.sent, *SENT_AS_ITEM.get(type_, ())), plan.rule, plan.inner)
    return next(_lacks(value, top, "$"), None)


def _lacks(value: object, plan: _Plan, place: str) -> Iterator[str]:
    """Walk what `read` has found to fit the facts' types."""
    if isinstance(value, list | tuple):
        items: Any = value  # pyright: ignore[reportUnknownVariableType] - parsed answers
        for number, item in enumerate(items):
            yield from _lacks(item, plan, f"{place}[{number}]")
    elif isinstance(value, Mapping):
        raw: Mapping[str, Any] = value  # pyright: ignore[reportUnknownVariableType] - parsed answers
        lack = next((name for name in plan.sent if name not in raw), None)
        lack = lack or (plan.rule(raw) if plan.rule else None)
        if lack:
            yield f"{lack} in {place}"
        for name, inner in plan.inner:
            if name in raw:
                yield from _lacks(raw[name], _plan(inner), f"{place}.{name}")


@cache
def _plan(type_: type[Struct]) -> _Plan:
    fields = ((field.encode_name, inner) for field in msgspec.structs.fields(type_) for inner in _structs(field.type))
    watched = tuple((name, inner) for name, inner in fields if _is_watched(inner))
    return _Plan(SENT.get(type_, ()), RULES.get(type_), watched)


def _is_watched(type_: type[Struct]) -> bool:
    plan = _plan(type_)
    return bool(plan.sent or plan.rule or plan.inner)


def _structs(type_: Any) -> Iterator[type[Struct]]:  # noqa: ANN401 - any type expression
    """The structs in a type: in `tuple[Route, ...]` or `AliasTarget | None`."""
    if isinstance(type_, type) and issubclass(type_, Struct):
        yield type_
    for inner in get_args(type_):
        yield from _structs(inner)
