"""Not knowing is a value: `Known`, `Unknown`, the reason for it (`Gap`), and names of things (`Ref`)."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

from albdoctor.facts.values import Asked, Detail

T = TypeVar("T")


class Gap(StrEnum):
    """Why something is not known. None of these ever means "absent"."""

    DENIED = "denied"
    UNREACHABLE = "unreachable"
    THROTTLED = "throttled"
    OUT_OF_TIME = "out-of-time"
    FAILED = "failed"
    NOT_ASKED = "not-asked"


class Known(Struct, Generic[T], frozen=True, tag_field="state", tag="known"):
    """A complete answer: an empty collection in here means that there is nothing."""

    value: T


# gc=False: see Ref.
class Unknown(Struct, frozen=True, tag_field="state", tag="unknown", gc=False):
    """No answer, or only a part of one.

    `asked` names the question in the field's words; for AWS it is the IAM action
    (`elasticloadbalancing:DescribeListeners`), so that a reader can allow it.
    """

    gap: Gap
    asked: Asked
    detail: Detail = ""


class UnknownError(Exception):
    """Something is needed that is not known; `unknown` says what, and why."""

    def __init__(self, unknown: Unknown) -> None:
        """Carry the gap to whoever needs it."""
        super().__init__(f"{unknown.asked}: {unknown.gap} {unknown.detail}".rstrip())
        self.unknown = unknown


def needed(observed: Known[T] | Unknown) -> T:
    """What was seen; a gap is an `UnknownError`, with which a check or a derivation ends and says why."""
    if isinstance(observed, Unknown):
        raise UnknownError(observed)
    return observed.value


UNHEARD_OF = "is not known to this albdoctor"
"""Ends the detail of a gap that comes from a value which AWS did not have when this version was made."""

Observed: TypeAlias = Known[T] | Unknown


class Kind(StrEnum):
    """The kinds of things a finding can be about, in the order of the path."""

    DOMAIN = "domain"
    HOSTED_ZONE = "hosted-zone"
    RECORD = "record"
    CERTIFICATE = "certificate"
    LOAD_BALANCER = "load-balancer"
    LISTENER = "listener"
    RULE = "rule"
    TARGET_GROUP = "target-group"
    TARGET = "target"
    SCAN = "scan"


# gc=False: no cycle can go through it, and a large snapshot has tens of thousands that the collector need not visit.
class Ref(Struct, frozen=True, order=True, gc=False):
    """Name of a thing: subject of findings, key of suppressions, node of the topology."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        """Write it as kind/id."""
        return f"{self.kind}/{self.id}"
