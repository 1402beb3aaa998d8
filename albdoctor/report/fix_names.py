"""What the files of `--fix-dir` are called: `2-ALB401-web-https.sh` to run, `1-ALB106-shop.example.md` by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from albdoctor.report.model import FindingReport

Key = tuple[str, str]
"""Fingerprint and script of a step: the same one of several reports is done once."""


def key_of(step: FindingReport) -> Key:
    """What tells a step from others."""
    return step.fingerprint, step.fix.script


def file_names(steps: Sequence[FindingReport]) -> list[str]:
    """A name for each of the steps, numbered in their order."""
    width = len(str(len(steps)))
    return [_name(f"{number:0{width}}", step) for number, step in enumerate(steps, start=1)]


def _name(number: str, finding: FindingReport) -> str:
    """A name of its own by the number; of an ARN what people call the thing, without its kind and its hash."""
    parts = re.split(r"[/#]", finding.subject.id.rpartition(":")[2].removesuffix("/"))
    if finding.subject.id.startswith("arn:"):
        parts = [part for part in parts[1:] if not re.fullmatch(r"app|net|[0-9a-f]{16}", part)] or parts[-1:]
    end = "sh" if finding.fix.script else "md"
    return f"{number}-{finding.check}-{_safe('-'.join(parts)) or 'subject'}.{end}"


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-.")[:80]
