"""Answers of AWS, bent: what a gateway, a newer API or a broken server would make of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET  # our own lab's answers

Bent: TypeAlias = tuple[bytes, str]
"""Body and content type."""


@dataclass(frozen=True)
class Answer:
    """An answer of AWS, and what the bend draws by lot."""

    body: bytes
    content_type: str
    operation: str
    lot: Random


Bend: TypeAlias = Callable[[Answer], Bent]

LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Hotel Wi-Fi<br></form></body></html>"
NEW_VALUE = "brand-new-value"
ENUM = re.compile(r"[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)*")
ENUM_TAGS = frozenset(
    {
        "code", "direction", "field", "ipaddresstype", "ipprotocol", "keyalgorithm", "protocol", "protocolversion",
        "reason", "renewaleligibility", "ruleaction", "scheme", "state", "status", "targettype", "type",
        "validationmethod", "statuscode", "validationstatus",
    }
)  # fmt: skip


def malformed(answer: Answer) -> Bent:
    """Break the syntax in one place."""
    at = answer.lot.randrange(len(answer.body) + 1)
    thorn = answer.lot.choice((b"<<<", b'{"', b"\x00", b"]]>", b"&nope;", b"\xff\xfe"))
    return answer.body[:at] + thorn + answer.body[at:], answer.content_type


def garbage(answer: Answer) -> Bent:
    """Send noise under the right label."""
    return answer.lot.randbytes(400), answer.content_type


def login_page(_answer: Answer) -> Bent:
    """Answer as a captive portal does."""
    return LOGIN_PAGE, "text/html"


def empty(answer: Answer) -> Bent:
    """Say nothing, politely."""
    return b"", answer.content_type


def missing_field(answer: Answer) -> Bent:
    """Leave one member of a structure out (an item of a list would be a lie that nobody can see)."""
    if _is_json(answer.content_type):
        parsed: Any = json.loads(answer.body)
        holders = [(each, key) for each in _objects(parsed) for key in each]
        if holders:
            holder, key = answer.lot.choice(holders)
            del holder[key]
        return json.dumps(parsed).encode(), answer.content_type
    root = _xml(answer.body)
    if root is None:
        return answer.body, answer.content_type
    pairs = [(parent, child) for parent in root.iter() for child in parent if _is_member(parent, child)]
    if pairs:
        parent, child = answer.lot.choice(pairs)
        parent.remove(child)
    return ET.tostring(root), answer.content_type


def unknown_value(answer: Answer) -> Bent:
    """Give one enumeration a value that nobody knows yet."""
    if _is_json(answer.content_type):
        parsed: Any = json.loads(answer.body)
        places = [
            (each, key)
            for each in _objects(parsed)
            for key, value in each.items()
            if key.lower() in ENUM_TAGS and isinstance(value, str)
        ]
        if places:
            holder, key = answer.lot.choice(places)
            holder[key] = NEW_VALUE
        return json.dumps(parsed).encode(), answer.content_type
    root = _xml(answer.body)
    if root is None:
        return answer.body, answer.content_type
    leaves = [leaf for leaf in root.iter() if _tag(leaf) in ENUM_TAGS and ENUM.fullmatch(leaf.text or "")]
    if leaves:
        answer.lot.choice(leaves).text = NEW_VALUE
    return ET.tostring(root), answer.content_type


def unknown_field(answer: Answer) -> Bent:
    """Add members that nobody knows yet, everywhere."""
    if _is_json(answer.content_type):
        parsed: Any = json.loads(answer.body)
        for each in list(_objects(parsed)):
            each["BrandNewMember"] = answer.lot.choice((None, 7, "text", {"Deep": [1, {"Er": "x"}]}, []))
        return json.dumps(parsed).encode(), answer.content_type
    root = _xml(answer.body)
    if root is None:
        return answer.body, answer.content_type
    for parent in [each for each in root.iter() if len(each) and _is_member(each, each[0])]:
        added = ET.SubElement(parent, "BrandNewMember")
        ET.SubElement(added, "Deep").text = "text"
    return ET.tostring(root), answer.content_type


def same_token(answer: Answer) -> Bent:
    """Say that there is another page, always the same one."""
    return _paged(answer, "the-same-token")


def new_tokens(answer: Answer) -> Bent:
    """Say that there is another page, and never end."""
    return _paged(answer, f"token-{answer.lot.getrandbits(64):x}")


BENDS: dict[str, Bend] = {
    "aws-malformed": malformed,
    "aws-garbage": garbage,
    "aws-login-page": login_page,
    "aws-empty": empty,
    "aws-missing-field": missing_field,
    "aws-unknown-value": unknown_value,
    "aws-unknown-field": unknown_field,
    "aws-same-token": same_token,
    "aws-endless-pages": new_tokens,
}
"""Each kind of bend that microburst lacks."""

WITHOUT = "aws-without:"
"""Begins the kind of fault that leaves out one certain member: its path as `members` names it, and which occurrence."""
STRANGE = "aws-strange:"
"""Begins the kind of fault that gives one certain enumeration a value that nobody knows yet; named as for `WITHOUT`."""


def bend_of(kind: str) -> Bend | None:
    """The bend of a kind of fault; None: it is microburst's."""
    for begin, bend in ((WITHOUT, without), (STRANGE, strange)):
        if kind.startswith(begin):
            path, _, number = kind.removeprefix(begin).rpartition("#")
            return partial(bend, path=path, number=int(number))
    return BENDS.get(kind)


