"""Facts files of several shards: read twice, one document at a time, so that memory does not grow with what is kept."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from msgspec import Struct

from albdoctor.errors import BadOptionError, system_words
from albdoctor.facts.files import documents
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.survey import Surveyed
from albdoctor.files import CANNOT_READ, FACTS_FILE
from albdoctor.merge.shards import Job, Outline, outline, plan
from albdoctor.merge.snapshots import merge
from albdoctor.text import Lang, Text, fill

APART = timedelta(hours=1)
"""Facts that are further apart than this may tell of different days."""
HOURS_APART = Text(
    en="the facts are up to {hours} hours apart ({first} to {last}): what changed meanwhile may not fit together",
    ko="수집 시각이 최대 {hours}시간 차이 납니다({first}부터 {last}까지). 그사이 바뀐 것은 서로 맞지 않을 수 있습니다",
)

CHANGED = Text(
    en="the facts file {path} changed while it was read", ko="수집 파일 {path}: 읽는 동안 내용이 바뀌었습니다"
)


class _Place(Struct, frozen=True):
    """Where a document stands."""

    file: int
    offset: int


class Shards:
    """The snapshots of some files, merged as they are read; a context manager, as the files stay open."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        """Open nothing yet."""
        self._paths = paths
        self._stack = contextlib.ExitStack()
        self._files: list[BinaryIO] = []
        self._places: list[_Place] = []
        self._outlines: list[Outline] = []
        self._surveys: list[Surveyed] = []
        self.jobs: tuple[Job, ...] = ()
        """One for each request."""

    def __enter__(self) -> Self:
        """Read everything once: a bad file is refused before anything is judged (`BadFactsError`, `BadOptionError`)."""
        with contextlib.ExitStack() as stack:
            for path in self._paths:
                with _told(path):
                    self._files.append(stack.enter_context(_seekable(path)))
                    self._survey(len(self._files) - 1)
            self._stack = stack.pop_all()
        self.jobs = plan(self._outlines)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the files."""
        self._stack.close()

    @property
    def surveys(self) -> tuple[Surveyed, ...]:
        """What scans of everything looked through."""
        return tuple(self._surveys)

    def merged(self) -> Iterator[Facts]:
        """Give one snapshot for each request, in the order in which the requests come first."""
        for job in self.jobs:
            yield merge(tuple(map(self._load, job.shards)), tuple(map(self._load, job.lenders)))

    def hours_apart(self, lang: Lang) -> str:
        """Say how far apart the snapshots are; empty when they are of one hour."""
        times = [one.taken_at for one in self._outlines]
        if not times or max(times) - min(times) <= APART:
            return ""
        first, last = min(times), max(times)
        hours = round((last - first) / timedelta(hours=1))
        return fill(HOURS_APART.of(lang), {"hours": hours, "first": _told_time(first), "last": _told_time(last)})

    def _survey(self, file: int) -> None:
        """Keep of each document what decides with which others it is merged, and where it stands."""
        offsets: list[int] = []
        for one in documents(_lines(self._files[file], offsets), str(self._paths[file])):
            if isinstance(one, Surveyed):
                self._surveys.append(one)
            else:
                self._places.append(_Place(file, offsets[-1]))
                self._outlines.append(outline(one))

    def _load(self, number: int) -> Facts:
        place = self._places[number]
        file, path = self._files[place.file], self._paths[place.file]
        with _told(path):
            file.seek(place.offset)
            found = next(documents(islice(file, 1), str(path)))
        if isinstance(found, Surveyed):
            raise BadOptionError(CHANGED, path=path)
        return found


def _lines(file: BinaryIO, offsets: list[int]) -> Iterator[bytes]:
    offset = 0
    for line in file:
        offsets.append(offset)
        offset += len(line)
        yield line


@contextlib.contextmanager
def _seekable(path: Path) -> Generator[BinaryIO]:
    """Open a file; a pipe is copied to the disk first, as it can be read only once."""
    with path.open("rb") as file:
        if file.seekable():
            yield file
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield copy


@contextlib.contextmanager
def _told(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise BadOptionError(CANNOT_READ, what=FACTS_FILE, path=path, why=system_words(error)) from error


def _told_time(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
