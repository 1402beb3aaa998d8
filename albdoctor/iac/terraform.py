"""Terraform's files (`*.tf`), read with python-hcl2."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from albdoctor.facts.known import Kind
from albdoctor.iac.block import Block

KINDS = {
    "aws_lb": Kind.LOAD_BALANCER,
    "aws_lb_listener": Kind.LISTENER,
    "aws_lb_listener_rule": Kind.RULE,
    "aws_lb_target_group": Kind.TARGET_GROUP,
    "aws_acm_certificate": Kind.CERTIFICATE,
    "aws_route53_zone": Kind.HOSTED_ZONE,
    "aws_route53_record": Kind.RECORD,
    "aws_instance": Kind.TARGET,
}
"""Each `aws_lb…` is called `aws_alb…` too."""
WORDS = re.compile(rb"aws_a?lb|aws_acm_certificate|aws_route53_|aws_instance|module")
"""A file without any of them has nothing to find."""
OF = {Kind.LISTENER: "load_balancer_arn", Kind.RULE: "listener_arn", Kind.RECORD: "zone_id"}
STRING = re.compile(r'"([^"\\$%]*)"')
NUMBER = re.compile(r'"?(\d{1,6})"?')
REFERENCE = re.compile(r"(aws_[a-z0-9_]+\.[\w-]+)(?:\[[^\[\]]*\])?\.(?:arn|id|zone_id)")


class Called(Struct, frozen=True):
    """A local module that a folder calls."""

    folder: Path
    name: str
    source: Path


def kind_of(type_: str) -> Kind | None:
    """The kind of things that a resource type makes."""
    return KINDS.get(type_.replace("aws_alb", "aws_lb", 1))


def read(text: str, file: Path) -> Iterator[Block | Called]:
    """Give the blocks of a file; raises whatever python-hcl2 raises for what is no Terraform."""
    import hcl2

    tree: Any = hcl2.parses_to_tree(text)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - no types
    for body in tree.children:
        for block in body.children:
            if getattr(block, "data", "") == "block":
                yield from _read(block, text, file)


def _read(block: Any, text: str, file: Path) -> Iterator[Block | Called]:  # noqa: ANN401 - lark's tree
    *labels, inside = [
        child for child in block.children if getattr(child, "data", "") in ("identifier", "string", "body")
    ]
    head = [_slice(label, text).strip('"') for label in labels]
    if inside.data != "body":
        return
    if len(head) == 2 and head[0] == "module":
        source = _literal(_attributes(inside, text).get("source", ""))
        if source.startswith(("./", "../")):
            yield Called(file.parent, head[1], Path(posixpath.normpath(file.parent / source)))
    elif len(head) == 3 and head[0] == "resource" and (kind := kind_of(head[1])) is not None:
        said = _attributes(inside, text)
        number = NUMBER.fullmatch(said.get("port", ""))
        priority = NUMBER.fullmatch(said.get("priority", ""))
        reference = REFERENCE.fullmatch(said.get(OF.get(kind, ""), ""))
        yield Block(
            kind=kind,
            file=file,
            line=block.meta.line,
            end_line=block.meta.end_line,
            scope=file.parent,
            name=f"{head[1]}.{head[2]}",
            called=_literal(said.get("domain_name" if kind is Kind.CERTIFICATE else "name", "")).rstrip("."),
            port=int(number[1]) if number else None,
            priority=priority[1] if priority else "",
            type=_literal(said.get("type", "")),
            of=reference[1] if reference else "",
        )


def _attributes(body: Any, text: str) -> dict[str, str]:  # noqa: ANN401 - lark's tree
    """The attributes of a body, each value as it is written."""
    pairs = (
        [one for one in child.children if getattr(one, "data", "")]
        for child in body.children
        if getattr(child, "data", "") == "attribute"
    )
    return {_slice(pair[0], text): _slice(pair[-1], text).strip() for pair in pairs if len(pair) > 1}


def _slice(tree: Any, text: str) -> str:  # noqa: ANN401 - lark's tree
    meta = tree.meta
    return "" if meta.empty else text[meta.start_pos : meta.end_pos]


def _literal(said: str) -> str:
    match = STRING.fullmatch(said)
    return match[1] if match else ""
