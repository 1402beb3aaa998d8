"""Snapshots as files: one JSON document a line, one line a scan; a scan of everything adds a line of what it listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from albdoctor.errors import BadFactsError
from albdoctor.facts import typed
from albdoctor.facts.mirror import restored
from albdoctor.facts.snapshot import SCHEMA, Facts
from albdoctor.facts.survey import SURVEY, Surveyed

LACKS = b'"Lacks"'
"""In a document in which something lacks what AWS always sends; few do, and only they need a second look."""
SHOWN = 300
"""Characters of a refusal that are shown from its beginning and up to its end."""


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
            yield _decode_one(line, name if number == 1 else f"{name}, document {number},")
    if not number:
        raise BadFactsError(f"facts file {name} is empty")


def _decode_one(document: bytes, name: str) -> Facts | Surveyed:
    try:
        head = typed.decode(document, _Head)
        if head.schema == SURVEY:
            return typed.decode(document, Surveyed)
        if head.schema != SCHEMA:
            said = f"is of version {head.schema[:100]!r}" if head.schema else "holds no facts of albdoctor"
            raise BadFactsError(f"facts file {name} {said}; this albdoctor reads {SCHEMA}")
        facts = typed.decode(document, Facts)
        return restored(facts) if LACKS in document else facts
    except msgspec.ValidationError as error:
        raise BadFactsError(f"facts file {name} does not fit: {_short(str(error))}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFactsError(f"facts file {name} is cut off or damaged: {error}") from error


def _short(said: str) -> str:
    """The value that does not fit may be long; the place in the file stands behind it."""
    return said if len(said) <= 2 * SHOWN else f"{said[:SHOWN]}...{said[-SHOWN:]}"
