"""What of the findings counts, how it is told, and what must be seen for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import get_args

from msgspec import Struct
from msgspec.structs import asdict

from albdoctor.checkup import registry
from albdoctor.checkup.allowed import EVERY, NONE, Allowed, allowed
from albdoctor.checkup.check import Check
from albdoctor.checkup.finding import Severity
from albdoctor.checkup.own import OWN
from albdoctor.checkup.suppressions import Suppression
from albdoctor.errors import BadOptionError
from albdoctor.exits import FailOn
from albdoctor.facts.scan import IDENTITIES
from albdoctor.facts.snapshot import CARDS
from albdoctor.text import Lang, Text

ALWAYS = frozenset((IDENTITIES.name,))
"""Groups that every report shows."""
NO_WORD = Text(en="{name} {given} is none of {words}", ko="{name} {given}: 다음 중 하나여야 합니다: {words}")


class Policy(Struct, frozen=True, kw_only=True):
    """How findings are told and when they fail a build."""

    lang: Lang = "en"
    fail_on: FailOn = "error"
    allow_gaps: bool | tuple[str, ...] = False
    """The gaps that do not make an exit code 3: all, none, or these kinds."""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    severity: Mapping[str, Severity] = {}
    """What the findings of a check count as, by its id or slug; the verdict stays as it was judged."""
    baseline: frozenset[str] = frozenset()
    """Fingerprints that are known already."""
    config_file: str = "albdoctor.toml"

    def __post_init__(self) -> None:
        """Refuse what would be taken for something else: a `BadOptionError` for a word, a `TypeError` for a type."""
        given = asdict(self)
        for name, words in (("lang", get_args(Lang)), ("fail_on", get_args(FailOn))):
            if given[name] not in words:
                raise BadOptionError(NO_WORD, name=name, given=repr(given[name]), words=", ".join(words))
        if not isinstance(given["allow_gaps"], bool | tuple):
            raise TypeError(f"allow_gaps is True, False or several kinds, not {given['allow_gaps']!r}")
        _ = self.allowed
        for name in ("select", "ignore", "baseline"):
            if isinstance(given[name], str):
                raise TypeError(f"{name} takes several: ({given[name]!r},)")
        for name, grade in self.severity.items():
            if grade not in tuple(Severity):
                raise BadOptionError(NO_WORD, name=f"severity {name}", given=repr(grade), words=", ".join(Severity))
        for one in given["suppressions"]:
            if not isinstance(one, Suppression):
                raise TypeError(f"suppressions takes several Suppression, not {one!r}")

    @property
    def allowed(self) -> Allowed:
        """The gaps with which the user lives; a kind that is none is a `BadOptionError`."""
        if isinstance(self.allow_gaps, bool):
            return EVERY if self.allow_gaps else NONE
        return allowed(self.allow_gaps)

    def checks(self) -> tuple[Check, ...]:
        """The selected checks; an unknown name is an `UnknownCheckError`."""
        return registry.select(registry.load(), self.select, self.ignore)

    def refuse_unknown(self) -> None:
        """Raise an `UnknownCheckError` for a name that is no check, wherever one may stand."""
        self.groups()
        named = (*self.severity, *(one.check for one in self.suppressions))
        if not named:
            return
        known = (*OWN, *registry.load())
        names = {name for check in known for name in (check.id, check.slug)}
        for name in named:
            if name not in names:
                raise registry.unknown_check(name, known)

    def groups(self) -> frozenset[str]:
        """The groups of facts that the selected checks need; an unknown name is an `UnknownCheckError`.

        Those of all our checks stand on the cards, so that a scan asks its first question before it loads a check.
        """
        if self.select or self.ignore or registry.foreign():
            return groups_for(self.checks())
        return frozenset(name for name, card in CARDS.items() if not card.unread)


def groups_for(checks: Iterable[Check]) -> frozenset[str]:
    """The groups of facts that checks and every report need."""
    return ALWAYS | {need.group for check in checks for need in check.needs} - {"scan"}
