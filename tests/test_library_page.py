"""docs/library.md: its examples run as they are printed, its tables are the code's."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import albdoctor
from albdoctor.collect.keywords import Keywords
from albdoctor.collect.options import Options
from tests.lab.test_up import in_shell, lab_up

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "library.md").read_text()
SAVED, AGAINST_THE_LAB = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
[PRINTED] = re.findall(r"^```text\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def _first_cells(head: str) -> list[str]:
    """The names in the first column of the table that begins with this head."""
    table = PAGE[PAGE.index(f"| {head} |") :].split("\n\n")[0]
    return [name for row in table.splitlines()[2:] for name in re.findall(r"`([\w.]+)", row.split(" | ")[0])]


def test_the_example_runs_as_it_is_printed(tmp_path: Path) -> None:
    saved = ROOT / "tests" / "recorded" / "login-cannot-reach-its-provider.json"
    (tmp_path / "facts.json").write_bytes(saved.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", SAVED], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == PRINTED
    assert 'lang="ko"' in (tmp_path / "report.html").read_text()


@pytest.mark.lab
def test_the_example_for_the_lab_runs_as_it_is_printed(tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(AGAINST_THE_LAB)
    with lab_up(tmp_path, "founding-story"):
        done = in_shell(tmp_path, "python example.py")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("broken ['ALB106', ")


def test_every_public_name_is_on_the_page() -> None:
    named = _first_cells("Name")
    assert set(albdoctor.__all__) == {name for name in named if "." not in name}
    methods = [name.removeprefix("Report.") for name in named if name.startswith("Report.")]
    assert methods == ["to_json", "to_html", "to_text", "told_in"]
    assert all(callable(getattr(albdoctor.Report, name)) for name in methods)


def test_every_keyword_and_its_default_is_on_the_page() -> None:
    assert set(_first_cells("Keyword")) == set(Keywords.__annotations__)
    defaults = {name: getattr(Options, name, None) for name in ("probe", "metrics", "inspect_hosts", "timeout")}
    fields = {one.name: one.default for one in msgspec.structs.fields(Options)}
    for name in defaults:
        assert f"| `{name}` | `{fields[name]}` |" in PAGE


def test_every_field_of_a_policy_and_its_default_is_on_the_page() -> None:
    fields = {one.encode_name: one.default for one in msgspec.structs.fields(albdoctor.Policy)}
    assert set(_first_cells("Field")) == set(fields)
    for name in ("lang", "fail_on", "config_file"):
        assert f'| `{name}` | `"{fields[name]}"` |' in PAGE


def test_every_error_is_on_the_page() -> None:
    from albdoctor import errors

    raised = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, Exception)}
    named = {name.removeprefix("errors.") for name in _first_cells("Error")}
    # A wrongly declared check of somebody's own is a finding (ALB001), not an error of the library's.
    assert raised - named == {"AlbdoctorError", "BadCheckError"}
    assert named - raised == {"TypeError", "ValueError", "LookupError"}
