"""Questions that are joined: who gets what, and what joins which question."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from albdoctor.collect.aws.batches import Together


class Ec2:
    """Answers a thing for each value, when it is let; notes what it was asked."""

    def __init__(self) -> None:
        """Keep everybody waiting."""
        self.asked: list[tuple[str, ...]] = []
        self.was_asked = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def __call__(self, values: tuple[str, ...]) -> tuple[str, ...]:
        self.asked.append(values)
        self.was_asked.set()
        await self.may_answer.wait()
        return tuple(f"thing {value}" for value in values)


def _value(thing: str) -> Iterable[str]:
    return (thing.removeprefix("thing "),)


def test_those_who_ask_at_once_share_a_question_and_get_their_own_things() -> None:
    async def scene() -> None:
        ec2 = Ec2()
        ec2.may_answer.set()
        together = Together(ec2, _value)
        answers = await asyncio.gather(together.those(("a", "b")), together.those(("b", "c")), together.those(("d",)))
        assert list(answers) == [("thing a", "thing b"), ("thing b", "thing c"), ("thing d",)]
        assert ec2.asked == [("a", "b", "c", "d")]

    asyncio.run(scene())


def test_who_comes_while_a_question_is_out_joins_the_next_one() -> None:
    async def scene() -> None:
        ec2 = Ec2()
        together = Together(ec2, _value)
        first = asyncio.create_task(together.those(("a",)))
        await ec2.was_asked.wait()
        late: list[asyncio.Task[tuple[str, ...]]] = []
        for value in "bcd":
            late.append(asyncio.create_task(together.those((value,))))
            await asyncio.sleep(0.02)
        assert ec2.asked == [("a",)], "one question is out at a time"
        ec2.may_answer.set()
        assert await asyncio.gather(first, *late) == [("thing a",), ("thing b",), ("thing c",), ("thing d",)]
        assert ec2.asked == [("a",), ("b", "c", "d")]

    asyncio.run(scene())


def test_a_failure_is_told_to_those_who_joined_and_not_to_the_next() -> None:
    async def scene() -> None:
        fail = [True]

        async def ask(values: tuple[str, ...]) -> tuple[str, ...]:
            if fail:
                fail.clear()
                raise ConnectionError("gone")
            return tuple(f"thing {value}" for value in values)

        together = Together(ask, _value)
        both = await asyncio.gather(together.those(("a",)), together.those(("b",)), return_exceptions=True)
        assert [type(one) for one in both] == [ConnectionError, ConnectionError]
        assert await together.those(("a",)) == ("thing a",)

    asyncio.run(scene())
