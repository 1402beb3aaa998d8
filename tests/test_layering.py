"""Three rooms, one direction: who may import whom, read from the import statements."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BASE = {"albdoctor.text", "albdoctor.exits"}
MAY_IMPORT: dict[str, set[str]] = {
    "albdoctor/facts": {"albdoctor.facts"} | BASE,
    "albdoctor/derive": {"albdoctor.facts", "albdoctor.derive"} | BASE,
    "albdoctor/redact": {"albdoctor.facts", "albdoctor.derive", "albdoctor.redact"} | BASE,
    "albdoctor/merge": {"albdoctor.facts", "albdoctor.derive", "albdoctor.merge"} | BASE,
    "albdoctor/checkup": {"albdoctor.facts", "albdoctor.derive", "albdoctor.checkup"} | BASE,
    "albdoctor/report": {"albdoctor", "albdoctor.facts", "albdoctor.derive", "albdoctor.checkup", "albdoctor.report"}
    | BASE,
    "albdoctor/collect": {"albdoctor", "albdoctor.facts", "albdoctor.derive", "albdoctor.collect"} | BASE,
    "checks/albdoctor_checks": {
        "albdoctor.facts",
        "albdoctor.derive",
        "albdoctor.checkup",
        "albdoctor.text",
        "albdoctor_checks",
    },
}
HEAVY = {"boto3", "botocore", "dns", "httpx", "jinja2", "rich", "cryptography", "moto", "publicsuffixlist", "idna"}
MAY_BE_HEAVY = ("albdoctor/collect", "albdoctor/report", "albdoctor/lab", "albdoctor/commands")
NO_IO = {"socket", "ssl", "subprocess", "os", "pathlib", "time", "asyncio", "threading", "urllib.request", "random"}
MAY_WAIT = ("albdoctor/facts/typed.py", "threading")
"""A lock around a conversion is neither I/O nor a clock."""


def _imports(folder: str) -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((str(path.relative_to(ROOT)), alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: relative import"
                yield str(path.relative_to(ROOT)), node.module or ""


def _inside(module: str, packages: set[str]) -> bool:
    return any(
        module == package or (module.startswith(f"{package}.") and package != "albdoctor") for package in packages
    )


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_before_it(folder: str) -> None:
    own = [(path, module) for path, module in _imports(folder) if module.split(".")[0].startswith("albdoctor")]
    assert [(path, module) for path, module in own if not _inside(module, MAY_IMPORT[folder])] == []


def test_heavy_libraries_stay_in_the_rooms_that_do_io() -> None:
    everywhere = [*_imports("albdoctor"), *_imports("checks/albdoctor_checks")]
    heavy = [(path, module) for path, module in everywhere if module.split(".")[0] in HEAVY]
    assert [(path, module) for path, module in heavy if not path.startswith(MAY_BE_HEAVY)] == []


@pytest.mark.parametrize(
    "folder", ["albdoctor/facts", "albdoctor/derive", "albdoctor/checkup", "checks/albdoctor_checks"]
)
def test_judges_do_no_io_and_read_no_clock(folder: str) -> None:
    assert [found for found in _imports(folder) if found[1] in NO_IO and found != MAY_WAIT] == []
    clocks = [
        f"{path}: {node.attr}"
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
    ]
    assert clocks == []
