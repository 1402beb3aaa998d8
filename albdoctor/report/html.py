"""The report as one HTML file: no script, nothing loaded from elsewhere, readable in print and in the dark."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from albdoctor.report import words
from albdoctor.report.model import FindingReport, Report
from albdoctor.report.safe import lines, plain
from albdoctor.report.terminal import MARKS
from albdoctor.text import Lang, Text, fill

TITLE = Text(en="albdoctor: {domains}", ko="albdoctor: {domains}")


def render(reports: tuple[Report, ...]) -> str:
    """Write one page for all scans; every value is escaped for HTML and freed of hidden characters."""
    lang: Lang = reports[0].lang if reports else "en"

    def say(text: Text, **values: str | int) -> str:
        return fill(text.of(lang), values)

    template = environment().get_template("report.html.j2")
    domains = ", ".join(report.scan.domain for report in reports)
    return template.render(
        reports=reports,
        lang=lang,
        say=say,
        words=words,
        title=say(TITLE, domains=domains),
        marks=MARKS,
        lines=lines,
        numbers=numbers,
        newline="\n",
    )


@cache
def environment() -> Environment:
    """Make what fills in our templates: every value is escaped for HTML and freed of hidden characters."""
    return Environment(
        loader=PackageLoader("albdoctor.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: Any) -> Any:  # noqa: ANN401 - jinja2 hands over every value that a template prints
    return plain(value, 20_000) if type(value) is str and value != "\n" else value


def numbers(fingerprints: tuple[str, ...], report: Report) -> list[int]:
    """Number the root causes behind some findings."""
    causes = [cause.fingerprint for cause in report.root_causes]
    shown: dict[str, FindingReport] = {finding.fingerprint: finding for finding in report.findings}
    behind = {name for one in fingerprints for name in (one, *shown[one].explained_by)}
    return [index for index, cause in enumerate(causes, start=1) if cause in behind]
