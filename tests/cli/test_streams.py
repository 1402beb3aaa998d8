"""Streams that are closed, full, or of an encoding that lacks our words: no traceback, the same exit code."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from albdoctor import judge
from albdoctor.exits import Exit
from albdoctor.facts.files import decode
from albdoctor.policy import Policy
from albdoctor.report import terminal
from albdoctor.streams import FALLBACKS, install
from albdoctor.text import Lang

pytestmark = pytest.mark.process

ALBDOCTOR = f"{sys.executable} -m albdoctor"
FULL = Path("/dev/full")
TESTS = Path(__file__).parents[1]
SAVED = {"sound": TESTS / "fuzz" / "healthy.json", "broken": TESTS / "recorded" / "name-missing.json"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("streams")
    for state, path in SAVED.items():
        (made / f"{state}.json").write_bytes(path.read_bytes())
    return made


def _shell(command: str, folder: Path, **environment: str) -> tuple[int, bytes, str]:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        capture_output=True,
        check=False,
        env={key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
        | {"PYTHONPATH": str(Path.cwd()), "PYTHONDONTWRITEBYTECODE": "1"}
        | environment,
    )
    return done.returncode, done.stdout, done.stderr.decode("latin-1")


def _scan(options: str, state: str = "sound") -> str:
    return f"{ALBDOCTOR} scan --facts {state}.json {options}"


@pytest.mark.parametrize("state", ["sound", "broken"])
def test_closed_streams_change_no_exit_code(state: str, folder: Path) -> None:
    code, said, _ = _shell(_scan("", state), folder)
    for closed in (">&-", "2>&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-", "--format json >&-"):
        ended, stdout, stderr = _shell(_scan(closed, state), folder)
        assert (ended, stderr) == (code, ""), closed
        assert stdout == (b"" if ">&-" in closed.replace("2>&-", "") else said), closed


def test_a_file_never_takes_the_place_of_a_closed_stream(folder: Path) -> None:
    code, _, stderr = _shell(_scan("--format text --format json=report.json >&- 2>&-"), folder)
    assert (code, stderr) == (Exit.SOUND, "")
    assert (folder / "report.json").read_bytes().startswith(b"{")
    assert (folder / "report.json").read_bytes().rstrip().endswith(b"}")


@pytest.mark.parametrize("words", ["--help", "--version", "checks", "explain ALB401", "iam-policy", "schema report"])
def test_every_command_bears_closed_streams_and_a_reader_that_leaves(words: str, folder: Path) -> None:
    assert _shell(f"{ALBDOCTOR} {words} >&-", folder) == (Exit.SOUND, b"", "")
    code, _, stderr = _shell(f"set -o pipefail; {ALBDOCTOR} {words} | head -c 1 >/dev/null", folder)
    assert (code in (Exit.SOUND, Exit.COULD_NOT_RUN), stderr) == (True, "")


def test_wrong_usage_is_two_though_nobody_hears_it(folder: Path) -> None:
    for where in ("2>&-", ">&- 2>&-", "2>/dev/full"):
        assert _shell(f"{ALBDOCTOR} bogus {where}", folder) == (Exit.COULD_NOT_RUN, b"", ""), where


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full")
def test_a_full_stderr_changes_nothing(folder: Path) -> None:
    assert _shell(_scan("2>/dev/full"), folder) == _shell(_scan(""), folder)


@pytest.mark.parametrize("encoding", ["cp949", "euc-kr", "cp1252", "latin-1", "ascii"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_encoding_crashes(encoding: str, lang: Lang, folder: Path) -> None:
    for state in ("sound", "broken"):
        code, _, _ = _shell(_scan(f"--lang {lang}", state), folder)
        ended, stdout, stderr = _shell(_scan(f"--lang {lang}", state), folder, PYTHONIOENCODING=encoding)
        assert (ended, stderr) == (code, ""), state
        assert "shop.example" in stdout.decode(encoding)
    assert _shell(f"{ALBDOCTOR} explain ALB401 --lang {lang}", folder, PYTHONIOENCODING=encoding)[0] == 0
    assert _shell(f"{ALBDOCTOR} explain ALB000 --lang {lang}", folder, PYTHONIOENCODING=encoding)[0] == 2


def test_marks_fall_back_and_english_text_is_ascii(folder: Path) -> None:
    _, utf8, _ = _shell(_scan("--lang en", "broken"), folder, PYTHONIOENCODING="utf-8")
    _, plain, _ = _shell(_scan("--lang en", "broken"), folder, PYTHONIOENCODING="ascii")
    expected = utf8.decode()
    for mark, instead in FALLBACKS.items():
        expected = expected.replace(mark, instead)
    assert plain.decode("ascii") == expected
    assert "·" in utf8.decode()


def test_the_locales_korean_needs_an_encoding_that_has_it(folder: Path) -> None:
    def first(encoding: str) -> str:
        said = _shell(_scan(""), folder, LANG="ko_KR.UTF-8", PYTHONIOENCODING=encoding)[1]
        return said.decode(encoding).split("\n")[-2]

    assert "종료 코드" in first("cp949")
    assert "종료 코드" in first("utf-8")
    assert first("ascii").startswith("Exit code") or "exit" in first("ascii").lower()


def test_surroundings_that_are_poor(folder: Path) -> None:
    said = _shell(_scan(""), folder)
    for poor in ("TERM=dumb", "env -u HOME", "env -i PYTHONPATH=$PYTHONPATH", "COLUMNS=0", "COLUMNS=abc", "COLUMNS=1"):
        begin = poor if poor.startswith("env") else f"env {poor}"
        assert _shell(f"{begin} {_scan('')}", folder) == said, poor


def test_a_stream_of_somebody_elses_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = io.StringIO()
    monkeypatch.setattr(sys, "stdout", mine)
    install()
    assert sys.stdout is mine


def test_every_mark_of_the_terminal_has_a_fallback() -> None:
    page = io.StringIO()
    for path in SAVED.values():
        (facts,) = decode(path.read_bytes(), path.name)
        terminal.write(judge(facts, Policy(lang="en")), page)
    assert {one for one in page.getvalue() if not one.isascii()} <= FALLBACKS.keys()
    assert {mark for mark, _ in terminal.MARKS.values() if not mark.isascii()} <= FALLBACKS.keys()
