"""Every edge between our checks, and a situation in which it holds: where the facts of each pair come from.

A cause and its symptoms stand in one of five files, after where the cause is on the path. A new signal needs an entry
there: the cause names the symptom, the symptom its facts (or none, when they follow from the cause's).
"""

from __future__ import annotations

from collections.abc import Iterable

from albdoctor.checkup.check import Check
from tests.causes.area import Pair, Situation
from tests.causes.balancer import BALANCER
from tests.causes.certificate import CERTIFICATE
from tests.causes.dnssec import DNSSEC
from tests.causes.domain import DOMAIN
from tests.causes.target import TARGET

AREAS = (DOMAIN, DNSSEC, CERTIFICATE, BALANCER, TARGET)
SITUATIONS: tuple[Situation, ...] = tuple(situation for area in AREAS for situation in area.situations())


def edges(checks: Iterable[Check]) -> set[Pair]:
    """Every edge that checks declare among each other; to a last word every error leads, by rule and not by hand."""
    every = tuple(checks)
    said = tuple(one for one in every if not one.last_word)
    return {Pair(cause.id, symptom.id) for cause in every for symptom in said if cause.causes(symptom)}
