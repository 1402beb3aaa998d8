"""Whatever string stands anywhere in the facts, a terminal shows it and does nothing else."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from albdoctor import judge
from albdoctor.errors import BadFactsError
from albdoctor.facts.files import decode
from albdoctor.literals import UNSEEN, is_seen
from albdoctor.policy import Policy
from albdoctor.report import terminal
from albdoctor.report.screen import screen_on
from tests.fuzz.test_parsers import leaves

pytestmark = pytest.mark.sweep

CASES = Path(__file__).parents[1] / "cases"
NASTY = "qz\x1b]0;title\x07\x1b[31m\u202e\u3164\u200b\r\n::error::x"
SGR = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    """Says that it is one, so that colours are written."""

    def isatty(self) -> bool:
        return True


def strings(tree: Any) -> list[tuple[Any, ...]]:
    return [path for path in leaves(tree) if path and isinstance(at(tree, path), str)]


def at(tree: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def put(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    made = tree.copy()
    made[path[0]] = put(tree[path[0]], path[1:], value)
    return made


@pytest.mark.parametrize("name", ["alb401", "balancer-502", "cloudfront-502"])
def test_no_string_of_the_facts_acts(name: str) -> None:
    """Every string about the scan and its account, and each fifth of the others; `scripts/odd_values.py` takes all."""
    tree = msgspec.json.decode((CASES / f"{name}.json").read_bytes())
    shown = 0
    every = strings(tree)
    for path in [path for path in every if path[0] in {"scan", "identities"}] + every[::5]:
        try:
            (facts,) = decode(msgspec.json.encode(put(tree, path, at(tree, path) + NASTY)), "saved.json")
        except BadFactsError:
            continue
        page = io.StringIO()
        terminal.write(judge(facts, Policy(lang="ko")), page)
        said = page.getvalue()
        wrong = [line for line in said.split("\n") if not is_seen(line)]
        assert not wrong, (path, wrong)
        assert not re.search("^::", said, re.MULTILINE), path
        shown += "qz" in said
    assert shown > 5


def test_what_is_given_to_a_screen_is_shown() -> None:
    out = Terminal()
    table = Table.grid()
    table.add_row(NASTY, Text(NASTY, "red"))
    for thing in (NASTY, Text(NASTY, "red"), Padding(Text(NASTY), (0, 0, 0, 2)), table):
        screen_on(out).print(thing, soft_wrap=True)
    bare = SGR.sub("", out.getvalue())
    assert all(map(is_seen, bare.split("\n")))
    assert "\\x1b]0;title" in bare  # rich leaves the bell out


def test_fillers_are_no_words() -> None:
    assert all(not is_seen(one) for one in UNSEEN)
    assert is_seen("한국.kr ㅎ é ✓")
