"""What a check says: found, fine, or (an `Unknown` of the facts) not to be judged."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.checkup.fix import Fix
from albdoctor.derive.request.place import Place
from albdoctor.facts.known import Ref, Unknown
from albdoctor.text import Command, Text, Value, same


class Severity(StrEnum):
    """error: requests fail now or on a known date. warning: a part fails, or will. info: better practice."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return list(Severity).index(self)


class Certainty(StrEnum):
    """confirmed: the facts separate this cause from every other with the same symptom."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"


ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
CONFIRMED, LIKELY = Certainty.CONFIRMED, Certainty.LIKELY


class Evidence(Struct, frozen=True):
    """Whom was asked, and what came back."""

    asked: Text
    saw: Text


class Finding(Struct, frozen=True, kw_only=True):
    """One defect of one thing."""

    subject: Ref
    evidence: tuple[Evidence, ...]
    values: dict[str, Value]
    """What the placeholders of the check's texts stand for."""
    certainty: Certainty = CONFIRMED
    alternatives: tuple[Text, ...] = ()
    """What else it could be; only for likely findings."""
    decide: Command | Literal[""] = ""
    """The one command that decides between this and the alternatives."""
    severity: Severity | None = None
    """How bad it is at worst; None: the check's own. What it comes to, `weight` decides."""
    some: bool = False
    """It is said of some clients only: that one of them gets through does not refute it."""
    counted: bool = False
    """Requests that failed by it were counted: it is more than an inference."""
    stays: bool = False
    """It asks for a step of its own once its cause is gone, though others of its check do not."""
    beyond_health: bool = False
    """Health checks do not ask for it: that targets are healthy says nothing against it."""
    place: Place = Place.ON_THE_WAY
    """Where its subject stands; `weight` says so."""
    fix: Fix | None = None
    """None: the check's own."""
    mends: frozenset[str] = frozenset()
    """Slugs of checks whose findings on the same subject go with this one's script, though each is a cause of its own:
    the group that takes a group's place has another port too."""
    key: str = ""
    """Tells apart several findings of one check on one subject."""

    def fingerprint(self, check_id: str) -> str:
        """Name this finding the same way in every scan: 16 hex digits."""
        return sha256(f"{check_id}|{self.subject}|{self.key}".encode()).hexdigest()[:16]


class Fine(Struct, frozen=True):
    """This thing was judged and is in order."""

    subject: Ref


Verdict: TypeAlias = Finding | Fine | Unknown


def saw(asked: str | Text, what: str | Text) -> Evidence:
    """Make a piece of evidence; plain strings are words that no language changes."""
    return Evidence(
        asked=asked if isinstance(asked, Text) else same(asked),
        saw=what if isinstance(what, Text) else same(what),
    )


def found(
    subject: Ref,
    /,
    *evidence: Evidence,
    certainty: Certainty = CONFIRMED,
    alternatives: tuple[Text, ...] = (),
    decide: Command | Literal[""] = "",
    severity: Severity | None = None,
    some: bool = False,
    counted: bool = False,
    stays: bool = False,
    beyond_health: bool = False,
    fix: Fix | None = None,
    mends: frozenset[str] = frozenset(),
    key: str = "",
    fix_values: Mapping[str, Value] | None = None,
    **values: Value,
) -> Finding:
    """Report a defect of a thing, with the values its texts need; `fix_values` come from what planned the fix."""
    return Finding(
        subject=subject,
        evidence=evidence,
        values=values | dict(fix_values or {}),
        certainty=certainty,
        alternatives=alternatives,
        decide=decide,
        severity=severity,
        some=some,
        counted=counted,
        stays=stays,
        beyond_health=beyond_health,
        fix=fix,
        mends=mends,
        key=key,
    )


def likely(finding: Finding, /, *alternatives: Text, decide: Command) -> Finding:
    """Report the same, with what else it could be and the one command that decides: the facts do not separate them."""
    return replace(finding, certainty=LIKELY, alternatives=alternatives, decide=decide)


def fine(subject: Ref) -> Fine:
    """Report that a thing was judged and is in order."""
    return Fine(subject)
