"""Maps untyped values and JSON to facts, whichever thread asks.

msgspec (0.22) finds out what a class looks like when it is first converted to. Two threads that do so at once crash the
process. A conversion holds the interpreter's lock anyway, so waiting for one another costs nothing.
"""

from __future__ import annotations

import threading
from typing import TypeVar

import msgspec

T = TypeVar("T")

_ONE_AT_A_TIME = threading.Lock()


def convert(value: object, type_: type[T], *, strict: bool = True) -> T:
    """Map a value to a type; one that does not fit is a `msgspec.ValidationError` with the path of the bad field."""
    with _ONE_AT_A_TIME:
        return msgspec.convert(value, type_, strict=strict)


def decode(document: bytes, type_: type[T]) -> T:
    """Read JSON as a type; what does not fit is a `msgspec.ValidationError`, what is no JSON a `DecodeError`."""
    with _ONE_AT_A_TIME:
        return msgspec.json.decode(document, type=type_)
