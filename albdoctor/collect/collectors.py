"""Which function collects which group of facts: each says so where it is defined, by the group's card."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from albdoctor.collect.aws.found import Part
from albdoctor.facts.groups import BadCardError, Card

S = TypeVar("S")
T = TypeVar("T")

PARTS: dict[str, Part[Any]] = {}
"""Groups that are the sum of what each balancer has: asked as soon as a balancer is found."""
WHOLES: dict[str, Callable[[Any], Awaitable[Any]]] = {}
"""Groups that one method makes as a whole."""


def collects_part(card: Card[tuple[T, ...]]) -> Callable[[Part[T]], Part[T]]:
    """This function gives what one balancer has of the group."""

    def register(ask: Part[T]) -> Part[T]:
        _claim(card)
        PARTS[card.name] = ask
        return ask

    return register


def collects(card: Card[T]) -> Callable[[Callable[[S], Awaitable[T]]], Callable[[S], Awaitable[T]]]:
    """This method makes the whole group."""

    def register(make: Callable[[S], Awaitable[T]]) -> Callable[[S], Awaitable[T]]:
        _claim(card)
        WHOLES[card.name] = make
        return make

    return register


def complete(cards: Mapping[str, Card[Any]]) -> None:
    """Refuse a group that nobody collects; call it when every module with collectors was imported."""
    if alone := sorted({*PARTS, *WHOLES} ^ {*cards}):
        raise BadCardError(f"a group of facts needs a card and a collector: {', '.join(alone)}")


def _claim(card: Card[Any]) -> None:
    if card.name in PARTS or card.name in WHOLES:
        raise BadCardError(f"{card.name} is collected by two functions")
