"""The outputs of many scans: what is written as reports come, what at the end, what a failure leaves, exit codes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from albdoctor.checkup.allowed import EVERY, NONE
from albdoctor.commands.documents import Documents
from albdoctor.commands.output import Output, outputs
from albdoctor.commands.schema import schema_of
from albdoctor.errors import BadOptionError
from albdoctor.exits import Exit
from albdoctor.facts.known import Gap, Unknown
from albdoctor.report import jsonl
from albdoctor.report.format import Setting
from albdoctor.report.model import Report
from tests.support.fleet import RISK, arn_of, scanned
from tests.support.interrupting import heed
from tests.support.stories import DENIED

BROKEN = scanned("b.example", arn_of("web"))
AGAIN = scanned("a.example", arn_of("web"))
SOUND = scanned("c.example", arn_of("shop", "us-east-1"), "healthy")
BLIND = scanned("d.example", arn_of("api"), gap=DENIED)
RISKY = scanned("e.example", arn_of("old"), checks=RISK)
UNLISTED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeLoadBalancers", detail="eu-west-1")
PROGRAM = """
import sys, time
from pathlib import Path
from albdoctor import interrupt
interrupt.install()
from albdoctor.commands.documents import Documents
from albdoctor.commands.output import Output
from albdoctor.report.format import Setting
from tests.support.fleet import FLEET
file = Path(sys.argv[1])
with Documents((Output(format="jsonl", path=file),), Setting(fail_on="error", lang="en", fleet=True)) as many:
    many.add(FLEET[0])
    print(len(list(file.parent.iterdir())), "files", flush=True)
    time.sleep(60)
