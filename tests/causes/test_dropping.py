"""No edge and no declaration can go without a situation that fails."""

from __future__ import annotations

from albdoctor.checkup.registry import load
from tests.causes.dropping import Mutant, judge_all, survives, without_a_declaration, without_an_edge


def test_nothing_can_be_dropped_unnoticed() -> None:
    runs = judge_all(load())
    mutants = [*without_an_edge(load()), *without_a_declaration(load())]
    assert [mutant.lacks for mutant in mutants if survives(mutant, runs)] == []


def test_every_edge_is_dropped_and_so_is_every_declaration() -> None:
    checks = load()
    last_words = {check.slug for check in checks if check.last_word}
    declared = sum(
        len(check.breaks) + len(check.shows) + len(check.explains - last_words)
        for check in checks
        if not check.last_word
    )
    assert len(list(without_a_declaration(checks))) == declared
    assert [mutant.lacks for mutant in without_an_edge(checks)][:2] == ["ALB101 -> ALB138", "ALB101 -> ALB201"]


def test_a_check_that_lacks_nothing_survives() -> None:
    runs = judge_all(load())
    assert [check.id for check in load() if not survives(Mutant("nothing", check), runs)] == []
