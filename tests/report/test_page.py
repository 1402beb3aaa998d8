"""The HTML page of the founding story in Chromium: first screens, forms, copying, languages, keyboard, print."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

import albdoctor
from albdoctor.report.model import Report
from albdoctor.text import Lang
from tests.support.build_targets import with_courses
from tests.support.stories import DENIED, story

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.sweep,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which CI installs"),
]
STORY = Path(__file__).with_name("founding-story.json")
"""Facts of the lab's founding story: four causes, three scripts, a script in four forms."""
LAPTOP, PHONE = (1280, 800), (390, 844)
MOST_BYTES, MOST_PAGES = 300_000, 5
OPEN = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPENED_ONE_BY_ONE = """() => [...document.querySelectorAll('details')].filter(one => {
    one.open = true;
    return document.documentElement.scrollWidth > document.documentElement.clientWidth;
  }).map(one => one.outerHTML.slice(0, 200))"""
"""Opens everything, and gives what made the page wider than the window."""
LEAVES_ITS_BOX = """() => [...document.querySelectorAll('svg.drawing')].filter(one => one.getClientRects().length)
  .flatMap(one => [...one.querySelectorAll('.node')]).flatMap(node => {
    const edge = node.querySelector('rect').getBBox();
    return [...node.querySelectorAll('text:not(.step)')].filter(text => {
      const box = text.getBBox();
      return box.x < edge.x || box.x + box.width > edge.x + edge.width;
    });
  }).map(text => text.textContent)"""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def report() -> Report:
    return albdoctor.judge(with_courses(albdoctor.load_facts(STORY)))


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def heard() -> list[str]:
    """What a page says on its console, throws or asks the network for."""
    return []


