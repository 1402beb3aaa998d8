"""The report as SARIF 2.1.0 for code scanning.

A result points at the block of Terraform or CloudFormation that makes its resource (`--iac`), or else at the line of
the configuration that names the site. Where neither is known it names the site itself: code scanning rejects an
upload whole when one result has no location, and knows no other scheme than a path
(https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support).
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import quote

from albdoctor.checkup import registry
from albdoctor.checkup.check import Check
from albdoctor.checkup.finding import Severity
from albdoctor.checkup.own import CRASHED, SUPPRESSION_EXPIRED
from albdoctor.checkup.pages import help_uri
from albdoctor.report import plain_fix, words
from albdoctor.report.format import Format, Setting, Whole
from albdoctor.report.markdown import text as as_markdown
from albdoctor.report.model import FindingReport, Report
from albdoctor.report.safe import plain
from albdoctor.text import Lang, show

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
SECURITY = {"error": "8.0", "warning": "5.0", "info": "2.0"}
RUNS = 20
"""Runs that code scanning takes of one file; more reports are told in one run."""


def document(setting: Setting) -> Format:
    """Begin a document."""
    return Whole(lambda reports, _ending: render(reports), setting)


def render(reports: tuple[Report, ...]) -> bytes:
    """Write one run for each scan; a scan without findings is a run without results, which closes old alerts."""
    several = [(report,) for report in reports] if len(reports) <= RUNS else [reports]
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(some) for some in several]}
    return json.dumps(document, indent=2).encode() + b"\n"


def _run(reports: tuple[Report, ...]) -> dict[str, Any]:
    first = reports[0]
    found = {finding.check: finding for report in reports for finding in report.findings}
    index = {check: number for number, check in enumerate(found)}
    rules = [_rule(finding, first.lang) for finding in found.values()]
    driver = {"name": first.tool.name, "version": first.tool.version, "rules": rules}
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": _category(first) if len(reports) == 1 else "albdoctor/"},
        "results": [_result(one, finding, index[finding.check]) for one in reports for finding in one.findings],
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": report.exit_code,
                "exitCodeDescription": f"{plain(report.scan.domain)}: {plain(report.exit_reason)}",
            }
            for report in reports
        ],
    }


def _category(report: Report) -> str:
    """What code scanning tells analyses apart by, all before the last slash: each path of a host has its own."""
    return f"albdoctor/{quote(report.scan.host)}{quote(report.scan.path).rstrip('/')}/"


@cache
def _declared() -> dict[str, Check]:
    return {check.id: check for check in (*registry.load(), CRASHED, SUPPRESSION_EXPIRED)}


def _rule(finding: FindingReport, lang: Lang) -> dict[str, Any]:
    """Say what a check is about, the same in every scan: a rule outlives the scan that first met it."""
    check = _declared().get(finding.check)
    worst = check.severity if check else Severity.ERROR
    said = {"fullDescription": {"text": finding.slug}, "help": {"text": finding.slug}}
    if check:
        why = show(check.why.of(lang))
        fixes = [show(fix.summary.of(lang)) for fix in check.fixes]
        title = words.FIX.of(lang)
        said = {
            "fullDescription": {"text": why},
            "help": {
                "text": "\n".join([why, *(f"{title}: {fix}" for fix in fixes)]),
                "markdown": "\n\n".join([as_markdown(why), *(f"**{title}**: {as_markdown(fix)}" for fix in fixes)]),
            },
        }
    return {
        "id": finding.check,
        "name": finding.slug,
        "shortDescription": {"text": show(check.message.of(lang)) if check else finding.slug},
        **said,
        "defaultConfiguration": {"level": LEVELS[worst]},
        **({"helpUri": uri} if (uri := help_uri(finding.check, finding.refs)) else {}),
        "properties": {"tags": [finding.stage], "security-severity": SECURITY[worst]},
    }


def _result(report: Report, finding: FindingReport, rule_index: int) -> dict[str, Any]:
    return {
        "ruleId": finding.check,
        "ruleIndex": rule_index,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(report, finding)},
        "locations": [
            {
                "physicalLocation": _place(report, finding),
                "logicalLocations": [{"fullyQualifiedName": plain(f"{finding.subject.kind}/{finding.subject.id}")}],
            }
        ],
        # an alert's identity: without it two listeners with one defect would be one alert
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint}:1"},
        "properties": {
            "certainty": finding.certainty,
            "root_cause": finding.root_cause,
            **({"regraded_from": finding.regraded_from} if finding.regraded_from else {}),
        },
    }


def _message(report: Report, finding: FindingReport) -> str:
    regraded = f" [{words.severity(finding, report.lang)}]" if finding.regraded_from else ""
    said = [f"{plain(report.scan.domain)}: {plain(finding.message)}{regraded}"]
    said += [f"{plain(seen.asked)}: {plain(seen.saw)}" for seen in finding.evidence]
    return "\n".join([*said, *plain_fix.lines(finding, report.lang)])


def _place(report: Report, finding: FindingReport) -> dict[str, Any]:
    source = finding.source or report.scan.source
    if source is None:
        site = f"{report.scan.host}{report.scan.path}".rstrip("/")
        return {"artifactLocation": {"uri": quote(site)}, "region": {"startLine": 1}}
    return {
        "artifactLocation": {"uri": quote(source.file), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": source.line, "endLine": source.end_line},
    }
