"""Answers of AWS as trees of members, whatever carries them: XML or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol
from xml.etree import ElementTree as ET  # our own lab's answers

NEW_MEMBER = "BrandNewMember"


@dataclass(frozen=True)
class Member:
    """A structure's member (a list's item is none: without it the answer would be another one, and sound)."""

    path: str
    text: str | None
    """None: it is no text."""
    remove: Callable[[], object]
    replace: Callable[[str], object]

    @property
    def name(self) -> str:
        """The last part of its path, in lower case."""
        return self.path.rpartition("/")[2].lower()


class Tree(Protocol):
    """What the bends need of an answer."""

    def members(self) -> Iterator[Member]:
        """Give every member, of structures at any depth."""
        ...

    def widen(self, value: object) -> None:
        """Add a member that nobody knows yet to every structure."""
        ...

    def page(self, operation: str, token: str) -> None:
        """Say that there is another page."""
        ...

    def body(self) -> bytes:
        """Write the answer down again."""
        ...


def tree_of(body: bytes) -> Tree | None:
    """Read an answer; None: it is neither of both. Its content type does not tell: CloudWatch's JSON is "text" here."""
    try:
        if body.startswith(b"{"):
            return Objects(json.loads(body))
        return Xml(ET.fromstring(body))  # noqa: S314 - an answer of our own lab
    except (ValueError, ET.ParseError):
        return None


@dataclass(frozen=True)
class Objects:
    """An answer in JSON."""

    top: Any

    def members(self) -> Iterator[Member]:
        """Give every key of every object."""
        for path, holder, key in list(_pairs(self.top, "")):
            value = holder[key]
            yield Member(
                path=path,
                text=value if isinstance(value, str) else None,
                remove=partial(holder.pop, key),
                replace=partial(holder.__setitem__, key),
            )

    def widen(self, value: object) -> None:
        """Add a key to every object."""
        for each in _objects(self.top):
            each[NEW_MEMBER] = value

    def page(self, operation: str, token: str) -> None:
        """Name the next page; every operation of these services calls it the same."""
        del operation
        self.top["NextToken"] = token

    def body(self) -> bytes:
        """Write it as JSON."""
        return json.dumps(self.top).encode()


@dataclass(frozen=True)
class Xml:
    """An answer in XML."""

    root: ET.Element

    def members(self) -> Iterator[Member]:
        """Give every element that is a structure's member."""
        for path, parent, child in list(_elements(self.root, "")):
            if _is_member(parent, child):
                yield Member(
                    path=path,
                    text=child.text if not len(child) else None,
                    remove=partial(parent.remove, child),
                    replace=partial(setattr, child, "text"),
                )

    def widen(self, value: object) -> None:
        """Add an element to every structure."""
        for parent in [each for each in self.root.iter() if len(each) and _is_member(each, each[0])]:
            ET.SubElement(ET.SubElement(parent, NEW_MEMBER), "Deep").text = str(value)

    def page(self, operation: str, token: str) -> None:
        """Name the next page as the operation calls it."""
        if operation.startswith("ListResourceRecordSets"):
            for truncated in (each for each in self.root.iter() if _tag(each) == "istruncated"):
                truncated.text = "true"
            ET.SubElement(self.root, "NextRecordName").text = f"{token}.shop.example."
            ET.SubElement(self.root, "NextRecordType").text = "A"
            return
        result = next((each for each in self.root if _tag(each).endswith("result")), self.root)
        ET.SubElement(result, "NextMarker" if result is not self.root else "nextToken").text = token

    def body(self) -> bytes:
        """Write it as XML."""
        return ET.tostring(self.root)


def _elements(parent: ET.Element, path: str) -> Iterator[tuple[str, ET.Element, ET.Element]]:
    for child in parent:
        at = f"{path}/{_tag(child)}"
        yield at, parent, child
        yield from _elements(child, at)


def _is_member(parent: ET.Element, child: ET.Element) -> bool:
    """Whether an element is a structure's member: neither a list's item nor metadata."""
    return _tag(child) not in {"member", "item", "responsemetadata", "requestid"} and _tag(parent) != f"{_tag(child)}s"


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2].lower()


def _pairs(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    if isinstance(value, dict):
        holder: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType] - parsed answers
        for key, each in list(holder.items()):
            yield f"{path}/{key}", holder, key
            yield from _pairs(each, f"{path}/{key}")
    elif isinstance(value, list):
        for each in value:  # pyright: ignore[reportUnknownVariableType] - parsed answers
            yield from _pairs(each, f"{path}/item")


def _objects(top: Any) -> list[dict[str, Any]]:
    """Every object that has a key, each once, and the outermost one."""
    return list({id(holder): holder for holder in [top, *(holder for _, holder, _ in _pairs(top, ""))]}.values())
