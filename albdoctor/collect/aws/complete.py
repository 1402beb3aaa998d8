"""Answers of AWS as facts: what AWS always sends and did not is unknown in that one thing. Missing is not empty.

What is required is declared at the structs (`albdoctor/facts/mirror.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin

from msgspec import Struct
from msgspec.structs import FieldInfo, fields, replace

from albdoctor.collect.gaps import read
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
    naming: tuple[_Member, ...]
    """Those that name it."""
    ruled: bool
    """Whether some of its members depend on others."""

    @property
    def watched(self) -> bool:
        """Whether there is anything to look at."""
        return self.ruled or any(member.sent or member.inner for member in self.members)


def read_complete(value: object, type_: type[T], asked: str) -> T:
    """Map an API answer to facts. A wrong shape is a gap, and so is a thing without a name; other lacks are its own."""
    inner = next(_structs(type_), None)
    if inner is None:
        return read(value, type_, asked)
    facts: Any = read(_filled(value, inner), type_, asked)
    made: T = _narrowed(value, facts, _Around(asked=asked, top=True))
    return made


class _Around(Struct, frozen=True):
    """Where a structure stands."""

    asked: str
    of: str = ""
    """The name of the nearest thing around it."""
    top: bool = False
    """It is an item of the answer itself."""


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


def _narrowed(value: Any, facts: Any, around: _Around) -> Any:  # noqa: ANN401 - an answer and its facts
    """The facts with everything made unknown that the answer lacks; the same where it has all."""
    if isinstance(facts, tuple):
        things: tuple[Any, ...] = facts  # pyright: ignore[reportUnknownVariableType] - parsed answers
        made = tuple(_narrowed(raw, thing, around) for raw, thing in zip(value, things, strict=True))
        return made if any(new is not old for new, old in zip(made, things, strict=True)) else things
    if not isinstance(facts, Struct):
        return facts
    plan = _plan(type(facts))
    inside = _Around(asked=around.asked, of=_name(facts, plan) or around.of)
    changed: dict[str, Any] = {}
    for member in plan.members:
        if member.inner is not None and member.name in value:
            old = getattr(facts, member.field)
            new = _narrowed(value[member.name], old, inside)
            if new is not old:
                changed[member.field] = new
    lacks = dict.fromkeys(_lacks(value, facts, plan, top=around.top))
    made_ = replace(facts, **changed) if changed else facts
    if not lacks:
        return made_
    return lacking(made_, (Lack(member=name, asked=inside.asked, of=inside.of) for name in lacks))


def _lacks(value: Mapping[str, Any], facts: Struct, plan: _Plan, *, top: bool) -> Iterator[str]:
    wanted = ("always", "in its list") if top else ("always",)
    yield from (member.name for member in plan.members if member.sent in wanted and member.name not in value)
    if isinstance(facts, Mirror):
        yield from facts.left_out(value.keys())


def _name(facts: Struct, plan: _Plan) -> str:
    """What a thing is called: by its own member, or by that of a structure in it."""
    for member in plan.naming:
        named = getattr(facts, member.field)
        if isinstance(named, Struct):
            return _name(named, _plan(type(named)))
        if isinstance(named, str):
            return named
    return ""


@cache
def _plan(type_: type[Struct]) -> _Plan:
    members = tuple(_member(type_, field) for field in fields(type_) if field.name != "lacks")
    return _Plan(
        members=tuple(one for one in members if one.sent or one.inner),
        naming=tuple(one for one in members if one.field in naming(type_)),
        ruled=issubclass(type_, Mirror) and type_.left_out is not Mirror.left_out,
    )


def _member(type_: type[Struct], field: FieldInfo) -> _Member:
    inner = next((one for one in _structs(field.type) if _plan(one).watched), None)
    blank = _blank(field.type) if field.required and field.name not in naming(type_) else None
    return _Member(field.encode_name, field.name, sent_words(field.type), blank, inner)


def _blank(type_: Any) -> Any:  # noqa: ANN401 - any type expression
    """A value of a type that says nothing; nobody can read it."""
    if get_origin(type_) is Annotated:
        return _blank(get_args(type_)[0])
    if issubclass(type_, Struct):
        return {field.encode_name: _blank(field.type) for field in fields(type_) if field.required}
    return type_()


def _structs(type_: Any) -> Iterator[type[Struct]]:  # noqa: ANN401 - any type expression
    """The structs in a type: in `tuple[Route, ...]` or `AliasTarget | None`."""
    if isinstance(type_, type) and issubclass(type_, Struct):
        yield type_
    for inner in get_args(type_):
        yield from _structs(inner)
