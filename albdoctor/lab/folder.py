"""The folder of a lab that is up: what its clients need, in files that are the lab's own and go with it."""

from __future__ import annotations

import contextlib
import os
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from albdoctor.errors import BadOptionError, quoted, system_words
from albdoctor.files import OWNERS, PRIVATE, READABLE, write_atomic
from albdoctor.interrupt import undoing
from albdoctor.text import Text

DEFAULT = "albdoctor-lab"
VARIABLE = "ALBDOCTOR_LAB"
"""The environment variable that names the folder; `lab.env` sets it."""
ENVIRONMENT, CONFIGURATION, CURL, STATE = "lab.env", "lab.toml", "lab.curl", "lab.json"
AUTHORITY, ANCHOR = "lab-ca.pem", "lab-root.ds"
NOT_OURS = Text(en="{path} is not of a lab: {why}", ko="{path}: 실습 환경의 파일이 아닙니다: {why}")
IS_UP = Text(
    en="a lab is up in {folder}: end it with `albdoctor lab down`, or choose another --dir",
    ko="{folder}: 실행 중인 실습 환경이 있습니다. `albdoctor lab down`으로 끝내거나 --dir로 다른 폴더를 지정하세요",
)
NO_USE = Text(en="cannot use {folder}: {why}", ko="{folder} 폴더를 쓸 수 없습니다: {why}")
FOREIGN = Text(
    en="{path} is not of a lab and would be overwritten: choose another --dir",
    ko="{path}: 실습 환경의 파일이 아니라서 덮어쓰지 않습니다. --dir로 다른 폴더를 지정하세요",
)
OURS = (ENVIRONMENT, CONFIGURATION, CURL, AUTHORITY, ANCHOR, STATE)
SCHEMA = "albdoctor/lab/1"


class Running(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`lab.json`: where a lab takes orders."""

    schema: str
    process: int
    port: int = 0
    """0: it is still being built."""
    token: str = ""


def folder_of(given: Path | None) -> Path:
    """The folder that is meant: the given one, that of `lab.env`, or the usual one."""
    return given or Path(os.environ.get(VARIABLE) or DEFAULT)


def running(folder: Path) -> Running | None:
    """Read `lab.json`; None where there is none, a `BadOptionError` for one that no lab wrote."""
    path = folder / STATE
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Running)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise BadOptionError(NOT_OURS, path=path, why=quoted(error)) from error
    if found.schema != SCHEMA:
        raise BadOptionError(NOT_OURS, path=path, why=f"schema {found.schema!r}")
    return found


class Folder:
    """Holds the folder for one lab, from before it is built until it ends; a `BadOptionError` when it cannot be had.

    Files of others are neither replaced nor removed. What a lab left that was killed is taken over.
    """

    def __init__(self, path: Path) -> None:
        """Choose the folder; it need not exist."""
        self.path = path
        self._stack = contextlib.ExitStack()
        self._written: dict[str, bytes] = {}

    def __enter__(self) -> Self:
        """Make the folder and say in it that it is taken."""
        with contextlib.ExitStack() as stack:
            try:
                if not self.path.exists():
                    self.path.mkdir(OWNERS, parents=True)
                    stack.callback(self._remove_folder)
                descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
                stack.callback(os.close, descriptor)
                _lock(descriptor)
            except BlockingIOError:
                raise BadOptionError(IS_UP, folder=self.path) from None
            except OSError as error:
                raise BadOptionError(NO_USE, folder=self.path, why=system_words(error)) from error
            if self._refuse_foreign():
                stack.callback(self._remove_folder)
            stack.enter_context(undoing(self._remove_files))
            stack.callback(self._remove_files)
            self.write(STATE, msgspec.json.encode(Running(schema=SCHEMA, process=os.getpid())), PRIVATE)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what the lab wrote, and the folder when it made it and nothing else is there."""
        self._stack.close()

    def write(self, name: str, content: bytes, mode: int = READABLE) -> None:
        """Write one of our files, whole; one that is as wanted already is left alone."""
        if self._written.get(name) != content:
            write_atomic(self.path / name, content, mode)
            self._written[name] = content

    def announce(self, port: int, token: str) -> None:
        """Say where the lab takes orders."""
        state = Running(schema=SCHEMA, process=os.getpid(), port=port, token=token)
        self.write(STATE, msgspec.json.encode(state), PRIVATE)

    def _refuse_foreign(self) -> bool:
        """Whether a lab that was killed left its files; a `BadOptionError` when they are somebody else's."""
        there = [name for name in OURS if os.path.lexists(self.path / name)]
        foreign = [name for name in there if (self.path / name).is_symlink() or not (self.path / name).is_file()]
        if there and not foreign and running(self.path) is None:
            foreign = there
        if foreign:
            raise BadOptionError(FOREIGN, path=self.path / foreign[0])
        return bool(there)

    def _remove_files(self) -> None:
        for name in OURS:
            with contextlib.suppress(OSError):
                (self.path / name).unlink(missing_ok=True)

    def _remove_folder(self) -> None:
        with contextlib.suppress(OSError):  # somebody put something there: it stays
            self.path.rmdir()


def _lock(descriptor: int) -> None:
    """Hold the folder alone, as long as this process lives; a BlockingIOError when another one does."""
    try:
        locks = import_module("fcntl")
    except ImportError:  # Windows, where the lab has no terminal to paste into either
        return
    locks.flock(descriptor, locks.LOCK_EX | locks.LOCK_NB)
