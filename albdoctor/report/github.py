"""The report as GitHub workflow commands: one annotation for each root cause, symptoms named in it."""

from __future__ import annotations

from albdoctor.report.format import Format, Setting, Whole
from albdoctor.report.model import FindingReport, Report
from albdoctor.report.safe import plain

COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def document(setting: Setting) -> Format:
    """Begin a document."""
    return Whole(lambda reports, _ending: render(reports), setting)


def render(reports: tuple[Report, ...]) -> bytes:
    """Write the annotations; the last line of each scan is its exit code and why."""
    said: list[str] = []
    for report in reports:
        said += [_annotation(report, cause) for cause in report.root_causes]
        said.append(f"albdoctor {plain(report.scan.domain)}: exit {report.exit_code}: {plain(report.exit_reason)}")
    return ("\n".join(said) + "\n").encode()


def _annotation(report: Report, cause: FindingReport) -> str:
    effects = [effect.slug for effect in report.effects_of(cause)]
    parts = [f"{report.scan.domain}: {cause.message}", cause.fix.summary]
    parts += [f"leads to {', '.join(effects)}"] if effects else []
    title = _property(f"{cause.check} {cause.slug}")
    return f"::{COMMANDS[cause.severity]} title={title}::{_data('. '.join(parts))}"


def _data(text: str) -> str:
    """Escape as the runner reads it: a message cannot start a command of its own."""
    return plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
