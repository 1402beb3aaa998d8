"""Where a configuration stands: `albdoctor.toml`, or `[tool.albdoctor]` in pyproject.toml. It stays light."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

DEFAULT = "albdoctor.toml"
PYPROJECT = "pyproject.toml"
TOOL = "albdoctor"
HEADER = re.compile(r"\s*\[\[\s*(tool\s*\.\s*albdoctor\s*\.\s*)?domain\s*\]\]")
NAME = re.compile(r"\s*name\s*=")


def lying_about() -> Path | None:
    """Find the file that holds where none is named: ./albdoctor.toml, or else a ./pyproject.toml that has our table.

    Raises an OSError, and a ValueError for a pyproject.toml that speaks of albdoctor and is no TOML.
    """
    own, projects = Path(DEFAULT), Path(PYPROJECT)
    if own.is_file():
        return own
    if not projects.is_file():
        return None
    content = projects.read_bytes()
    # What is wrong with a file that is not about us is not ours to tell.
    return projects if TOOL.encode() in content and _of_tool(_parsed(content)) is not None else None


def table_of(path: Path, content: bytes) -> dict[str, Any]:
    """Parse a configuration; of a pyproject.toml our table. A ValueError or RecursionError: it is no TOML."""
    whole = _parsed(content)
    return (_of_tool(whole) or {}) if path.name == PYPROJECT else whole


def domain_lines(content: str) -> list[int]:
    """The line of each `[[domain]]` table's name, from 1; of one without such a line, that of its header."""
    found: list[int] = []
    within = False
    for number, line in enumerate(content.splitlines(), start=1):
        if line.lstrip().startswith("["):
            within = HEADER.match(line) is not None
            found += [number] if within else []
        elif within and NAME.match(line):
            found[-1] = number
            within = False
    return found


def _parsed(content: bytes) -> dict[str, Any]:
    import tomllib  # only where there is a file

    return tomllib.loads(content.decode())


def _of_tool(whole: dict[str, Any]) -> dict[str, Any] | None:
    tools = _table(whole.get("tool"))
    return None if tools is None else _table(tools.get(TOOL))


def _table(value: object) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None
