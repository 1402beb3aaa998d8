"""Reads and writes the tool's files: a reader finds the old file or the new one, never half of one."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Generator, Iterable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from albdoctor.errors import BadOptionError, system_words
from albdoctor.interrupt import undoing
from albdoctor.text import Text

PRIVATE = 0o600
"""Facts: what an account looks like from inside."""
OWNERS = 0o700
"""Fix scripts: they name real resources and change them, so nobody but their owner reads or runs them."""
READABLE = 0o644
"""Reports: made to be shown to others."""

CANNOT_READ = Text(en="cannot read the {what} {path}: {why}", ko="{what} {path} 읽기 실패: {why}")
CANNOT_WRITE = Text(en="cannot write {path}: {why}", ko="{path} 쓰기 실패: {why}")
NOWHERE = Text(en="cannot write {path}: there is no folder {folder}", ko="{path} 쓰기 실패: 폴더가 없습니다: {folder}")
OVERWRITTEN = Text(
    en="{path} is read and would be overwritten: name another file",
    ko="읽어야 할 파일을 덮어쓰게 됩니다: {path}. 다른 파일 이름을 지정하세요",
)
TWICE = Text(
    en="two outputs would go to {path}: name another file for one of them",
    ko="출력 두 개가 같은 파일에 쓰입니다: {path}. 하나는 다른 파일 이름을 지정하세요",
)
NO_FOLDER = Text(en="cannot write into {path}: it is no folder", ko="{path} 안에 쓸 수 없습니다: 폴더가 아닙니다")
FACTS_FILE = Text(en="facts file", ko="수집 파일")
CONFIGURATION = Text(en="configuration", ko="설정 파일")
BASELINE = Text(en="baseline", ko="기준 보고서")
ANY_FILE = Text(en="file", ko="파일")


def check_writable(path: Path) -> None:
    """Say before any work is done that a file could not be written (`BadOptionError`)."""
    folder = path.parent
    if not folder.is_dir():
        raise BadOptionError(NOWHERE, path=path, folder=folder)
    if path.is_dir():
        raise cannot_write(path, Text(en="it is a folder", ko="파일이 아니라 폴더입니다"))
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise cannot_write(path, Text(en="permission denied", ko="권한이 없습니다"))


def cannot_write(path: Path, why: OSError | Text) -> BadOptionError:
    """Say that a file cannot be written, and why."""
    return BadOptionError(CANNOT_WRITE, path=path, why=system_words(why) if isinstance(why, OSError) else why)


def check_distinct(writes: Iterable[Path], reads: Iterable[Path]) -> None:
    """Say before any work is done that a file would be written twice, or over what is read (`BadOptionError`)."""
    read_ = {_identity(path) for path in reads}
    seen: set[object] = set()
    for path in writes:
        if path.exists() and not path.is_file():
            continue  # a device or a pipe takes any number of writers
        this = _identity(path)
        if this in read_:
            raise BadOptionError(OVERWRITTEN, path=path)
        if this in seen:
            raise BadOptionError(TWICE, path=path)
        seen.add(this)


def _identity(path: Path) -> object:
    """What is the same for every name of one file."""
    try:
        found = path.stat()
    except OSError:
        return os.path.realpath(path)
    return found.st_dev, found.st_ino


def check_folder(path: Path) -> None:
    """Say before any work is done that no folder of files can be made there (`BadOptionError`)."""
    if path.exists() and not path.is_dir():
        raise BadOptionError(NO_FOLDER, path=path)


def write_atomic(path: Path, content: bytes, mode: int = READABLE) -> None:
    """Write a file whole or not at all, whatever happens meanwhile; an OSError is a `BadOptionError`.

    `mode` holds less the process's umask, as for any new file. A link stays a link; a device or pipe is written to.
    """
    with growing(path, mode) as write:
        write(content)


@contextlib.contextmanager
def growing(path: Path, mode: int = READABLE) -> Generator[Callable[[bytes], None]]:
    """Write a file piece by piece; it appears under its name, whole, when the block ends well, and else not at all.

    As `write_atomic`, but a device or pipe gets each piece at once.
    """
    with contextlib.ExitStack() as stack:
        with _told(path):
            straight = path.exists() and not path.is_file()
            opened = _closing(path.open("wb")) if straight else _replacing(Path(os.path.realpath(path)), mode)
            file = stack.enter_context(opened)

        def write(content: bytes) -> None:
            with _told(path):
                file.write(content)
                file.flush()

        yield write
        with _told(path):
            stack.close()


@contextlib.contextmanager
def _told(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(path, error) from error


@contextlib.contextmanager
def _replacing(path: Path, mode: int) -> Generator[BinaryIO]:
    """Give a temporary file in the same folder, renamed at the end; an exception or an interrupt removes it."""
    temporary = path.with_name(f".albdoctor-{secrets.token_hex(8)}.tmp")
    remove = partial(temporary.unlink, missing_ok=True)
    with undoing(remove):  # before it exists: a signal may come right after it was made
        try:
            with _closing(open(temporary, "xb", opener=partial(os.open, mode=mode))) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())  # or a power cut may leave an empty file under the new name
            temporary.replace(path)
        finally:
            with contextlib.suppress(OSError):
                remove()


@contextlib.contextmanager
def _closing(file: BinaryIO) -> Generator[BinaryIO]:
    """Close a file at the end; after a failure never mind what it still holds back."""
    try:
        yield file
    except BaseException:
        with contextlib.suppress(OSError):
            file.close()
        raise
    file.close()


def read(path: Path, what: Text) -> bytes:
    """Read a file; an OSError is a `BadOptionError` that names what it was for."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadOptionError(CANNOT_READ, what=what, path=path, why=system_words(error)) from error
