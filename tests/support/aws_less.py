"""Answers of AWS that lack one member."""

from __future__ import annotations

from tests.faults.aws_trees import tree_of
from tests.support.aws_api import Request


def without_first(request: Request, body: bytes, operation: str, path: str) -> bytes:
    """Leave the first member whose path ends so out of an answer to an operation; every other answer stays."""
    tree = tree_of(body) if operation and request.action.endswith(f":{operation}") else None
    found = [member for member in tree.members() if member.path.endswith(path)] if tree else []
    if tree is None or not found:
        return body
    found[0].remove()
    return tree.body()
