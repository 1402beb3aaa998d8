"""Fix scripts as files: `CHECK-subject.sh`, one for each finding that AWS APIs can fix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from albdoctor.errors import BadOptionError
from albdoctor.files import OWNERS, write_atomic
from albdoctor.report.model import FindingReport, Report
from albdoctor.report.safe import plain


class Scripts:
    """The scripts of reports that come one by one; the same script for several of them is one file."""

    def __init__(self, folder: Path) -> None:
        """Make the folder; one that cannot be made is a `BadOptionError`."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadOptionError(f"cannot make the folder {folder}: {error.strerror or error}") from error
        self.folder = folder
        self.files: dict[str, Path] = {}
        """Fingerprint -> the file, of the last report that had it."""
        self._taken: dict[str, int] = {}
        """File name -> hash of the finding and script in it."""

    def add(self, report: Report) -> None:
        """Write the scripts of one report."""
        for finding in report.findings:
            if finding.fix.script:
                name = self._name(report, finding)
                if name not in self._taken:
                    write_atomic(self.folder / name, _content(report, finding).encode(), OWNERS)
                self._taken[name] = _identity(finding)
                self.files[finding.fingerprint] = self.folder / name

    def _name(self, report: Report, finding: FindingReport) -> str:
        """The first name that is free or already this script's."""
        return next(name for name in _names(report, finding) if self._taken.get(name) in (None, _identity(finding)))


def _identity(finding: FindingReport) -> int:
    return hash((finding.fingerprint, finding.fix.script))


def _names(report: Report, finding: FindingReport) -> Iterator[str]:
    tail = re.split(r"[/#]", finding.subject.id.removesuffix("/"))
    words = [part for part in tail[-3:] if part] if finding.subject.id.startswith("arn:") else tail
    name = f"{finding.check}-{_safe('-'.join(words)) or 'subject'}"
    yield f"{name}.sh"
    yield f"{name}-{finding.fingerprint[:6]}.sh"
    for number in count(2):
        yield f"{name}-{_safe(report.scan.host)}-{number}.sh"


def _safe(words: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]+", "-", words).strip("-.")[:80]


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