"""


FLEET = Setting(fail_on="error", lang="en", fleet=True)


def _many(folder: Path, *formats: str, **options: Any) -> Documents:
    return Documents(outputs([f"{one}={folder / one}" for one in formats], None), FLEET, **options)


def _run(many: Documents, *reports: Report, missed: tuple[Unknown, ...] = ()) -> Exit:
    with many:
        for gap in missed:
            many.missed(gap)
        for report in reports:
            many.add(report)
        return many.finish()


@pytest.mark.parametrize(
    ("reports", "missed", "allow_gaps", "code", "reason"),
    [
        ((SOUND,), (), False, 0, "everything is sound"),
        ((SOUND, RISKY), (), False, 0, "nothing at or over --fail-on error"),
        (
            (SOUND, BLIND),
            (),
            False,
            3,
            "nothing found at or over --fail-on error, but not everything could be judged in 1 of 2 scans"
            " (--allow-gaps accepts that)",
        ),
        (
            (SOUND,),
            (UNLISTED,),
            False,
            3,
            "nothing found at or over --fail-on error, but not every load balancer could be listed"
            " (--allow-gaps accepts that)",
        ),
        (
            (BLIND,),
            (UNLISTED,),
            False,
            3,
            "nothing found at or over --fail-on error, but not every load balancer could be listed; not everything"
            " could be judged in 1 of 1 scan (--allow-gaps accepts that)",
        ),
        (
            (),
            (),
            False,
            3,
            "nothing found at or over --fail-on error, but no load balancer was found, so nothing was judged"
            " (--allow-gaps accepts that)",
        ),
        ((), (), True, 0, "no load balancer was found, so nothing was judged"),
        (
            (),
            (UNLISTED,),
            True,
            3,
            "nothing found at or over --fail-on error, but not every load balancer could be listed",
        ),
        ((SOUND,), (UNLISTED,), True, 0, "nothing at or over --fail-on error"),
        ((BLIND, SOUND, BROKEN), (UNLISTED,), False, 1, "findings at or over --fail-on error in 1 of 3 scans"),
    ],
)
def test_exit_codes_and_why(
    tmp_path: Path,
    reports: tuple[Report, ...],
    missed: tuple[Unknown, ...],
    allow_gaps: bool,
    code: int,
    reason: str,
) -> None:
    assert _run(_many(tmp_path, "text", allowed=EVERY if allow_gaps else NONE), *reports, missed=missed) == code
    assert (tmp_path / "text").read_text().splitlines()[-1] == f"exit {code}: {reason}"


def test_the_exit_code_is_the_same_for_every_format(tmp_path: Path) -> None:
    formats = ("text", "html", "json", "jsonl", "sarif", "junit", "markdown", "github")
    for name in formats:
        assert _run(_many(tmp_path, name), SOUND, BLIND) == Exit.GAPS
        assert _run(_many(tmp_path, name), SOUND, BLIND, BROKEN) == Exit.FINDINGS
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(formats)


def test_json_lines_on_stdout_come_one_by_one(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    told: list[bytes] = []
    with Documents((Output(format="jsonl"),), FLEET) as many:
        for report in (BROKEN, SOUND):
            many.add(report)
            told.append(capfdbinary.readouterr().out)
        assert many.finish() == Exit.FINDINGS
    assert told == [jsonl.line(BROKEN), jsonl.line(SOUND)]
    assert capfdbinary.readouterr().out == b""


def test_a_file_of_json_lines_appears_whole_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "jsonl"
    file.write_text("old")
    with _many(tmp_path, "jsonl") as many:
        many.add(BROKEN)
        many.add(SOUND)
        assert file.read_text() == "old"
        many.finish()
        assert file.read_bytes() == jsonl.line(BROKEN) + jsonl.line(SOUND)
    assert file.read_bytes() == jsonl.line(BROKEN) + jsonl.line(SOUND)
    assert list(tmp_path.iterdir()) == [file]


def test_a_scan_that_fails_midway_leaves_the_old_files(tmp_path: Path) -> None:
    formats = ("jsonl", "html", "text", "json")
    for name in formats:
        (tmp_path / name).write_text("old")

    def fails() -> None:
        with _many(tmp_path, *formats) as many:
            many.add(BROKEN)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == dict.fromkeys(formats, "old")


def test_a_file_that_cannot_be_written_is_refused_before_the_scan(tmp_path: Path) -> None:
    many = _many(tmp_path / "nowhere", "jsonl")
    with pytest.raises(BadOptionError, match=r"cannot write .*/nowhere/jsonl: No such file or directory"):
        many.__enter__()


def test_a_full_device_ends_the_scan() -> None:
    device = Documents((Output(format="jsonl", path=Path("/dev/full")),), FLEET)
    with pytest.raises(BadOptionError, match="cannot write /dev/full: No space left on device"), device:
        device.add(BROKEN)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_scan_leaves_the_old_file_of_json_lines(tmp_path: Path, number: signal.Signals) -> None:
    heed()
    (tmp_path / "jsonl").write_text("old")
    program = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path / "jsonl")], stdout=subprocess.PIPE)
    assert program.stdout
    assert program.stdout.readline() == b"2 files\n"
    program.send_signal(number)
    out, _ = program.communicate(timeout=60)
    assert (program.returncode, out) == (130, b"")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"jsonl": "old"}


def test_json_is_one_document_in_one_order_however_many_reports_there_are(tmp_path: Path) -> None:
    def written(*reports: Report) -> Any:
        _run(_many(tmp_path, "json"), *reports, missed=(UNLISTED,))
        document = json.loads((tmp_path / "json").read_bytes())
        jsonschema.validate(document, schema_of("reports"))
        return document

    gap = {"gap": "denied", "asked": "elasticloadbalancing:DescribeLoadBalancers", "detail": "eu-west-1"}
    assert written() == {"schema": "albdoctor/reports/1", "reports": [], "gaps": [gap]}
    assert len(written(BROKEN)["reports"]) == 1
    assert written(SOUND, BROKEN, AGAIN) == written(AGAIN, SOUND, BROKEN)
    scans = [report["scan"] for report in written(SOUND, BROKEN, AGAIN)["reports"]]
    assert [(scan["domain"], scan["named"], scan["balancers"]) for scan in scans] == [
        ("a.example", True, [arn_of("web")]),
        ("b.example", True, [arn_of("web")]),
        ("c.example", True, [arn_of("shop", "us-east-1")]),
    ]


@pytest.mark.parametrize("form", ["jsonl", "sarif", "junit", "markdown", "github"])
def test_what_a_format_cannot_tell_goes_to_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    _run(_many(tmp_path, form), BROKEN, missed=(UNLISTED,))
    sentence = "Not every load balancer could be listed: elasticloadbalancing:DescribeLoadBalancers: denied (eu-west-1)"
    assert capsys.readouterr() == ("", f"albdoctor: {sentence}\n")


def test_quiet_leaves_the_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    quiet = Setting(fail_on="error", lang="en", fleet=True, quiet=True)
    assert _run(Documents((Output(format="text"),), quiet), SOUND, BROKEN) == Exit.FINDINGS
    assert capsys.readouterr() == ("exit 1: findings at or over --fail-on error in 1 of 2 scans\n", "")


@pytest.mark.parametrize("kept", [(), ("text",)])
def test_scripts_of_many_are_written_once(tmp_path: Path, kept: tuple[str, ...]) -> None:
    fixes = tmp_path / "fixes"
    with _many(tmp_path, *kept or ("jsonl",), fix_dir=fixes) as many:
        for report in (SOUND, BROKEN, AGAIN):
            many.add(report)
        assert list(fixes.iterdir()) == []
        many.finish()
    assert sorted(path.name for path in fixes.glob("*.sh")) == [
        "1-TST401-web.sh",
        "2-TST403-web.sh",
    ]


def test_another_script_for_the_same_thing_gets_a_file_of_its_own(tmp_path: Path) -> None:
    fixes = tmp_path / "fixes"
    made = {name: scanned(f"{name}.example", arn_of("web"), group_name=name) for name in ("one", "two", "three")}
    with _many(tmp_path, "jsonl", fix_dir=fixes) as many:
        for name in ("one", "two", "one", "three"):
            many.add(made[name])
        many.finish()
    assert {path.name[:8]: path.read_text().splitlines()[-3] for path in fixes.glob("*TST401*")} == {
        "1-TST401": "aws four one",
        "3-TST401": "aws four two",
        "5-TST401": "aws four three",
    }
