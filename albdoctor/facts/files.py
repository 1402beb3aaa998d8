"""Snapshots as files: one JSON document a line, one line a scan; a scan of everything adds a line of what it listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from albdoctor.errors import BadFactsError, quoted
from albdoctor.facts import typed
from albdoctor.facts.mirror import restored
from albdoctor.facts.snapshot import SCHEMA, Facts
from albdoctor.facts.survey import SURVEY, Surveyed
from albdoctor.text import Text, same

LACKS = b'"Lacks"'
"""In a document in which something lacks what AWS always sends; few do, and only they need a second look."""
SHOWN = 300
"""Characters of a refusal that are shown from its beginning and up to its end."""

EMPTY = Text(en="facts file {name} is empty", ko="수집 파일 {name}: 비어 있습니다")
ANOTHER_VERSION = Text(
    en="facts file {name} is of version {version}; this albdoctor reads {schema}",
    ko="수집 파일 {name}: 버전이 {version}입니다. 이 albdoctor는 {schema} 버전을 읽습니다",
)
NO_FACTS = Text(
    en="facts file {name} holds no facts of albdoctor; this albdoctor reads {schema}",
    ko="수집 파일 {name}: albdoctor 수집 결과가 아닙니다. 이 albdoctor는 {schema} 버전을 읽습니다",
)
UNFIT = Text(en="facts file {name} does not fit: {why}", ko="수집 파일 {name}: 형식이 맞지 않습니다: {why}")
DAMAGED = Text(
    en="facts file {name} is cut off or damaged: {why}", ko="수집 파일 {name}: 잘렸거나 손상되었습니다: {why}"
)


class _Head(msgspec.Struct):
    schema: str = ""


def encode(snapshots: Iterable[Facts | Surveyed]) -> bytes:
    """Write snapshots, each on one line."""
    return b"".join(msgspec.json.encode(facts) + b"\n" for facts in snapshots)


def decode(content: bytes, name: str) -> tuple[Facts, ...]:
    """Read snapshots; `name` is the file's name for the error."""
    return tuple(one for one in documents(content.splitlines(), name) if isinstance(one, Facts))


def documents(lines: Iterable[bytes], name: str) -> Iterator[Facts | Surveyed]:
    """Read one document at a time; `name` is the file's name for the error, which names the line from the second on.

    A file without any is an error too: whoever wrote it did not get as far as its first line.
    """
    number = 0
    for line in lines:
        if line.strip():
            number += 1
            yield _decode_one(line, same(name) if number == 1 else _nth(name, number))
    if not number:
        raise BadFactsError(EMPTY, name=name)


def _decode_one(document: bytes, name: Text) -> Facts | Surveyed:
    try:
        head = typed.decode(document, _Head)
        if head.schema == SURVEY:
            return typed.decode(document, Surveyed)
        if head.schema != SCHEMA:
            said = ANOTHER_VERSION if head.schema else NO_FACTS
            raise BadFactsError(said, name=name, version=repr(head.schema[:100]), schema=SCHEMA)
        facts = typed.decode(document, Facts)
        return restored(facts) if LACKS in document else facts
    except msgspec.ValidationError as error:
        raise BadFactsError(UNFIT, name=name, why=quoted(_short(str(error)))) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFactsError(DAMAGED, name=name, why=quoted(error)) from error


def _nth(name: str, number: int) -> Text:
    return Text(en=f"{name}, document {number},", ko=f"{name} (문서 {number})")


def _short(said: str) -> str:
    """The value that does not fit may be long; the place in the file stands behind it."""
    return said if len(said) <= 2 * SHOWN else f"{said[:SHOWN]}...{said[-SHOWN:]}"
