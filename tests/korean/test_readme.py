"""`README.ko.md` says what README.md says, and what the tool prints.

`python -m tests.korean.test_readme` writes the output in it anew.
"""

from __future__ import annotations

import io
import re
from itertools import takewhile
from pathlib import Path

from albdoctor.facts.files import decode
from albdoctor.judging import judge
from albdoctor.policy import Policy
from albdoctor.report import terminal
from albdoctor.report.screen import WIDTH
from tests.support.korean import HANGUL, english

ROOT = Path(__file__).parents[2]
ENGLISH, KOREAN = ROOT / "README.md", ROOT / "README.ko.md"
STORY = ROOT / "tests" / "report" / "founding-story.json"
BLOCK = re.compile(r"```text\n(?P<shown>.*?)```", re.DOTALL)
CODE = re.compile(r"```.*?```|^    [^\n]*$|`[^`\n]*`|\]\([^)]*\)", re.DOTALL | re.MULTILINE)


def printed() -> str:
    """What a scan of the demo's site prints, up to its second step, and the last line."""
    (facts,) = decode(STORY.read_bytes(), STORY.name)
    page = io.StringIO()
    terminal.write(judge(facts, Policy(lang="ko")), page, color=False, width=WIDTH)
    lines = page.getvalue().splitlines()
    first = takewhile(lambda line: not line.startswith(" 2  "), lines)
    return "\n".join(["$ albdoctor scan shop.example --lang ko", *first, "…", lines[-1], ""])


def test_the_output_in_it_is_what_the_tool_prints() -> None:
    shown = BLOCK.search(KOREAN.read_text())
    assert shown is not None
    assert shown["shown"] == printed()


def _at_home(link: str) -> str:
    """The page in Korean, where there is one; the index of checks is linked in both languages."""
    korean = link.replace("/en/FIXES", "/ko/FIXES") if "/en/FIXES" in link else link.replace(".md", ".ko.md")
    return korean if "://" not in link and (ROOT / korean).exists() else link


def test_it_has_the_chapters_the_commands_and_the_links_of_the_english_one() -> None:
    both = [BLOCK.sub("", path.read_text()) for path in (ENGLISH, KOREAN)]
    assert len({text.count("\n## ") for text in both}) == 1
    commands = [set(re.findall(r"^    (?:albdoctor|make) [^#\n]*", text, re.MULTILINE)) for text in both]
    assert {one.strip() for one in commands[0]} == {one.strip() for one in commands[1]}
    english_links, korean_links = (set(re.findall(r"\]\(([^)]*)\)", text)) for text in both)
    assert {_at_home(link) for link in english_links} == korean_links - {"README.md"} | {"README.ko.md"}
    assert all((ROOT / link.partition("#")[0]).exists() for link in korean_links if "://" not in link)


def test_it_is_korean() -> None:
    said = CODE.sub("§", KOREAN.read_text())
    assert [line for line in said.splitlines() if english(line)] == []
    paragraphs = [part for part in said.split("\n\n") if re.search(r"\w{2,}", part)]
    assert [part for part in paragraphs if not HANGUL.search(part)] == ["# albdoctor", "[English§", "Apache-2.0.\n"]


if __name__ == "__main__":
    KOREAN.write_text(BLOCK.sub(lambda _: f"```text\n{printed()}```", KOREAN.read_text()))
