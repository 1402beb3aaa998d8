"""The report as SARIF 2.1.0 for code scanning.

A live scan has no source file, and an upload without a physical location is rejected as a whole, so every result
points at the file in which a person can act: the configuration (albdoctor.toml, line 1).
"""

from __future__ import annotations

import json
from typing import Any

from albdoctor.checkup.pages import help_uri
from albdoctor.report.format import Format, Setting, Whole
from albdoctor.report.model import FindingReport, Report
from albdoctor.report.safe import plain

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
SECURITY = {"error": "8.0", "warning": "5.0", "info": "2.0"}


def document(setting: Setting) -> Format:
    """Begin a document."""
    return Whole(lambda reports, _ending: render(reports), setting)


def render(reports: tuple[Report, ...]) -> bytes:
    """Write one run for each scan; a scan without findings is a run without results, which closes old alerts."""
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report) for report in reports]}
    return json.dumps(document, indent=2).encode() + b"\n"


def _run(report: Report) -> dict[str, Any]:
    rules = list({finding.check: finding for finding in report.findings}.values())
    index = {rule.check: number for number, rule in enumerate(rules)}
    driver = {"name": report.tool.name, "version": report.tool.version, "rules": [_rule(rule) for rule in rules]}
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"albdoctor/{report.scan.host}/"},
        "results": [_result(report, finding, index[finding.check]) for finding in report.findings],
        "invocations": [{"executionSuccessful": True, "exitCode": report.exit_code}],
    }


def _rule(finding: FindingReport) -> dict[str, Any]:
    return {
        "id": finding.check,
        "name": finding.slug,
        "shortDescription": {"text": finding.slug},
        "fullDescription": {"text": plain(finding.why)},
        "help": {"text": plain(finding.fix.summary)},
        **({"helpUri": uri} if (uri := help_uri(finding.check, finding.refs)) else {}),
        "properties": {"tags": [finding.stage], "security-severity": SECURITY[finding.severity]},
    }


def _result(report: Report, finding: FindingReport, rule_index: int) -> dict[str, Any]:
    script = f"\n\n{finding.fix.script}" if finding.fix.script else ""
    said = "\n".join(f"{plain(seen.asked)}: {plain(seen.saw)}" for seen in finding.evidence)
    text = f"{plain(report.scan.domain)}: {plain(finding.message)}\n{said}\n{plain(finding.fix.summary)}{script}"
    return {
        "ruleId": finding.check,
        "ruleIndex": rule_index,
        "level": LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "albdoctor.toml"},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [{"fullyQualifiedName": plain(f"{finding.subject.kind}/{finding.subject.id}")}],
            }
        ],
        # an alert's identity: without it two listeners with one defect would be one alert
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint}:1"},
        "properties": {"certainty": finding.certainty, "root_cause": finding.root_cause},
    }
