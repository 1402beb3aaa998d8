"""What a release is made of besides wheel and sdist: run-time part of the lock, image, formula, hook and workflow."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from packaging.utils import canonicalize_name

from scripts import formula, licenses, pins

ROOT = Path(__file__).parents[1]
HASH = "a" * 64
RELEASE = {"homepage": "https://shop.example", "url": "https://shop.example/albdoctor-1.tar.gz", "sha256": "0" * 64}


def test_the_run_time_part_of_the_lock_is_what_albdoctor_needs() -> None:
    assert {pin.name for pin in pins.runtime()} == set(licenses.needed("albdoctor"))
    printed = subprocess.check_output((sys.executable, "scripts/pins.py", "setuptools"), cwd=ROOT, text=True)
    assert re.findall(r"^([a-z0-9-]+)==", printed, re.MULTILINE) == sorted(
        licenses.needed("albdoctor") | {"setuptools": 0}
    )
    assert all(pin.hashes and "# via" not in pin.text for pin in pins.runtime())


def test_what_the_lock_does_not_have_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"requirements\.lock has no nothing-of-the-kind"):
        pins.runtime(["nothing-of-the-kind"])


def sdist(name: str, version: str, hash_: str) -> dict[str, Any]:
    url = f"https://mirror.example/{name}-{version}.tar.gz"
    return {"name": name, "version": version, "sdist": {"url": url, "hashes": {"sha256": hash_}}}


def pin(name: str, version: str, hash_: str = HASH) -> pins.Pin:
    return pins.Pin(name, f"{name}=={version} \\\n    --hash=sha256:{hash_}\n", ())


def test_the_formula_names_each_sdist_of_the_lock_and_leaves_out_what_homebrew_has() -> None:
    made = formula.formula([pin("cffi", "2.1"), pin("h11", "0.16.0")], [sdist("h11", "0.16.0", HASH)], **RELEASE)
    resource = (
        '  resource "h11" do\n'
        '    url "https://files.pythonhosted.org/packages/source/h/h11/h11-0.16.0.tar.gz"\n'
        f'    sha256 "{HASH}"\n'
        "  end\n"
    )
    assert resource in made
    assert (made.count("resource "), 'depends_on "cryptography"' in made, "mirror.example" in made) == (1, True, False)
    if ruby := shutil.which("ruby"):
        assert (
            subprocess.run((ruby, "-c"), input=made, text=True, capture_output=True, check=True).stdout == "Syntax OK\n"
        )


@pytest.mark.parametrize("told", [sdist("h11", "0.16.0", "b" * 64), sdist("h11", "0.16.1", HASH)])
def test_a_file_that_the_lock_does_not_vouch_for_makes_no_formula(told: dict[str, Any]) -> None:
    with pytest.raises(formula.NotInLockError, match=r"h11-0\.16\.[01]\.tar\.gz"):
        formula.formula([pin("h11", "0.16.0")], [told], **RELEASE)


def test_every_formula_that_stands_for_a_package_stands_for_one_that_is_needed() -> None:
    replaced = {name for names in formula.FROM_HOMEBREW.values() for name in names}
    assert replaced <= {pin.name for pin in pins.runtime()}


def test_the_workflow_runs_no_action_by_a_name_that_can_move() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert len(used) > 5
    assert [
        action
        for action, version in used
        if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) or "# v" not in version
    ] == []
    workflow = msgspec.yaml.decode(text)
    assert workflow["permissions"] == {}
    scripts = set(re.findall(r"python (?:-m )?scripts[./](\w+)", text))
    assert len(scripts) == 3
    assert {script for script in scripts if not (ROOT / "scripts" / f"{script}.py").is_file()} == set()


def test_the_hook_runs_a_command_of_ours() -> None:
    [hook] = msgspec.yaml.decode((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert (hook["entry"], hook["pass_filenames"], hook["language"]) == ("albdoctor scan", False, "python")


def test_the_image_runs_as_nobody_and_holds_what_the_wheel_is_built_of() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER 10001:10001" in lines
    assert lines.index("USER 10001:10001") > max(n for n, line in enumerate(lines) if line.startswith("FROM "))
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert [name for name in sent if not (ROOT / name).exists()] == []
    assert {"albdoctor", "checks", "scripts/pins.py", "setup.cfg", "pyproject.toml", "README.md"} <= set(sent)


def test_names_of_the_lock_are_canonical() -> None:
    assert [one.name for one in pins.pins() if canonicalize_name(one.name) != one.name] == []
