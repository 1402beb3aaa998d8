"""Shards that contradict each other, of one moment, twice, or of several names: the order of files decides nothing."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from albdoctor.facts.files import encode
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.snapshot import CARDS, Facts
from albdoctor.merge.snapshots import merge
from tests.merge.test_properties import GROUPS, View, World, seen_by, worlds
from tests.merge.test_snapshots import of_dns, of_web
from tests.support.build import NOW, REGION, balancer, facts
from tests.support.build_dns import certificate
from tests.support.merging import merge_all

pytestmark = pytest.mark.sweep

NAMES = ("shop.example", "www.shop.example", "other.example")


class Shard(Struct, frozen=True):
    """What one file says, be it true or not."""

    view: View
    host: str
    lie: int
    """Which of some contents that the same keys have."""
    spelt: str
    named: bool


def snapshot(world: World, shard: Shard) -> Facts:
    made = seen_by(world, shard.view)
    host = shard.host
    registrable = host.removeprefix("www.")
    domain = shard.spelt + host
    scan = replace(made.scan, host=host, registrable=registrable, domain=domain, named=shard.named)
    told: dict[str, Any] = {}
    if isinstance(made.load_balancers, Known) and shard.lie:
        told["load_balancers"] = Known(
            tuple(replace(each, scheme=f"lie-{shard.lie}") for each in made.load_balancers.value)
        )
    if isinstance(made.listeners, Known) and shard.lie > 1:
        told["listeners"] = Known((*made.listeners.value, *(replace(each, port=1) for each in made.listeners.value)))
    return replace(made, scan=replace(scan, taken_at=NOW + timedelta(minutes=shard.view.minute)), **told)


shards = st.builds(
    Shard,
    st.builds(
        View,
        st.sets(st.integers(0, 2), min_size=1).map(lambda drawn: tuple(sorted(drawn))),
        st.frozensets(st.sampled_from(GROUPS), max_size=2),
        st.integers(0, 1),
    ),
    st.sampled_from(NAMES),
    st.integers(0, 2),
    st.sampled_from(("", "https://")),
    st.booleans(),
)
files = st.lists(shards, min_size=1, max_size=4)


@settings(max_examples=300)
@given(worlds, files)
def test_the_order_of_files_decides_nothing_but_the_order_of_reports(world: World, drawn: list[Shard]) -> None:
    made = [snapshot(world, each) for each in drawn]
    results = {frozenset(encode((one,)) for one in merge_all(order)) for order in permutations(made)}
    assert len(results) == 1


@given(worlds, shards)
def test_a_snapshot_with_itself_is_itself(world: World, drawn: Shard) -> None:
    one = snapshot(world, drawn)
    assert merge((one, one)) == one
    assert merge((one, one, one)) == one


@given(worlds, files)
def test_the_same_files_again_change_nothing(world: World, drawn: list[Shard]) -> None:
    made = [snapshot(world, each) for each in drawn]
    assert merge_all([*made, *made]) == merge_all(made)


@given(worlds, files)
def test_nothing_that_somebody_knows_becomes_an_absence(world: World, drawn: list[Shard]) -> None:
    """A thing that a shard of the request saw is there afterwards, or the group is unknown."""
    host = drawn[0].host
    made = [snapshot(world, replace(each, host=host)) for each in drawn]
    merged = merge(tuple(made))
    for name in ("hosted_zones", "record_sets"):
        card = CARDS[name]
        result = merged.of(card)
        if isinstance(result, Known):
            keys = {card.key_of(entry) for entry in card.entries_of(result.value)}
            for one in made:
                observed = one.of(card)
                seen = card.entries_of(observed.value) if isinstance(observed, Known) else ()
                assert {card.key_of(entry) for entry in seen} <= keys


def test_the_same_names_in_two_accounts_are_not_one_thing() -> None:
    """Somebody else's shard, with our ARNs: whoever saw last is told, and a gap of ours is not closed by theirs."""
    ours = facts(load_balancers=Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeLoadBalancers"))
    theirs = facts(load_balancers=(balancer(Scheme="internal"),))
    for order in permutations((ours, theirs)):
        assert merge(order).load_balancers != Known(())


def test_whose_view_of_a_balancer_is_borrowed_does_not_hang_on_the_order_of_files() -> None:
    named: list[Facts] = []
    for name in ("a.shop.example", "b.shop.example"):
        one = of_web(certificates=(certificate(name, arn=f"arn:aws:acm:{REGION}:1:certificate/1"),))
        named.append(replace(one, scan=replace(one.scan, host=name, domain=name)))
    results = {frozenset(encode((one,)) for one in merge_all(order)) for order in permutations((of_dns(), *named))}
    assert len(results) == 1


def test_thousands_of_snapshots_of_one_request_are_not_compared_with_each_other() -> None:
    whose = Unknown(gap=Gap.DENIED, asked="sts:GetCallerIdentity")
    one = of_web(identities=whose)
    made = [replace(one, scan=replace(one.scan, seconds=float(number))) for number in range(8000)]
    started = time.monotonic()
    (merged,) = merge_all(made)
    assert time.monotonic() - started < 10
    assert merged.load_balancers == of_web().load_balancers
