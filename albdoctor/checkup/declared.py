"""Whether a check is declared as it must be: everything that can be wrong is refused at load, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Any

from msgspec import Struct, ValidationError
from msgspec.structs import fields

from albdoctor.checkup.check import Check
from albdoctor.checkup.finding import Severity
from albdoctor.checkup.fix import Fix
from albdoctor.checkup.signals import MEANINGS
from albdoctor.errors import BadCheckError
from albdoctor.facts.typed import convert
from albdoctor.text import Text, Values, placeholders

ID = re.compile(r"[A-Z]{3,8}[0-9]{3}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def prove(check: Check) -> None:
    """Refuse a wrong declaration: a `BadCheckError` that names the check and the fault."""
    fault = next(_faults(check), None)
    if fault:
        raise BadCheckError(f"{check.id}: {fault}" if ID.fullmatch(str(check.id)) else fault)


def _faults(check: Check) -> Iterator[str]:
    if not (is_a(check.id, str) and ID.fullmatch(check.id)):
        yield f"{check.id!r} is no check id: letters and three digits, as ALB316"
    if not (is_a(check.slug, str) and SLUG.fullmatch(check.slug)):
        yield f"{check.slug!r} is no slug: lower-case words joined by hyphens"
    if not (check.judge.__doc__ or "").strip():
        yield "the check function needs a docstring"
    for name, type_ in (
        ("severity", Severity),
        ("message", Text),
        ("why", Text),
        ("words", Text),
        ("fixes", tuple),
    ):
        if not isinstance(getattr(check, name), type_):
            yield f"{name} is {getattr(check, name)!r}, which is no {type_.__name__}"
    if not check.fixes:
        yield "it needs a fix"
    for fix in check.fixes:
        yield from _faults_of(fix)
    for signal in sorted((check.breaks | check.shows) - MEANINGS.keys()):
        yield f"{signal!r} is no signal: albdoctor/checkup/signals.py lists them"
    for text in (check.message, check.why, check.words):
        yield from _unlike(text)
    for ref in check.refs:
        if not (is_a(ref, str) and ref.startswith("https://")):
            yield f"{ref!r} is no https address of a page"


def _faults_of(fix: Fix) -> Iterator[str]:
    if not is_a(fix, Fix):
        yield f"{fix!r} is no Fix"
        return
    wrong = wrong_member(fix)
    if wrong:
        yield f"a fix has a wrong member: {wrong}"
        return
    for text in texts(fix):
        yield from _unlike(text)


def wrong_member(struct: Struct) -> str:
    """Name the member of a struct that has another type than it should; constructors do not look."""
    for name, type_ in _members(type(struct)):
        try:
            convert(getattr(struct, name), type_)
        except ValidationError as error:
            return f"{name}: {error}"
    return ""


@cache
def _members(type_: type[Struct]) -> tuple[tuple[str, Any], ...]:
    """The members and their types: msgspec reads the annotations anew at every call."""
    return tuple((field.name, field.type) for field in fields(type_))


def _unlike(text: Text) -> Iterator[str]:
    """Both languages must name the same values."""
    if not (is_a(text.en, str) and is_a(text.ko, str)):
        yield f"{text!r} is no text in both languages"
        return
    odd = placeholders(text.en) ^ placeholders(text.ko)
    if odd:
        yield f"only one language has a place for {', '.join(sorted(odd))}: {text.en[:60]!r}"


def is_a(value: object, type_: type | UnionType) -> bool:
    """Look at what is there, whatever its annotation promises: declarations are written by people."""
    return isinstance(value, type_)


def texts(fix: Fix) -> tuple[Text, ...]:
    """Every text of a fix that is told in two languages."""
    cautions = (caution.text for caution in fix.cautions)
    return (fix.summary, *cautions, *fix.side_effects, *fix.console, *((fix.by_hand,) if fix.by_hand else ()))


def lacking(check: Check, fix: Fix, values: Values) -> frozenset[str]:
    """The placeholders of a finding's words for which it has no value."""
    return (_places(check.message) | _places(check.why) | _places_of(fix)) - values.keys()


@cache
def _places(text: Text) -> frozenset[str]:
    return placeholders(text.en) | placeholders(text.ko)


@cache
def _places_of(fix: Fix) -> frozenset[str]:
    wanted = [_places(text) for text in texts(fix)]
    wanted += [placeholders(template) for template in (fix.script, fix.verify, fix.terraform, fix.cloudformation)]
    return frozenset(caution.where for caution in fix.cautions).union(*wanted)
