"""`scripts/new_check.py` begins a check of which no part passes until it is written, and refuses what is not new."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.new_check import main

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[1]
NEW, SLUG = "ALB298", "acm-made-up"
HYGIENE, HYGIENE_SLUG = "ALB898", "http-made-up"
"""Two that no real check will ever be: only the copy of the list has them."""
FILES = [
    "checks/albdoctor_checks/certificate/alb298_acm_made_up.py",
    "tests/checks/test_alb298_acm_made_up.py",
    "albdoctor/lab/scenarios/certificate.py",
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What the script reads and writes, and what its skeletons import."""
    for name in ("albdoctor", "checks", "tests/checks", "tests/support"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "test_*"))
    for name in ("pyproject.toml", "setup.cfg", "tests/__init__.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    with (tmp_path / "checks" / "ids.tsv").open("a") as ids:
        ids.write(f"{NEW}\t{SLUG}\n{HYGIENE}\t{HYGIENE_SLUG}\n")
    return tmp_path


def _without_scenarios(tree: Path, stage: str) -> None:
    """Take a stage's module of scenarios away, when it has one."""
    scenarios = tree / "albdoctor" / "lab" / "scenarios"
    (scenarios / f"{stage}.py").unlink(missing_ok=True)
    listed = (scenarios / "__init__.py").read_text()
    listed = listed.replace(f"    {stage},\n", "").replace(f"    *{stage}.SCENARIOS,\n", "")
    (scenarios / "__init__.py").write_text(listed)


def _python(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join((str(tree), str(tree / "checks")))
    return subprocess.run(
        (sys.executable, *words),
        cwd=tree,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("wanted", [NEW, SLUG])
def test_id_and_slug_begin_the_same_files(tree: Path, wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([wanted], tree) == 0
    assert capsys.readouterr() == ("\n".join(FILES) + "\n", "")


def test_no_part_of_a_skeleton_passes(tree: Path) -> None:
    main([NEW], tree)
    done = _python(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", FILES[1])
    assert (done.returncode, done.stdout.splitlines()[-1].split(" in ")[0]) == (1, "2 failed"), done.stdout
    assert "NotImplementedError" in done.stdout


def test_the_scenario_expects_the_new_finding_of_a_sound_site(tree: Path) -> None:
    main([NEW], tree)
    program = (
        "from albdoctor.lab.scenarios import find;"
        f"it = find({SLUG!r}); print([one.slug for one in it.expected], it.plan.then)"
    )
    assert _python(tree, "-c", program).stdout == f"['{SLUG}'] ()\n"


def test_a_stage_without_scenarios_gets_its_module(tree: Path) -> None:
    _without_scenarios(tree, "hygiene")
    assert main([HYGIENE], tree) == 0
    program = "from albdoctor.lab.scenarios import SCENARIOS; print(SCENARIOS[-1].expected[0].slug)"
    assert _python(tree, "-c", program).stdout == f"{HYGIENE_SLUG}\n"


def test_skeletons_are_in_the_form_of_the_house(tree: Path) -> None:
    main([NEW], tree)
    done = _python(tree, "-m", "ruff", "format", "--check", *FILES)
    assert done.returncode == 0, done.stdout
    done = _python(tree, "-m", "ruff", "check", *FILES)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (
            "ALB404",
            "ALB404 tg-no-targets is there already: checks/albdoctor_checks/target_group/alb404_tg_no_targets.py",
        ),
        ("tg-no-targets", "ALB404 tg-no-targets is there already"),
        ("ALB999", "checks/ids.tsv names no check 'ALB999'"),
        ("ALB142", "ALB142 zone-alias-internal-lb is retired: ALB303 tells it"),
        ("ALB001", "ALB001 check-crashed is albdoctor's own, and no file of a check"),
    ],
)
def test_what_is_no_new_check_is_refused(
    tree: Path, wanted: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(path for path in tree.rglob("*") if path.is_file())
    assert main([wanted], tree) == 1
    out, told = capsys.readouterr()
    assert (out, told.startswith(sentence), told.count("\n")) == ("", True, 1)
    assert sorted(path for path in tree.rglob("*") if path.is_file()) == before
