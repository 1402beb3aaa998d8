"""Derivations are made once for the same facts, and nothing outlives a judgement."""

from __future__ import annotations

import gc
import weakref

import pytest

from albdoctor.derive.once import once, one_judgement


class Thing:
    """Something that can be watched as it goes."""


def test_the_same_objects_are_derived_from_once() -> None:
    calls: list[tuple[int, ...]] = []

    @once
    def total(numbers: tuple[int, ...]) -> int:
        calls.append(numbers)
        return sum(numbers)

    first = (1, 2)
    equal = (*first[:1], 2)
    with one_judgement():
        assert [total(first), total(first), total(equal)] == [3, 3, 3]
        assert len(calls) == 2
    assert (total(first), total(first), len(calls)) == (3, 3, 4)


def test_equal_strings_are_the_same_argument() -> None:
    calls: list[str] = []

    @once
    def shout(words: tuple[str, ...], word: str) -> str:
        calls.append(word)
        return word.upper() + str(len(words))

    words = ("a",)
    with one_judgement():
        assert [shout(words, "".join(("x", "y"))) for _ in range(3)] == ["XY1"] * 3
        assert shout(words, "z") == "Z1"
    assert calls == ["xy", "z"]


def test_two_functions_of_the_same_facts_do_not_meet() -> None:
    @once
    def least(numbers: tuple[int, ...]) -> int:
        return min(numbers)

    @once
    def most(numbers: tuple[int, ...]) -> int:
        return max(numbers)

    numbers = (1, 2)
    with one_judgement():
        assert (least(numbers), most(numbers)) == (1, 2)


def test_short_lived_arguments_are_never_mistaken_for_each_other() -> None:
    @once
    def only(numbers: list[int]) -> int:
        return numbers[0]

    with one_judgement():
        assert [only([number]) for number in range(1000)] == list(range(1000))


def test_nothing_is_kept_after_the_judgement_even_when_it_fails() -> None:
    @once
    def same(thing: Thing) -> Thing:
        return thing

    def divided(_: Thing) -> float:
        return 1 / 0

    thing = Thing()
    gone = weakref.ref(thing)
    with pytest.raises(ZeroDivisionError), one_judgement():
        divided(same(thing))
    del thing
    gc.collect()
    assert gone() is None


def test_an_inner_judgement_has_its_own_memory() -> None:
    calls: list[int] = []

    @once
    def first(numbers: tuple[int, ...]) -> int:
        calls.append(1)
        return numbers[0]

    numbers = (1,)
    with one_judgement():
        first(numbers)
        with one_judgement():
            first(numbers)
        first(numbers)
    assert len(calls) == 2


def test_a_failure_is_not_kept() -> None:
    @once
    def divided(numbers: tuple[int, ...]) -> float:
        return 1 / numbers[0]

    numbers = (0,)
    with one_judgement():
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                divided(numbers)
