"""The report as OCSF 1.6 Compliance Findings (class 2003): a JSON array with one event for each finding.

The version that AWS Security Hub speaks (https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-ocsf.html),
in the class of its own control findings. https://schema.ocsf.io/1.6.0/classes/compliance_finding has every field.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from albdoctor.checkup.pages import help_uri
from albdoctor.facts.arn import Arn
from albdoctor.facts.known import Kind
from albdoctor.report import plain_fix, words
from albdoctor.report.format import Format, Setting, Whole
from albdoctor.report.model import FindingReport, Report
from albdoctor.report.safe import plain

VERSION = "1.6.0"
CATEGORY, CLASS, CREATE = 2, 2003, 1
SEVERITIES = {"error": (4, "High"), "warning": (3, "Medium"), "info": (1, "Informational")}
CONFIDENCES = {"confirmed": (3, "High"), "likely": (2, "Medium")}
TYPES = {
    Kind.DOMAIN: "Domain",
    Kind.HOSTED_ZONE: "AwsRoute53HostedZone",
    Kind.RECORD: "AwsRoute53RecordSet",
    Kind.CERTIFICATE: "AwsCertificateManagerCertificate",
    Kind.LOAD_BALANCER: "AwsElbv2LoadBalancer",
    Kind.LISTENER: "AwsElbv2Listener",
    Kind.RULE: "AwsElbv2ListenerRule",
    Kind.TARGET_GROUP: "AwsElbv2TargetGroup",
    Kind.TARGET: "AwsElbv2Target",
    Kind.SCAN: "Scan",
}
"""What a resource is called; of those that have one, the name in Security Hub's lists."""


def document(setting: Setting) -> Format:
    """Begin a document."""
    return Whole(lambda reports, _ending: render(reports), setting)


def render(reports: tuple[Report, ...]) -> bytes:
    """Write the events of all scans; a finding that several of them met is one event."""
    events = {event["finding_info"]["uid"]: event for report in reports for event in _events(report)}
    return json.dumps(list(events.values()), indent=2).encode() + b"\n"


def _events(report: Report) -> Iterator[dict[str, Any]]:
    time = _milliseconds(report.scan.started_at)
    for finding in report.findings:
        severity_id, severity = SEVERITIES[finding.severity]
        confidence_id, confidence = CONFIDENCES[finding.certainty]
        arn = Arn.of(finding.subject.id)
        region = arn.region or next(iter(report.scan.regions), "")
        yield {
            "activity_id": CREATE,
            "activity_name": "Create",
            "category_uid": CATEGORY,
            "category_name": "Findings",
            "class_uid": CLASS,
            "class_name": "Compliance Finding",
            "type_uid": CLASS * 100 + CREATE,
            "type_name": "Compliance Finding: Create",
            "time": time,
            "severity_id": severity_id,
            "severity": severity,
            "confidence_id": confidence_id,
            "confidence": confidence,
            "status_id": 1,
            "status": "New",
            "message": plain(finding.message),
            "metadata": _metadata(report, finding),
            "cloud": {
                "provider": "AWS",
                **({"account": {"uid": account}} if (account := _account(report, arn)) else {}),
                **({"region": region} if region else {}),
            },
            "finding_info": _info(report, finding, time),
            "compliance": {
                "control": finding.check,
                "desc": plain(finding.why),
                "standards": ["albdoctor"],
                "status_id": 3,
                "status": "Fail",
                "status_details": [f"{plain(seen.asked)}: {plain(seen.saw)}" for seen in finding.evidence],
            },
            "resources": [_resource(finding, arn, region)],
            "remediation": {
                "desc": "\n".join(plain_fix.lines(finding, report.lang)),
                **({"references": list(finding.refs)} if finding.refs else {}),
            },
            "unmapped": _unmapped(report, finding),
        }


def _milliseconds(moment: datetime) -> int:
    """OCSF's timestamp_t: milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def _account(report: Report, arn: Arn) -> str:
    return arn.account or next(iter(report.scan.accounts), "")


def _metadata(report: Report, finding: FindingReport) -> dict[str, Any]:
    product = {
        "name": report.tool.name,
        "vendor_name": "albdoctor",
        "version": report.tool.version,
        "lang": report.lang,
    }
    return {"version": VERSION, "product": product, "profiles": ["cloud"], "event_code": finding.check}


def _info(report: Report, finding: FindingReport, time: int) -> dict[str, Any]:
    """Name the finding as every other format does: the uid is the fingerprint, which the next scan has too."""
    uri = help_uri(finding.check, finding.refs)
    return {
        "uid": finding.fingerprint,
        "title": plain(f"{finding.check} {finding.slug}"),
        "desc": plain(f"{report.scan.domain}: {finding.message}"),
        "types": [finding.stage],
        "created_time": time,
        "modified_time": time,
        "analytic": {"type_id": 1, "type": "Rule", "uid": finding.check, "name": finding.slug},
        **({"src_url": uri} if uri else {}),
        **({"related_events": [{"uid": name} for name in finding.goes_with]} if finding.goes_with else {}),
    }


def _resource(finding: FindingReport, arn: Arn, region: str) -> dict[str, Any]:
    return {
        "uid": plain(finding.subject.id),
        "type": TYPES[finding.subject.kind],
        **({"cloud_partition": plain(arn.partition), "region": plain(region)} if arn.partition else {}),
        **({"owner": {"account": {"uid": plain(arn.account)}}} if arn.account else {}),
    }


def _unmapped(report: Report, finding: FindingReport) -> dict[str, Any]:
    """What OCSF has no field for."""
    source = finding.source or report.scan.source
    return {
        "domain": plain(report.scan.domain),
        "url": plain(report.request.url),
        "verdict": report.verdict,
        "place": finding.place,
        "certainty": finding.certainty,
        "root_cause": finding.root_cause,
        "impact": words.IMPACTS[finding.fix.impact].of(report.lang) if finding.fix.script else "",
        **({"regraded_from": finding.regraded_from} if finding.regraded_from else {}),
        **({"source": plain(f"{source.file}:{source.line}")} if source else {}),
    }
