"""The sdist holds what its tests need: unpacked elsewhere, every test is found there, and those of the files run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
THIS = "tests/test_sdist.py"
"""Needs the repository."""


def _run(folder: Path, *words: str) -> str:
    """Run Python in a folder whose packages go before the installed ones, also in what it starts itself."""
    paths = os.pathsep.join((str(folder), str(folder / "checks")))
    done = subprocess.run(
        (sys.executable, *words),
        cwd=folder,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Build the sdist of the files that git knows, as they are now, and unpack it."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no repository")
    folder = tmp_path_factory.mktemp("sdist")
    listed = subprocess.check_output(("git", "-C", str(ROOT), "ls-files", "-z"), text=True).split("\0")
    for name in (name for name in listed if name and (ROOT / name).is_file()):
        target = folder / "tree" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    words = ("-m", "build", "--sdist", "--no-isolation", "--outdir", str(folder / "dist"), str(folder / "tree"))
    _run(folder, *words)
    with tarfile.open(next((folder / "dist").glob("*.tar.gz"))) as tar:
        tar.extractall(folder / "unpacked", filter="data")
    yield next((folder / "unpacked").iterdir())
    shutil.rmtree(folder)


@pytest.mark.lab
def test_every_file_of_tests_loads_from_the_sdist(unpacked: Path) -> None:
    listing = _run(unpacked, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider")
    loaded = {line.partition("::")[0] for line in listing.splitlines() if "::" in line}
    tree = unpacked.parents[1] / "tree"
    assert loaded == {path.relative_to(tree).as_posix() for path in (tree / "tests").rglob("test_*.py")}


@pytest.mark.lab
def test_tests_that_read_files_run_in_the_sdist(unpacked: Path) -> None:
    assert _run(unpacked, "-c", "import albdoctor; print(albdoctor.__file__)").startswith(str(unpacked))
    files = {f"tests/{path.name}" for path in (unpacked / "tests").glob("test_*.py")} - {THIS}
    assert len(files) > 8
    _run(
        unpacked,
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "-p",
        "no:cacheprovider",
        "-m",
        "not lab and not process and not sweep",
        *sorted(files),
        "tests/checkup",
    )
