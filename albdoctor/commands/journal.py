"""The facts of a long run as they come: what was seen is kept when it is interrupted, and need not be seen again."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from albdoctor.errors import BadOptionError
from albdoctor.facts.files import decode, encode
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.survey import Surveyed
from albdoctor.files import PRIVATE, cannot_write, growing
from albdoctor.text import Text

SUFFIX = ".partial"
PIECE = 1 << 20
"""Bytes that are copied at once."""
NOT_OWN = Text(
    en="it is no file of your own: remove it, or name another",
    ko="본인 소유의 파일이 아닙니다. 지우거나 다른 이름을 지정하세요",
)
TAKEN = Text(
    en="another albdoctor writes it: wait for it, or name another file",
    ko="다른 albdoctor가 쓰는 중입니다. 끝나기를 기다리거나 다른 파일 이름을 지정하세요",
)


class Journal:
    """A facts file that grows line by line beside its final name, and takes that name when the run is through.

    An interrupt leaves the old file as it was, and the lines so far in `FILE.partial`, for `--resume`. One run at a
    time writes it, and only a file that is the user's own. A link stays a link; a device or pipe gets lines at once.
    """

    def __init__(self, path: Path, *, resume: bool) -> None:
        """Without `resume`, what an interrupted run left is dropped."""
        self._straight = path.exists() and not path.is_file()
        self._path = path if self._straight else Path(os.path.realpath(path))
        self._partial = path if self._straight else self._path.with_name(self._path.name + SUFFIX)
        self._resume = resume and not self._straight
        self._descriptor = -1
        self._dropped: list[tuple[int, int]] = []
        """Where lines begin and end that are no part of this run."""

    def __enter__(self) -> Self:
        """Open the file; an OSError is a `BadOptionError`."""
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        # A link of that name is not ours; a pipe would keep us waiting.
        flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        flags = os.O_WRONLY if self._straight else flags
        with ExitStack() as stack:
            try:
                self._descriptor = os.open(self._partial, flags, PRIVATE)
                stack.callback(os.close, self._descriptor)
                if not self._straight:
                    self._take()
            except OSError as error:
                raise cannot_write(self._partial, error) from error
            stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Give the file its name, if all went well."""
        try:
            if kind is not None or self._straight:
                return
            if not self._dropped:
                self._partial.replace(self._path)
            else:
                self._copy()
                self._partial.unlink()
        finally:
            os.close(self._descriptor)

    def before(self, fits: Callable[[Facts], bool] = lambda _facts: True) -> Iterator[Facts]:
        """What the interrupted run saw of each host and `fits` this one; a last line that was cut off is dropped."""
        if not self._resume:
            return
        seen: set[str] = set()
        end = 0
        with self._reading() as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                start, end = end, end + len(line)
                kept = [one for one in decode(line, str(self._partial)) if one.scan.host not in seen and fits(one)]
                if not kept:
                    self._dropped.append((start, end))
                seen |= {one.scan.host for one in kept}
                yield from kept
        os.truncate(self._descriptor, end)

    def add(self, facts: Facts | Surveyed) -> None:
        """Keep one more document; each line is written at once and whole."""
        line = encode((facts,))
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError as error:
            raise cannot_write(self._partial, error) from error

    def _take(self) -> None:
        """Make sure that the file is ours, and only ours."""
        found = os.fstat(self._descriptor)
        own = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1 or not own:
            raise cannot_write(self._partial, NOT_OWN)
        _lock(self._descriptor, self._partial)
        if not os.path.samestat(found, self._partial.lstat()):  # who had it has just given it its name
            raise _taken(self._partial)
        if hasattr(os, "fchmod"):
            os.fchmod(self._descriptor, PRIVATE)
        if not self._resume:
            os.truncate(self._descriptor, 0)

    def _reading(self) -> BinaryIO:
        """Read what was opened, whatever has its name by now."""
        file = os.fdopen(os.dup(self._descriptor), "rb")
        file.seek(0)
        return file

    def _copy(self) -> None:
        """Write the file without the lines that are no part of this run."""
        with self._reading() as file, growing(self._path, PRIVATE) as write:
            at = 0
            for start, end in (*self._dropped, (os.fstat(self._descriptor).st_size, 0)):
                while at < start:
                    piece = file.read(min(PIECE, start - at))
                    at += len(piece)
                    write(piece)
                at = file.seek(end)


def _lock(descriptor: int, path: Path) -> None:
    """Keep every other run out; where the system has no such locks, as on Windows, two runs must not be started."""
    try:
        locks = import_module("fcntl")
    except ImportError:
        return
    try:
        locks.flock(descriptor, locks.LOCK_EX | locks.LOCK_NB)
    except BlockingIOError:
        raise _taken(path) from None
    except OSError as error:
        if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP):  # some network file systems have none either
            raise


def _taken(path: Path) -> BadOptionError:
    return cannot_write(path, TAKEN)
