"""The guides show what the tool prints today, in both languages, and their commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from albdoctor.cli import main
from scripts import guide
from tests.support.korean import HANGUL

ENGLISH = tuple(path for path in guide.GUIDES.glob("*.md") if not path.name.endswith(".ko.md"))
BOTH = [(path, path.with_suffix(".ko.md")) for path in ENGLISH if path.with_suffix(".ko.md").exists()]
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.lab
def test_reports_are_what_scans_print() -> None:
    shown = [line for page in guide.PAGES for line in guide.TOLD_ONCE.sub("", page.read_text()).splitlines()]
    today = [line for text in guide.written() for line in guide.TOLD_ONCE.sub("", text).splitlines()]
    assert [pair for pair in zip(shown, today, strict=False) if len(set(pair)) > 1] == [], "python scripts/guide.py"
    assert len(shown) == len(today)


@pytest.mark.parametrize(("english", "korean"), BOTH, ids=lambda path: path.name)
def test_both_languages_have_the_same_chapters_and_commands(english: Path, korean: Path) -> None:
    texts = [FENCED.sub("", path.read_text()) for path in (english, korean)]
    assert len({tuple(re.findall(r"^#+(?= )", text, re.MULTILINE)) for text in texts}) == 1
    commands = [set(re.findall(r"(?:`|^ {4})(albdoctor [ -~]+?)(?=`|$)", text, re.MULTILINE)) for text in texts]
    assert commands[0] == {one.replace("--lang ko", "--lang en") for one in commands[1]}
    assert HANGUL.search(texts[1])


@pytest.mark.parametrize("page", guide.PAGES, ids=lambda path: path.name)
def test_what_the_guide_has_explained_is_explained(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = re.findall(r"`albdoctor explain ([^`]+)`", page.read_text())
    assert len(words) == 7
    for one in words:
        assert main(["explain", one, "--lang", "en"]) == 0
        assert "Who sends it" in capsys.readouterr().out, one


@pytest.mark.parametrize("name", ["write-a-check.md", "write-a-check.ko.md"])
def test_code_of_the_guide_is_code_of_the_example(name: str) -> None:
    example = guide.GUIDES.parents[1] / "examples" / "albdoctor-shop-checks"
    files = [path.read_text() for path in example.rglob("*") if path.suffix in (".py", ".toml")]
    blocks = re.findall(r"^```(?:python|toml)\n(.*?)^```$", (guide.GUIDES / name).read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 5
    assert [block for block in blocks if not any(block in text for text in files)] == []
