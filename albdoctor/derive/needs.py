"""What a check or a derivation asks for: the types of its parameters are its needs.

A parameter's type is a group of facts (`Listeners`), what a derivation makes (`Delegated`), or either of them as
`Observed[...]`: then it may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from inspect import isgeneratorfunction
from types import UnionType
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.snapshot import CARDS, Scan

F = TypeVar("F", bound=Callable[..., Any])


class BadNeedError(Exception):
    """A parameter asks for what nobody makes, or two would make the same; the message says which."""


class Need(Struct, frozen=True):
    """A group of facts that is looked at, and whether one can do without."""

    parameter: str
    group: str
    optional: bool = False


class Derivation(Struct, frozen=True, eq=False):
    """A pure function whose result checks and other derivations ask for by its type."""

    name: str
    make: Callable[..., Any]
    wants: tuple[Want, ...]
    in_parts: bool
    """It yields things and gaps one by one: who asks gets a tuple of the things."""

    @property
    def needs(self) -> tuple[Need, ...]:
        """The groups of facts that it is made of."""
        return needs_of(self.wants)


Source: TypeAlias = str | Derivation
"""The field of `Facts` that holds it, or what makes it."""


class Want(Struct, frozen=True):
    """One parameter: what it asks for, and whether it may be missing."""

    parameter: str
    source: Source
    optional: bool = False


_DERIVED: dict[Any, Derivation] = {}


def derivation(make: F) -> F:
    """Let checks and other derivations ask for what this function returns, by the type.

    `-> Delegated | Unknown` is asked for as `Delegated`; `-> Iterator[Watched | Unknown]` as `tuple[Watched, ...]`.
    A type that something else gives already is a `BadNeedError` at import.
    """
    hints = get_type_hints(make)
    made, in_parts = _made(hints.pop("return")), isgeneratorfunction(make)
    type_ = tuple[made, ...] if in_parts else made  # type: ignore[valid-type] # pyright: ignore[reportInvalidTypeForm] - made at run time
    if type_ in groups() or type_ in _DERIVED:
        raise BadNeedError(f"{make.__name__}: {type_} is given by something else already")
    _DERIVED[type_] = Derivation(make.__name__, make, _wants(hints), in_parts)
    return make


def wants_of(function: Callable[..., Any]) -> tuple[Want, ...]:
    """Read what the parameters of a function ask for; a type that nobody gives is a `BadNeedError`."""
    asked = {name: hint for name, hint in function.__annotations__.items() if name != "return"}
    named = {name: _named(hint, function.__globals__) for name, hint in asked.items()}
    hints = get_type_hints(function) if None in named.values() else named
    return _wants({name: hints[name] for name in asked})


def _named(hint: object, known: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a type expression
    """The type that is written as `Name` or `Observed[Name]`, looked up: that is quicker than evaluating it.

    None: it is another expression.
    """
    if not isinstance(hint, str):
        return None
    name = hint.removeprefix("Observed[").removesuffix("]")
    if name == hint:
        return known.get(name)
    alias: Any = Observed
    return alias[known[name]] if name in known and known.get("Observed") is Observed else None


def _wants(hints: Mapping[str, Any]) -> tuple[Want, ...]:
    return tuple(_want(name, hint) for name, hint in hints.items())


def needs_of(wants: Iterable[Want]) -> tuple[Need, ...]:
    """The groups of facts behind some wants, each once; optional where every want can do without."""
    found: dict[str, Need] = {}
    for need in _behind(wants):
        before = found.get(need.group)
        if before is None or (before.optional and not need.optional):
            found[need.group] = need
    return tuple(found.values())


def _behind(wants: Iterable[Want]) -> Iterator[Need]:
    for want in wants:
        if isinstance(want.source, str):
            yield Need(want.parameter, want.source, want.optional)
        else:
            yield from (
                Need(need.parameter, need.group, need.optional or want.optional) for need in _behind(want.source.wants)
            )


@cache
def groups() -> Mapping[Any, str]:
    """Map the type of every group of facts to the field of `Facts` that holds it."""
    return {Scan: "scan"} | {card.holds: card.name for card in CARDS.values()}


def _want(parameter: str, hint: Any) -> Want:  # noqa: ANN401 - a type expression
    asked = _seen(hint)
    type_ = hint if asked is None else asked
    source: Source | None = groups().get(type_) or _DERIVED.get(type_)
    if source is None:
        raise BadNeedError(f"parameter {parameter} has the type {hint}, which is no group of facts and no derivation")
    return Want(parameter, source, optional=asked is not None)


def _seen(hint: Any) -> Any:  # noqa: ANN401 - a type expression
    """The T of `Observed[T]`, which is `Known[T] | Unknown`; None for any other type."""
    known = (part for part in get_args(hint) if get_origin(part) is Known)
    return next((get_args(part)[0] for part in known), None)


def _made(returned: Any) -> Any:  # noqa: ANN401 - a type expression
    """What a derivation's return type says that it makes: without the gap, one of the things that it yields."""
    if get_origin(returned) is not None and get_origin(returned) not in (Union, UnionType, tuple):
        return _made(get_args(returned)[0])
    parts = [part for part in get_args(returned) if part is not Unknown]
    if get_origin(returned) not in (Union, UnionType):
        return returned
    union: Any = Union[tuple(parts)]  # noqa: UP007 - made at run time
    return union
