"""`albdoctor diff`: fixed, new, remaining, no longer judged, and what in the facts changed; by reports and by facts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.cli import main
from albdoctor.compare.facts import Change, changes
from albdoctor.exits import Exit
from albdoctor.facts.files import decode, encode
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.metrics import Course, Metric, Metrics
from albdoctor.facts.snapshot import Facts
from tests.support import build

BROKEN = Path(__file__).parents[1] / "fuzz" / "founding-story.json"
SOUND = Path(__file__).parents[1] / "fuzz" / "healthy.json"


def load(path: Path) -> Facts:
    return decode(path.read_bytes(), path.name)[0]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.delenv("LC_ALL", raising=False)
    for name, path in (("broken", BROKEN), ("sound", SOUND)):
        (tmp_path / f"{name}.facts").write_bytes(path.read_bytes())
        main(["scan", "--facts", f"{name}.facts", "--format", f"json={name}.report"])
    return tmp_path


def compared(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = main(["diff", *arguments, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("old", ["broken.facts", "broken.report"])
@pytest.mark.parametrize("new", ["sound.facts", "sound.report"])
def test_a_repair_and_its_reverse(old: str, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = compared(capsys, old, new)
    (site,) = told["sites"]
    assert (code, site["before"], site["after"], site["new"], site["remaining"]) == (0, "broken", "sound", [], [])
    assert {"ALB106", "ALB401"} <= {one["check"] for one in site["fixed"]}
    assert (told["changes"] is None) == ("report" in old + new)

    code, back = compared(capsys, new, old)
    assert code == Exit.FINDINGS
    assert back["sites"][0]["new"] == site["fixed"]
    assert main(["diff", new, old, "--fail-on", "never"]) == Exit.SOUND


def test_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = compared(capsys, "broken.facts", "broken.facts")
    (site,) = told["sites"]
    assert (code, site["fixed"], site["new"], site["unjudged"], told["changes"]) == (0, [], [], [], [])
    assert len(site["remaining"]) > 3
    assert main(["diff", "sound.facts", "sound.facts"]) == Exit.SOUND
    assert capsys.readouterr().out == "shop.example: sound → sound\n\nNothing changed.\n"


def test_what_cannot_be_looked_at_any_more_is_not_fixed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    denied = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTargetGroups")
    (folder / "denied.facts").write_bytes(encode((replace(load(BROKEN), target_groups=denied),)))
    _, told = compared(capsys, "broken.facts", "denied.facts")
    (site,) = told["sites"]
    assert "ALB401" in {one["check"] for one in site["unjudged"]}
    assert "ALB401" not in {one["check"] for one in site["fixed"]}
    main(["diff", "broken.facts", "denied.facts", "--fail-on", "never"])
    assert "Cannot be told any more" in capsys.readouterr().out
    assert {"group": "target_groups", "thing": "", "member": "", "before": "", "after": "? denied"} in told["changes"]


def test_what_in_the_facts_changed_is_named_by_thing_and_member() -> None:
    facts = load(SOUND)
    assert isinstance(facts.target_groups, Known)
    first, *others = facts.target_groups.value
    moved = replace(facts, target_groups=Known((replace(first, port=81), *others)))
    assert changes(facts, moved) == (
        Change(group="target_groups", thing=first.target_group_arn, member="Port", before="80", after="81"),
    )
    (gone,) = changes(facts, replace(facts, target_groups=Known(tuple(others))))
    assert (gone.thing, gone.after) == (first.target_group_arn, "")


def test_when_and_how_fast_it_was_asked_is_no_change() -> None:
    facts = load(SOUND)
    later = replace(facts, scan=replace(facts.scan, seconds=facts.scan.seconds + 9))
    assert changes(facts, later) == ()


def test_the_course_of_a_counter_is_no_change_beside_its_sum() -> None:
    since = datetime(2026, 11, 29, tzinfo=UTC)
    one, other = (
        build.facts(
            metrics=Metrics(
                hours=3.0,
                values=(
                    Metric(
                        name="RequestCount",
                        load_balancer_arn="web",
                        total=total,
                        course=Course(since=since, period=300, sums=(1.0, total)),
                    ),
                ),
            )
        )
        for total in (2.0, 5.0)
    )
    assert [(change.member, change.before, change.after) for change in changes(one, other)] == [("total", "2.0", "5.0")]


def test_a_site_that_one_of_them_did_not_scan(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = load(SOUND)
    scan = replace(other.scan, domain="other.example")
    (folder / "two.facts").write_bytes(encode((load(SOUND), replace(other, scan=scan))))
    _, told = compared(capsys, "sound.facts", "two.facts")
    assert [(one["domain"], one["before"], one["after"]) for one in told["sites"]] == [
        ("shop.example", "sound", "sound"),
        ("other.example", "", "sound"),
    ]


def test_in_korean(capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff", "broken.facts", "sound.facts", "--lang", "ko"])
    out = capsys.readouterr().out
    assert "shop.example: 고장 → 정상" in out
    assert "해결됨" in out


@pytest.mark.parametrize("content", ["", "{}", "[]", "nonsense", '{"schema":"albdoctor/report/1"}', "{" * 5000])
def test_what_is_neither_is_refused(content: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "odd").write_text(content)
    for words in (["odd", "sound.facts"], ["sound.report", "odd"], ["none", "odd"]):
        capsys.readouterr()
        assert main(["diff", *words]) == Exit.COULD_NOT_RUN
        captured = capsys.readouterr()
        assert (captured.out, captured.err.count("\n"), "Traceback" in captured.err) == ("", 1, False)


def test_hostile_reports_do_nothing_to_a_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = json.loads((folder / "broken.report").read_text())
    for finding in report["findings"]:
        finding["message"] = "x\x1b]0;t\x07\ny"
    (folder / "hostile").write_text(json.dumps(report))
    main(["diff", "sound.report", "hostile"])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\ny" not in out
