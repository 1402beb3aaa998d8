"""AWS's structures as facts: what AWS always sends and did not is unknown in that one thing, and nowhere else.

A member is required of an answer in one of three ways, all declared at the struct:
- the type `Sent[...]`: AWS always sends it, also as an empty list;
- the method `left_out`: AWS sends it depending on other members;
- a field without a default and not `Sent`: it names the thing. Without it nobody knows which thing lacks what, so that
  the whole list stays unknown.

Sources: the API references' samples, and the AWS CLI's examples, which `tests/collect/test_complete.py` walks. A member
with a default in the reference has that default; one that AWS may leave out has an empty default and is not required.

A thing that lacks members is an instance of a subclass on which reading them raises `LacksError`. Its slots hold blank
values, so that msgspec compares, copies and writes it as any other; a complete thing costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, NoReturn, TypeVar, get_args, get_origin

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict, fields, replace

from albdoctor.facts.known import Gap, Unknown, UnknownError
from albdoctor.facts.values import Asked, Thing, Word

T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S", bound=Struct)


class Lack(Struct, frozen=True, kw_only=True):
    """A member that AWS always sends and did not: the value that stands in its place says nothing."""

    member: Word
    """As AWS names it; what lies in it after a dot: "TargetGroups.Weight"."""
    asked: Asked
    of: Thing = ""
    """The thing that lacks it, or the one around it that has a name; empty: none has."""

    @property
    def unknown(self) -> Unknown:
        """The gap of whoever needs it."""
        named = f"{self.of}: " if self.of else ""
        return Unknown(gap=Gap.FAILED, asked=self.asked, detail=f"{named}no {self.member} in the answer")


class LacksError(UnknownError):
    """A member is needed that AWS did not send."""


class Mirror(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A structure of AWS's, with AWS's names."""

    lacks: tuple[Lack, ...] | UnsetType = UNSET
    """What AWS always sends and did not; absent where nothing is missing."""

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """Name what is missing because of other members; `sent` are the names of all members that came.

        A member that itself is missing has its blank value here: what depends on it is then missing too.
        """
        del sent
        return ()


def camel(field: str) -> str:
    """AWS's name of a field in services that begin it with a small letter; our own `lacks` is `Lacks` everywhere."""
    first, *rest = field.split("_")
    return "Lacks" if field == "lacks" else "".join((first, *map(str.capitalize, rest)))


def missing(sent: Collection[str], *names: str) -> tuple[str, ...]:
    """Those of the names that were not sent."""
    return tuple(name for name in names if name not in sent)


def readable(things: Iterable[T], read: Callable[[T], Iterable[R]]) -> Iterator[R]:
    """What things tell, for drawing and comparing: one that lacks what is read of it tells nothing from there on."""
    for thing in things:
        try:
            yield from read(thing)
        except LacksError:
            continue


def known_or(read: Callable[[], T], otherwise: T) -> T:
    """What is read, or something else where a member is missing: for drawing and comparing, never for judging."""
    try:
        return read()
    except LacksError:
        return otherwise


def slot(thing: Struct, field: str) -> Any:  # noqa: ANN401 - any field
    """The value of a field as it is kept, which is a blank where the member was not sent."""
    kept = asdict(thing) if isinstance(thing, Mirror) and thing.lacks else None
    return kept[field] if kept is not None else getattr(thing, field)


def lacking(thing: S, lacks: Iterable[Lack]) -> S:
    """The thing with members of which nobody knows the value."""
    known = thing.lacks if isinstance(thing, Mirror) and thing.lacks else ()
    every = tuple(dict.fromkeys((*known, *lacks)))
    lost = frozenset(field_of(_plain(type(thing)), lack.member) for lack in every)
    values = {**asdict(thing), "lacks": every}
    made: S = _lacking_class(_plain(type(thing)), lost)(**values)
    return made


