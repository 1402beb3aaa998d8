"""The facts of a long run as they come: what was seen is kept when it is interrupted, and need not be seen again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from albdoctor.errors import BadOptionError
from albdoctor.facts.files import decode, encode
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.survey import Surveyed
from albdoctor.files import PRIVATE

SUFFIX = ".partial"


class Journal:
    """A facts file that grows line by line beside its final name, and takes that name when the run is through.

    An interrupt leaves the old file as it was, and the lines so far in `FILE.partial`, for `--resume`.
    """

    def __init__(self, path: Path, *, resume: bool) -> None:
        """Without `resume`, what an interrupted run left is dropped."""
        self._path, self._partial = path, path.with_name(path.name + SUFFIX)
        self._resume = resume
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Open the file; an OSError is a `BadOptionError`."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (0 if self._resume else os.O_TRUNC)
        flags |= getattr(os, "O_NOFOLLOW", 0)  # a link of that name is not ours
        try:
            self._descriptor = os.open(self._partial, flags, PRIVATE)
        except OSError as error:
            raise BadOptionError(f"cannot write {self._partial}: {error.strerror or error}") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Give the file its name, if all went well."""
        os.close(self._descriptor)
        if kind is None:
            self._partial.replace(self._path)

    def before(self) -> Iterator[Facts]:
        """What the interrupted run saw; a last line that was cut off is dropped."""
        if not self._resume:
            return
        with self._partial.open("rb") as file:
            end = 0
            for line in file:
                if not line.endswith(b"\n"):
                    break
                end += len(line)
                yield from decode(line, str(self._partial))
        os.truncate(self._partial, end)

    def add(self, facts: Facts | Surveyed) -> None:
        """Keep one more document; each line is written at once and whole."""
        line = encode((facts,))
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError as error:
            raise BadOptionError(f"cannot write {self._partial}: {error.strerror or error}") from error
