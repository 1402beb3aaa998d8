"""Our own source, parsed once, and only where a test reads it: a worker that runs none of them parses nothing."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text())
