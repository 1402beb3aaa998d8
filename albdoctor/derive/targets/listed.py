"""Targets as findings name them: a few ids or ports and how many more there are, and what a finding is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from albdoctor.derive.targets.registered import Registered
from albdoctor.facts.elb import target_ref
from albdoctor.facts.known import Ref

SHOWN = 3


def target_ids(targets: Iterable[Registered]) -> tuple[str, ...]:
    """List the first ids, and how many more there are: ("i-0a", "i-0b", "i-0c", "+4")."""
    return _first(one.target.id for one in targets)


def target_ports(targets: Iterable[Registered]) -> tuple[str, ...]:
    """List the first ports that requests to these targets go to, and how many more there are."""
    return _first(str(one.port) for one in targets)


def _first(words: Iterable[str]) -> tuple[str, ...]:
    every = tuple(dict.fromkeys(words))
    return (*every[:SHOWN], f"+{len(every) - SHOWN}") if len(every) > SHOWN else every


def subject_of(targets: Sequence[Registered]) -> Ref:
    """Name the thing that a finding about these targets is about: the only target, else their group."""
    first = targets[0]
    return target_ref(first.group.target_group_arn, first.target) if len(targets) == 1 else first.group.ref
