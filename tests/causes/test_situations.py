"""Every edge of the root cause graph is seen at work: both checks find, and the one explains the other directly."""

from __future__ import annotations

from collections import Counter

import pytest

from albdoctor.checkup.engine import run
from albdoctor.checkup.registry import load
from albdoctor.checkup.signals import MEANINGS
from tests.causes.area import Area, Cause, Pair, Situation
from tests.causes.judged import judged, silent, unexplained
from tests.causes.table import AREAS, SITUATIONS, edges
from tests.support.build import balancer
from tests.support.build_dns import zone


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: str(one.pair))
def test_the_cause_explains_the_symptom(situation: Situation) -> None:
    outcomes = judged(situation.facts, load())
    assert silent(situation.pair, outcomes) == []
    assert unexplained(situation.pair, situation.facts, outcomes) == []


def test_every_edge_has_a_situation_and_every_situation_an_edge() -> None:
    shown = Counter(situation.pair for situation in SITUATIONS)
    assert edges(load()) - shown.keys() == set(), "edges without a situation: see tests/causes/table.py"
    assert shown.keys() - edges(load()) == set(), "situations of edges that no check declares"
    assert set(shown.values()) == {1}


def test_every_signal_leads_somewhere() -> None:
    broken, shown = (frozenset[str]().union(*(getattr(check, of) for check in load())) for of in ("breaks", "shows"))
    assert broken == shown == MEANINGS.keys()


def test_every_symptom_belongs_to_a_cause_and_every_pair_is_one() -> None:
    for area in AREAS:
        pairs = {situation.pair for situation in area.situations()}
        assert area.symptoms.keys() == {pair.symptom for pair in pairs}
        assert area.both.keys() <= pairs


def test_a_cause_and_a_symptom_never_hide_each_other() -> None:
    area = Area(
        ground={},
        causes={"ALB302": Cause("ALB221", {"load_balancers": (balancer(),), "hosted_zones": (zone(),)})},
        symptoms={"ALB221": {"load_balancers": (), "hosted_zones": (zone(),)}},
    )
    with pytest.raises(ValueError, match="ALB302 -> ALB221: both touch load_balancers"):
        list(area.situations())


def test_a_check_that_finds_nothing_and_a_pair_without_an_edge_are_told() -> None:
    situation = SITUATIONS[0]
    outcomes = run(situation.facts, load())
    assert silent(Pair("ALB302", "ALB201"), outcomes) == ["ALB302", "ALB201"]
    backwards = Pair(situation.pair.symptom, situation.pair.cause)
    assert unexplained(backwards, situation.facts, outcomes) == ["domain/shop.example"]
