"""Answers of AWS, bent: what a gateway, a newer API or a broken server would make of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TypeAlias

from tests.faults.aws_trees import Member, Tree, tree_of

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
ENUMERATIONS = frozenset(
    {
        "code", "direction", "field", "ipaddresstype", "ipprotocol", "keyalgorithm", "protocol", "protocolversion",
        "reason", "renewaleligibility", "ruleaction", "scheme", "state", "status", "targettype", "type",
        "validationmethod", "statuscode", "validationstatus",
    }
)  # fmt: skip
"""Members that hold one of a few words."""


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
    return _bent(answer, lambda tree: [each.remove() for each in _one(answer, tree.members())])


def unknown_value(answer: Answer) -> Bent:
    """Give one enumeration a value that nobody knows yet."""
    return _bent(
        answer,
        lambda tree: [each.replace(NEW_VALUE) for each in _one(answer, filter(_is_a_word, tree.members()))],
    )


def unknown_field(answer: Answer) -> Bent:
    """Add members that nobody knows yet, everywhere."""
    value: object = answer.lot.choice((None, 7, "text", {"Deep": [1, {"Er": "x"}]}, []))
    return _bent(answer, lambda tree: tree.widen(value))


def same_token(answer: Answer) -> Bent:
    """Say that there is another page, always the same one."""
    return _bent(answer, lambda tree: tree.page(answer.operation, "the-same-token"))


def new_tokens(answer: Answer) -> Bent:
    """Say that there is another page, and never end."""
    token = f"token-{answer.lot.getrandbits(64):x}"
    return _bent(answer, lambda tree: tree.page(answer.operation, token))


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
    return _bent(answer, lambda tree: [each.remove() for each in _at(tree, path)[number : number + 1]])


def strange(answer: Answer, path: str, number: int) -> Bent:
    """Give the so-and-so-manieth member of a path a value that nobody knows yet."""
    return _bent(answer, lambda tree: [each.replace(NEW_VALUE) for each in _at(tree, path)[number : number + 1]])


def members(body: bytes) -> Counter[str]:
    """The paths of an answer's members, and how often each occurs."""
    tree = tree_of(body)
    return Counter(each.path for each in tree.members()) if tree else Counter()


def enumerations(body: bytes) -> Counter[str]:
    """The paths of those members that hold one of a few words."""
    tree = tree_of(body)
    return Counter(each.path for each in tree.members() if each.name in ENUMERATIONS) if tree else Counter()


def _bent(answer: Answer, bend: Callable[[Tree], object]) -> Bent:
    tree = tree_of(answer.body)
    if tree is None:
        return answer.body, answer.content_type
    bend(tree)
    return tree.body(), answer.content_type


def _one(answer: Answer, found: Iterable[Member]) -> Sequence[Member]:
    """Draw one of them, if there is any."""
    every = list(found)
    return [answer.lot.choice(every)] if every else []


def _at(tree: Tree, path: str) -> list[Member]:
    return [each for each in tree.members() if each.path == path]


def _is_a_word(member: Member) -> bool:
    return member.name in ENUMERATIONS and bool(ENUM.fullmatch(member.text or ""))
