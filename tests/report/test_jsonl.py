"""JSON Lines: a whole report on each line, whatever is in it."""

from __future__ import annotations

import io
import json
import re

import jsonschema

from albdoctor.commands.schema import schema_of
from albdoctor.exits import Exit
from albdoctor.literals import one_line
from albdoctor.report import json as json_report
from albdoctor.report import jsonl
from albdoctor.report.format import Ending, Setting, Sheet, begin
from albdoctor.report.model import Report
from tests.report.test_reports import HOSTILE
from tests.support.fleet import arn_of, fleet, scanned


def _written(*reports: Report) -> str:
    written = io.BytesIO()
    sheet = Sheet(written.write)
    made = begin("jsonl", Setting(fail_on="error", lang="en"))
    for report in reports:
        sheet.write(made.add(report))
    made.end(Ending(code=Exit.SOUND, codes={}, sound=True, files={}), sheet)
    return written.getvalue().decode()


def test_each_line_is_the_json_report_of_one_scan() -> None:
    reports = fleet()
    told = _written(*reports)
    assert told.endswith("\n")
    lines = told.removesuffix("\n").split("\n")
    assert [json.loads(line) for line in lines] == [json.loads(json_report.render((report,))) for report in reports]
    for line in lines:
        jsonschema.validate(json.loads(line), schema_of("report"))


def test_no_scan_is_no_line() -> None:
    assert _written() == ""


def test_nothing_in_a_report_ends_its_line_or_acts_on_a_terminal() -> None:
    hostile = f"{HOSTILE}\r\n\x0b\x0c\x85\u2028\u2029"
    told = jsonl.line(scanned("a.example", arn_of("web"), group_name=hostile)).decode()
    assert len(told.splitlines()) == 1
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", told)
    assert json.loads(told)["findings"][0]["message"] == f"Group {one_line(hostile)} is ill"