def without(answer: Answer, path: str, number: int) -> Bent:
    """Leave out the so-and-so-manieth member of a path; all of them stay where there are fewer."""
    if _is_json(answer.content_type):
        parsed: Any = json.loads(answer.body)
        found = [(holder, key) for at, holder, key in _json_members(parsed, "") if at == path]
        for holder, key in found[number : number + 1]:
            del holder[key]
        return json.dumps(parsed).encode(), answer.content_type
    root = _xml(answer.body)
    if root is None:
        return answer.body, answer.content_type
    pairs = [(parent, child) for at, parent, child in _xml_members(root, "") if at == path]
    for parent, child in pairs[number : number + 1]:
        parent.remove(child)
    return ET.tostring(root), answer.content_type


def strange(answer: Answer, path: str, number: int) -> Bent:
    """Give the so-and-so-manieth member of a path a value that nobody knows yet."""
    if _is_json(answer.content_type):
        parsed: Any = json.loads(answer.body)
        found = [(holder, key) for at, holder, key in _json_members(parsed, "") if at == path]
        for holder, key in found[number : number + 1]:
            holder[key] = NEW_VALUE
        return json.dumps(parsed).encode(), answer.content_type
    root = _xml(answer.body)
    if root is None:
        return answer.body, answer.content_type
    for leaf in [child for at, _, child in _xml_members(root, "") if at == path][number : number + 1]:
        leaf.text = NEW_VALUE
    return ET.tostring(root), answer.content_type


def members(body: bytes, content_type: str) -> Counter[str]:
    """The paths of an answer's members, and how often each occurs."""
    if _is_json(content_type):
        return Counter(at for at, _, _ in _json_members(json.loads(body), ""))
    root = _xml(body)
    return Counter(at for at, _, _ in _xml_members(root, "")) if root is not None else Counter()


def enumerations(body: bytes, content_type: str) -> Counter[str]:
    """The paths of those members that hold one of a few words."""
    return Counter({at: count for at, count in members(body, content_type).items() if _last(at) in ENUM_TAGS})


def _last(path: str) -> str:
    return path.rpartition("/")[2].lower()


def _paged(answer: Answer, token: str) -> Bent:
    if _is_json(answer.content_type):
        return json.dumps(json.loads(answer.body) | {"NextToken": token}).encode(), answer.content_type
    root = _xml(answer.body)
    if root is None:
        return answer.body, answer.content_type
    if answer.operation.startswith("ListResourceRecordSets"):
        for truncated in (each for each in root.iter() if _tag(each) == "istruncated"):
            truncated.text = "true"
        ET.SubElement(root, "NextRecordName").text = f"{token}.shop.example."
        ET.SubElement(root, "NextRecordType").text = "A"
    else:
        result = next((each for each in root if _tag(each).endswith("result")), root)
        for name in ("NextMarker",) if result is not root else ("nextToken",):
            ET.SubElement(result, name).text = token
    return ET.tostring(root), answer.content_type


def _is_json(content_type: str) -> bool:
    return "json" in content_type


def _xml(body: bytes) -> ET.Element | None:
    """The answer as a tree; None: it is neither XML nor JSON (CloudWatch's CBOR)."""
    try:
        return ET.fromstring(body)  # noqa: S314 - our own lab's answer
    except ET.ParseError:
        return None


def _is_member(parent: ET.Element, child: ET.Element) -> bool:
    """Whether an element is a structure's member: neither a list's item nor metadata."""
    return _tag(child) not in {"member", "item", "responsemetadata", "requestid"} and _tag(parent) != f"{_tag(child)}s"


def _xml_members(parent: ET.Element, path: str) -> Iterator[tuple[str, ET.Element, ET.Element]]:
    for child in parent:
        at = f"{path}/{_tag(child)}"
        if _is_member(parent, child):
            yield at, parent, child
        yield from _xml_members(child, at)


def _json_members(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    if isinstance(value, dict):
        holder: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType] - parsed JSON
        for key, each in list(holder.items()):
            yield f"{path}/{key}", holder, key
            yield from _json_members(each, f"{path}/{key}")
    elif isinstance(value, list):
        for each in value:  # pyright: ignore[reportUnknownVariableType] - parsed JSON
            yield from _json_members(each, f"{path}/item")


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2].lower()


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Give every object in parsed JSON."""
    if isinstance(value, dict):
        found: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType] - parsed JSON
        yield found
        for each in found.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:  # pyright: ignore[reportUnknownVariableType] - parsed JSON
            yield from _objects(each)
