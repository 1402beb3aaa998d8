"""The card of a group of facts: everything that is said of a group as a whole, in one place beside its struct.

Defaults of `Facts`, the policy, the guard, the plan, merging, consistency and a check's needs are read from the cards.

A new group of a source that is there costs three files: the struct, and in its module the card and the field; its
collector, which names the card (`collect/collectors.py`); a test. What is forgotten is refused at import, by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum, auto
from graphlib import CycleError, TopologicalSorter
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from msgspec import Struct

from albdoctor.facts.known import Gap, Observed, Unknown

T = TypeVar("T")


class BadCardError(Exception):
    """A group of facts is described wrongly; the message names it."""


class Whose(Enum):
    """Who must have seen a group, so that it is complete after merging."""

    ACCOUNTS = auto()
    """Every account that was asked."""
    HOLDER = auto()
    """Whoever holds the domain's registration; that nobody does must be said by every account."""
    CERTIFICATES = auto()
    """The accounts of the balancers that are reached; without any, every account and Region."""
    BALANCERS = auto()
    """Whoever reached a balancer, for its own; without any, every account and Region."""
    ANYBODY = auto()
    """One answer about the name, of which the last one counts."""
    OWN_RULES = auto()
    """Merged by rules of its own, in `merge/snapshots.py`."""


SUMS = frozenset({Whose.ACCOUNTS, Whose.HOLDER, Whose.CERTIFICATES, Whose.BALANCERS})
"""Groups that are the sum of what those who had to be asked know: their entries need a key."""


def not_asked(asked: str) -> Unknown:
    """Make the value of a group that nobody asked for."""
    return Unknown(gap=Gap.NOT_ASKED, asked=asked)


class Card(Struct, Generic[T], frozen=True, kw_only=True):
    """One group of facts."""

    name: str
    """The field of `Facts`."""
    holds: type[T]
    """The type by which a check asks for it: no two groups have the same."""
    actions: tuple[str, ...] = ()
    """IAM actions that it asks itself, the one that names it first; read-only, unless the group is opt-in."""
    checked_too: tuple[str, ...] = ()
    """IAM actions that AWS wants to be allowed besides, though nobody asks them."""
    question: str = ""
    """What is asked, where it is no IAM action."""
    builds_on: tuple[str, ...] = ()
    """Groups that must be asked before."""
    opt_in: str = ""
    """The option without which it is never asked; no other group builds on it."""
    opt_out: str = ""
    """The option with which it is not asked."""
    of_the_name: bool = False
    """It follows a name: of a balancer that no name is known to lead to, it says nothing."""
    over_http: bool = False
    """It is asked over HTTP by albdoctor itself."""
    unread: bool = False
    """No check of ours reads it yet: a scan asks for it only for a check of one's own."""
    only_helps: bool = False
    """Registry data, metrics, who owns a thing, the caller's identity: a verdict can do without."""
    whose: Whose = Whose.BALANCERS
    key: tuple[str, ...] = ()
    """The fields by which two entries are the same thing."""
    entries: str = ""
    """The field that holds the entries, where the group is no plain list of them."""
    partial: str = ""
    """The field of an entry that can have a gap of its own."""
    instead: str = ""
    """The field of an entry that holds what was read where all of it is too much: then "not asked" is no gap."""
    names: Mapping[str, str] = {}
    """Fields of an entry that name an entry of another group, which is never missing there."""

    @property
    def asked(self) -> str:
        """The question behind it: for AWS the IAM action, so that a reader can allow it."""
        return self.question or self.actions[0]

    @property
    def not_asked(self) -> Observed[T]:
        """The value of the group when nobody asks for it."""
        return not_asked(self.asked)

    @property
    def key_of(self) -> Callable[[object], Any]:
        """Tells what makes an entry the same thing as another."""
        return attrgetter(*self.key)

    @property
    def is_sum(self) -> bool:
        """Whether it is merged entry by entry."""
        return self.whose in SUMS

    def entries_of(self, value: T) -> tuple[Any, ...]:
        """The things that a value of the group is made of."""
        entries: Any = getattr(value, self.entries) if self.entries else value
        return tuple(entries)

    def is_partial(self, entry: object) -> bool:
        """Whether a part of an entry is not known."""
        value = getattr(entry, self.partial) if self.partial else None
        chosen = bool(self.instead) and bool(getattr(entry, self.instead))
        return isinstance(value, Unknown) and not (chosen and value.gap is Gap.NOT_ASKED)


def indexed(cards: Iterable[Card[Any]], fields: Iterable[str]) -> Mapping[str, Card[Any]]:
    """The cards of these fields by name, in the order of the fields; what cannot be right is a `BadCardError`."""
    index: dict[str, Card[Any]] = {}
    types: dict[Any, str] = {}
    for card in cards:
        if card.name in index:
            raise BadCardError(f"two groups of facts are called {card.name}")
        if card.holds in types:
            raise BadCardError(
                f"{types[card.holds]} and {card.name} are of one type: a check could not tell them apart"
            )
        index[card.name], types[card.holds] = card, card.name
    names = tuple(fields)
    if alone := sorted({*names} ^ {*index}):
        raise BadCardError(f"a group of facts needs a field and a card: {', '.join(alone)}")
    for card in index.values():
        for complaint in _complaints(card, index):
            raise BadCardError(f"{card.name} {complaint}")
    try:
        TopologicalSorter({card.name: card.builds_on for card in index.values()}).prepare()
    except CycleError as error:
        raise BadCardError(f"groups of facts build on each other: {' <- '.join(error.args[1])}") from None
    return {name: index[name] for name in names}


def _complaints(card: Card[Any], index: Mapping[str, Card[Any]]) -> Iterator[str]:
    """What is wrong with a card."""
    if not (card.question or card.actions):
        yield "has neither a question nor an action"
    for base in card.builds_on:
        if base not in index:
            yield f"builds on {base}, which is no group of facts"
        elif index[base].opt_in:
            yield f"builds on {base}, which is only asked with {index[base].opt_in}"
    if card.is_sum and not card.key:
        yield "has no key: nobody could merge it"
    for named in card.names.values():
        if named not in index or len(index[named].key) != 1:
            yield f"names entries of {named}, which is no group of facts with a key of one field"
    wanted = [name for name in (*card.key, card.partial, card.instead, *card.names) if name]
    fields = _fields_of_an_entry(card) if wanted else ()
    for name in wanted:
        if name not in fields:
            yield f"has entries without a field {name}"


def _fields_of_an_entry(card: Card[Any]) -> tuple[str, ...]:
    """The fields of the struct in `tuple[Listener, ...]`, in a `NewType` of it or in the field that `entries` names."""
    listed = get_type_hints(card.holds).get(card.entries) if card.entries else card.holds
    inner = get_args(getattr(listed, "__supertype__", listed))
    fields: tuple[str, ...] = getattr(inner[0], "__struct_fields__", ()) if inner else ()
    return fields
