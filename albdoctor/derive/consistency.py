"""A snapshot whose groups do not fit together: what one names and another lacks is a gap, never absent.

A group that is known is complete, so that a saved snapshot with a hole in it was cut, or joined, by somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias, TypeVar

from msgspec.structs import replace

from albdoctor.derive.topology import groups_named, items
from albdoctor.facts.acm import CERTIFICATES
from albdoctor.facts.arn import is_network
from albdoctor.facts.elb import (
    GROUPS_HEALTH,
    LISTENERS_CERTIFICATES,
    LOAD_BALANCERS,
    RULES,
    TARGET_GROUPS,
    GroupHealth,
    Listener,
    Rule,
)
from albdoctor.facts.elb_actions import Action
from albdoctor.facts.groups import Card
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.mirror import known_or, readable
from albdoctor.facts.snapshot import CARDS, Facts

T = TypeVar("T")

Hole: TypeAlias = tuple[str, str]
"""A group, and what it lacks."""


def holes_as_gaps(facts: Facts) -> Facts:
    """Make every group that lacks what another one names a gap; health that is missing, for its target group only."""
    missing = dict(reversed(list(_holes(facts))))
    gaps = {group: _gap(group, name) for group, name in missing.items()}
    filled = replace(facts, **gaps) if gaps else facts
    return _with_health(filled)


def _holes(facts: Facts) -> Iterator[Hole]:
    for name, others in NAMED_BY.items():
        card = CARDS[name]
        if isinstance(observed := facts.of(card), Known):
            deeper = DEEPER[name](facts) if name in DEEPER else ()
            shallow = (arn for other, field in others for arn in _values(facts.of(other), other, field))
            yield from _lacking(name, (*deeper, *shallow), map(card.key_of, card.entries_of(observed.value)))
    if isinstance(facts.rules, Known):
        rules = facts.rules.value
        defaults = (one.listener_arn for one in rules if known_or(partial(_is_default, one), otherwise=True))
        yield from _lacking(RULES.name, _with_rules(facts), defaults)


def _lacking(group: str, named: Iterable[str], held: Iterable[str]) -> Iterator[Hole]:
    """What a group that is known should hold, and does not."""
    have = frozenset(held)
    yield from ((group, name) for name in named if name not in have)


def _values(observed: Observed[T], card: Card[T], field: str) -> Iterator[str]:
    """What a field of each entry says."""
    entries = card.entries_of(observed.value) if isinstance(observed, Known) else ()
    return readable(entries, lambda entry: [getattr(entry, field)])


def _balancers(facts: Facts) -> Iterator[str]:
    """A Network Load Balancer has no rules and no HTTP: the lead alone tells of it."""
    leads = (lead.load_balancer_arn or "" for lead in items(facts.leads))
    return (arn for arn in leads if ":loadbalancer/app/" in arn)


def _with_rules(facts: Facts) -> Iterator[str]:
    """Every listener of an Application Load Balancer has a default rule; those of other kinds have none."""
    return (
        one.listener_arn for one in items(facts.listeners) if not known_or(partial(_of_network, one), otherwise=False)
    )


def _of_network(listener: Listener) -> bool:
    return is_network(listener.load_balancer_arn)


def _attached(facts: Facts) -> Iterator[str]:
    """Server certificates of IAM stand in no list of ACM's."""
    every = (one for each in items(facts.listeners_certificates) for one in each.certificates)
    return (arn for arn in readable(every, lambda one: [one.certificate_arn]) if ":acm:" in arn)


def _encrypted(facts: Facts) -> Iterator[str]:
    """Every HTTPS listener has an entry."""
    return readable(items(facts.listeners), lambda one: [one.listener_arn] if one.protocol == "HTTPS" else [])


def _forwarded_to(facts: Facts) -> Iterator[str]:
    actions: list[Action] = [*readable(items(facts.listeners), lambda one: one.default_actions)]
    actions += readable(items(facts.rules), lambda one: one.actions)
    return groups_named(actions)


DEEPER: Mapping[str, Callable[[Facts], Iterator[str]]] = {
    LOAD_BALANCERS.name: _balancers,
    LISTENERS_CERTIFICATES.name: _encrypted,
    TARGET_GROUPS.name: _forwarded_to,
    CERTIFICATES.name: _attached,
}
"""Entries of a group that others name deeper inside of theirs, or not always."""
NAMED_BY: Mapping[str, tuple[tuple[Card[Any], str], ...]] = {
    group: tuple((card, field) for card in CARDS.values() for field, named in card.names.items() if named == group)
    for group in CARDS
    if group in DEEPER or any(group in card.names.values() for card in CARDS.values())
}
"""Groups whose entries others name, and which fields of which others do."""


def _is_default(rule: Rule) -> bool:
    return rule.is_default or rule.priority == "default"


def _with_health(facts: Facts) -> Facts:
    health = items(facts.groups_health)
    have = {one.target_group_arn for one in health}
    missing = [one.target_group_arn for one in items(facts.target_groups) if one.target_group_arn not in have]
    if not missing or not isinstance(facts.groups_health, Known):
        return facts
    added = (GroupHealth(target_group_arn=arn, targets=_gap(GROUPS_HEALTH.name, arn)) for arn in missing)
    return replace(facts, groups_health=Known((*health, *added)))


def _gap(group: str, name: str) -> Unknown:
    return Unknown(gap=Gap.FAILED, asked=CARDS[group].asked, detail=f"{name} is missing from the facts")
