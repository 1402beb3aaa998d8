"""Snapshots as files: one JSON document a line, one line a scan."""

from __future__ import annotations

import msgspec

from albdoctor.facts.snapshot import SCHEMA, Facts


class BadFactsError(ValueError):
    """A facts file that cannot be read; the message is one sentence and names the bad field."""


class _Head(msgspec.Struct):
    schema: str = ""


def encode(snapshots: tuple[Facts, ...]) -> bytes:
    """Write snapshots, each on one line."""
    return b"".join(msgspec.json.encode(facts) + b"\n" for facts in snapshots)


def decode(content: bytes, name: str) -> tuple[Facts, ...]:
    """Read snapshots; `name` is the file's name for the error."""
    documents = [line for line in content.splitlines() if line.strip()]
    if not documents:
        raise BadFactsError(f"facts file {name} is empty")
    return tuple(_decode_one(document, name) for document in documents)


def _decode_one(document: bytes, name: str) -> Facts:
    try:
        head = msgspec.json.decode(document, type=_Head)
        if head.schema != SCHEMA:
            said = f"is of version {head.schema[:100]!r}" if head.schema else "holds no facts of albdoctor"
            raise BadFactsError(f"facts file {name} {said}; this albdoctor reads {SCHEMA}")
        return msgspec.json.decode(document, type=Facts)
    except msgspec.ValidationError as error:
        raise BadFactsError(f"facts file {name} does not fit: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFactsError(f"facts file {name} is cut off or damaged: {error}") from error
