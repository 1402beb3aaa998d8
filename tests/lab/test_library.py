"""`albdoctor.scan` does what the command does, without printing."""

from __future__ import annotations

import os

import pytest
from msgspec.structs import replace

import albdoctor
from albdoctor.collect.keywords import Keywords
from albdoctor.commands.given import ScanGiven, parsed
from albdoctor.commands.options import keywords
from albdoctor.commands.scan import scan as command
from albdoctor.config import Config
from albdoctor.errors import BadOptionError
from albdoctor.lab.scanning import scan as by_command
from albdoctor.lab.scenarios import find
from albdoctor.lab.site import build
from albdoctor.lab.world import World
from albdoctor.report.model import AnswerReport, Report

pytestmark = pytest.mark.lab


def test_a_scan_by_the_library_tells_what_the_command_tells(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with World() as world:
        shop = build(world, find("founding-story").plan)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name, value in world.aws.environment().items():
            monkeypatch.setenv(name, value)
        with command.make_context("scan", ["--domain", shop.domain, *world.flags]) as context:
            words = keywords(parsed(ScanGiven, context.params), Config())
        report = albdoctor.scan(shop.domain, **words)
        printed = by_command(world, shop.domain)
    assert capsys.readouterr() == ("", "")
    assert report.verdict == "broken"
    assert replace(uncounted(report), scan=printed.scan, request=printed.request) == uncounted(printed)
    assert [untimed(one) for one in report.request.answers] == [untimed(one) for one in printed.request.answers]


def uncounted(report: Report) -> Report:
    """Without what CloudWatch counted: the first scan itself adds to it."""
    kept = tuple(
        replace(one, evidence=tuple(seen for seen in one.evidence if not seen.asked.startswith("cloudwatch ")))
        for one in report.findings
    )
    return replace(report, findings=kept, counters=())


def untimed(answer: AnswerReport) -> AnswerReport:
    return replace(answer, seconds=0.0)


@pytest.mark.parametrize(
    "words",
    [
        Keywords(path="shop"),
        Keywords(resolvers=("dns.example",)),
        Keywords(dns_roots=("127.0.0.1:0",)),
        Keywords(connect_to=("shop.example:443",)),
        Keywords(ca_bundle="/none"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(words: Keywords) -> None:
    with pytest.raises(BadOptionError):
        albdoctor.scan("shop.example", **words)
