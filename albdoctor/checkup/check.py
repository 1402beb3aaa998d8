"""A check: one pure generator and its words. The types of its parameters are its needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from albdoctor.checkup.finding import Severity, Verdict
from albdoctor.checkup.fix import Fix
from albdoctor.checkup.signals import Signal
from albdoctor.derive.needs import Need, Want, needs_of
from albdoctor.text import Text

Judge: TypeAlias = Callable[..., Iterator[Verdict]]


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


class Check(Struct, frozen=True, kw_only=True):
    """A check with everything that is told about it. Call it with facts to get its verdicts."""

    id: str
    slug: str
    severity: Severity
    since: str
    message: Text
    why: Text
    fixes: tuple[Fix, ...]
    """Every fix that it may hand out; the first one where a finding names none."""
    judge: Judge
    wants: tuple[Want, ...] = ()
    """What its parameters ask for: groups of facts and derivations."""
    breaks: frozenset[Signal] = frozenset()
    """What its defect breaks: see `signals`."""
    shows: frozenset[Signal] = frozenset()
    """What its symptom may come from."""
    explains: frozenset[str] = frozenset()
    """Slugs or ids of checks whose findings this one causes where no signal says it: the rare particular edge."""
    last_word: bool = False
    """What it finds is told only where nothing else explains it."""
    stays: bool = False
    """It asks for a step of its own once its cause is gone: a listener is not there when its certificate is issued."""
    mends: frozenset[str] = frozenset()
    """Slugs or ids of checks whose findings go when this one's is mended, though of another cause they stay."""
    at_the_door: bool = False
    """It judges what clients meet who connect to the load balancer themselves: silent where a CDN stands in front."""
    words: Text = Text(en="", ko="")
    """What people type who meet it, phrases separated by semicolons: error texts, their own words. `explain` finds it
    by these beside its other texts."""
    refs: tuple[str, ...] = ()
    """Public pages that state the facts behind it."""

    @property
    def needs(self) -> tuple[Need, ...]:
        """The groups of facts that it looks at, itself or through derivations."""
        return needs_of(self.wants)

    @property
    def stage(self) -> Stage:
        """Where on the path it looks."""
        return Stage.of(self.id)

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return (self.judge.__doc__ or "").strip().splitlines()[0]

    def causes(self, other: Check) -> bool:
        """Whether a finding of this check can be the cause of one of the other's, where both are on one path."""
        if other.last_word and not self.last_word and (self.shows & other.shows or self.stage is other.stage):
            return True  # a symptom of its own, or another error of the stage, says it better
        return bool(self.breaks & other.shows) or not self.explains.isdisjoint((other.id, other.slug))

    def __call__(self, *args: object, **kwargs: object) -> Iterator[Verdict]:
        """Judge."""
        return self.judge(*args, **kwargs)
