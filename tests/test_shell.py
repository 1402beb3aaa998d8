"""Blocks are pasted into real interactive shells: each command failing in turn, a CLI that pages, hostile words."""

from __future__ import annotations

import os
import shutil
import string
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albdoctor.lab.terminal import SHELLS, paste
from albdoctor.shell import END, block, quote
from albdoctor.text import fill_script

pytestmark = pytest.mark.process

HERE = [shell for shell in SHELLS if shutil.which(shell)]
STOPPED = "albdoctor: stopped. Nothing after it is done:"
PAGES = """\
#!/bin/sh
echo "$*" >> "$LOG"
test "$1" = fails && exit 7
test -n "${AWS_PAGER-less}" && cat > /dev/null
echo "answer of $1"
"""
"""An AWS CLI that pages: with a pager it reads what is typed, as less does."""
HOSTILE = (
    *("a'b", 'a"b', "$(touch OWNED)", "`touch OWNED`", "a\ntouch OWNED\n", "\ntouch OWNED #", "-rf", "--", "", " "),
    *(f"\n{END}\ntouch OWNED\n", "!!", "!x", "a!b", "~", "*", "\\", "\\'", "$'\\x41'", "${HOME}", "a\tb", "a\x1b[2Jb"),
    *("한국어", "ㅤ", "\u202eabc", "\x7f", "\r", "a;touch OWNED", "a&touch OWNED", "a|touch OWNED", ">OWNED", "#x", "%s"),
)


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    """An environment whose `aws` is the one above."""
    command = tmp_path / "aws"
    command.write_text(PAGES)
    command.chmod(0o755)
    return dict(os.environ) | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LOG": str(tmp_path / "log")}


def log(place: dict[str, str]) -> list[str]:
    path = Path(place["LOG"])
    return path.read_text().split() if path.exists() else []


@pytest.mark.parametrize("shell", HERE)
def test_a_pasted_block_runs_as_a_whole_though_the_cli_pages(place: dict[str, str], shell: str) -> None:
    script = "one=$(aws one)\naws two\nfor each in 1 2; do\n  aws three\ndone\nprintf '%s\\n' \"end of $one\""
    done = paste(block(script, STOPPED), place, shell, seconds=30)
    assert (done.status, log(place)) == (0, ["one", "two", "three", "three"])
    assert "end of answer of one" in done.shown


@pytest.mark.parametrize("shell", HERE)
@pytest.mark.parametrize("failing", range(3))
def test_nothing_runs_after_a_command_that_fails(place: dict[str, str], shell: str, failing: int) -> None:
    names = ["one", "two", "three"]
    names[failing] = "fails"
    script = f"new=$(aws {names[0]})\naws {names[1]}\nfor each in 1 2; do\n  aws {names[2]}\ndone\naws last"
    done = paste(block(script, STOPPED), place, shell, seconds=30)
    assert (done.status, log(place)) == (7, names[: failing + 1])
    said = done.shown[done.shown.rindex(STOPPED) :].splitlines()
    assert said[1] == ("  new=$(aws fails)" if failing == 0 else "  aws fails")


@pytest.mark.parametrize("shell", HERE)
def test_a_block_that_was_not_copied_to_its_end_does_nothing(place: dict[str, str], shell: str) -> None:
    cut = block("aws one\naws two", STOPPED).rsplit("\n", 2)[0]
    assert paste(f"{cut}\n\x04", place, shell, seconds=10).status in (None, 2)
    assert log(place) == []


@pytest.mark.parametrize("shell", HERE)
def test_hostile_words_are_words_in_a_paste(place: dict[str, str], tmp_path: Path, shell: str) -> None:
    out = tmp_path / "words"
    script = fill_script("printf '%s\\0' {words} > {out}", {"words": HOSTILE, "out": str(out)})
    assert len(script.splitlines()) == 1
    done = paste(f"cd {quote(str(tmp_path))}\n{block(script, STOPPED)}", place, shell, seconds=30)
    assert done.status == 0
    assert out.read_bytes() == b"".join(word.encode() + b"\0" for word in HOSTILE)
    assert not (tmp_path / "OWNED").exists()


@pytest.mark.parametrize("shell", HERE)
def test_hostile_words_are_words_in_one_line(tmp_path: Path, shell: str) -> None:
    line = fill_script("printf '%s\\0' {words}", {"words": HOSTILE})
    done = subprocess.run([shell, "-c", line], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout == b"".join(word.encode() + b"\0" for word in HOSTILE)
    assert not list(tmp_path.iterdir())


@settings(max_examples=60)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8), max_size=20))
def test_any_word_is_one_printable_line_that_says_it(words: list[str]) -> None:
    line = " ".join(map(quote, words))
    assert line.isprintable()
    done = subprocess.run(["bash", "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True)
    assert done.stdout == (b"".join(word.encode() + b"\0" for word in words) or b"\0")


def test_ordinary_words_are_left_alone() -> None:
    words = (
        string.ascii_letters,
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1",
        "10.0.0.0/8",
    )
    assert [quote(word) for word in words] == list(words)
