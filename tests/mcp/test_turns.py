"""One scan at a time: others wait for their turn, and not for ever."""

from __future__ import annotations

import asyncio
import threading
import time
from itertools import pairwise
from typing import Any, cast

import pytest
from mcp.types import CallToolRequestParams, CallToolResult

from albdoctor.config import Config
from albdoctor.mcp.questions import Checks, ListAsked
from albdoctor.mcp.server import Context, Desk
from albdoctor.mcp.tools import Setting, Told, Tool
from tests.mcp.asking import text

SETTING = Setting(config=Config(), config_file="")
NOBODY = cast("Context", None)
"""Our handlers look at nothing of a connection."""


def tool(name: str, work: Any, limit: float) -> Tool:
    return Tool(
        name=name, title="", about="", asked=ListAsked, answered=Checks, asks_others=True, limit=limit, work=work
    )


def called(desk: Desk, *names: str) -> list[CallToolResult]:
    async def main() -> list[CallToolResult]:
        asking = (desk.call(NOBODY, CallToolRequestParams(name=name, arguments={"lang": "en"})) for name in names)
        return await asyncio.gather(*asking)

    return asyncio.run(main())


def test_scans_take_turns() -> None:
    spans: list[tuple[float, float]] = []

    def work(_asked: ListAsked, _setting: Setting) -> Told:
        began = time.monotonic()
        time.sleep(0.1)
        spans.append((began, time.monotonic()))
        return Told("done", {})

    results = called(Desk(SETTING, (tool("scan", work, 10),)), "scan", "scan", "scan")
    assert [text(one) for one in results] == ["done"] * 3
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_who_waits_too_long_is_told_and_never_begins() -> None:
    done, begun = threading.Event(), list[str]()

    def slow(_asked: ListAsked, _setting: Setting) -> Told:
        begun.append("slow")
        done.wait(10)
        return Told("late", {})

    def quick(_asked: ListAsked, _setting: Setting) -> Told:
        begun.append("quick")
        return Told("quick", {})

    desk = Desk(SETTING, (tool("slow", slow, 0.3), tool("quick", quick, 0.3), tool("next", quick, 10)))
    first, second = called(desk, "slow", "quick")
    assert "slow gave no answer within" in text(first)
    assert "quick gave no answer within" in text(second)
    assert (first.is_error, second.is_error) == (True, True)
    done.set()
    assert text(called(desk, "next")[0]) == "quick"
    assert begun == ["slow", "quick"]


def test_a_crash_is_one_sentence_and_the_server_goes_on() -> None:
    def work(_asked: ListAsked, _setting: Setting) -> Told:
        raise RuntimeError("two\nlines")

    desk = Desk(SETTING, (tool("scan", work, 10),))
    for result in called(desk, "scan", "scan"):
        assert result.is_error
        assert text(result) == "albdoctor crashed, which is its own fault: RuntimeError: two\\nlines"


def test_who_went_away_has_nothing_begun(capsys: pytest.CaptureFixture[str]) -> None:
    done, begun = threading.Event(), list[str]()

    def slow(_asked: ListAsked, _setting: Setting) -> Told:
        begun.append("slow")
        done.wait(10)
        return Told("slow", {})

    def quick(_asked: ListAsked, _setting: Setting) -> Told:
        begun.append("quick")
        return Told("quick", {})

    desk = Desk(SETTING, (tool("slow", slow, 10), tool("quick", quick, 10)))

    async def main() -> str:
        slow_one, quick_one = (
            asyncio.create_task(desk.call(NOBODY, CallToolRequestParams(name=name))) for name in ("slow", "quick")
        )
        await asyncio.sleep(0.1)
        quick_one.cancel()
        await asyncio.wait({quick_one})
        done.set()
        return text(await slow_one)

    assert asyncio.run(main()) == "slow"
    assert begun == ["slow"]
    assert capsys.readouterr() == ("", "")
