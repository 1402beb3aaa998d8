"""Text from outside stays text in a browser: the HTML report and the index of many scans in Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.hostile_html import CHROMIUM, HOSTILE, Counts, attempt, browser
from tests.test_hostile import EVERY

pytestmark = [pytest.mark.sweep, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium, which CI installs")]
SOME = ("alb401", "office-only", "loop-auth", "ecs-dynamic")
"""`scripts/hostile_html.py` takes all."""
FEW = {name: EVERY[name] for name in ("alb401",)}


def test_a_sample_of_hostile_texts_is_only_text(tmp_path: Path) -> None:
    counts = attempt(FEW, tmp_path, turns=1, stride=16, texts=1)
    assert (counts.wrong, counts.shown > 50, counts.pages > 4) == ([], True, True), str(counts)


@pytest.mark.sweep
@pytest.mark.parametrize("name", SOME)
def test_every_hostile_text_is_only_text(tmp_path: Path, name: str) -> None:
    counts = attempt({name: EVERY[name]}, tmp_path, turns=1, stride=4)
    print(counts)
    assert counts.wrong == []
    assert (counts.kinds > 30, counts.pages > len(HOSTILE)) == (True, True), str(counts)


OUT = (
    ("<script>window.owned=1</script>", "executions"),
    ("<p style='background:url(https://owned.example/x)'>x</p>", "executions"),
    ("<meta http-equiv=refresh content='0;url=about:blank#x'>", "executions"),
    ("<b id=x>x</b><marquee>x</marquee>", "strangers"),
    ("<p onclick='x'>x</p>", "strangers"),
    ("<p class='qzx'>x</p>", "strangers"),
    ("<a href='javascript:alert(1)'>x</a>", "strangers"),
    ("<a href='https://owned.example/'>x</a>", "strangers"),
    ("<p>\u202e\u3164</p>", "strangers"),
    (f"<p>{'a' * 500}</p>", "overflows"),
)


def test_what_gets_out_is_noticed(tmp_path: Path) -> None:
    counts = Counts()
    with browser(tmp_path, counts) as opened:
        for body, member in OUT:
            before = getattr(counts, member)
            opened.look("page", f"<!doctype html><meta charset=utf-8><title>x</title>{body}")
            assert getattr(counts, member) > before, (body, counts)


def test_one_element_more_is_noticed(tmp_path: Path) -> None:
    counts = Counts()
    with browser(tmp_path, counts) as opened:
        opened.look("page", "<!doctype html><title>x</title><p>x</p><p>y</p>", same_as="<title>x</title><p>x</p>")
        opened.look("same", "<!doctype html><title>x</title><p>z</p>", same_as="<title>x</title><p>x</p>")
    assert [said.partition(" ")[0] for said in counts.wrong] == ["page"], counts
