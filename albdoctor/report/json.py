"""The report as JSON: the public contract."""

from __future__ import annotations

import re

import msgspec

from albdoctor.report.model import Report, Reports

# Characters that turn or hide text on a terminal; JSON may write any character as an escape (RFC 8259 section 7).
HIDDEN = re.compile("[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def render(reports: tuple[Report, ...]) -> bytes:
    """One object for one scan; several are wrapped in `albdoctor/reports/1`."""
    document = reports[0] if len(reports) == 1 else Reports(reports=reports)
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    return HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode() + b"\n"
