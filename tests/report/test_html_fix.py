"""The HTML report shows all of a fix: what it does beside, where to click, what to type."""

from __future__ import annotations

import re
from html import unescape

import pytest
from msgspec.structs import replace

from albdoctor.checkup.fix import Impact
from albdoctor.report import html
from albdoctor.report.model import FixReport
from tests.report.test_reports import report_of
from tests.support.stories import story

FIX = FixReport(
    summary="Put it right.",
    impact=Impact.TRAFFIC,
    script="aws first\naws second\n",
    console=("EC2 > first step", "EC2 > second step"),
    terraform='resource "aws_one" "it" {}\n',
    cloudformation="It:\n  Type: AWS::One::Two\n",
    by_hand="Ask whoever holds it.",
    side_effects=("Mail stops.", "Caches stay for 48 hours."),
    verify="dig +short shop.example",
)


def page_with(fix: FixReport) -> str:
    """The page's text, where the first finding has this fix."""
    report = report_of(story())
    first, *others = report.findings
    page = html.render((replace(report, findings=(replace(first, fix=fix), *others)),))
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize("words", [*FIX.side_effects, *FIX.console])
def test_side_effects_and_console_steps_are_shown_once_and_by_themselves(words: str) -> None:
    without = replace(FIX, side_effects=(), console=())
    assert page_with(FIX).count(words) == 1
    assert words not in page_with(without)


@pytest.mark.parametrize("words", [FIX.summary, FIX.by_hand, FIX.script, FIX.terraform, FIX.cloudformation, FIX.verify])
def test_everything_else_of_the_fix_is_shown(words: str) -> None:
    assert " ".join(words.split()) in page_with(FIX)


def test_what_must_be_minded_stands_before_what_is_typed() -> None:
    page = page_with(FIX)
    first = min(map(page.index, ("aws first", FIX.by_hand)))
    assert [words for words in FIX.side_effects if page.index(words) > first] == []
