"""What people see on a terminal of 80 columns, whole, in both languages: eight sites, as files to be read.

`python -m tests.report.test_golden` writes them anew: read the difference as the person whom it is for.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.cells import cell_len

import albdoctor
from albdoctor.facts.files import decode
from albdoctor.policy import Policy
from albdoctor.report import terminal
from albdoctor.text import Lang

TESTS = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"
SITES = {
    "founding-story": TESTS / "fuzz" / "founding-story.json",
    "healthy": TESTS / "fuzz" / "healthy.json",
    "name-missing": TESTS / "recorded" / "name-missing.json",
    "balancer-502": TESTS / "cases" / "balancer-502.json",
    "one-of-three-503": TESTS / "cases" / "one-of-three-503.json",
    "subnets-gap": TESTS / "cases" / "subnets-gap.json",
    "office-only": TESTS / "cases" / "office-only.json",
    "failopen-200": TESTS / "cases" / "failopen-200.json",
}
COLUMNS = 80
LINES = 80
LANGS: tuple[Lang, ...] = ("en", "ko")


def shown(name: str, lang: Lang) -> str:
    (facts,) = decode(SITES[name].read_bytes(), name)
    page = io.StringIO()
    terminal.write(albdoctor.judge(facts, Policy(lang=lang)), page, color=False, width=COLUMNS)
    return page.getvalue()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", SITES)
def test_the_report_of(name: str, lang: Lang) -> None:
    assert shown(name, lang) == (GOLDEN / f"{name}.{lang}.txt").read_text()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", SITES)
def test_eighty_columns_hold_everything_but_what_is_to_be_pasted(name: str, lang: Lang) -> None:
    """Commands stay on one line however long; no line ends in blanks."""
    pasted = False
    for line in shown(name, lang).splitlines():
        assert line == line.rstrip()
        pasted = line.startswith("bash <<") or (pasted and line != "ALBDOCTOR")
        one_word = line.startswith(" " * 14) and " " not in line.strip()
        command = any(f"  {tool} " in line for tool in ("aws", "dig", "curl")) or line.startswith(
            ("exit ", "종료 코드")
        )
        typed = pasted or line == "ALBDOCTOR" or one_word or command
        assert typed or cell_len(line) <= COLUMNS, line


@pytest.mark.parametrize("lang", LANGS)
def test_the_founding_story_can_be_read_at_once(lang: Lang) -> None:
    """Eighty lines at eighty columns, of which a few commands take more than one: four causes, two steps."""
    assert len(shown("founding-story", lang).splitlines()) <= LINES


if __name__ == "__main__":
    for name in SITES:
        for lang in LANGS:
            (GOLDEN / f"{name}.{lang}.txt").write_text(shown(name, lang))
