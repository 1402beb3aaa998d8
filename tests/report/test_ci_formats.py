"""The formats that machines of a CI read."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

from albdoctor.report import github, junit, markdown, sarif
from tests.report.test_reports import CHECKS, HOSTILE, report_of
from tests.support.build import GROUP_ARN
from tests.support.pasting import pasted
from tests.support.stories import DENIED, story

HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def test_sarif_gives_every_result_a_place_a_rule_and_an_identity() -> None:
    (run,) = json.loads(sarif.render((report_of(story()),)))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [(rules[result["ruleIndex"]], result["ruleId"], result["level"]) for result in run["results"]] == [
        ("TST401", "TST401", "error"),
        ("TST403", "TST403", "error"),
    ]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert places == [{"artifactLocation": {"uri": "albdoctor.toml"}, "region": {"startLine": 1}}] * 2
    assert len({result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]}) == 2


def test_sarif_of_a_sound_scan_is_a_run_without_results() -> None:
    (run,) = json.loads(sarif.render((report_of(story("healthy")),)))["runs"]
    assert run["results"] == []


def test_junit_fails_only_at_fail_on_and_tells_gaps_as_skipped() -> None:
    def counts(fail_on: str) -> list[str | None]:
        suite = ET.fromstring(junit.render((report_of(story()),), fail_on)).find("testsuite")  # noqa: S314 - our own
        assert suite is not None
        return [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]

    assert counts("error") == [str(len(CHECKS)), "2", "0", "0"]
    assert counts("never") == [str(len(CHECKS)), "0", "0", "0"]
    blind = junit.render((report_of(story(target_groups=DENIED)),), "error").decode()
    assert blind.count("<skipped") == 2
    assert "elasticloadbalancing:DescribeListeners: denied" in blind


def test_github_writes_one_annotation_for_each_root_cause() -> None:
    assert github.render((report_of(story()),)).decode().splitlines() == [
        "::error title=TST401 cause::shop.example: Group web-http is ill. Mend web-http.. leads to effect",
        "albdoctor shop.example: exit 1: 2 errors (1 cause) at or over --fail-on error",
    ]


def test_hostile_names_inject_nothing() -> None:
    reports = (report_of(story(name=HOSTILE)),)
    commands = github.render(reports).decode()
    assert [line for line in commands.splitlines() if line.startswith("::")] == commands.splitlines()[:1]
    page = markdown.render(reports).decode()
    assert "<script>" not in page.replace("\\<", "").split("```")[0]
    for told in (commands, page, junit.render(reports, "error").decode(), sarif.render(reports).decode()):
        assert not HIDDEN.search(told)
    ET.fromstring(junit.render(reports, "error"))  # noqa: S314 - our own


def test_markdown_tells_cause_fix_and_effect() -> None:
    page = markdown.render((report_of(story()),)).decode()
    assert "### 1. Group web-http is ill" in page
    assert "**fix**: Mend web-http. (some requests may fail for seconds)" in page.replace("\\", "")
    script = f"aws one {GROUP_ARN}\naws two\naws three\naws four web-http"
    assert f"```bash\n{pasted(script)}\n```" in page
    assert f"```bash\naws check {GROUP_ARN}\n```" in page
    assert "\n- Nothing else" in page
    assert "leads to: `TST403 effect`" in page
