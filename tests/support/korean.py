"""Finds English in what is told in Korean: three words and more in a row that are nobody's name, code or quotation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from http import HTTPStatus

from albdoctor.report.model import Report

QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|“[^”\n]*”")
"""Somebody else's words, values and what is to be typed."""
ADDRESS = re.compile(r"https?://\S+")
NAMES = (
    "Application Load Balancer",
    "Network Load Balancer",
    "Gateway Load Balancer",
    "Classic Load Balancer",
    "Elastic Load Balancing",
    "Elastic Kubernetes Service",
    "Elastic Container Service",
    "Elastic Beanstalk",
    "Auto Scaling",
    "Systems Manager",
    "Application Recovery Controller",
    "Certificate Manager",
    "Global Accelerator",
    "Network Firewall",
    "Block Public Access",
    "Session Manager",
    "Security Hub",
    "Load Balancer Controller",
    "Network Security Manager",
    "Automated Internet Firewall",
    "subnet connectivity override",
    "Service Temporarily Unavailable",
    "Payload Too Large",
    *(status.phrase for status in HTTPStatus),
)
"""What AWS calls its services, also in its Korean console, and what HTTP calls its statuses."""
HANGUL = re.compile(r"[가-힣]")
WORD = r"(?<![\w./:@=%-])[A-Za-z][a-z']+(?![\w/@=%-]|[.:]\w)"
RUN = re.compile(rf"{WORD}(?: {WORD}){{2,}}")


def english(told: str, allowed: Iterable[str] = ()) -> list[str]:
    """List the runs of English words; `allowed` are further names and sentences that stay English."""
    for pattern in (QUOTED, ADDRESS):
        told = pattern.sub("§", told)
    for name in (*allowed, *NAMES):
        told = told.replace(name, "§")
    return [found[0] for found in RUN.finditer(told)]


def typed_lines(report: Report) -> frozenset[str]:
    """Every line of a report that is to be typed."""
    texts = [
        text
        for one in report.findings
        for text in (one.fix.script, one.fix.verify, one.decide, one.fix.terraform, one.fix.cloudformation)
    ]
    by_hand = [line for one in report.findings for line in one.fix.by_hand.split("\n") if line.startswith("  ")]
    lines = (line.strip() for text in (*texts, *by_hand) for line in text.split("\n"))
    return frozenset(line for line in lines if line)


class _Told(HTMLParser):
    """The words of a page: not code, not what is there for another language."""

    SILENT = frozenset({"code", "pre", "script", "style", "kbd", "samp"})
    VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "col", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.VOID:
            return
        foreign = any(name == "lang" and value != "ko" for name, value in attrs)
        silent = foreign or tag in self.SILENT or (bool(self._open) and self._open[-1][1])
        self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self._open and self._open[-1][1]):
            self.words.append(data)


def words_of(page: str) -> str:
    """What a reader of an HTML page reads in Korean, without code."""
    told = _Told()
    told.feed(page)
    return "\n".join(told.words)
