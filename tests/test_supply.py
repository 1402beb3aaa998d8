"""What is imported is declared, nothing is installed from an index by a name that nobody has claimed there."""

from __future__ import annotations

import ast
import re
import sys
from configparser import ConfigParser
from importlib.metadata import packages_distributions
from pathlib import Path

import httpx
import pytest
from botocore.session import Session

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[1]
CONFIG = ConfigParser()
CONFIG.read(ROOT / "setup.cfg")
INSTALLS = re.compile(r"(?:(?:pip3?|pipx|uv pip|uv tool) install|uvx|(?:uv tool|pipx) run) (?P<words>[^\n`|;&]+)")
SPELT_OUT = re.compile(r"--(?:from|spec) (?P<package>\S+)")
"""Where uvx and pipx take the package from; without it the first word is looked up in the index."""


OF_EXTRAS = {"hcl2": ["python-hcl2"]}
"""Who brings a module whose name tells it not, where the extra is not installed."""


def _packages(words: str) -> str:
    """The packages that a command names, among other words."""
    spelt_out = SPELT_OUT.search(words)
    return spelt_out["package"] if spelt_out else words


def _declared(text: str) -> set[str]:
    return {_plain(re.split(r"[\[<>=! ]", line)[0]) for line in text.split("\n") if line.strip() and line[0] != "%"}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0]: path for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found[node.module.split(".")[0]] = path
    return found


def test_every_import_is_a_declared_requirement() -> None:
    base = _declared(CONFIG["options"]["install_requires"])
    extra = {name: base | _declared(CONFIG["options.extras_require"][name]) for name in ("iac", "lab", "mcp")}
    distributions = {**OF_EXTRAS, **packages_distributions()}
    ours = {"albdoctor", "albdoctor_checks", *sys.stdlib_module_names}
    undeclared: set[tuple[str, str]] = set()
    for folder in (*(ROOT / "albdoctor").iterdir(), ROOT / "checks"):
        allowed = extra.get(folder.name, base)
        for module, path in (_imported(folder) if folder.is_dir() else {}).items():
            if module not in ours and not allowed & {_plain(one) for one in distributions.get(module, [module])}:
                undeclared.add((module, str(path.relative_to(ROOT))))
    assert undeclared == set()


def test_private_parts_of_libraries_are_used_in_one_place_each_and_still_exist() -> None:
    """A newer library that renames one is noticed here, and kept away by an upper bound where nothing else helps."""
    private = re.compile(r"noqa: SLF001(?! - of the same class)")
    used = {path.name for path in (ROOT / "albdoctor").rglob("*.py") if private.search(path.read_text())}
    assert used == {"bounded.py", "credentials.py"}
    transport = httpx.AsyncHTTPTransport()
    assert hasattr(transport._pool, "_network_backend")  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    requirements = CONFIG["options"]["install_requires"]
    assert "httpx >= 0.28, < 0.29" in requirements
    assert "httpcore >= 1.0.7, < 2" in requirements
    # Where a newer botocore has no such member a credential_process is run as botocore itself would.
    provider = Session().get_component("credential_provider").get_provider("assume-role")
    assert hasattr(provider, "_profile_provider_builder")


def test_the_http_library_is_named_in_one_module() -> None:
    """Httpx has a successor: taking it is a change of one file."""
    named = re.compile(r"^\s*(?:import|from) (?:httpx|httpcore)\b", re.MULTILINE)
    files = (path for path in (ROOT / "albdoctor").rglob("*.py") if named.search(path.read_text()))
    assert [path.name for path in files] == ["http_library.py"]


@pytest.mark.parametrize("file", ["action.yml", "README.md", "CONTRIBUTING.md", "docs"])
def test_nothing_promises_albdoctor_from_an_index(file: str) -> None:
    """Until there is a release, whoever takes the name there decides what runs."""
    path = ROOT / file
    pages = [path] if path.is_file() else sorted(path.rglob("*.md"))
    commands = [match for page in pages for match in INSTALLS.finditer(page.read_text())]
    words = [word.strip("'\"") for match in commands for word in _packages(match["words"]).split()]
    assert file != "README.md" or len(words) > 4
    assert [word for word in words if re.match(r"albdoctor\b(?!/)", word)] == []


@pytest.mark.parametrize(
    ("line", "packages"),
    [
        ("uvx --from . albdoctor shop.example", "."),
        ("uvx albdoctor shop.example", "albdoctor shop.example"),
        ("uvx --from albdoctor albdoctor", "albdoctor"),
        ("python3 -m uv tool run --python 3.13 --from . albdoctor", "."),
        ("pipx run --spec '.[lab]' albdoctor demo", "'.[lab]'"),
        ("pipx run albdoctor", "albdoctor"),
        ("pipx install .", "."),
        ("pip install --user albdoctor", "--user albdoctor"),
    ],
)
def test_what_a_command_takes_from_where(line: str, packages: str) -> None:
    [match] = INSTALLS.finditer(line)
    assert _packages(match["words"]) == packages
