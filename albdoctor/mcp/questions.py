"""What an assistant may say in each question: the types from which the tools' input schemas are made."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from albdoctor.facts.snapshot import SCHEMA
from albdoctor.text import Lang

MOST_SECONDS = 120
"""That a scan may take."""
MOST_FACTS = 16 * 1024 * 1024
"""Characters of a facts document."""
WORD = 2_048
"""Characters of a name or a path, as browsers have it for a URL."""
SEVERAL = 20
"""Profiles or Regions."""

Word: TypeAlias = Annotated[str, Meta(min_length=1, max_length=256)]
Language: TypeAlias = Annotated[Lang | None, Meta(description="Language of the answer; default: the server's.")]


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every tool takes."""

    lang: Language = None


class ScanAsked(Question, frozen=True, kw_only=True):
    """What is to be scanned."""

    domain: Annotated[
        str, Meta(min_length=1, max_length=WORD, description="Host name or URL: shop.example, https://shop.example/a")
    ]
    path: Annotated[str, Meta(max_length=WORD, description="Path to request; default: the URL's, or /")] = ""
    profiles: Annotated[
        tuple[Word, ...], Meta(max_length=SEVERAL, description="AWS profiles; default: the server's credentials.")
    ] = ()
    regions: Annotated[
        tuple[Word, ...], Meta(max_length=SEVERAL, description="AWS Regions to look in besides the one the name tells.")
    ] = ()
    timeout: Annotated[float, Meta(ge=1, le=MOST_SECONDS, description="Seconds for the whole scan.")] = 60.0


class FactsAsked(Question, frozen=True, kw_only=True):
    """What is to be judged."""

    facts: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MOST_FACTS,
            description=f"The text of one facts document ({SCHEMA}), as `albdoctor scan --save-facts FILE` writes it.",
        ),
    ]


class WordsAsked(Question, frozen=True, kw_only=True):
    """What is to be explained."""

    words: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=300,
            description="A check's id or slug (ALB401), a status code (502), a browser's error, a health reason"
            " (Target.Timeout), or words in English or Korean.",
        ),
    ]


class ListAsked(Question, frozen=True, kw_only=True):
    """Nothing but the language."""


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `explain`."""

    words: str
    page: Annotated[str, Meta(description="The page, or a line for each check that speaks of the words.")]


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """A check in the list."""

    check: str
    slug: str
    stage: str
    severity: str
    message: str
    summary: str
    explains: tuple[str, ...]
    since: str


class Checks(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `list_checks`."""

    checks: tuple[CheckRow, ...]


Q = TypeVar("Q", bound=Question)


def schema_of(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Make the JSON Schema of a type, with an object at its root, as the protocol wants it."""
    made = msgspec.json.schema(kind)
    beneath: dict[str, Any] = made["$defs"]
    root: dict[str, Any] = beneath[made["$ref"].rpartition("/")[2]]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": beneath}


def read(kind: type[Q], arguments: dict[str, Any]) -> Q:
    """Read a question; a `msgspec.ValidationError` names the field that does not fit."""
    return msgspec.convert(arguments, kind)
