"""`FILE.partial` as others may have left it: what is not ours is refused, what is no part of this run is not told."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from albdoctor.commands.journal import Journal
from albdoctor.errors import BadFactsError, BadOptionError
from albdoctor.facts.files import decode, encode
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.survey import Surveyed
from tests.support.build import NOW, facts

PATIENCE = 10.0


def of(host: str) -> Facts:
    made = facts()
    return replace(made, scan=replace(made.scan, domain=host, host=host))


ONE, TWO, THREE = map(of, ("one.example", "two.example", "three.example"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "facts.jsonl"


@pytest.fixture
def partial(path: Path) -> Path:
    return path.with_name("facts.jsonl.partial")


def run(path: Path, *new: Facts, resume: bool = True, fits: Callable[[Facts], bool] = lambda _one: True) -> list[str]:
    """A run that is through: what it went on from."""
    with Journal(path, resume=resume) as journal:
        before = [each.scan.host for each in journal.before(fits)]
        for each in new:
            journal.add(each)
        journal.add(Surveyed(taken_at=NOW))
    return before


def hosts(path: Path) -> list[str]:
    return [each.scan.host for each in decode(path.read_bytes(), "facts")]


def folder(partial: Path) -> None:
    partial.mkdir()


def link(partial: Path) -> None:
    partial.with_name("mine").write_bytes(b"precious")
    partial.symlink_to("mine")


def dangling(partial: Path) -> None:
    partial.symlink_to("mine")


def hard_link(partial: Path) -> None:
    partial.with_name("mine").write_bytes(encode((ONE,)))
    partial.hardlink_to(partial.with_name("mine"))


def pipe(partial: Path) -> None:
    os.mkfifo(partial)


def listening(partial: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(partial))


def of_somebody_else(partial: Path) -> None:
    partial.write_bytes(encode((ONE,)))
    os.chown(partial, 12345, 12345)


KINDS = [folder, link, dangling, hard_link, pipe, listening]
if os.geteuid() == 0:
    KINDS.append(of_somebody_else)


@pytest.mark.parametrize("resume", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_of_ours_is_refused_at_once(
    kind: Callable[[Path], None], path: Path, partial: Path, *, resume: bool
) -> None:
    kind(partial)
    said: list[BaseException] = []

    def attempt() -> None:
        try:
            run(path, resume=resume)
        except BaseException as error:  # noqa: BLE001 - what it says is looked at below
            said.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    [error] = said
    assert isinstance(error, BadOptionError)
    assert str(partial) in str(error)
    assert not path.exists()
    mine = partial.with_name("mine")
    assert not mine.exists() or mine.read_bytes() in (b"precious", encode((ONE,)))


@pytest.mark.parametrize("resume", [True, False])
def test_nobody_else_can_read_it_whatever_it_was_before(path: Path, partial: Path, *, resume: bool) -> None:
    partial.write_bytes(encode((ONE,)))
    partial.chmod(0o666)
    with Journal(path, resume=resume) as journal:
        assert partial.stat().st_mode & 0o777 == 0o600
        list(journal.before())
        journal.add(TWO)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", [True, False])
def test_two_runs_at_once_do_not_touch_each_others_lines(
    path: Path, partial: Path, *, first: bool, second: bool
) -> None:
    partial.write_bytes(encode((ONE,)))
    with Journal(path, resume=first) as journal:
        list(journal.before())
        journal.add(TWO)
        with pytest.raises(BadOptionError, match="another albdoctor writes"):
            run(path, THREE, resume=second)
        journal.add(THREE)
    assert hosts(path) == [*(["one.example"] if first else []), "two.example", "three.example"]
    assert not partial.exists()


def test_wherever_it_was_cut_off_the_whole_lines_are_kept(path: Path, partial: Path) -> None:
    whole = encode((ONE, TWO))
    ends = [whole.index(b"\n") + 1, len(whole)]
    for length in {*range(0, len(whole), 97), ends[0] - 1, *ends, ends[1] - 1}:
        partial.write_bytes(whole[:length])
        kept = [each for end, each in zip(ends, ("one.example", "two.example"), strict=True) if end <= length]
        assert run(path, THREE) == kept, length
        assert hosts(path) == [*kept, "three.example"]


LINE = encode((TWO,))


@pytest.mark.parametrize(
    "line",
    [
        LINE[:200] + b"\n",
        LINE.replace(b"albdoctor/facts/", b"albdoctor/facts/99"),
        b"{}\n",
        b"[" * 100_000 + b"\n",
        b"\xff\xfe\n",
        b"\x00" * 1_000_000 + b"\n",
        LINE.replace(b'"two.example"', b"7"),
        b'{"schema":"\x1b]0;owned\\u0007"}\n',
    ],
    ids=range(8),
)
def test_a_damaged_line_is_refused_and_the_file_stays(line: bytes, path: Path, partial: Path) -> None:
    content = encode((ONE,)) + line + encode((THREE,))
    partial.write_bytes(content)
    with pytest.raises(BadFactsError, match=r"facts\.jsonl\.partial") as error:
        run(path)
    assert len(str(error.value)) < 1000
    assert partial.read_bytes() == content
    assert not path.exists()


def test_what_is_no_part_of_this_run_is_not_told_and_not_kept(path: Path, partial: Path) -> None:
    partial.write_bytes(encode((ONE, TWO, Surveyed(taken_at=NOW), ONE)))
    assert run(path, THREE, fits=lambda one: one.scan.host != "two.example") == ["one.example"]
    assert hosts(path) == ["one.example", "three.example"]
    assert path.read_bytes().count(b'"albdoctor/survey/1"') == 1
    assert not partial.exists()


def test_an_interrupt_keeps_every_line_until_the_run_is_through(path: Path, partial: Path) -> None:
    partial.write_bytes(encode((ONE, TWO)))

    def interrupted() -> None:
        with Journal(path, resume=True) as journal:
            assert len(list(journal.before(lambda one: one.scan.host != "two.example"))) == 1
            journal.add(THREE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert hosts(partial) == ["one.example", "two.example", "three.example"]
    assert run(path) == ["one.example", "two.example", "three.example"]


@pytest.mark.parametrize("resume", [True, False])
def test_a_pipe_or_device_stays_one_and_gets_each_line(path: Path, partial: Path, *, resume: bool) -> None:
    os.mkfifo(path)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()), daemon=True)
    reader.start()
    assert run(path, ONE, TWO, resume=resume) == []
    reader.join(PATIENCE)
    assert [each.scan.host for each in decode(got[0], "facts")] == ["one.example", "two.example"]
    assert path.is_fifo()
    assert not partial.exists()


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real = tmp_path / "there" / "real.jsonl"
    real.write_bytes(b"old")
    path.symlink_to(real)
    run(path, ONE)
    assert path.is_symlink()
    assert hosts(real) == ["one.example"]
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["facts.jsonl", "real.jsonl", "there"]
