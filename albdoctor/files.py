"""Reads and writes the tool's files: a reader finds the old file or the new one, never half of one."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Generator, Iterable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from albdoctor.errors import BadOptionError
from albdoctor.interrupt import undoing

PRIVATE = 0o600
"""Facts: what an account looks like from inside."""
OWNERS = 0o700
"""Fix scripts: they name real resources and change them, so nobody but their owner reads or runs them."""
READABLE = 0o644
"""Reports: made to be shown to others."""


def check_writable(path: Path) -> None:
    """Say before any work is done that a file could not be written (`BadOptionError`)."""
    folder = path.parent
    if not folder.is_dir():
        raise BadOptionError(f"cannot write {path}: there is no folder {folder}")
    if path.is_dir():
        raise BadOptionError(f"cannot write {path}: it is a folder")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise BadOptionError(f"cannot write {path}: permission denied")


def check_distinct(writes: Iterable[Path], reads: Iterable[Path]) -> None:
    """Say before any work is done that a file would be written twice, or over what is read (`BadOptionError`)."""
    read_ = {_identity(path) for path in reads}
    seen: set[object] = set()
    for path in writes:
        if path.exists() and not path.is_file():
            continue  # a device or a pipe takes any number of writers
        this = _identity(path)
        if this in read_:
            raise BadOptionError(f"{path} is read and would be overwritten: name another file")
        if this in seen:
            raise BadOptionError(f"two outputs would go to {path}: name another file for one of them")
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
        raise BadOptionError(f"cannot write into {path}: it is no folder")


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
        raise BadOptionError(f"cannot write {path}: {error.strerror or error}") from error


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


def read(path: Path, what: str) -> bytes:
    """Read a file; an OSError is a `BadOptionError` that names what it was for."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadOptionError(f"cannot read the {what} {path}: {error.strerror or error}") from error
