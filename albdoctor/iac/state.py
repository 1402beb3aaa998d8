"""Terraform's state, version 4: which address made which resource. Nothing but ids is read of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

MODULE = re.compile(r'module\.([\w-]+)(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?(?:\.|$)')


class Address(Struct, frozen=True):
    """Where a resource is written: the names of the modules from the root on, its type and its name."""

    modules: tuple[str, ...]
    name: str
    """`aws_lb.web`."""


class _Attributes(Struct):
    arn: Any = None
    id: Any = None


class _Instance(Struct):
    attributes: _Attributes | None = None


class _Resource(Struct):
    type: str
    name: str
    mode: str = "managed"
    module: str = ""
    instances: tuple[_Instance, ...] = ()


class _State(Struct):
    version: Literal[4]
    resources: tuple[_Resource, ...] = ()


def read(content: bytes) -> Iterator[tuple[str, Address]]:
    """Give each id and ARN with its address; what is no such state is a `msgspec.DecodeError` (also a `ValueError`)."""
    for one in msgspec.json.decode(content, type=_State).resources:
        address = Address(_modules(one.module), f"{one.type}.{one.name}")
        for instance in one.instances if one.mode == "managed" else ():
            told = instance.attributes
            yield from ((id_, address) for id_ in (told.arn, told.id) if isinstance(id_, str)) if told else ()


def _modules(path: str) -> tuple[str, ...]:
    return tuple(match[1] for match in MODULE.finditer(path))
