"""Fix scripts as files: `CHECK-subject.sh`, one for each finding that AWS APIs can fix."""

from __future__ import annotations

import re
from pathlib import Path

from albdoctor.collect.options import BadOptionError
from albdoctor.files import OWNERS, write_atomic
from albdoctor.report.model import FindingReport, Report
from albdoctor.report.safe import plain


def write_scripts(folder: Path, reports: tuple[Report, ...]) -> dict[str, Path]:
    """Write every script; give the file of each fingerprint. A folder that cannot be made is a `BadOptionError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadOptionError(f"cannot make the folder {folder}: {error.strerror or error}") from error
    files: dict[str, Path] = {}
    taken: set[str] = set()
    for report in reports:
        for finding in report.findings:
            if finding.fix.script:
                name = _name(finding, taken)
                write_atomic(folder / name, _content(report, finding).encode(), OWNERS)
                files[finding.fingerprint] = folder / name
    return files


def _name(finding: FindingReport, taken: set[str]) -> str:
    tail = re.split(r"[/#]", finding.subject.id.removesuffix("/"))
    words = [part for part in tail[-3:] if part] if finding.subject.id.startswith("arn:") else tail
    subject = re.sub(r"[^A-Za-z0-9.-]+", "-", "-".join(words)).strip("-.")[:80] or "subject"
    name = f"{finding.check}-{subject}.sh"
    if name in taken:
        name = f"{finding.check}-{subject}-{finding.fingerprint[:6]}.sh"
    taken.add(name)
    return name


def _content(report: Report, finding: FindingReport) -> str:
    said = [
        f"{finding.check} {finding.slug}: {plain(finding.message)}",
        plain(finding.fix.summary),
        *(plain(effect) for effect in finding.fix.side_effects),
    ]
    comments = "\n".join(f"# {line}" for line in said)
    return (
        f"#!/usr/bin/env bash\n# {plain(report.scan.domain)}\n{comments}\nset -euo pipefail\n\n{finding.fix.script}\n"
    )
