"""What is to be pasted is whole in every format, at the margin, and told apart where it waits for a decision."""

from __future__ import annotations

import html as markup
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.finding import Certainty
from albdoctor.checkup.fix import Impact
from albdoctor.commands.fix_files import Fixes
from albdoctor.report import html, junit, markdown, terminal
from albdoctor.report.model import Report
from tests.report.test_reports import report_of
from tests.support.pasting import pasted
from tests.support.stories import story

TARGETS = " ".join(f"Id=i-{number:017x},Port=8080" for number in range(700))
SCRIPT = pasted(f"aws elbv2 register-targets --targets {TARGETS}\n" + "\n".join(f"echo {n}" for n in range(40)))
TYPED = "aws acm request-certificate --names " + " ".join(f"name-{n}.shop.example" for n in range(150))


def text(report: Report) -> str:
    page = io.StringIO()
    terminal.write(report, page, verbose=True)
    return page.getvalue()


def page_of(report: Report) -> str:
    page = markup.unescape(html.render((report,)))
    return re.sub("</?pre[^>]*>", "\n", page)


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": text,
    "markdown": lambda report: markdown.render((report,)).decode(),
    "html": page_of,
}


def with_fix(report: Report, **changes: Any) -> Report:
    first, *rest = report.findings
    return replace(report, findings=(replace(first, fix=replace(first.fix, **changes)), *rest))


@pytest.mark.parametrize("form", FORMATS)
def test_a_long_script_is_whole_and_at_the_margin(form: str) -> None:
    assert len(TARGETS) > 20_000
    assert f"\n{SCRIPT}\n" in FORMATS[form](with_fix(report_of(story()), script=SCRIPT))


@pytest.mark.parametrize("count", [terminal.LONG - 7, terminal.LONG - 6])
def test_a_longer_script_is_named_by_the_command_that_runs_it_and_never_cut(count: int, tmp_path: Path) -> None:
    """Seven lines are what makes a block of a script."""
    lines = [f"echo {number}" for number in range(count)]
    report = with_fix(report_of(story()), script=pasted("\n".join(lines)))
    page = io.StringIO()
    terminal.write(report, page)
    told = page.getvalue()
    shown = count + 7 <= terminal.LONG
    assert all((f"\n{line}\n" in told) is shown for line in lines)
    files = Fixes(tmp_path)
    files.add(report)
    file = files.write()[report.findings[0].fingerprint]
    assert (f"bash fixes/{file.name}\n" in told) is not shown
    assert told.splitlines()[-2].startswith("More (")


def test_scripts_of_several_reports_have_the_names_that_a_folder_of_them_would_have(tmp_path: Path) -> None:
    first = with_fix(report_of(story()), script=SCRIPT)
    other = with_fix(report_of(story()), script=SCRIPT + "\n")
    files = Fixes(tmp_path)
    for report in (first, other, first):
        files.add(report)
    written = {fingerprint: path.name for fingerprint, path in files.write().items()}
    assert terminal.names_of((first, other, first)) == written


def test_on_windows_it_says_where_a_shell_is() -> None:
    page = io.StringIO()
    terminal.write(report_of(story()), page, windows=True, width=200)
    assert "AWS CloudShell, Git Bash or WSL (not PowerShell)" in page.getvalue()


def test_junit_holds_it_too() -> None:
    told = junit.render((with_fix(report_of(story()), script=SCRIPT),), "error").decode()
    assert SCRIPT in markup.unescape(told)


@pytest.mark.parametrize("form", FORMATS)
def test_a_long_line_to_type_is_whole(form: str) -> None:
    told = FORMATS[form](with_fix(report_of(story()), script="", by_hand=f"Type this:\n  {TYPED}\nand wait."))
    assert TYPED in told


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("impact", "first"), [(Impact.TRAFFIC, True), (Impact.NONE, False)])
def test_a_guess_that_moves_traffic_is_decided_first(form: str, impact: Impact, *, first: bool) -> None:
    report = with_fix(report_of(story()), impact=impact)
    guess = replace(report.findings[0], certainty=Certainty.LIKELY, decide="aws decide")
    told = FORMATS[form](replace(report, findings=(guess, *report.findings[1:])))
    assert ("only if the command above confirms it" in told) == first
    assert told.index("aws decide") < told.index("bash <<")


def test_scripts_of_a_report_are_numbered_in_their_order() -> None:
    report = report_of(story())
    roots = tuple(replace(one, root_cause=True, explained_by=()) for one in report.findings)
    told = text(replace(report, findings=roots))
    assert [line.strip()[:29] for line in told.splitlines() if " script " in line] == [
        "paste     script 1 of 2: the ",
        "paste     script 2 of 2: the ",
    ]
