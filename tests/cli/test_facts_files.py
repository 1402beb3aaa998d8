"""`albdoctor scan --facts a.json b.json ...`: which files are taken, what is told of them, what is written."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.facts.files import decode, encode
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.survey import Surveyed
from tests.support.build import ACCOUNT, NOW, REGION
from tests.support.stories import story

pytestmark = pytest.mark.process

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeLoadBalancers", detail="User: me")
SURVEY = Surveyed(taken_at=NOW, accounts=(ACCOUNT,), regions=(REGION,), balancers=1)


def of(host: str, hours: float = 0.0, **fields: Any) -> Facts:
    snapshot = story(**fields)
    return replace(snapshot, scan=replace(snapshot.scan, host=host, domain=host, taken_at=NOW + timedelta(hours=hours)))


def albdoctor(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    run = (sys.executable, "-m", "albdoctor", "scan", *words)
    return subprocess.run(run, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def judged(folder: Path, *words: str) -> list[str]:
    done = albdoctor(folder, *words, "--format", "jsonl", "--select", "target_group")
    assert done.stderr == ""
    return [json.loads(line)["scan"]["domain"] for line in done.stdout.splitlines()]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "a.json").write_bytes(encode((of("a.example"), of("b.example"))))
    (tmp_path / "b.json").write_bytes(encode((of("c.example"), of("a.example"))))
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("--facts", "a.json", "b.json"),
        ("--facts", "a.json", "--facts", "b.json"),
        ("a.json", "--facts", "b.json"),
    ],
)
def test_several_files_are_merged_however_they_are_given(files: Path, words: tuple[str, ...]) -> None:
    assert sorted(judged(files, *words)) == ["a.example", "b.example", "c.example"]


def test_lines_of_one_file_are_as_good_as_files(files: Path) -> None:
    content = (files / "a.json").read_bytes() + (files / "b.json").read_bytes()
    (files / "both.json").write_bytes(content)
    assert judged(files, "--facts", "both.json") == ["a.example", "b.example", "c.example"]


def test_a_pipe_is_a_file(files: Path) -> None:
    run = (sys.executable, "-m", "albdoctor", "scan", "--facts", "a.json", "/dev/stdin", "--format", "jsonl")
    content = (files / "b.json").read_text()
    done = subprocess.run(run, cwd=files, input=content, capture_output=True, text=True, timeout=120, check=False)
    assert [json.loads(line)["scan"]["domain"] for line in done.stdout.splitlines()] == [
        *("a.example", "b.example", "c.example")
    ]


def test_a_file_without_facts_before_it_is_a_usage_error(files: Path) -> None:
    done = albdoctor(files, "a.json")
    assert done.returncode == 2
    assert "'a.json' is a file: name a domain (saved facts stand after --facts)" in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "facts file bad.json is empty"),
        (encode((of("a.example"),)) + b"{}\n", "facts file bad.json, document 2, holds no facts of albdoctor"),
        (encode((of("a.example"),)) + b'{"schema":', "facts file bad.json, document 2, is cut off or damaged"),
    ],
)
def test_a_bad_file_is_refused_before_anything_is_judged(files: Path, content: bytes, said: str) -> None:
    (files / "bad.json").write_bytes(content)
    done = albdoctor(files, "--facts", "a.json", "bad.json", "--format", "jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_what_is_saved_is_what_was_judged(files: Path) -> None:
    albdoctor(files, "--facts", "a.json", "b.json", "--save-facts", "m.json", "-q")
    assert decode((files / "m.json").read_bytes(), "m.json") == (of("a.example"), of("b.example"), of("c.example"))


def test_facts_of_different_hours_are_told(files: Path) -> None:
    (files / "late.json").write_bytes(encode((of("d.example", hours=5),)))
    done = albdoctor(files, "--facts", "a.json", "late.json", "--format", "jsonl", "--lang", "en")
    assert done.stderr == (
        "albdoctor: the facts are up to 5 hours apart (2026-11-22 07:40 UTC to 2026-11-22 12:40 UTC):"
        " what changed meanwhile may not fit together\n"
    )
    (files / "soon.json").write_bytes(encode((of("d.example", hours=1),)))
    assert albdoctor(files, "--facts", "a.json", "soon.json", "--format", "jsonl").stderr == ""


@pytest.mark.parametrize("redact", [(), ("--redact",)])
def test_what_could_not_be_listed_is_a_gap_of_the_merged_report(files: Path, redact: tuple[str, ...]) -> None:
    survey = replace(SURVEY, gaps=(DENIED,), balancers=0)
    (files / "blind.json").write_bytes(encode((survey,)))
    words = ("--fail-on", "never", "--select", "target_group", "--format", "json", *redact)
    done = albdoctor(files, "--facts", "a.json", "blind.json", "--save-facts", "m.json", *words)
    assert done.returncode == 3
    assert [(gap["gap"], gap["asked"]) for gap in json.loads(done.stdout)["gaps"]] == [("denied", DENIED.asked)]
    again = albdoctor(files, "--facts", "m.json", *words)
    assert (again.returncode, json.loads(again.stdout)["gaps"]) == (3, json.loads(done.stdout)["gaps"])
    assert (ACCOUNT in (files / "m.json").read_text()) == (not redact)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (SURVEY, 0),
        (replace(SURVEY, regions=(REGION, "us-east-1")), 0),
        (replace(SURVEY, regions=("us-east-1",)), 3),
        (replace(SURVEY, accounts=("999999999999",)), 3),
        (replace(SURVEY, accounts=()), 3),
    ],
)
def test_what_could_not_be_listed_is_no_gap_when_another_shard_listed_it(
    files: Path, other: Surveyed, code: int
) -> None:
    (files / "blind.json").write_bytes(encode((replace(SURVEY, gaps=(DENIED,)),)))
    (files / "seeing.json").write_bytes(encode((of("a.example", state="healthy"), other)))
    words = ("--fail-on", "never", "--select", "tg-no-targets", "--format", "jsonl")
    done = albdoctor(files, "--facts", "blind.json", "seeing.json", *words)
    assert done.returncode == code


def test_a_fleet_without_anything_is_a_gap(files: Path) -> None:
    (files / "none.json").write_bytes(encode((replace(SURVEY, balancers=0),)))
    assert albdoctor(files, "--facts", "none.json", "--format", "json").returncode == 3
