"""Real set-ups as saved facts, each judged and compared with what is right for it (tests/cases/cases.tsv).

`must`: one of these slugs is a root cause at warning or error (`@outcome`: a finding that tells what visitors get);
`forbid_error`: none of these slugs is an error (`*`: none at all); `never_in_script`: a regular expression that no
printed script may match.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import albdoctor
from albdoctor.report.model import Report

FOLDER = Path(__file__).parent / "cases"
WITHOUT = "-"
OUTCOME = {
    "http-request-fails",
    "http-errors-counted",
    "app-returns-5xx",
    "http-alb-default-action",
    "tls-handshake-fails",
    "tls-not-tls",
    "app-slower-than-idle-timeout",
    "alb-waf-blocks-request",
    "listener-auth-or-jwt-broken",
    "listener-default-action-is-error",
    "http-not-the-alb",
    "app-keepalive-shorter-than-idle-timeout",
    "alb-not-an-alb",
}
"""Slugs that tell what visitors get."""
with (FOLDER / "cases.tsv").open() as _file:
    ROWS = tuple(csv.DictReader(_file, delimiter="\t"))


def wrong(row: dict[str, str], report: Report) -> list[str]:
    """What a report says that is not right for the case."""
    told = [one for one in report.findings if one.severity in ("error", "warning")]
    roots = {one.slug for one in told if one.root_cause}
    errors = {one.slug for one in told if one.severity == "error"}
    forbidden = errors if row["forbid_error"] == "*" else errors & set(row["forbid_error"].split(","))
    scripts = "\n".join(one.fix.script for one in report.findings)
    never = row["never_in_script"]
    wanted = OUTCOME if row["must"] == "@outcome" else set(row["must"].split(","))
    complaints = {
        f"verdict {report.verdict}": report.verdict not in row["verdicts"].split(","),
        f"exit {report.exit_code}": str(report.exit_code) not in row["exits"].split(","),
        f"root causes {sorted(roots)}": row["must"] != WITHOUT and wanted.isdisjoint(roots),
        f"errors {sorted(forbidden)}": bool(forbidden),
        f"a script holds {never}": never != WITHOUT and re.search(never, scripts) is not None,
    }
    return [words for words, holds in complaints.items() if holds]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_case(row: dict[str, str]) -> None:
    assert wrong(row, albdoctor.judge(albdoctor.load_facts(FOLDER / f"{row['name']}.json"))) == []


def test_every_saved_case_has_a_row() -> None:
    assert sorted(row["name"] for row in ROWS) == sorted(path.stem for path in FOLDER.glob("*.json"))


def test_what_is_wrong_is_told() -> None:
    healthy, broken = (albdoctor.judge(albdoctor.load_facts(FOLDER / name)) for name in ("base.json", "alb401.json"))
    by_name = {row["name"]: row for row in ROWS}
    assert wrong(by_name["alb401"], healthy) == ["verdict sound", "exit 0", "root causes []"]
    assert [words.split()[0] for words in wrong(by_name["base"], broken)] == ["verdict", "exit", "errors"]
    pasted = by_name["alb401"] | {"never_in_script": "aws elbv2"}
    assert wrong(pasted, broken) == ["a script holds aws elbv2"]
