"""A program that was loaded before runs as one that starts: its arguments, environment, folder, files and exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from albdoctor.lab import loaded

pytestmark = [pytest.mark.lab, pytest.mark.skipif(sys.platform != "linux", reason="is for Linux alone")]
FRESH = (sys.executable, "-m", "albdoctor")


@pytest.fixture(scope="module", autouse=True)
def programs() -> Iterator[None]:
    with loaded.shared():
        yield


def run(words: tuple[str, ...], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)} | variables
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder, env=environment, timeout=60)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--version",), 0),
        (("explain", "ALB401"), 0),
        (("scan", "--no-such-option"), 2),
        (("scan", "--facts", "none.json"), 2),
        (("schema", "report"), 0),
    ],
)
@pytest.mark.parametrize("language", ["C.UTF-8", "ko_KR.UTF-8"])
def test_it_says_and_ends_as_one_that_starts(words: tuple[str, ...], code: int, language: str, tmp_path: Path) -> None:
    fresh = run((*FRESH, *words), tmp_path, LC_ALL=language)
    quick = run((*loaded.words("albdoctor"), *words), tmp_path, LC_ALL=language)
    told = [
        (one.returncode, one.stdout, one.stderr.replace("python -m albdoctor", "albdoctor")) for one in (fresh, quick)
    ]
    assert told[0] == told[1]
    assert quick.returncode == code


def test_files_are_written_in_the_callers_folder(tmp_path: Path) -> None:
    done = run((*loaded.words("albdoctor"), "schema", "config"), tmp_path)
    run((*loaded.words("albdoctor"), "init", "shop.example", "--help"), tmp_path)
    (tmp_path / "albdoctor.toml").write_text("nonsense = 1\n")
    refused = run((*loaded.words("albdoctor"), "scan"), tmp_path)
    assert (done.returncode, refused.returncode) == (0, 2)
    assert "nonsense" in refused.stderr


def test_a_script_finds_the_cli_that_is_loaded(tmp_path: Path) -> None:
    environment = loaded.ahead({"PATH": os.defpath})
    assert Path(environment["PATH"].split(os.pathsep)[0], "aws").exists()
    done = run(("/bin/sh", "-c", "aws --version; aws ec2 no-such-operation"), tmp_path, **environment)
    assert done.stdout.startswith("aws-cli/")
    assert done.returncode not in (0, 127)


def test_alone_nothing_is_shared_and_what_was_started_ends() -> None:
    place = Path(loaded.place())
    loaded.use("")
    try:
        assert loaded.ahead({"PATH": "/bin"}) == {"PATH": "/bin"}
        with loaded.shared():
            other = Path(loaded.place())
            assert other.is_dir()
            assert other != place
        assert not other.exists()
        assert loaded.place() == ""
    finally:
        loaded.use(str(place))
