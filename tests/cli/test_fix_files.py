"""`--fix-dir`: every fix a file, in order, with an index; what an earlier scan left there goes, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from albdoctor.checkup.finding import Certainty
from albdoctor.checkup.fix import Impact
from albdoctor.commands.fix_files import Fixes
from albdoctor.report.model import Report
from tests.report.test_reports import report_of
from tests.support.stories import story


def written(folder: Path, *reports: Report) -> dict[str, str]:
    fixes = Fixes(folder)
    for report in reports:
        fixes.add(report)
    fixes.write()
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def by_hand(report: Report) -> Report:
    """The first step is for a person."""
    first, *rest = report.findings
    fix = replace(first.fix, script="", by_hand="Do this:\n  aws type it\nthen wait.", verify="aws look")
    return replace(report, findings=(replace(first, fix=fix), *rest))


def test_steps_are_numbered_files_with_an_index(tmp_path: Path) -> None:
    files = written(tmp_path, by_hand(report_of(story())))
    assert list(files) == [
        *(".albdoctor-fixes.json", "0-FIXES.md"),
        *("1-TST401-web-http.md", "2-TST403-web-http.sh"),
    ]
    page = files["1-TST401-web-http.md"]
    assert page.splitlines()[0] == "# TST401 cause: Group web-http is ill"
    assert "\n\n    aws type it\n\nthen wait.\n" in page
    assert page.endswith("\n\nverify:\n\n    aws look\n")
    script = files["2-TST403-web-http.sh"]
    assert script.startswith("#!/usr/bin/env bash\n# shop.example\n# TST403 effect: Group web-http is ill\n")
    assert script.endswith("\nALBDOCTOR\n")
    assert [line.partition(":")[0] for line in files["0-FIXES.md"].splitlines() if line.startswith("- ")] == [
        "- `1-TST401-web-http.md`",
        "- `2-TST403-web-http.sh`",
    ]
    assert "aws look" in files["0-FIXES.md"]
    assert (tmp_path / "2-TST403-web-http.sh").stat().st_mode & 0o777 == 0o700


def test_what_several_reports_need_is_done_once(tmp_path: Path) -> None:
    assert written(tmp_path, report_of(story()), report_of(story())) == written(tmp_path, report_of(story()))


def test_an_earlier_scan_s_files_go_and_nobody_else_s(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "9-ALB401-mine.sh").write_text("mine too")
    before = written(tmp_path, report_of(story()))
    edited = tmp_path / next(name for name in before if name.startswith("2-"))
    edited.write_text("edited")
    after = written(tmp_path, report_of(story("healthy")))
    assert after.keys() == {".albdoctor-fixes.json", "0-FIXES.md", "README.md", "9-ALB401-mine.sh", edited.name}
    assert (after["README.md"], after["9-ALB401-mine.sh"], after[edited.name]) == ("mine", "mine too", "edited")
    assert "Nothing is to be fixed." in after["0-FIXES.md"]


@pytest.mark.parametrize("content", ["", "[]", '{"../outside": "x", "0-FIXES.md": 5}', "\x00"])
def test_a_manifest_that_is_not_ours_takes_nothing_away(tmp_path: Path, content: str) -> None:
    outside = tmp_path / "outside"
    outside.write_text("mine")
    folder = tmp_path / "fixes"
    folder.mkdir()
    (folder / ".albdoctor-fixes.json").write_text(content)
    written(folder, report_of(story()))
    assert outside.read_text() == "mine"


def test_a_guess_is_decided_before_its_script_runs(tmp_path: Path) -> None:
    report = report_of(story())
    first, *rest = report.findings
    guess = replace(
        first, certainty=Certainty.LIKELY, decide="aws decide", fix=replace(first.fix, impact=Impact.TRAFFIC)
    )
    (content,) = (
        text for name, text in written(tmp_path, replace(report, findings=(guess, *rest))).items() if name[0] == "1"
    )
    assert "# Run this first; run the script only if it confirms the finding:\n# aws decide\n" in content


def test_what_somebody_edited_or_made_is_kept_beside(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = written(tmp_path, report_of(story()))
    script = next(name for name in before if name.endswith(".sh"))
    assert written(tmp_path, report_of(story())) == before
    assert capfd.readouterr().err == ""
    for edit in ("mine", "mine again"):
        (tmp_path / script).write_text(edit)
        after = written(tmp_path, report_of(story()))
        assert after[script] == before[script]
        assert f"it is now {tmp_path}/{script}~" in capfd.readouterr().err
    assert (after[f"{script}~"], after[f"{script}~~"]) == ("mine", "mine again")


def test_a_link_of_a_script_s_name_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "fixes").mkdir()
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "fixes" / "0-FIXES.md").symlink_to(victim)
    written(tmp_path / "fixes", report_of(story()))
    assert victim.read_text() == "mine"
    assert (tmp_path / "fixes" / "0-FIXES.md~").is_symlink()
