"""Finds checks: our own and a third party's come through the same door, the entry points `albdoctor.checks`."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import reprlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from msgspec import Struct

from albdoctor.checkup.check import Check
from albdoctor.checkup.deadline import within
from albdoctor.checkup.declared import is_a, prove
from albdoctor.checkup.foreign import LOADING_SECONDS, called, contained, quiet
from albdoctor.errors import BadCheckError, UnknownCheckError
from albdoctor.text import Text

DIGITS = "0123456789"
GROUP = "albdoctor.checks"
OURS = "albdoctor_checks:checks"
MOST_CHECKS = 10_000
"""Of one entry point."""
NO_SUCH = Text(
    en="there is no check {name}; `albdoctor checks` lists them",
    ko="없는 점검입니다: {name}. 전체 목록은 `albdoctor checks` 명령으로 봅니다",
)
MEANT = Text(
    en="there is no check {name}; did you mean {near}?", ko="없는 점검입니다: {name}. 혹시 찾는 것이 이것인가요? {near}"
)


def checks_of(package: ModuleType) -> tuple[Check, ...]:
    """Collect the checks of every module below a package: a new file is a new check."""
    found: dict[str, Check] = {}
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Check):
                found[value.id] = value
    return tuple(found[check_id] for check_id in sorted(found))


class Loaded(Struct, frozen=True, kw_only=True):
    """What is registered."""

    checks: tuple[Check, ...]
    broken: Mapping[str, str]
    """Entry points of somebody else's that gave no checks, by name and value, and why."""


def load() -> tuple[Check, ...]:
    """Every registered check, in the order of their ids: see `loaded`."""
    return loaded().checks


@cache  # what is installed stays the same while the process runs, and a fleet is judged one snapshot at a time
def loaded() -> Loaded:
    """Load every registered check.

    Ours that fail to load, a duplicate id or slug, an unknown name in `explains` or a circle of causes is a
    `BadCheckError`. Where somebody else's entry point does the same, its checks are left out, and it is named.
    """
    entries = sorted(_entries(), key=lambda entry: (entry.value != OURS, entry.name))
    checks: tuple[Check, ...] = ()
    broken: dict[str, str] = {}
    for entry in entries:
        try:
            checks = arrange((*checks, *_provided(entry)))
        except Exception as error:
            if entry.value == OURS:
                raise BadCheckError(f"checks of {entry.name} ({entry.value}) do not load: {error}") from error
            broken[f"{entry.name} ({entry.value})"] = f"{type(error).__name__}: {error}"
    return Loaded(checks=checks, broken=broken)


def _provided(entry: EntryPoint) -> tuple[Check, ...]:
    """The checks of one entry point, each as it must be."""
    with contained(), quiet(), nullcontext() if entry.value == OURS else within(LOADING_SECONDS):
        provide: Callable[[], Iterable[Check]] = entry.load()
    checks = called(provide, MOST_CHECKS)
    for check in checks:
        if not is_a(check, Check):
            raise BadCheckError(f"{reprlib.repr(check)} is no check")
        if entry.value != OURS:  # whose are all made by `declare.check`, which has proved them
            prove(check)
    return checks


def loading() -> Iterator[None]:
    """Import our checks one module at a time, for whoever has something else to do in between.

    A check that does not load is told by `load`, in its own words.
    """
    with contextlib.suppress(Exception):
        package = importlib.import_module(OURS.partition(":")[0])
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield
            importlib.import_module(module.name)
        yield
        load()


@cache  # the files of every installed package are read for it
def _entries() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))


def foreign() -> bool:
    """Whether a package of somebody else's has registered checks."""
    return any(entry.value != OURS for entry in _entries())


def arrange(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Sort checks by id and prove that they fit together."""
    ordered = sorted(checks, key=lambda check: check.id)
    names: dict[str, str] = {}
    for check in ordered:
        for name in (check.id, check.slug):
            if name in names:
                raise BadCheckError(f"{name} names two checks: {names[name]} and {check.id}")
            names[name] = check.id
    by_id = {check.id: check for check in ordered}
    for check in ordered:
        for name in sorted(check.explains - names.keys()):
            raise BadCheckError(f"{check.id} explains {name}, which is no check")
        for name in sorted(check.mends):
            if name not in names or not check.causes(by_id[names[name]]):
                raise BadCheckError(f"{check.id} mends {name}, which is no check that it explains")
    try:
        TopologicalSorter(_caused(ordered, names)).prepare()
    except CycleError as error:
        raise BadCheckError(f"checks explain each other in a circle: {' -> '.join(error.args[1])}") from error
    return tuple(ordered)


def _caused(checks: Iterable[Check], names: Mapping[str, str]) -> dict[str, set[str]]:
    """What each check can be the cause of, as `Check.causes` says it, without asking every pair."""
    showing: dict[str, set[str]] = defaultdict(set)
    for check in checks:
        for signal in check.shows:
            showing[signal].add(check.id)
    return {
        check.id: {names[name] for name in check.explains}.union(*(showing[signal] for signal in check.breaks))
        for check in checks
    }


def select(checks: tuple[Check, ...], wanted: Iterable[str], ignored: Iterable[str]) -> tuple[Check, ...]:
    """Keep the wanted checks (all, when none is named) less the ignored.

    Ids, slugs, id prefixes and stages name them, several in a word with commas between. A name that fits no
    check is an `UnknownCheckError` with the nearest names.
    """
    kept = _matching(checks, tuple(wanted)) or {check.id for check in checks}
    dropped = _matching(checks, tuple(ignored))
    return tuple(check for check in checks if check.id in kept and check.id not in dropped)


def _matching(checks: tuple[Check, ...], names: tuple[str, ...]) -> set[str]:
    matched: set[str] = set()
    for name in (name for word in names for name in _listed(word)):
        hits = {check.id for check in checks if name.lower() in (check.id.lower(), check.slug, check.stage.value)} or {
            check.id for check in checks if check.id.startswith(name.upper()) and any(map(DIGITS.__contains__, name))
        }
        if not hits:
            raise unknown_check(name, checks)
        matched |= hits
    return matched


def _listed(word: str) -> list[str]:
    """The names in a word, with commas between them; a word without any is no list, and refused."""
    return [name for part in word.split(",") if (name := part.strip())] or [word]


def unknown_check(name: str, checks: tuple[Check, ...]) -> UnknownCheckError:
    """Say that no check has this name, and which one may be meant."""
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), [word for check in checks for word in (check.slug, check.id.lower())], n=3)
    return UnknownCheckError(MEANT if near else NO_SUCH, name=repr(name), near=", ".join(near))