def lacks_in(value: object) -> Iterator[Lack]:
    """Everything that is missing in a part of the facts."""
    if isinstance(value, tuple):
        items: tuple[object, ...] = value  # pyright: ignore[reportUnknownVariableType] - parts of the facts
        for item in items:
            yield from lacks_in(item)
    elif isinstance(value, Struct):
        yield from (value.lacks or ()) if isinstance(value, Mirror) else ()
        for field in value.__struct_fields__:
            yield from lacks_in(slot(value, field))


def restored(value: T) -> T:
    """What was read from a file, with every thing in it that says what it lacks made so that reading it raises."""
    made: T = _restored(value)
    return made


def _restored(value: Any) -> Any:  # noqa: ANN401 - any part of the facts
    if isinstance(value, tuple):
        held: tuple[Any, ...] = value  # pyright: ignore[reportUnknownVariableType] - parts of the facts
        items = tuple(_restored(item) for item in held)
        return items if any(new is not old for new, old in zip(items, held, strict=True)) else held
    if not isinstance(value, Struct):
        return value
    changed: dict[str, Any] = {}
    for name in value.__struct_fields__:
        old = getattr(value, name)
        new = _restored(old)
        if new is not old:
            changed[name] = new
    made = replace(value, **changed) if changed else value
    return lacking(made, ()) if isinstance(made, Mirror) and made.lacks else made


def sent_words(type_: Any) -> str:  # noqa: ANN401 - any type expression
    """How a field's type says that its member is sent: "always", "in its list", "never", or empty."""
    return next((str(meta.extra["sent"]) for meta in metas(type_) if meta.extra and "sent" in meta.extra), "")


def metas(type_: Any) -> tuple[Meta, ...]:  # noqa: ANN401 - any type expression
    """What is declared beside a type, on the outside only."""
    declared = get_args(type_)[1:] if get_origin(type_) is Annotated else ()
    return tuple(one for one in declared if isinstance(one, Meta))


@cache
def naming(cls: type[Struct]) -> tuple[str, ...]:
    """The fields that name a thing: without a default, and not declared as sent."""
    return tuple(field.name for field in fields(cls) if field.required and not sent_words(field.type))


def field_of(cls: type[Struct], member: str) -> str:
    """The field of a member by AWS's name for it; one that cannot be missing by itself is a `ValidationError`."""
    name = _members(cls).get(member) or _members(cls).get(member.partition(".")[0])
    if name is None or name not in _losable(cls):
        raise msgspec.ValidationError(f"{cls.__name__} cannot lack {member!r}")
    return name


@cache
def _losable(cls: type[Struct]) -> frozenset[str]:
    """The fields whose member can be missing by itself."""
    ours = frozenset(field.name for field in fields(cls) if sent_words(field.type) == "never")
    return frozenset(cls.__struct_fields__) - ours - {"lacks", *naming(cls)}


@cache
def _members(cls: type[Struct]) -> Mapping[str, str]:
    return {field.encode_name: field.name for field in fields(cls)}


def _plain(cls: type[Struct]) -> type[Struct]:
    """The class itself, of one that was made for things that lack something."""
    return cls.__bases__[0] if "__lost__" in cls.__dict__ else cls


_MADE: dict[tuple[type[Struct], frozenset[str]], Any] = {}


def _lacking_class(cls: type[Struct], lost: frozenset[str]) -> Any:  # noqa: ANN401 - a subclass made here
    """A subclass on which these fields cannot be read, the same for the same fields: equal things are of one class."""
    if (cls, lost) not in _MADE:
        body: dict[str, Any] = {"__module__": cls.__module__, "__doc__": cls.__doc__, "__lost__": lost}
        body |= {field: _unreadable(field) for field in lost}
        make: Any = type(cls)
        # Of two threads that come here at once, both take the class of the first.
        _MADE.setdefault((cls, lost), make(cls.__name__, (cls,), body))
    return _MADE[cls, lost]


def _unreadable(field: str) -> property:
    def read(thing: Mirror) -> NoReturn:
        cls = _plain(type(thing))
        raise LacksError(next(one for one in thing.lacks or () if field_of(cls, one.member) == field).unknown)

    return property(read)
