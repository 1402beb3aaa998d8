"""Answers of AWS as facts: what AWS always sends and did not is unknown in that one thing. Missing is not empty.

What is required is declared at the structs (`albdoctor/facts/mirror.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin

from msgspec import Struct
from msgspec.structs import FieldInfo, fields, replace

from albdoctor.collect.gaps import NotAnsweredError, read
from albdoctor.facts.mirror import Lack, Mirror, lacking, naming, sent_words

T = TypeVar("T")


class _Member(Struct, frozen=True):
    """One member of a structure."""

    name: str
    """As AWS names it."""
    field: str
    sent: str
    """How its type says that it is sent."""
    blank: Any
    """What stands in its place where it is missing, though the facts need some value; None: they have a default."""
    inner: type[Struct] | None
    """The structure in it, where that has something to look at."""


class _Plan(Struct, frozen=True):
    """What to look at in a structure."""

    members: tuple[_Member, ...]
    """Those that are watched."""
    inner: tuple[_Member, ...]
    """Those of them that have structures with something to look at."""
    sent: tuple[str, ...]
    """Names of those that are always sent."""
    sent_in_list: tuple[str, ...]
    """Names of those that are sent where the structure is an item of the answer."""
    naming: tuple[str, ...]
    """Fields that name the thing."""
    ruled: bool
    """Whether some of its members depend on others."""

    @property
    def watched(self) -> bool:
        """Whether there is anything to look at."""
        return self.ruled or bool(self.members)


def read_complete(value: object, type_: type[T], asked: str) -> T:
    """Map an API answer to facts. A wrong shape is a gap, and so is a thing without a name; other lacks are its own."""
    inner = next(_structs(type_), None)
    if inner is None:
        return read(value, type_, asked)
    made: T = _narrowed(value, _read(value, type_, inner, asked), asked, ())
    return made


def _read(value: object, type_: type[T], inner: type[Struct], asked: str) -> T:
    """Map the answer, with blanks where it lacks what the facts must hold."""
    try:
        return read(value, type_, asked)
    except NotAnsweredError:
        filled = _filled(value, inner)
        if filled is value:
            raise
        return read(filled, type_, asked)


def _filled(value: object, type_: type[Struct]) -> object:
    """The answer with blanks where a structure lacks a member that the facts must hold; the same where it has all."""
    if isinstance(value, list | tuple):
        items: Sequence[Any] = cast("Sequence[Any]", value)
        made = [_filled(item, type_) for item in items]
        return made if any(new is not old for new, old in zip(made, items, strict=True)) else items
    if not isinstance(value, Mapping):
        return value  # the wrong shape is told where it is read
    raw: Mapping[str, Any] = value  # pyright: ignore[reportUnknownVariableType] - parsed answers
    changed: dict[str, Any] = {}
    for member in _plan(type_).members:
        if member.name not in raw:
            if member.blank is not None:
                changed[member.name] = member.blank
        elif member.inner is not None:
            inner = _filled(raw[member.name], member.inner)
            if inner is not raw[member.name]:
                changed[member.name] = inner
    return {**raw, **changed} if changed else raw


def _narrowed(value: Any, facts: Any, asked: str, around: tuple[Struct, ...]) -> Any:  # noqa: ANN401 - an answer and its facts
    """The facts with everything made unknown that the answer lacks; the same where it has all."""
    if isinstance(facts, tuple):
        things: tuple[Any, ...] = facts  # pyright: ignore[reportUnknownVariableType] - parsed answers
        made = [_narrowed(raw, thing, asked, around) for raw, thing in zip(value, things, strict=True)]
        return tuple(made) if any(new is not old for new, old in zip(made, things, strict=True)) else things
    if not isinstance(facts, Struct):
        return facts
    plan = _plan(type(facts))
    changed: dict[str, Any] = {}
    for member in plan.inner:
        if member.name in value:
            old = getattr(facts, member.field)
            new = _narrowed(value[member.name], old, asked, (*around, facts)) if old else old
            if new is not old:
                changed[member.field] = new
    lacks = [name for name in plan.sent if name not in value]
    if not around:
        lacks += [name for name in plan.sent_in_list if name not in value]
    if plan.ruled and isinstance(facts, Mirror):
        lacks += facts.left_out(value.keys())
    narrowed = replace(facts, **changed) if changed else facts
    if not lacks:
        return narrowed
    names = [_name(thing) for thing in (*around, facts)]
    of = next((name for name in reversed(names) if name), "")
    return lacking(narrowed, (Lack(member=name, asked=asked, of=of) for name in lacks))


def _name(facts: Struct) -> str:
    """What a thing is called: by its own member, or by that of a structure in it."""
    for field in _plan(type(facts)).naming:
        named = getattr(facts, field)
        if isinstance(named, Struct):
            return _name(named)
        if isinstance(named, str):
            return named
    return ""


@cache
def _plan(type_: type[Struct]) -> _Plan:
    every = (_member(type_, field) for field in fields(type_) if field.name != "lacks")
    members = tuple(one for one in every if one.sent or one.inner)
    return _Plan(
        members=members,
        inner=tuple(one for one in members if one.inner),
        sent=tuple(one.name for one in members if one.sent == "always"),
        sent_in_list=tuple(one.name for one in members if one.sent == "in its list"),
        naming=naming(type_),
        ruled=issubclass(type_, Mirror) and type_.left_out is not Mirror.left_out,
    )


def _member(type_: type[Struct], field: FieldInfo) -> _Member:
    inner = next((one for one in _structs(field.type) if _plan(one).watched), None)
    blank = _blank(field.type) if field.required and field.name not in naming(type_) else None
    sent = sent_words(field.type).replace("never", "")
    return _Member(field.encode_name, field.name, sent, blank, inner)


def _blank(type_: Any) -> Any:  # noqa: ANN401 - any type expression
    """A value of a type that says nothing; nobody can read it."""
    if get_origin(type_) is Annotated:
        return _blank(get_args(type_)[0])
    if get_origin(type_) is None and issubclass(type_, Struct):  # `tuple[X, ...]` is no class
        return {field.encode_name: _blank(field.type) for field in fields(type_) if field.required}
    return type_()


def _structs(type_: Any) -> Iterator[type[Struct]]:  # noqa: ANN401 - any type expression
    """The structs in a type: in `tuple[Route, ...]` or `AliasTarget | None`."""
    if isinstance(type_, type) and issubclass(type_, Struct):
        yield type_
    for inner in get_args(type_):
        yield from _structs(inner)
