"""Merging over drawn worlds: a shard is what some accounts see of a world, with gaps; the truth is what all see."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from albdoctor.facts.elb import How, Lead
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.snapshot import Facts, Identity
from albdoctor.merge.snapshots import merge
from tests.support.build import NOW, REGION, balancer, facts, listener
from tests.support.build_dns import certificate, record_set, records, zone
from tests.support.merging import merge_all

pytestmark = pytest.mark.sweep

GROUPS = ("identities", "hosted_zones", "record_sets", "leads", "load_balancers", "listeners", "certificates")
BUILT_ON: dict[str, tuple[str, ...]] = {
    "hosted_zones": ("record_sets",),
    "leads": ("load_balancers", "listeners", "certificates"),
    "load_balancers": ("listeners", "certificates"),
}


class World(Struct, frozen=True):
    """Accounts 0 to 2: which of them hold a zone of the name, and which a balancer."""

    zones: tuple[int | None, ...]
    """For each account, the account of the balancer that its zone's record names; None: it has no zone."""
    balancers: tuple[bool, ...]


class View(Struct, frozen=True):
    """What a shard sees of a world: the eyes of some accounts, and groups that failed."""

    accounts: tuple[int, ...]
    gaps: frozenset[str]
    minute: int


def balancer_of(account: int) -> Any:
    arn = f"arn:aws:elasticloadbalancing:{REGION}:{account:012}:loadbalancer/app/web/{account:016}"
    return balancer(LoadBalancerArn=arn, DNSName=f"web-{account}.{REGION}.elb.amazonaws.com")


def listener_of(account: int) -> Any:
    arn = balancer_of(account).load_balancer_arn
    return listener(ListenerArn=arn.replace(":loadbalancer/", ":listener/") + "/1", LoadBalancerArn=arn)


def certificate_of(account: int) -> Any:
    return certificate("shop.example", arn=f"arn:aws:acm:{REGION}:{account:012}:certificate/1")


def seen_by(world: World, view: View) -> Facts:
    """What one scan with the profiles of the view's accounts says, as `collect` does it."""
    zones = [account for account in view.accounts if world.zones[account] is not None]
    found: dict[tuple[How, str], Lead] = {}
    for account in zones:
        meant = world.zones[account]
        assert meant is not None
        named = balancer_of(meant)
        here = meant in view.accounts and world.balancers[meant]
        arn = named.load_balancer_arn if here else None
        found[How.ALIAS, named.dns_name] = Lead(
            how=How.ALIAS, name=named.dns_name, region=REGION, load_balancer_arn=arn
        )
    for account in view.accounts:  # its own certificate or rule tells an account of its balancer
        if world.balancers[account]:
            arn = balancer_of(account).load_balancer_arn
            found[How.ADDRESS, arn] = Lead(how=How.ADDRESS, name=arn, region=REGION, load_balancer_arn=arn)
    reached = [account for account in view.accounts if world.balancers[account]]
    values: dict[str, Any] = {
        "identities": tuple(Identity(account=f"{account:012}", arn=f"arn/{account}") for account in view.accounts),
        "hosted_zones": tuple(zone(f"Z{account}") for account in zones),
        "record_sets": tuple(
            records(record_set(alias=balancer_of(world.zones[account] or 0).d_n_s_name), zone_id=f"Z{account}")
            for account in zones
        ),
        "leads": tuple(sorted(found.values(), key=lambda lead: list(How).index(lead.how))),
        "load_balancers": tuple(map(balancer_of, reached)),
        "listeners": tuple(map(listener_of, reached)),
        "certificates": tuple(map(certificate_of, reached or view.accounts)),
    }
    failed = set(view.gaps)
    for name in GROUPS:
        failed |= {above for above in BUILT_ON.get(name, ()) if name in failed}
    for name in failed:
        values[name] = Unknown(gap=Gap.DENIED, asked=name)
    made = facts(**values)
    return replace(made, scan=replace(made.scan, taken_at=NOW + timedelta(minutes=view.minute)))


worlds = st.builds(
    World,
    st.tuples(*[st.none() | st.integers(0, 2)] * 3),
    st.tuples(*[st.booleans()] * 3),
)