@pytest.fixture
def opened(browser: Browser, report: Report, tmp_path: Path, heard: list[str]) -> Generator[Open]:
    """Open a report's page; it must have nothing to say, and ask for nothing."""
    contexts: list[BrowserContext] = []

    def open_(told: Report = report, size: tuple[int, int] = LAPTOP, lang: Lang = "en", **how: Any) -> Page:
        file = tmp_path / "report.html"
        file.write_text(told.to_html(lang))
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **how)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: heard.append(request.url) if request.url != file.as_uri() else None)
        page.goto(file.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert heard == []


def _shown(page: Page, what: str) -> Locator:
    return page.locator(f"{what}:visible")


def _bottom(there: Locator) -> float:
    box = there.first.bounding_box()
    assert box
    assert box["y"] >= 0
    return box["y"] + box["height"]


@pytest.mark.parametrize("scripted", [True, False])
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(("size", "shape"), [(LAPTOP, "wide"), (PHONE, "tall")])
def test_the_first_screen_has_the_outcome_the_drawing_and_the_first_step(
    opened: Open, report: Report, size: tuple[int, int], shape: str, lang: Lang, *, scripted: bool
) -> None:
    page = opened(size=size, lang=lang, java_script_enabled=scripted)
    told = report.told_in(lang)
    assert _shown(page, "h1").inner_text() == told.request.sentence
    assert _shown(page, "svg.drawing").get_attribute("class") == f"drawing {shape}"
    step = _shown(page, ".cause").first
    assert told.steps[0].message in step.locator("h3").inner_text()
    order = [
        _bottom(one)
        for one in (_shown(page, "h1"), _shown(page, "svg.drawing"), step.locator("h3"), step.locator(".do"))
    ]
    assert order == sorted(order)
    assert order[-1] <= size[1]


def test_the_drawing_follows_the_request_and_is_broken_at_one_link(opened: Open) -> None:
    page = opened()
    drawing = _shown(page, "svg.drawing")
    assert drawing.locator(".node .name").all_text_contents() == [
        "browser",
        "registrar",
        "delegation",
        "record",
        "addresses",
        "load balancer",
        "target group · 100%",
        "https · listener",
        "default rule",
        "http · listener",
        "default rule",
        "targets",
    ]
    assert drawing.locator(".cross").count() == drawing.locator(".wire.broken").count() == 1
    assert drawing.locator(".node.first .name").all_text_contents() == ["registrar"]
    assert drawing.locator(".node.not-reached").count() == 7
    assert drawing.locator(".wire.open").count() == 0
    assert page.get_by_role("img", name="The path of the request").count() == 1
    described = drawing.locator("desc").text_content() or ""
    assert "registrar: Gabia, Inc. (error, step 1); delegation: " in described


def test_a_sound_way_has_no_cross_and_a_gap_is_drawn_as_not_known(opened: Open) -> None:
    page = opened(albdoctor.judge(story("healthy", listeners=DENIED)))
    drawing = _shown(page, "svg.drawing")
    assert drawing.locator(".cross, .node.error").count() == 0
    assert drawing.locator(".node.unknown .name", has_text="listener").count() == 1
    assert drawing.locator(".node.ok .name", has_text=re.compile("registrar|record|listener")).count() == 0


def _forms(page: Page) -> list[str]:
    return [name.split()[1] for name in _names(_shown(page, "#cause-1-2 .form"))]


def _names(there: Locator) -> list[str]:
    return [one.get_attribute("class") or "" for one in there.all()]


@pytest.mark.parametrize("scripted", [True, False])
def test_each_form_of_a_fix_is_a_tab(opened: Open, *, scripted: bool) -> None:
    page = opened(java_script_enabled=scripted)
    step = page.locator("#cause-1-2")
    assert step.locator(".forms > label").all_inner_texts() == ["AWS CLI", "Console", "Terraform", "CloudFormation"]
    assert _forms(page) == ["cli"]
    for name, kind in (("Console", "console"), ("Terraform", "terraform"), ("CloudFormation", "cloudformation")):
        step.get_by_text(name, exact=True).first.click()
        assert _forms(page) == [kind]


def test_tabs_and_languages_can_be_chosen_by_keyboard(opened: Open, report: Report) -> None:
    page = opened()
    seen: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("[document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle]")
        seen.append(focused[0])
        if focused[0] == "form-1-2-cli":
            break
    assert seen[0] == "lang-en"
    assert seen[-1] == "form-1-2-cli"
    page.keyboard.press("ArrowRight")
    assert _forms(page) == ["console"]
    page.locator("#lang-en").focus()
    page.keyboard.press("ArrowRight")
    assert _shown(page, "h1").inner_text() == report.told_in("ko").request.sentence


def test_one_click_copies_the_whole_script(opened: Open, report: Report) -> None:
    page = opened()
    page.evaluate("void (navigator.clipboard.writeText = async text => { window.copied = text; })")
    page.locator("#cause-1-2 .form.cli button.copy").click()
    assert page.evaluate("window.copied") == report.steps[1].fix.script
    assert page.locator("#cause-1-2 .form.cli button.copy").inner_text() == "Copied"


def test_where_the_clipboard_is_shut_the_script_is_selected(opened: Open, report: Report) -> None:
    page = opened()
    page.evaluate("void (navigator.clipboard.writeText = async () => { throw new Error('shut'); })")
    page.evaluate("void (document.execCommand = () => false)")
    page.locator("#cause-1-2 .form.cli button.copy").click()
    assert page.evaluate("getSelection().toString()").strip() == report.steps[1].fix.script.strip()
    assert page.locator("#cause-1-2 .form.cli button.copy").inner_text() == "Not allowed: select and copy"


def test_without_script_nothing_is_missing_but_the_button(opened: Open, report: Report) -> None:
    page = opened(java_script_enabled=False)
    assert _shown(page, "button").count() == 0
    assert report.steps[1].fix.script in (page.locator("#cause-1-2 .form.cli pre").text_content() or "")
    page.locator("label", has_text="한국어").click()
    assert _shown(page, "h1").inner_text() == report.told_in("ko").request.sentence


def test_the_page_holds_both_languages_once_each(opened: Open, report: Report) -> None:
    page = opened(lang="ko")
    assert page.title() == "장애: shop.example · albdoctor"
    assert _shown(page, "h1").all_inner_texts() == [report.told_in("ko").request.sentence]
    page.locator("label", has_text="English").click()
    assert _shown(page, "h1").all_inner_texts() == [report.request.sentence]
    assert (page.title(), page.locator("html").get_attribute("lang")) == ("broken: shop.example · albdoctor", "en")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids))
    links = page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map(one => one.hash.slice(1))")
    assert set(links) <= set(ids)


def test_a_link_to_a_step_in_the_other_language_shows_that_language(opened: Open, report: Report) -> None:
    page = opened()
    page.evaluate("location.hash = '#cause-ko-1-2'")
    expect(_shown(page, "h1")).to_have_text(report.told_in("ko").request.sentence)
    expect(page.locator("#cause-ko-1-2")).to_be_in_viewport()
    page.evaluate("location.hash = '#cause-1-1'")
    expect(_shown(page, "h1")).to_have_text(report.request.sentence)
    page.evaluate("location.hash = '#%'")


