"""A snapshot whose groups do not fit together: what one names and another lacks is a gap, never absent.

A group that is known is complete, so that a saved snapshot with a hole in it was cut, or joined, by somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TypeAlias

from msgspec.structs import fields, replace

from albdoctor.derive.topology import groups_named, items
from albdoctor.facts.elb import Action, GroupHealth, Rule
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.mirror import known_or, readable
from albdoctor.facts.snapshot import Facts

Hole: TypeAlias = tuple[str, str]
"""A group, and what it lacks."""
ASKED = {field.name: field.default.asked for field in fields(Facts) if isinstance(field.default, Unknown)}
"""The question behind each group."""


def whole(facts: Facts) -> Facts:
    """Make every group that lacks what another one names a gap; health that is missing, for its target group only."""
    missing = dict(reversed(list(_holes(facts))))
    gaps = {group: _gap(group, name) for group, name in missing.items()}
    filled = replace(facts, **gaps) if gaps else facts
    return _with_health(filled)


def _holes(facts: Facts) -> Iterator[Hole]:
    leads = (lead.load_balancer_arn or "" for lead in items(facts.leads))
    # A Network Load Balancer has no rules and no HTTP: the lead alone tells of it.
    balancers = [arn for arn in leads if ":loadbalancer/app/" in arn]
    balancers += readable(items(facts.listeners), lambda one: [one.load_balancer_arn])
    yield from _lacking(
        facts, "load_balancers", balancers, (one.load_balancer_arn for one in items(facts.load_balancers))
    )
    listeners = [one.listener_arn for one in items(facts.rules)]
    listeners += [one.listener_arn for one in items(facts.listeners_certificates)]
    yield from _lacking(facts, "listeners", listeners, (one.listener_arn for one in items(facts.listeners)))
    yield from _lacking(
        facts, "target_groups", _groups(facts), (one.target_group_arn for one in items(facts.target_groups))
    )
    zones = [entry.zone_id for entry in items(facts.record_sets)]
    yield from _lacking(facts, "hosted_zones", zones, (one.id for one in items(facts.hosted_zones)))
    entries = items(facts.listeners_certificates)
    # Server certificates of IAM stand in no list of ACM's.
    named = readable((one for entry in entries for one in entry.certificates), lambda one: [one.certificate_arn])
    attached = [arn for arn in named if ":acm:" in arn]
    yield from _lacking(facts, "certificates", attached, (one.certificate_arn for one in items(facts.certificates)))
    encrypted = readable(items(facts.listeners), lambda one: [one.listener_arn] if one.protocol == "HTTPS" else [])
    yield from _lacking(facts, "listeners_certificates", encrypted, (entry.listener_arn for entry in entries))
    # Every listener has a default rule.
    every = [one.listener_arn for one in items(facts.listeners)]
    defaults = (one.listener_arn for one in items(facts.rules) if known_or(partial(_is_default, one), otherwise=True))
    yield from _lacking(facts, "rules", every, defaults)


def _lacking(facts: Facts, group: str, named: Iterable[str], held: Iterable[str]) -> Iterator[Hole]:
    """What a group that is known should hold, and does not."""
    if isinstance(getattr(facts, group), Known):
        have = frozenset(held)
        yield from ((group, name) for name in named if name not in have)


def _groups(facts: Facts) -> list[str]:
    """The target groups that others name."""
    actions: list[Action] = [*readable(items(facts.listeners), lambda one: one.default_actions)]
    actions += readable(items(facts.rules), lambda one: one.actions)
    named = [*groups_named(actions)]
    named += [one.target_group_arn for one in items(facts.groups_health)]
    return named + [one.target_group_arn for one in items(facts.target_probes)]


def _is_default(rule: Rule) -> bool:
    return rule.is_default or rule.priority == "default"


def _with_health(facts: Facts) -> Facts:
    health = items(facts.groups_health)
    have = {one.target_group_arn for one in health}
    missing = [one.target_group_arn for one in items(facts.target_groups) if one.target_group_arn not in have]
    if not missing or not isinstance(facts.groups_health, Known):
        return facts
    added = (GroupHealth(target_group_arn=arn, targets=_gap("groups_health", arn)) for arn in missing)
    return replace(facts, groups_health=Known((*health, *added)))


def _gap(group: str, name: str) -> Unknown:
    return Unknown(gap=Gap.FAILED, asked=ASKED[group], detail=f"{name} is missing from the facts")
