"""A check: one pure generator and its words. The types of its parameters are its needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, TypeAlias, get_type_hints

from msgspec import Struct

from albdoctor.checkup.finding import Severity, Verdict
from albdoctor.checkup.fix import Fix
from albdoctor.errors import BadCheckError
from albdoctor.facts.snapshot import Facts, Scan
from albdoctor.text import Text

Judge: TypeAlias = Callable[..., Iterator[Verdict]]

ID = re.compile(r"[A-Z]{3,8}[0-9]{3}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Stage(StrEnum):
    """The stages of the path, in the order in which a request travels."""

    TOOL = "tool"
    DOMAIN = "domain"
    CERTIFICATE = "certificate"
    BALANCER = "balancer"
    TARGET_GROUP = "target_group"
    NETWORK = "network"
    TARGET = "target"
    RESPONSE = "response"
    HYGIENE = "hygiene"
    OWN = "own"

    @staticmethod
    def of(check_id: str) -> Stage:
        """The hundreds of a check's id are its stage."""
        return _STAGES[int(check_id[-3])]


_STAGES = tuple(Stage)


class Need(Struct, frozen=True):
    """A parameter of a check: which group of facts, and whether the check can do without."""

    parameter: str
    group: str
    optional: bool = False


def _groups() -> dict[Any, Need]:
    """Map every type a check may ask for to the field of `Facts` that holds it."""
    hints = get_type_hints(Facts)
    wants: dict[Any, Need] = {Scan: Need("", "scan")}
    for name, hint in hints.items():
        if name in ("schema", "scan"):
            continue
        wants[hint] = Need("", name, optional=True)
        known = next(part for part in hint.__args__ if part.__name__ == "Known")
        wants[known.__args__[0]] = Need("", name)
    return wants


GROUPS = _groups()


class Check(Struct, frozen=True, kw_only=True):
    """A check with everything that is told about it. Call it with facts to get its verdicts."""

    id: str
    slug: str
    severity: Severity
    since: str
    message: Text
    why: Text
    fix: Fix
    judge: Judge
    needs: tuple[Need, ...]
    explains: frozenset[str] = frozenset()
    """Slugs or ids of the checks whose findings this one can cause."""
    refs: tuple[str, ...] = ()
    """Public pages that state the facts behind it."""

    @property
    def stage(self) -> Stage:
        """Where on the path it looks."""
        return Stage.of(self.id)

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return (self.judge.__doc__ or "").strip().splitlines()[0]

    def __call__(self, *args: object, **kwargs: object) -> Iterator[Verdict]:
        """Judge."""
        return self.judge(*args, **kwargs)


def check(
    *,
    id: str,  # noqa: A002 - the public word for it
    slug: str,
    severity: Severity,
    since: str,
    message: Text,
    why: Text,
    fix: Fix,
    explains: set[str] | frozenset[str] = frozenset(),
    refs: tuple[str, ...] = (),
) -> Callable[[Judge], Check]:
    """Make a check out of a generator function. A wrong declaration is a `BadCheckError` at import."""
    if not ID.fullmatch(id):
        raise BadCheckError(f"{id!r} is no check id: letters and three digits, as ALB316")
    if not SLUG.fullmatch(slug):
        raise BadCheckError(f"{id}: {slug!r} is no slug: lower-case words joined by hyphens")

    def decorate(judge: Judge) -> Check:
        if not (judge.__doc__ or "").strip():
            raise BadCheckError(f"{id}: the check function needs a docstring")
        return Check(
            id=id,
            slug=slug,
            severity=severity,
            since=since,
            message=message,
            why=why,
            fix=fix,
            judge=judge,
            needs=_needs(id, judge),
            explains=frozenset(explains),
            refs=refs,
        )

    return decorate


def _needs(check_id: str, judge: Judge) -> tuple[Need, ...]:
    hints = {name: hint for name, hint in get_type_hints(judge).items() if name != "return"}
    needs: list[Need] = []
    for name, hint in hints.items():
        group = GROUPS.get(hint)
        if group is None:
            raise BadCheckError(f"{check_id}: parameter {name} has the type {hint}, which is no group of facts")
        needs.append(Need(name, group.group, group.optional))
    return tuple(needs)
