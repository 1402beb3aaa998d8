"""`albdoctor explain` and `albdoctor checks`: whole outputs, exit codes and suggestions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from albdoctor.checkup import registry
from albdoctor.checkup.pages import help_uri, is_explained, link_of, page_of
from albdoctor.cli import main
from albdoctor.text import Lang, show

EXPECTED = Path(__file__).parent / "explained"
LANGS: tuple[Lang, ...] = ("en", "ko")
by_lang = pytest.mark.parametrize("lang", LANGS)


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@by_lang
@pytest.mark.parametrize("asked", ["502", "Target.Timeout", "ERR_TOO_MANY_REDIRECTS"])
def test_the_page_of_a_symptom(capsys: pytest.CaptureFixture[str], asked: str, lang: Lang) -> None:
    assert _said(capsys, "explain", asked, "--lang", lang) == (EXPECTED / f"{asked}.{lang}.txt").read_text()


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (("502", "Bad", "Gateway"), "502"),
        (("bad gateway",), "502"),
        (("target.timeout",), "Target.Timeout"),
        (("리디렉션한 횟수가 너무 많습니다",), "ERR_TOO_MANY_REDIRECTS"),
    ],
)
def test_a_symptom_in_other_words(capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], named: str) -> None:
    assert _said(capsys, "explain", *asked, "--lang", "en") == (EXPECTED / f"{named}.en.txt").read_text()


@by_lang
@pytest.mark.parametrize("name", ["ALB401", "alb401", "tg-https-target-speaks-http"])
def test_a_check_ends_with_its_own_page(capsys: pytest.CaptureFixture[str], name: str, lang: Lang) -> None:
    lines = _said(capsys, "explain", name, "--lang", lang).splitlines()
    assert lines[0] == "ALB401 tg-https-target-speaks-http (error, target_group)"
    assert lines[-1] == f"  docs/checks/{lang}/ALB401.md"
    assert (Path(__file__).parents[2] / lines[-1].strip()).is_file()


def test_pages_and_help_of_findings_lead_to_where_the_docs_are() -> None:
    assert page_of("ALB401", "ko", "https://docs.example/x") == "https://docs.example/x/checks/ko/ALB401.md"
    assert page_of("SHOP901", "en") == page_of("ALB001", "en") == ""
    assert link_of("ALB401", "ko", "https://docs.example/x") == "https://docs.example/x/checks/ko/ALB401.md"
    assert link_of("ALB401", "ko") == link_of("SHOP901", "en", "https://docs.example") == ""
    assert [is_explained(one) for one in ("ALB401", "SHOP901", "ALB901", "ALB001", "<b>", "")] == [True] + [False] * 5
    source = ("https://docs.aws.amazon.com/a",)
    assert help_uri("ALB401", source) == source[0]
    assert help_uri("ALB401", source, "https://docs.example") == "https://docs.example/checks/en/ALB401.md"
    assert help_uri("SHOP901", source, "https://docs.example") == source[0]
    assert help_uri("SHOP901", ()) == ""


def test_words_list_the_checks_that_fit_the_best_first(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _said(capsys, "explain", "nginx 502 after deploy", "--lang", "en").splitlines()
    assert lines[0].startswith("ALB709  app-returns-5xx: ")
    assert lines[-1] == "502 Bad Gateway: albdoctor explain 502"


def test_the_beginning_of_ids_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    ids = [line.split()[0] for line in _said(capsys, "explain", "ALB6").splitlines()]
    assert ids == [check.id for check in registry.load() if check.id.startswith("ALB6")]


@pytest.mark.parametrize("asked", ["ALB142", "alb142", "zone-alias-internal-lb"])
def test_a_retired_check_is_told_by_its_heir(capsys: pytest.CaptureFixture[str], asked: str) -> None:
    assert main(["explain", asked, "--lang", "en"]) == 0
    first, _, page = capsys.readouterr().out.partition("\n\n")
    assert first == "ALB142 zone-alias-internal-lb is retired: ALB303 tells what it told."
    assert page.startswith("ALB303 alb-internal-for-public-domain")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("banana", "no check speaks of 'banana'; `albdoctor checks` lists them"),
        ("바나나", "no check speaks of '바나나'; `albdoctor checks` lists them"),
        ("hc-path-notfound", "no check speaks of 'hc-path-notfound'; did you mean hc-path-not-found?"),
        ("Target.Timout", "no check speaks of 'Target.Timout'; did you mean Target.Timeout?"),
        ("ERR_TO_MANY_REDIRECTS", "no check speaks of 'ERR_TO_MANY_REDIRECTS'; did you mean ERR_TOO_MANY_REDIRECTS?"),
    ],
)
def test_nothing_found_names_what_may_be_meant(capsys: pytest.CaptureFixture[str], asked: str, told: str) -> None:
    assert main(["explain", asked]) == 2
    assert capsys.readouterr() == ("", f"Error: {told}\n")


@by_lang
def test_checks_lists_messages_in_the_language(capsys: pytest.CaptureFixture[str], lang: Lang) -> None:
    lines = _said(capsys, "checks", "--lang", lang).splitlines()
    width = max(len(check.slug) for check in registry.load())
    assert lines == [
        f"{check.id}  {check.slug:{width}}  {check.severity:7}  {show(check.message.of(lang))}"
        for check in registry.load()
    ]


@by_lang
def test_checks_as_json_has_message_and_summary(capsys: pytest.CaptureFixture[str], lang: Lang) -> None:
    rows = json.loads(_said(capsys, "checks", "--format", "json", "--lang", lang))
    assert [(row["check"], row["message"], row["summary"]) for row in rows] == [
        (check.id, show(check.message.of(lang)), check.summary) for check in registry.load()
    ]
