"""The report as JSON: the public contract."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from albdoctor.report.format import Ending, Format, Setting, Whole
from albdoctor.report.model import GapReport, Report, Reports

# Characters that turn or hide text on a terminal; JSON may write any character as an escape (RFC 8259 section 7).
HIDDEN = re.compile("[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def document(setting: Setting) -> Format:
    """Begin a document: a fleet is wrapped however many scans it has."""

    def made(reports: tuple[Report, ...], ending: Ending) -> bytes:
        return render_many(reports, ending.missed) if setting.fleet else render(reports)

    return Whole(made, setting, tells_missed=True)


def render(reports: tuple[Report, ...]) -> bytes:
    """One object for one scan; several are wrapped in `albdoctor/reports/1`."""
    return _indented(reports[0] if len(reports) == 1 else Reports(reports=reports))


def render_many(reports: Iterable[Report], gaps: Iterable[GapReport]) -> bytes:
    """Wrap however many reports there are, with what kept the scan from finding more to report on."""
    return _indented(Reports(reports=tuple(reports), gaps=tuple(gaps)))


def visible(document: bytes) -> bytes:
    """Write characters that turn or hide text as escapes."""
    return HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", document.decode()).encode()


def _indented(document: Report | Reports) -> bytes:
    return visible(msgspec.json.format(msgspec.json.encode(document), indent=2)) + b"\n"
