"""The cards of the groups of facts: nothing is forgotten, and what cannot be right is refused by name."""

from __future__ import annotations

from typing import Any, get_type_hints

import msgspec
import pytest
from msgspec import Struct

from albdoctor.collect.aws.guard import LISTS
from albdoctor.collect.aws.services import SERVICES
from albdoctor.collect.collectors import PARTS, WHOLES, collects, collects_part, complete
from albdoctor.collect.groups import Groups
from albdoctor.facts.ec2 import VPCS
from albdoctor.facts.groups import BadCardError, Card, indexed
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.scan import IDENTITIES, Identities
from albdoctor.facts.snapshot import CARDS, Facts
from tests.support.build import facts


class Gate(Struct, frozen=True, kw_only=True):
    """An entry of a group that is made up."""

    id: str
    wall: str = ""
    guards: Observed[tuple[str, ...]] = Known(())


class Wall(Struct, frozen=True, kw_only=True):
    """Another one."""

    id: str


def gates(**fields: Any) -> Card[tuple[Gate, ...]]:
    made = Card(name="gates", holds=tuple[Gate, ...], actions=("castle:DescribeGates",), key=("id",))
    return msgspec.structs.replace(made, **fields)


def walls(**fields: Any) -> Card[tuple[Wall, ...]]:
    made = Card(name="walls", holds=tuple[Wall, ...], actions=("castle:DescribeWalls",), key=("id",))
    return msgspec.structs.replace(made, **fields)


def test_the_fields_of_the_facts_are_as_their_cards_say() -> None:
    empty = Facts(scan=facts().scan)
    hints = get_type_hints(Facts)
    assert [name for name in Facts.__struct_fields__ if name not in ("schema", "scan")] == [*CARDS]
    for name, card in CARDS.items():
        assert empty.of(card) == card.not_asked == Unknown(gap=Gap.NOT_ASKED, asked=card.asked)
        known = next(part for part in hints[name].__args__ if part is not Unknown)
        assert known == Known[card.holds]  # type: ignore[name-defined] # a type as a value


def test_good_cards_are_indexed_in_the_order_of_the_fields() -> None:
    cards = (gates(builds_on=("walls",), partial="guards", names={"wall": "walls"}), walls())
    assert [*indexed(cards, ("walls", "gates"))] == ["walls", "gates"]


@pytest.mark.parametrize(
    ("cards", "complaint"),
    [
        ((gates(), walls(name="gates")), "two groups of facts are called gates"),
        (
            (gates(), walls(holds=tuple[Gate, ...])),
            "gates and walls are of one type: a check could not tell them apart",
        ),
        ((gates(),), "a group of facts needs a field and a card: walls"),
        ((gates(), walls(), walls(name="moats", holds=Wall)), "a group of facts needs a field and a card: moats"),
        ((gates(builds_on=("moats",)), walls()), "gates builds on moats, which is no group of facts"),
        (
            (gates(builds_on=("walls",)), walls(opt_in="--climb")),
            "gates builds on walls, which is only asked with --climb",
        ),
        (
            (gates(builds_on=("walls",)), walls(builds_on=("gates",))),
            "groups of facts build on each other: (gates <- walls <- gates|walls <- gates <- walls)",
        ),
        ((gates(actions=()), walls()), "gates has neither a question nor an action"),
        ((gates(key=()), walls()), "gates has no key: nobody could merge it"),
        ((gates(key=("id", "colour")), walls()), "gates has entries without a field colour"),
        ((gates(partial="knights"), walls()), "gates has entries without a field knights"),
        ((gates(names={"moat": "walls"}), walls()), "gates has entries without a field moat"),
        (
            (gates(names={"wall": "moats"}), walls()),
            "gates names entries of moats, which is no group of facts with a key of one field",
        ),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(cards: tuple[Card[Any], ...], complaint: str) -> None:
    with pytest.raises(BadCardError, match=rf"\A{complaint}\Z"):
        indexed(cards, ("gates", "walls"))


def test_every_group_has_one_collector() -> None:
    assert all(make.__qualname__.startswith(f"{Groups.__name__}.") for make in WHOLES.values())
    assert {*PARTS} | {*WHOLES} == {*CARDS}
    assert not {*PARTS} & {*WHOLES}
    with pytest.raises(BadCardError, match=r"\Aa group of facts needs a card and a collector: gates\Z"):
        complete({**CARDS, "gates": gates()})
    with pytest.raises(BadCardError, match=r"\Aa group of facts needs a card and a collector: vpcs\Z"):
        complete({name: card for name, card in CARDS.items() if name != "vpcs"})


def test_a_second_collector_is_refused() -> None:
    async def whoever(_self: object) -> Identities:
        return ()

    async def nothing(_found: object) -> tuple[Any, ...]:
        return ()

    with pytest.raises(BadCardError, match=r"\Aidentities is collected by two functions\Z"):
        collects(IDENTITIES)(whoever)
    with pytest.raises(BadCardError, match=r"\Avpcs is collected by two functions\Z"):
        collects_part(VPCS)(nothing)


def test_every_action_belongs_to_a_service_with_a_card() -> None:
    """Organizations is asked for the accounts to scan, before there is a snapshot."""
    prefixes = {action.split(":")[0] for action in LISTS.union(*(card.actions for card in CARDS.values()))}
    assert prefixes == {service.iam for service in SERVICES.values()}
