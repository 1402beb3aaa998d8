"""Which groups must be asked for some groups of facts, and which IAM actions that takes: the policy of a scan."""

from __future__ import annotations

from collections.abc import Iterable

from albdoctor.facts.snapshot import CARDS

OPT_IN = frozenset(card.name for card in CARDS.values() if card.opt_in)
"""Groups that nobody is asked for unless an option is given."""
OF_THE_NAME = frozenset(card.name for card in CARDS.values() if card.of_the_name)
"""Groups that follow a name: of a balancer that no name is known to lead to, they say nothing."""


def with_needed(wanted: Iterable[str]) -> frozenset[str]:
    """Add to some groups everything that they build on; a name that is no group is a LookupError."""
    closed: set[str] = set()
    waiting = list(wanted)
    while waiting:
        group = waiting.pop()
        if group not in CARDS:
            raise LookupError(f"there is no group of facts {group!r}")
        if group not in closed:
            closed.add(group)
            waiting += CARDS[group].builds_on
    return frozenset(closed)


def permissions_for(wanted: Iterable[str]) -> tuple[str, ...]:
    """Every IAM action that must be allowed to see these groups, those besides that AWS checks too."""
    groups = with_needed(wanted)
    besides = {action for group in groups for action in CARDS[group].checked_too}
    return tuple(sorted({*actions_for(groups), *besides}))


def actions_for(wanted: Iterable[str]) -> tuple[str, ...]:
    """Every IAM action that is needed to see these groups, sorted, each once."""
    return tuple(sorted({action for group in with_needed(wanted) for action in CARDS[group].actions}))
