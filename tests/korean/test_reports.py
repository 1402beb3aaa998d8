"""Reports of whole sites in Korean: in every format only names, codes and quotations are English."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree as ET

import pytest

from albdoctor.facts.files import decode
from albdoctor.judging import judge
from albdoctor.policy import Policy
from albdoctor.report import junit, markdown, ocsf, sarif, short, terminal
from albdoctor.report.model import Report
from tests.support.korean import HANGUL, english, typed_lines, words_of

TESTS = Path(__file__).parents[1]
FILES = sorted([*TESTS.glob("recorded/*.json"), *TESTS.glob("cases/*.json"), TESTS / "report" / "founding-story.json"])
CODE = {"script", "terraform", "cloudformation", "verify", "decide", "refs", "fingerprint", "url", "id", "slug"}
"""Members that hold no words."""


def reports(path: Path) -> list[Report]:
    return [judge(facts, Policy(lang="ko")) for facts in decode(path.read_bytes(), path.name)]


def words(document: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a JSON report with the member that holds it, without what is to be typed."""
    if isinstance(document, dict):
        for key, value in cast("dict[str, Any]", document).items():
            if key not in CODE:
                yield from words(value, key)
    elif isinstance(document, list):
        values: list[Any] = document  # pyright: ignore[reportUnknownVariableType] - parsed JSON
        for value in values:
            yield from words(value, name)
    elif isinstance(document, str):
        yield from ((name, line) for line in document.split("\n") if not line.startswith("  "))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_report_in_korean_has_no_english_sentence(path: Path) -> None:
    for report in reports(path):
        assert [(name, line) for name, line in words(json.loads(report.to_json())) if english(line)] == []
        typed = typed_lines(report)
        page = io.StringIO()
        terminal.write(report, page, color=False, width=10_000)
        for told in (page.getvalue(), "\n".join(short.lines(report)), _markdown(report), words_of(report.to_html())):
            assert HANGUL.search(told)
            assert [line for line in told.split("\n") if english(_untyped(line, typed))] == []


def _machines(report: Report) -> Iterator[str]:
    """What SARIF, JUnit and OCSF say in words."""
    for run in json.loads(sarif.render((report,)))["runs"]:
        for rule in run["tool"]["driver"]["rules"]:
            yield from (rule["shortDescription"]["text"], rule["fullDescription"]["text"], rule["help"]["text"])
        yield from (result["message"]["text"] for result in run["results"])
    for event in json.loads(ocsf.render((report,))):
        yield from (event["message"], event["compliance"]["desc"], event["remediation"]["desc"])
    for case in ET.fromstring(junit.render((report,), "info")).iter("failure"):  # noqa: S314 - our own
        yield case.text or ""


@pytest.mark.parametrize("path", FILES[::4], ids=lambda path: path.stem)
def test_machines_are_told_in_korean_too(path: Path) -> None:
    for report in reports(path):
        typed = typed_lines(report)
        told = [line for text in _machines(report) for line in text.split("\n")]
        assert [line for line in told if english(_untyped(line, typed))] == []


def _untyped(line: str, typed: frozenset[str]) -> str:
    """A line without the command that stands in it or at its end."""
    return next((line.removesuffix(one) for one in typed if line.endswith(one)), line)


def _markdown(report: Report) -> str:
    """The page without its blocks of code and its escapes."""
    return re.sub(r"```.*?```", "", markdown.render((report,)).decode(), flags=re.DOTALL).replace("\\", "")


def test_english_is_found_in_the_same_reports_told_in_english() -> None:
    """The sieve is no sieve that lets everything through: of each report it finds much when it is told in English."""
    for path in FILES:
        for facts in decode(path.read_bytes(), path.name):
            assert any(english(line) for _, line in words(json.loads(judge(facts, Policy(lang="en")).to_json())))
