"""Files and pipes that take no more: exit 2, one sentence, the old file as it was."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from albdoctor.facts.files import encode
from albdoctor.files import OWNERS, PRIVATE, READABLE, write_atomic
from tests.support.interrupting import never_answering
from tests.support.stories import story

pytestmark = pytest.mark.process

ALBDOCTOR = (sys.executable, "-m", "albdoctor")


@pytest.fixture
def judging(tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "saved.json").write_bytes(encode((story(),)))
    return (*ALBDOCTOR, "scan", "--facts", "saved.json")


def _run(words: tuple[str, ...], folder: Path, limit: int = resource.RLIM_INFINITY) -> tuple[int, str, str]:
    done = subprocess.run(
        ["bash", "-c", 'cd "$0" && ulimit -f "$1" && exec "${@:2}"', folder, _blocks(limit), *words],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path.cwd()), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return done.returncode, done.stdout, done.stderr


def _blocks(limit: int) -> str:
    return "unlimited" if limit == resource.RLIM_INFINITY else str(limit // 1024)


@pytest.mark.parametrize("option", ["--output", "--save-facts"])
def test_a_disk_that_fills_up(tmp_path: Path, judging: tuple[str, ...], option: str) -> None:
    (tmp_path / "file.json").write_text("old")
    there = sorted(path.name for path in tmp_path.iterdir())
    code, out, told = _run((*judging, "--format", "json", option, "file.json"), tmp_path, limit=1024)
    assert (code, out, told) == (2, "", "Error: cannot write file.json: File too large\n")
    assert (tmp_path / "file.json").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == there


@pytest.mark.parametrize("form", ["json", "html", "text"])
def test_a_full_device(tmp_path: Path, judging: tuple[str, ...], form: str) -> None:
    told = "Error: cannot write /dev/full: No space left on device\n"
    assert _run((*judging, "--format", f"{form}=/dev/full"), tmp_path) == (2, "", told)


@pytest.mark.parametrize(
    "words", ["scan --facts saved.json", "scan --facts saved.json --format json", "checks", "--help"]
)
def test_a_standard_output_that_is_full(tmp_path: Path, judging: tuple[str, ...], words: str) -> None:
    assert judging
    shell = ("bash", "-c", f'"$0" -m albdoctor {words} > /dev/full', sys.executable)
    told = "Error: cannot write to standard output: No space left on device\n"
    assert _run(shell, tmp_path) == (2, "", told)


@pytest.mark.parametrize(
    "words", ["scan --facts saved.json", "scan --facts saved.json --format json", "checks", "schema facts", "--help"]
)
@pytest.mark.parametrize("reader", ["head -c 1", "true"])
def test_a_reader_that_goes_away(tmp_path: Path, judging: tuple[str, ...], words: str, reader: str) -> None:
    assert judging
    script = f'"$0" -m albdoctor {words} | {reader} >/dev/null; exit "${{PIPESTATUS[0]}}"'
    code, out, told = _run(("bash", "-c", script, sys.executable), tmp_path)
    assert (out, told) == ("", "")
    assert code in (0, 1, 2, 3)  # 2, unless all of it fitted into the pipe before the reader left


def test_a_folder_that_goes_away_during_the_scan(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    with never_answering() as place:
        words = (*ALBDOCTOR, "scan", *place.words, "--output", str(folder / "report.txt"))
        scan = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=os.environ | place.environment)
        place.begun()
        shutil.rmtree(folder)
        _, told = scan.communicate(timeout=60)
    sentence = f"Error: cannot write {folder}/report.txt: No such file or directory\n"
    assert (scan.returncode, told) == (2, sentence)


def test_a_fix_dir_that_is_a_file_is_refused_before_the_scan(tmp_path: Path, judging: tuple[str, ...]) -> None:
    (tmp_path / "fixes").touch()
    code, out, told = _run((*judging, "--fix-dir", "fixes"), tmp_path)
    assert (code, out, told) == (2, "", "Error: cannot write into fixes: it is no folder\n")


@pytest.mark.parametrize(("mask", "modes"), [(0o022, (0o600, 0o700, 0o644)), (0o077, (0o600, 0o700, 0o600))])
def test_modes_and_the_umask(tmp_path: Path, mask: int, modes: tuple[int, ...]) -> None:
    before = os.umask(mask)
    try:
        for mode in (PRIVATE, OWNERS, READABLE):
            write_atomic(tmp_path / str(mode), b"x", mode)
    finally:
        os.umask(before)
    assert tuple((tmp_path / str(mode)).stat().st_mode & 0o777 for mode in (PRIVATE, OWNERS, READABLE)) == modes


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    link = tmp_path / "report.html"
    link.symlink_to(tmp_path / "site" / "index.html")
    write_atomic(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "site" / "index.html").read_bytes() == b"new"
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["index.html"]


def test_a_name_as_long_as_names_can_be(tmp_path: Path) -> None:
    write_atomic(tmp_path / ("x" * 255), b"new")
    assert [len(path.name) for path in tmp_path.iterdir()] == [255]
