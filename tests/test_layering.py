"""Who may import whom, read from the import statements: every room of the house, one direction, no circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.source import parsed

ROOT = Path(__file__).parents[1]
LEAVES = {"details", "errors", "exits", "literals", "phrases", "shell", "tables", "text", "version"}
ROOMS: dict[str, set[str]] = {
    **{leaf: set[str]() for leaf in sorted(LEAVES - {"details", "errors", "shell", "text"})},
    "shell": {"literals"},
    "text": {"literals", "shell"},
    "errors": {"literals", "shell", "text"},
    "details": {"phrases", "text"},
    "streams": {"literals"},
    "language": LEAVES | {"streams"},
    "help": LEAVES | {"language"},
    "interrupt": LEAVES,
    "files": LEAVES | {"interrupt"},
    "facts": LEAVES,
    "derive": LEAVES | {"facts"},
    "redact": LEAVES | {"facts", "derive"},
    "compare": LEAVES | {"facts"},
    "merge": LEAVES | {"facts", "derive"},
    "iac": LEAVES | {"facts"},
    "checkup": LEAVES | {"facts", "derive"},
    "albdoctor_checks": {"text", "facts", "derive", "checkup"},
    "collect": LEAVES | {"facts", "derive"},
    "report": LEAVES | {"facts", "derive", "checkup"},
    "lookup": LEAVES | {"checkup"},
    "config": LEAVES | {"files", "checkup"},
    "policy": LEAVES | {"facts", "checkup"},
    "judging": LEAVES | {"facts", "derive", "checkup", "collect", "report", "policy"},
    "api": LEAVES | {"facts", "checkup", "collect", "report", "policy", "judging"},
    "albdoctor": {"version", "api", "policy", "report"},
    "commands": LEAVES
    | {"facts", "derive", "redact", "merge", "compare", "iac", "checkup", "collect", "report"}
    | {"lookup", "interrupt", "files", "streams", "language", "help", "config", "policy", "judging", "api"},
    "lab": LEAVES | {"facts", "checkup", "report", "commands", "streams", "language", "help", "files", "interrupt"},
    "mcp": LEAVES
    | {"facts", "checkup", "collect", "report", "config", "policy", "api", "commands", "streams", "language", "help"},
    "cli": LEAVES | {"interrupt", "streams", "language", "help"},
    "__main__": {"cli", "interrupt", "streams"},
}
"""Each room after those that it may import. Commands, and the lab's, are named in `cli` and loaded when called; the lab
never asks `derive`, so that the two check each other."""
HEAVY = {"boto3", "botocore", "dns", "httpx", "jinja2", "rich", "cryptography", "moto", "publicsuffixlist", "idna"} | {
    "mcp",
    "uvicorn",
    "hcl2",
    "yaml",
}
MAY_BE_HEAVY = {"collect", "iac", "report", "lab", "commands", "mcp"}
JUDGES = ("facts", "derive", "checkup", "albdoctor_checks")
NO_IO = {"socket", "ssl", "subprocess", "os", "pathlib", "time", "asyncio", "threading", "urllib.request", "random"}
MAY_WAIT = {("albdoctor.facts.typed", "threading"), ("albdoctor.checkup.deadline", "threading")}
"""A lock around a conversion is neither I/O nor a clock; what stops somebody else's loop tells the time to nobody."""


def _module(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


PATHS = {
    _module(path, root): path
    for root, top in ((ROOT, "albdoctor"), (ROOT / "checks", "albdoctor_checks"))
    for path in sorted((root / top).rglob("*.py"))
}


@cache
def _imports(module: str) -> frozenset[str]:
    return frozenset(_each_import(module))


def _each_import(module: str) -> Iterator[str]:
    """Every import, wherever it stands: at the top, in a function, for the type checker alone."""
    for node in ast.walk(parsed(PATHS[module])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            assert node.module
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                yield inside if inside in PATHS else node.module


def _room(module: str) -> str:
    top, _, rest = module.partition(".")
    return rest.partition(".")[0] if top == "albdoctor" and rest else top


def _circle(graph: Mapping[str, Set[str]]) -> list[str]:
    """Give the names along a circle; empty: there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_room_has_its_place() -> None:
    assert {_room(module) for module in PATHS} == set(ROOMS)


def test_no_room_may_import_upwards() -> None:
    order = list(ROOMS)
    above = {(room, other) for room, may in ROOMS.items() for other in may if order.index(other) >= order.index(room)}
    assert above == set()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_before_it(room: str) -> None:
    own = [(module, one) for module in PATHS if _room(module) == room for one in _imports(module) if one in PATHS]
    assert [(module, one) for module, one in own if _room(one) not in ROOMS[room] | {room}] == []


def test_modules_import_each_other_in_no_circle() -> None:
    assert _circle({module: _imports(module) & PATHS.keys() - {module} for module in PATHS}) == []


def test_a_circle_is_seen() -> None:
    assert set(_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}})) == {"b", "c"}


def test_heavy_libraries_stay_in_the_rooms_that_do_io() -> None:
    heavy = [(module, one) for module in PATHS for one in _imports(module) if one.partition(".")[0] in HEAVY]
    assert {_room(module) for module, _ in heavy} <= MAY_BE_HEAVY


@pytest.mark.parametrize("room", JUDGES)
def test_judges_do_no_io_and_read_no_clock(room: str) -> None:
    modules = [module for module in PATHS if _room(module) == room]
    doing = {(module, one) for module in modules for one in _imports(module) & NO_IO}
    assert doing - MAY_WAIT == set()
    clocks = [
        f"{module}: {node.attr}"
        for module in modules
        for node in ast.walk(parsed(PATHS[module]))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
    ]
    assert clocks == []