def views(gaps: st.SearchStrategy[frozenset[str]]) -> st.SearchStrategy[list[View]]:
    """Some shards of distinct times."""
    accounts = st.sets(st.integers(0, 2), min_size=1).map(lambda drawn: tuple(sorted(drawn)))
    drawn = st.lists(st.tuples(accounts, gaps), min_size=1, max_size=4)
    return drawn.map(lambda each: [View(accounts, gap, minute) for minute, (accounts, gap) in enumerate(each)])


whole = views(st.just(frozenset[str]()))
holed = views(st.frozensets(st.sampled_from(GROUPS), max_size=2))


def things(snapshot: Facts, name: str) -> tuple[Any, ...] | None:
    """A group; None: it is not known."""
    observed: Observed[tuple[Any, ...]] = getattr(snapshot, name)
    return observed.value if isinstance(observed, Known) else None


def content(snapshot: Facts, name: str) -> frozenset[Hashable] | None:
    """A group without its order; None: it is not known."""
    known = things(snapshot, name)
    return None if known is None else frozenset(map(repr, known))


def contents(snapshot: Facts) -> dict[str, frozenset[Hashable] | None]:
    return {name: content(snapshot, name) for name in GROUPS}


def together(drawn: list[View]) -> View:
    """One scan with all the profiles."""
    return View(tuple(sorted({account for view in drawn for account in view.accounts})), frozenset(), 0)


@given(worlds, whole)
def test_without_gaps_shards_say_what_one_scan_with_all_profiles_says(world: World, drawn: list[View]) -> None:
    merged = merge(tuple(seen_by(world, view) for view in drawn))
    assert contents(merged) == contents(seen_by(world, together(drawn)))


@given(worlds, holed)
def test_what_is_known_after_merging_is_the_truth_and_all_of_it(world: World, drawn: list[View]) -> None:
    merged = merge(tuple(seen_by(world, view) for view in drawn))
    truth = seen_by(world, together(drawn))
    for name in ("identities", "hosted_zones", "record_sets"):
        assert content(merged, name) in (None, content(truth, name))
    reached = {lead.load_balancer_arn for lead in things(merged, "leads") or () if lead.load_balancer_arn}
    for name in ("load_balancers", "listeners"):
        known = things(merged, name)
        if known is not None:
            # A gap of the traces counts only when nothing was reached: what counts is what was reached.
            assert isinstance(merged.leads, Known)
            assert {each.load_balancer_arn for each in known} == reached
    if isinstance(merged.leads, Known) and not reached:
        assert content(merged, "leads") == content(truth, "leads")


@given(worlds, holed)
def test_nothing_comes_out_of_gaps_alone(world: World, drawn: list[View]) -> None:
    shards = tuple(seen_by(world, view) for view in drawn)
    merged = merge(shards)
    for name in GROUPS:
        if all(isinstance(getattr(each, name), Unknown) for each in shards):
            lent = name == "leads" and any(isinstance(each.load_balancers, Known) for each in shards)
            assert lent or isinstance(getattr(merged, name), Unknown)


@given(worlds, holed)
def test_order_decides_only_order(world: World, drawn: list[View]) -> None:
    shards = [seen_by(world, view) for view in drawn]
    results = [merge(tuple(order)) for order in permutations(shards)]
    assert all(contents(one) == contents(results[0]) for one in results)
    assert all(one.scan == results[0].scan for one in results)


@given(worlds, holed)
def test_the_same_again_changes_nothing(world: World, drawn: list[View]) -> None:
    shards = [seen_by(world, view) for view in drawn]
    merged = merge_all(shards)
    assert merge_all([*shards, *shards]) == merged
    assert merge_all(merged) == merged


@given(worlds, whole)
def test_without_gaps_it_does_not_matter_who_is_merged_first(world: World, drawn: list[View]) -> None:
    first, *others = (seen_by(world, view) for view in drawn)
    merged = first
    for other in others:
        merged = merge((merged, other))
    assert contents(merged) == contents(merge((first, *others)))


@given(worlds, holed)
def test_a_merge_of_merges_never_says_more_than_the_merge_of_all(world: World, drawn: list[View]) -> None:
    first, *others = (seen_by(world, view) for view in drawn)
    merged = first
    for other in others:
        merged = merge((merged, other))
    flat = contents(merge((first, *others)))
    for name in ("identities", "hosted_zones", "record_sets", "load_balancers", "listeners", "certificates"):
        assert content(merged, name) in (None, flat[name])
