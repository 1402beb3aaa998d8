"""The formats that machines of a CI read."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

from msgspec.structs import replace

from albdoctor.api import judge, load_facts
from albdoctor.checkup.finding import Severity
from albdoctor.derive.request.place import Place
from albdoctor.facts.snapshot import Facts
from albdoctor.policy import Policy
from albdoctor.report import github, junit, markdown, ocsf, sarif
from albdoctor.report.github import MOST
from albdoctor.report.model import Report, SourceReport
from albdoctor.report.sarif import RUNS
from tests.report.test_many import report_of_groups
from tests.report.test_reports import CHECKS, HOSTILE, report_of
from tests.support.build import GROUP_ARN
from tests.support.pasting import pasted
from tests.support.stories import DENIED, story

CASES = Path(__file__).parents[1] / "cases"
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def test_sarif_gives_every_result_a_place_a_rule_and_an_identity() -> None:
    (run,) = json.loads(sarif.render((report_of(story()),)))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [(rules[result["ruleIndex"]], result["ruleId"], result["level"]) for result in run["results"]] == [
        ("TST401", "TST401", "error"),
        ("TST403", "TST403", "error"),
    ]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert places == [{"artifactLocation": {"uri": "shop.example"}, "region": {"startLine": 1}}] * 2
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


def sourced(report: Report) -> Report:
    """The report of a site that a configuration names, with one finding whose block is known."""
    cause, *rest = report.findings
    block = SourceReport(file="infra/a b,c.tf", line=12, end_line=20, name="aws_lb_target_group.web")
    named = SourceReport(file="albdoctor.toml", line=3, end_line=3)
    return replace(report, scan=replace(report.scan, source=named), findings=(replace(cause, source=block), *rest))


def test_a_result_stands_at_the_block_of_its_resource_or_at_the_line_of_its_domain() -> None:
    report = sourced(report_of(story()))
    (run,) = json.loads(sarif.render((report,)))["runs"]
    assert [result["locations"][0]["physicalLocation"] for result in run["results"]] == [
        {
            "artifactLocation": {"uri": "infra/a%20b%2Cc.tf", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 12, "endLine": 20},
        },
        {
            "artifactLocation": {"uri": "albdoctor.toml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 3, "endLine": 3},
        },
    ]
    assert (
        github.render((report,))
        .decode()
        .startswith("::error file=infra/a b%2Cc.tf,line=12,endLine=20,title=TST401 cause::shop.example: ")
    )
    assert "  infra/a b,c.tf:12 aws_lb_target_group.web\n" in junit.render((report,), "error").decode()


def test_a_rule_says_the_same_of_every_scan() -> None:
    def rules(facts: Facts) -> dict[str, object]:
        (run,) = json.loads(sarif.render((judge(facts),)))["runs"]
        return {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}

    one, other = rules(load_facts(CASES / "alb401.json")), rules(load_facts(CASES / "alb401-ip.json"))
    assert one.keys() & other.keys() >= {"ALB401"}
    assert {check: one[check] for check in one if check in other} == {
        check: other[check] for check in one.keys() & other
    }
    assert "<port>" in json.dumps(one["ALB401"])
    assert not re.search(r"arn:aws|shop\.example|[0-9]{12}", json.dumps(one))


def test_runs_have_categories_of_their_own_and_are_never_more_than_code_scanning_takes() -> None:
    def ids(paths: list[str]) -> list[str]:
        report = report_of(story())
        reports = tuple(replace(report, scan=replace(report.scan, path=path)) for path in paths)
        return [run["automationDetails"]["id"] for run in json.loads(sarif.render(reports))["runs"]]

    assert ids(["/", "/api"]) == ["albdoctor/shop.example/", "albdoctor/shop.example/api/"]
    assert ids([f"/{number}" for number in range(RUNS + 1)]) == ["albdoctor/"]


def test_a_fingerprint_is_that_of_the_next_scan_and_of_every_language() -> None:
    facts = load_facts(CASES / "alb401.json")
    later = replace(facts, scan=replace(facts.scan, taken_at=facts.scan.taken_at + timedelta(hours=1), seconds=9.0))

    def prints(report: Report) -> list[str]:
        (run,) = json.loads(sarif.render((report,)))["runs"]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]

    said = prints(judge(facts))
    assert said == ["b856f9ee37aa092f:1", "5ff60986cdb2e2c8:1", "b6a991461c452dc9:1"]
    assert prints(judge(later)) == prints(judge(facts, Policy(lang="ko"))) == said


def test_what_is_regraded_tells_what_it_was_judged() -> None:
    facts = load_facts(CASES / "alb401.json")
    report = judge(facts, Policy(severity={"ALB401": Severity.WARNING}))
    (result,) = [one for one in json.loads(sarif.render((report,)))["runs"][0]["results"] if one["ruleId"] == "ALB401"]
    assert (result["level"], result["properties"]["regraded_from"]) == ("warning", "error")
    assert "[warning (regraded: error)]" in result["message"]["text"]
    assert "::warning title=ALB401" in (told := github.render((report,)).decode())
    assert "[warning (regraded%3A error)]" in told or "[warning (regraded: error)]" in told
    assert "<system-out>warning (regraded: error): " in junit.render((report,), "error").decode()
    events = {one["metadata"]["event_code"]: one for one in json.loads(ocsf.render((report,)))}
    assert (events["ALB401"]["severity"], events["ALB401"]["unmapped"]["regraded_from"]) == ("Medium", "error")
    assert 'type="warning"' in (failed := junit.render((report,), "warning").decode())
    assert ">warning (regraded: error): " in failed


def test_ocsf_names_the_resource_the_finding_and_the_remedy() -> None:
    (cause, effect) = json.loads(ocsf.render((report_of(story()), report_of(story()))))
    assert cause["finding_info"]["uid"] != effect["finding_info"]["uid"], "and each once"
    assert cause["resources"] == [
        {
            "uid": GROUP_ARN,
            "type": "AwsElbv2TargetGroup",
            "cloud_partition": "aws",
            "region": "ap-northeast-2",
            "owner": {"account": {"uid": "123456789012"}},
        }
    ]
    assert cause["cloud"] == {"provider": "AWS", "account": {"uid": "123456789012"}, "region": "ap-northeast-2"}
    assert (cause["class_uid"], cause["type_uid"], cause["severity_id"]) == (2003, 200301, 4)
    assert [one["uid"] for one in effect["finding_info"]["related_events"]] == [cause["finding_info"]["uid"]]
    assert "aws four web-http" in cause["remediation"]["desc"]
    assert cause["remediation"]["references"] == ["https://docs.aws.amazon.com/"]
    assert json.loads(ocsf.render((report_of(story("healthy")),))) == []


def test_junit_says_what_to_do() -> None:
    told = junit.render((report_of(story()),), "error").decode()
    said = ["fix: Mend web-http. (some requests may fail for seconds)", "note: Nothing else.", "aws four web-http"]
    assert [line for line in [*said, f"verify:\naws check {GROUP_ARN}"] if line not in told] == []


def test_more_causes_than_a_step_shows_are_counted_in_the_last_annotation() -> None:
    def told(causes: int) -> list[str]:
        return github.render((report_of_groups(causes),)).decode().splitlines()

    assert [line.startswith("::error title=TST401") for line in told(MOST)] == [True] * MOST + [False]
    lines = told(MOST + 5)
    assert [line for line in lines if line.startswith("::")] == lines[:MOST]
    assert lines[MOST - 1] == "::error title=6 more::TST401 cause × 6"
    assert [line[:13] for line in lines[MOST:-1]] == ["TST401 cause:"] * 6, "the log has them all"


def test_a_cause_that_several_scans_meet_is_one_annotation() -> None:
    report = report_of(story())
    other = replace(report, scan=replace(report.scan, domain="www.shop.example"))
    lines = github.render((report, other)).decode().splitlines()
    assert [line for line in lines if line.startswith("::")] == [
        "::error title=TST401 cause::shop.example, www.shop.example: Group web-http is ill. Mend web-http."
        " leads to: effect"
    ]


def test_what_is_off_the_way_is_in_the_log_only_and_starts_no_command() -> None:
    report = report_of(story(name="##[error]x"))
    beside = replace(
        report, findings=tuple(replace(one, place=Place.OTHER_HOST, severity=Severity.INFO) for one in report.findings)
    )
    lines = github.render((beside,)).decode().splitlines()
    assert [line for line in lines if line.startswith("::") or "##[" in line] == []
    assert lines[0].startswith("TST401 cause: shop.example: Group ## [error]x is ill.")


def test_github_writes_one_annotation_for_each_root_cause() -> None:
    assert github.render((report_of(story()),)).decode().splitlines() == [
        "::error title=TST401 cause::shop.example: Group web-http is ill. Mend web-http. leads to: effect",
        "albdoctor shop.example: exit 1: 2 errors (1 cause) at or over --fail-on error",
    ]


def test_hostile_names_inject_nothing() -> None:
    reports = (report_of(story(name=HOSTILE)),)
    commands = github.render(reports).decode()
    assert [line for line in commands.splitlines() if line.startswith("::")] == commands.splitlines()[:1]
    page = markdown.render(reports).decode()
    assert "<script>" not in page.replace("\\<", "").split("```")[0]
    for told in (
        commands,
        page,
        junit.render(reports, "error").decode(),
        sarif.render(reports).decode(),
        ocsf.render(reports).decode(),
    ):
        assert not HIDDEN.search(told)
    ET.fromstring(junit.render(reports, "error"))  # noqa: S314 - our own


def test_markdown_tells_cause_fix_and_effect() -> None:
    page = markdown.render((report_of(story()),)).decode()
    assert "### 1. Group web-http is ill" in page
    assert "**fix**: Mend web-http. (some requests may fail for seconds)" in page.replace("\\", "")
    script = f"aws one {GROUP_ARN}\naws two\naws three\naws four web-http"
    assert f"```bash\n{pasted(script)}\n```" in page
    assert f"```bash\naws check {GROUP_ARN}\n```" in page
    assert "\n- **note**: Nothing else" in page
    assert "leads to: `TST403 effect`" in page