def test_a_report_that_has_one_language_has_no_switch(opened: Open, report: Report) -> None:
    read = msgspec.json.decode(msgspec.json.encode(report), type=Report)
    page = opened(read)
    assert page.locator(".languages").count() == 0
    assert page.locator(".edition").count() == 1


@pytest.mark.parametrize(
    "case", [STORY, *sorted(Path("tests/cases").glob("one-of-three-*.json"))], ids=lambda one: one.stem
)
@pytest.mark.parametrize("size", [LAPTOP, PHONE, (800, 600), (320, 640)])
def test_nothing_is_wider_than_the_window_whatever_is_opened(opened: Open, case: Path, size: tuple[int, int]) -> None:
    page = opened(albdoctor.judge(albdoctor.load_facts(case)), size=size)
    for lang in ("en", "ko"):
        page.locator(f"label:has(#lang-{lang})").click()
        assert page.evaluate(OVER) == 0
        assert page.evaluate(OPENED_ONE_BY_ONE) == []
        for tab in _shown(page, ".forms > label").all():
            tab.click()
            assert page.evaluate(OVER) == 0
        assert page.evaluate(LEAVES_ITS_BOX) == []


CHARTED = """() => [...document.querySelectorAll('.edition:first-of-type .counters tr')].filter(
    row => row.querySelector('path')
  ).map(row => [
    row.querySelector('th').innerText,
    row.querySelector('svg').getBoundingClientRect().height > 10,
    row.querySelector('path').getBoundingClientRect().width > 5,
    row.querySelector('.total').innerText,
  ])"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_counters_are_charts_with_their_sums_beside_them(opened: Open, size: tuple[int, int], scheme: str) -> None:
    page = opened(size=size, color_scheme=scheme)
    charted = [
        ["requests", True, True, "3"],
        ["5xx by the load balancer", True, True, "3"],
        ["connection failures to targets", True, True, "3"],
    ]
    assert page.evaluate(CHARTED) == charted
    bar, ground = page.evaluate("""() => {
      const bar = document.querySelector('.counters .plain path');
      return [getComputedStyle(bar).fill, getComputedStyle(document.body).backgroundColor];
    }""")
    assert bar != ground
    heights = page.evaluate("[...document.querySelectorAll('.counters thead th')].map(each => each.clientHeight)")
    assert max(heights) < 40, "a head of one line"
    page.emulate_media(media="print")
    assert page.evaluate(CHARTED) == charted


def test_what_was_asked_is_in_the_appendix(opened: Open) -> None:
    page = opened()
    asked = _shown(page, ".asked")
    assert asked.get_attribute("open") is None
    asked.locator("summary").focus()
    page.keyboard.press("Enter")
    told = asked.inner_text()
    assert "elasticloadbalancing:DescribeListeners" in told
    assert "DNS delegation" in told
    assert "probes of the name's addresses" in told


def test_no_id_is_broken_at_a_hyphen(opened: Open) -> None:
    page = opened(size=PHONE)
    page.evaluate(OPEN)
    broken = "[...document.querySelectorAll('.id:not(.long)')].filter(one => one.getClientRects().length > 1).length"
    assert page.evaluate("document.querySelectorAll('.id:not(.long)').length") > 20
    assert page.evaluate(broken) == 0


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_has_few_pages_and_keeps_its_colours(opened: Open, lang: Lang, scheme: str) -> None:
    page = opened(lang=lang, color_scheme=scheme)
    pdf = page.pdf(format="A4")
    assert 1 < len(re.findall(rb"/Type\s*/Page\b", pdf)) <= MOST_PAGES
    page.emulate_media(media="print")
    assert page.locator("body").evaluate("one => getComputedStyle(one).color") == "rgb(28, 35, 48)"
    assert page.locator("main").evaluate("one => getComputedStyle(one).printColorAdjust") == "exact"
    assert page.locator("button:visible, .languages:visible").count() == 0


def test_the_page_is_small(report: Report) -> None:
    assert len(report.to_html().encode()) < MOST_BYTES


def test_the_policy_of_the_page_runs_nothing_but_its_own(opened: Open, heard: list[str]) -> None:
    page = opened()
    page.evaluate("""() => {
      const script = document.createElement('script');
      script.textContent = "document.title = 'owned'";
      document.body.append(script);
      document.body.innerHTML += '<img src=x onerror="document.title = 1"><p style="color: red">x</p>';
    }""")
    page.wait_for_timeout(200)
    assert page.title() == "broken: shop.example · albdoctor"
    assert all("Content Security Policy" in said or said.endswith("/x") for said in heard), heard
    assert len(heard) >= 3
    heard.clear()
