"""Ctrl-C, SIGTERM and a closed terminal: the old file or the new one, exit 130, nothing left, nothing said."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from albdoctor import interrupt
from tests.support.interrupting import Place, Scans, founding_story, moments, never_answering, saved

pytestmark = pytest.mark.process

ALBDOCTOR = (sys.executable, "-m", "albdoctor")
SEED = 20_261_122


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_no_step_of_writing_leaves_half_a_file(tmp_path: Path, number: signal.Signals) -> None:
    words = (sys.executable, "-m", "tests.support.each_step", str(tmp_path), str(int(number)))
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert int(done.stdout.split()[0]) > 100


def _interrupted(place: Place, folder: Path, count: int) -> list[int]:
    scans = Scans(place, folder)
    chance = random.Random(SEED)  # noqa: S311 - no secret
    results = [(moment, scans.interrupt(moment)) for moment in moments(scans, count, chance)]
    assert [(moment, result.wrong) for moment, result in results if result.wrong] == []
    return [result.code for _, result in results]


def test_a_scan_that_waits_for_answers_ends_at_once(tmp_path: Path) -> None:
    with never_answering() as place:
        assert 130 in _interrupted(place, tmp_path, 6)


def test_a_scan_of_the_lab_and_the_writing_of_many_files(tmp_path: Path) -> None:
    with founding_story() as place:
        for name, one, count in (("live", place, 6), ("saved", saved(place, tmp_path), 14)):
            assert 130 in _interrupted(one, tmp_path / name, count)


def test_a_lab_that_is_interrupted_removes_its_folders(tmp_path: Path) -> None:
    words = (*ALBDOCTOR, "lab", "up", "healthy", "--dir", str(tmp_path / "lab"))
    lab = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    assert lab.stdout
    lab.stdout.readline()
    assert list(tmp_path.iterdir())
    lab.send_signal(signal.SIGTERM)
    _, said = lab.communicate(timeout=60)
    assert (lab.returncode, said.strip(), list(tmp_path.iterdir())) == (130, b"", [])


def test_a_signal_that_is_ignored_from_the_start_stays_ignored(tmp_path: Path) -> None:
    """As after nohup."""
    with never_answering() as place:
        scan = subprocess.Popen(
            ["nohup", *ALBDOCTOR, "scan", *place.words, "--format", "json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | place.environment | {"HOME": str(tmp_path)},
        )
        time.sleep(0.7)
        scan.send_signal(signal.SIGHUP)
        out, _ = scan.communicate(timeout=60)
    assert (scan.returncode, out[:1]) == (3, b"{")


def test_tidying_up_that_does_not_end_is_ended(tmp_path: Path) -> None:
    """As where a server of the lab waits for somebody: Ctrl-C once is enough, and what must go has gone."""
    half = tmp_path / "half-made"
    half.touch()
    code = f"""
import pathlib, sys, threading
from albdoctor import interrupt
interrupt.install()
interrupt.unwind()
with interrupt.undoing(pathlib.Path({str(half)!r}).unlink):
    try:
        print("waiting", flush=True)
        threading.Event().wait(300)
    finally:
        threading.Event().wait(300)
"""
    stuck = subprocess.Popen((sys.executable, "-c", code), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert stuck.stdout
    stuck.stdout.readline()
    stuck.send_signal(signal.SIGINT)
    _, said = stuck.communicate(timeout=interrupt.UNWINDING_SECONDS + 60)
    assert (stuck.returncode, said, half.exists()) == (130, b"", False)
