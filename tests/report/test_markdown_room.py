"""Markdown fits into a comment of a pull request, however much was found and whatever it is called."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from albdoctor.report import markdown
from albdoctor.report.markdown import MOST
from albdoctor.report.model import Report, SourceReport
from tests.report.test_many import report_of_groups
from tests.report.test_reports import HOSTILE, report_of
from tests.support.stories import story

pytestmark = pytest.mark.sweep

LONG = "\u202e`*_" * 600


def told(*reports: Report) -> str:
    return markdown.render(reports).decode()


def renamed(report: Report, message: str) -> Report:
    return replace(report, findings=tuple(replace(one, message=message, why=message) for one in report.findings))


@pytest.mark.parametrize("name", ["ill", HOSTILE[:60]])
def test_five_hundred_findings_fit_and_the_first_are_told_whole(name: str) -> None:
    page = told(report_of_groups(500, name))
    assert 50_000 < len(page) < MOST
    first = page[page.index("### 1. ") : page.index("### 2. ")]
    for part in (
        "**fix**: Mend",
        "(some requests may fail for seconds)",
        "- **note**: Nothing else",
        "verify:",
        "aws check",
    ):
        assert part in first
    whole = re.findall(r"^### (\d+)\. ", page, re.MULTILINE)
    short = re.findall(r"^- (\d+)\. error `TST401 cause`: Group", page, re.MULTILINE)
    (more,) = re.findall(r"^- (\d+) more: `TST401 cause` × (\d+)$", page, re.MULTILINE)
    assert [*whole, *short] == [str(number + 1) for number in range(len(whole) + len(short))]
    assert more[0] == more[1] == str(500 - len(whole) - len(short))
    assert (len(whole) > 20, len(short) > 20) == (True, True)
    assert "exit 1: " in page.splitlines()[-1]


def test_no_command_is_cut() -> None:
    page = told(report_of_groups(500))
    assert page.count("\n```") % 2 == 0
    assert page.count("aws one ") == page.count("aws four ") > 20


def test_few_findings_are_told_whole() -> None:
    page = told(report_of_groups(20))
    assert len(re.findall(r"^### (\d+)\. ", page, re.MULTILINE)) == 20
    assert "in short" not in page


@pytest.mark.parametrize("message", [LONG, HOSTILE * 20, "x" * 3_000])
def test_long_texts_fit_too(message: str) -> None:
    page = told(renamed(report_of_groups(500), message))
    assert len(page) < MOST
    assert "exit 1: " in page.splitlines()[-1]


def test_a_step_that_is_too_long_is_named_and_the_next_is_told() -> None:
    report = report_of_groups(2)
    first, *rest = report.findings
    huge = replace(first, fix=replace(first.fix, script="\n".join(["aws one"] * 10_000)))
    page = told(replace(report, findings=(huge, *rest)))
    assert len(page) < MOST
    assert "\n- 1. error `TST401 cause`: Group ill" in page
    assert "### 2. Group ill" in page


@pytest.mark.parametrize("scans", [2, 60, 600])
def test_many_scans_share_the_room(scans: int) -> None:
    page = told(*[report_of_groups(10)] * scans)
    assert len(page) < MOST
    headings = len(re.findall("^## ", page, re.MULTILINE))
    more = re.findall(r"^(\d+) more$", page, re.MULTILINE)
    assert headings + sum(map(int, more)) == scans
    assert headings >= min(scans, 60)


def test_the_block_that_makes_a_thing_is_named() -> None:
    report = report_of(story())
    source = SourceReport(file="infra/`a`.tf", line=12, end_line=20, name="aws_lb.web")
    page = told(replace(report, findings=tuple(replace(one, source=source) for one in report.findings)))
    assert "\ncode: infra/\\`a\\`.tf:12 aws\\_lb.web\n" in page
