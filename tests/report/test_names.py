"""Internationalized names: as people write them, with what DNS has beside it, where a report names the site first."""

from __future__ import annotations

import io
import re

import pytest
from msgspec.structs import replace

from albdoctor.facts.snapshot import Facts
from albdoctor.judging import judge
from albdoctor.policy import Policy
from albdoctor.report import markdown, short, terminal
from albdoctor.report.names import unicode_name, with_unicode
from albdoctor.text import Lang
from tests.support.stories import story

BOTH = "https://한국.kr/ (xn--3e0b707e.kr)"


def named(domain: str) -> Facts:
    facts = story()
    return replace(facts, scan=replace(facts.scan, domain=domain, host="xn--3e0b707e.kr"))


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("domain", ["한국.kr", "xn--3e0b707e.kr"])
def test_every_format_begins_with_both(domain: str, lang: Lang) -> None:
    report = judge(named(domain), Policy(lang=lang))
    page = io.StringIO()
    terminal.write(report, page, color=False, width=200)
    assert page.getvalue().startswith(BOTH)
    assert short.lines(report)[0].startswith(BOTH)
    assert markdown.render((report,)).decode().replace("\\", "").startswith(f"## {BOTH}")
    assert BOTH in re.sub(r"<[^>]*>", "", report.to_html())
    assert f'"sentence": "{BOTH}' in report.to_json()


def test_a_plain_name_stands_alone() -> None:
    assert judge(story(), Policy()).request.sentence.startswith("https://shop.example/ ")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("https://xn--3e0b707e.kr/a?b is served", "https://한국.kr/a?b (xn--3e0b707e.kr) is served"),
        ("www.xn--bj0bj06e.kr, nothing", "www.한글.kr (www.xn--bj0bj06e.kr), nothing"),
        ("xn--3e0b707e.kr xn--bj0bj06e.kr", "한국.kr (xn--3e0b707e.kr) xn--bj0bj06e.kr"),
        ("xn--zzzzzz9999.kr", "xn--zzzzzz9999.kr"),
        ("xn--.kr", "xn--.kr"),
        ("axn--3e0b707e.kr", "axn--3e0b707e.kr"),
        ("", ""),
    ],
)
def test_the_first_name_is_written_in_both_ways(said: str, shown: str) -> None:
    assert with_unicode(said) == shown


@pytest.mark.parametrize("host", ["xn--a.kr", "xn--" + "a" * 70, "xn--0.kr", "xn--3e0b707e..kr", "xn--u-ccb.kr"])
def test_what_is_no_name_stays_as_it_is(host: str) -> None:
    """No character that hides or turns the writing round comes out of a name: IDNA has none."""
    assert unicode_name(host).isprintable()
