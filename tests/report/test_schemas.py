"""Every saved situation, as it is and with hostile texts, in the formats that have an official schema."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
from msgspec.structs import replace

from albdoctor.facts.files import decode
from albdoctor.judging import judge
from albdoctor.policy import Policy
from albdoctor.report import github, html, junit, markdown, ocsf, sarif
from albdoctor.report.model import FindingReport, Report, SourceReport
from scripts.hostile import mutants
from tests.report.test_ci_formats import HIDDEN

pytestmark = pytest.mark.sweep

HERE = Path(__file__).parent
TESTS = HERE.parent
FILES = sorted([*TESTS.glob("recorded/*.json"), *TESTS.glob("cases/*.json"), HERE / "founding-story.json"])
HOSTILE = ("alb401", "loop-auth", "many-502-counted")
SOURCE = SourceReport(file="infra/웹 (1).tf", line=12, end_line=20, name="aws_lb.web")


@cache
def sarif_schema() -> Any:
    schema = json.loads((HERE / "schemas" / "sarif-2.1.0-rtm.5.json").read_text())
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


@cache
def junit_schema() -> Any:
    return xmlschema.XMLSchema(str(HERE / "schemas" / "junit-10.xsd"))


@cache
def ocsf_schema() -> Any:
    official: Any = import_module("ocsf_json_schema")  # it comes without types
    whole = official.OcsfJsonSchemaEmbedded(official.get_ocsf_schema(ocsf.VERSION))
    made = whole.get_class_schema("compliance_finding", ["cloud"])
    return jsonschema.Draft202012Validator(made)


def reports(content: bytes, lang: str = "en") -> tuple[Report, ...]:
    policy = Policy(lang="ko" if lang == "ko" else "en")
    return tuple(judge(facts, policy) for facts in decode(content, "facts"))


def with_sources(report: Report) -> Report:
    findings = tuple(replace(one, source=SOURCE) for one in report.findings)
    return replace(report, scan=replace(report.scan, source=SOURCE), findings=findings)


def hold(told: tuple[Report, ...]) -> None:
    """Hold them against the schemas; what is wrong is named."""
    for some in (told, tuple(map(with_sources, told))):
        assert [error.message for error in sarif_schema().iter_errors(json.loads(sarif.render(some)))] == []
        events = json.loads(ocsf.render(some))
        assert [error.message for event in events for error in ocsf_schema().iter_errors(event)] == []
        for fail_on in ("error", "info", "never"):
            junit_schema().validate(junit.render(some, fail_on).decode())


def hostile_source(finding: FindingReport) -> FindingReport:
    return replace(finding, source=replace(SOURCE, file="a\n::error::b\x1b[2J,line=1", name="\u202e##[error]"))


def hold_back(told: tuple[Report, ...]) -> None:
    """No text starts a command of the runner, or acts on a terminal, or hides."""
    log = github.render(told).decode()
    causes = [one for report in told for one in report.root_causes if not one.is_beside]
    commands = [line for line in log.splitlines() if line.lstrip().startswith("::") or "##[" in line]
    assert len(commands) <= len(causes)
    assert all(
        re.match(r"::(error|warning|notice) (file=[^,]*,line=12,endLine=20,)?title=ALB", line) for line in commands
    )
    pages = (log, markdown.render(told).decode(), junit.render(told, "info").decode(), html.render(told))
    assert not any(HIDDEN.search(page) for page in pages)
    assert not any(HIDDEN.search(page) for page in (sarif.render(told).decode(), ocsf.render(told).decode()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_situation_is_told_as_the_schemas_want_it(path: Path) -> None:
    hold(reports(path.read_bytes()) + reports(path.read_bytes(), "ko"))


@pytest.mark.parametrize("name", HOSTILE)
def test_so_is_a_hostile_one(name: str) -> None:
    (path,) = [one for one in FILES if one.stem == name]
    for _, mutant in mutants(path.read_bytes(), stride=120):
        try:
            told = reports(mutant)
        except ValueError:  # no URL, or no facts any more
            continue
        hold(told)
        hold_back(tuple(replace(one, findings=tuple(map(hostile_source, one.findings))) for one in told))


def test_what_is_wrong_is_noticed() -> None:
    told = json.loads(sarif.render(reports(FILES[0].read_bytes())))
    del told["runs"][0]["tool"]["driver"]["name"]
    assert [error.message for error in sarif_schema().iter_errors(told)] == ["'name' is a required property"]
    (event, *_) = json.loads(ocsf.render(reports(FILES[0].read_bytes())))
    del event["metadata"]
    assert [error.message for error in ocsf_schema().iter_errors(event)] == ["'metadata' is a required property"]
    with pytest.raises(xmlschema.XMLSchemaException):
        junit_schema().validate("<testsuites><testcase/></testsuites>")
