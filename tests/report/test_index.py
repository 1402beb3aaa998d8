"""The HTML index of many scans: what it tells, its filters in Chromium, and that nothing hostile gets through."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect, sync_playwright

from albdoctor import judge
from albdoctor.exits import Exit
from albdoctor.facts.known import Gap
from albdoctor.report import index
from albdoctor.report.format import Ending, Setting, Sheet
from albdoctor.report.html import part
from albdoctor.report.model import GapReport, Report
from albdoctor.report.overview import Line, Missing, Overview, line_of, overview
from albdoctor.report.words import LANGUAGES
from albdoctor.text import Lang
from tests.report.test_reports import HOSTILE
from tests.support.fleet import FLEET, RISK, arn_of, fleet, scanned
from tests.support.pasting import pasted
from tests.support.stories import story

GROUP = arn_of("web").replace(":loadbalancer/", ":targetgroup/")
CHROMIUM = shutil.which("chromium")


def in_chromium(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that opens a browser."""
    needs = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which CI installs")
    marked: Callable[..., None] = pytest.mark.sweep(needs(test))
    return marked


GAP = GapReport(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeLoadBalancers", detail="eu-west-1")


def _fleet(lang: Lang = "en") -> Overview:
    return overview((line_of(report) for report in fleet(lang)), (GAP,), 1, "why")


def _hostile() -> Overview:
    line = line_of(scanned("x", arn_of("web"), group_name=HOSTILE))
    hostile: Line = replace(
        line,
        domain=HOSTILE,
        balancers=(f"arn:aws:elasticloadbalancing:{HOSTILE}:{HOSTILE}:loadbalancer/app/{HOSTILE}/1",),
        regions=(HOSTILE, "us-east-1"),
        accounts=(HOSTILE,),
        exit_reason=HOSTILE,
        causes=tuple(
            replace(cause, decide=HOSTILE, alternatives=(HOSTILE,), fix=replace(cause.fix, by_hand=HOSTILE))
            for cause in line.causes
        ),
        gaps=(Missing(Gap.FAILED, HOSTILE),),
    )
    gap = GapReport(gap=Gap.FAILED, asked=HOSTILE, detail=HOSTILE)
    return overview([hostile, replace(hostile, named=False)], [gap], 1, HOSTILE)


class _Read(HTMLParser):
    """Tags with their attributes, and the text without style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._style = False
        self.feed(re.sub(r'<span class="id(?: long)?">(.*?)</span>', r"\1", page))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._style = tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._style = self._style and tag not in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._style and data.strip():
            self.text.append(" ".join(data.split()))


def test_the_index_tells_totals_shared_causes_every_scan_and_gaps() -> None:
    told = _Read(index.render({"en": _fleet()}, "en")).text
    title = "6 scans of 5 load balancers: 3 broken, 1 at risk, 1 unknown, 1 sound"
    assert told[:4] == [f"albdoctor: {title}", told[1], title, "Not every load balancer could be listed"]
    shared = told.index("The same cause in many places")
    assert told[shared + 1 : shared + 10] == [
        "error",
        "TST401 cause",
        "on 2 target groups, in 3 scans",
        "Group web-http is ill",
        "fix",
        "Mend web-http.",
        "a.example",
        "b.example",
        "legacy",
    ]
    first = told.index("Causes")
    assert told[first + 1 : first + 28] == [
        "broken",
        "a.example",
        "web",
        "ap-northeast-2",
        "123456789012",
        "✗",
        "Group web-http is ill",
        "TST401 cause",
        "error",
        "confirmed",
        f"target-group {arn_of('web').replace(':loadbalancer/', ':targetgroup/')}",
        "fix",
        "Mend web-http.",
        "some requests may fail for seconds",
        "Nothing else.",
        "the whole block, into bash, zsh or AWS CloudShell; it stops at the first error",
        " ".join(pasted(f"aws one {GROUP}\naws two\naws three\naws four web-http").split()),
        "Copy",
        "verify",
        f"aws check {arn_of('web').replace(':loadbalancer/', ':targetgroup/')}",
        "Copy",
        "leads to: 1 finding",
        "broken",
        "b.example",
        "web",
        "ap-northeast-2",
        "123456789012",
    ]
    assert "no name known · legacy-1.ap-northeast-2.elb.amazonaws.com" in told
    assert told[-6:] == [
        "1 kind",
        "elasticloadbalancing:DescribeListeners",
        "denied",
        "1 scan",
        "albdoctor iam-policy prints a policy that allows everything a scan asks.",
        "exit 1: why",
    ]


def test_the_korean_index_is_korean() -> None:
    told = _Read(index.render({"ko": _fleet("ko")}, "ko")).text
    assert told[0] == "albdoctor: 로드 밸런서 5개, 스캔 6건: 장애 3, 위험 1, 판정 불가 1, 정상 1"
    assert {
        "여러 곳에서 같은 원인",
        "전체 스캔(심각한 순서)",
        "web-http 대상 그룹에 문제가 있습니다",
        "종료 코드 1: why",
    } < set(told)


def test_the_index_of_nothing() -> None:
    told = _Read(index.render({"en": overview((), (), 3, "why")}, "en"))
    assert told.text[2:3] + told.text[-1:] == ["No load balancer was found.", "exit 3: why"]
    assert "table" not in {tag for tag, _ in told.tags}


def test_ids_and_links_fit_together() -> None:
    tags = _Read(index.render({"en": _fleet()}, "en")).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["href"] for tag, attributes in tags if tag == "a"} == {"#scan-1", "#scan-2", "#scan-3"}
    assert {"scan-1", "scan-2", "scan-3"} < set(ids)


def test_the_index_holds_one_script_and_loads_nothing() -> None:
    page = index.render({"en": _hostile()}, "en")
    seen = _Read(page).tags
    assert {tag for tag, _ in seen}.isdisjoint({"img", "iframe", "link", "object", "form", "base"})
    assert page.count("<script") == 1
    assert page.count(f"<script>{part('report.js')}</script>") == 1
    assert [found for _, found in seen if any(name.startswith("on") or name == "src" for name in found)] == []
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", page)
    assert "@import" not in page
    assert "url(" not in page
    style = page[page.index("<style>") : page.index("</style>")]
    assert "owned" not in style


@contextmanager
def _opened(
    told: Overview | Mapping[Lang, Overview],
    folder: Path,
    lang: Lang = "en",
    size: tuple[int, int] = (1280, 800),
    heard: list[str] | None = None,
    **how: Any,
) -> Generator[Page]:
    """Open the page; it must say nothing on its console (what it said is in `heard`), and ask for nothing."""
    heard = [] if heard is None else heard
    file = folder / "index.html"
    file.write_text(index.render({lang: told} if isinstance(told, Overview) else told, lang))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": size[0], "height": size[1]}, **how)
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: heard.append(request.url) if request.url != file.as_uri() else None)
        page.goto(file.as_uri())
        yield page
        browser.close()
    assert heard == []


def _both() -> dict[Lang, Overview]:
    return {"en": _fleet("en"), "ko": _fleet("ko")}


def _scans(page: Page) -> list[str]:
    return [name.split("\n")[0] for name in page.locator("tr.scan:visible th").all_inner_texts()]


@in_chromium
@pytest.mark.parametrize("scripted", [True, False])
def test_both_languages_are_in_one_page(tmp_path: Path, *, scripted: bool) -> None:
    with _opened(_both(), tmp_path, "ko", java_script_enabled=scripted) as page:
        told = page.locator("h1:visible")
        assert told.all_inner_texts() == ["로드 밸런서 5개, 스캔 6건: 장애 3, 위험 1, 판정 불가 1, 정상 1"]
        everything = _scans(page)
        page.locator("label.card.broken:visible").click()
        broken = _scans(page)
        page.locator("label", has_text="English").click()
        assert told.all_inner_texts() == ["6 scans of 5 load balancers: 3 broken, 1 at risk, 1 unknown, 1 sound"]
        # Without a script each language keeps a choice of its own.
        assert _scans(page) == (broken if scripted else everything)
        page.locator("label.card.broken:visible").click()
        page.locator("select.by-region:visible").select_option(label="ap-northeast-2")
        assert _scans(page) == broken == everything[:3]
        page.locator("select.by-region:visible").select_option(label="us-east-1")
        assert _scans(page) == []


@in_chromium
def test_the_script_keeps_title_language_and_choices_in_step(tmp_path: Path) -> None:
    with _opened(_both(), tmp_path) as page:
        page.locator("select.by-cause:visible").select_option(label="TST801 worn")
        page.locator("label", has_text="한국어").click()
        assert _scans(page) == ["e.example"]
        assert page.locator("select.by-cause:visible").evaluate("one => one.value") == "1"
        assert page.title() == "albdoctor: 로드 밸런서 5개, 스캔 6건: 장애 3, 위험 1, 판정 불가 1, 정상 1"
        assert page.locator("html").get_attribute("lang") == "ko"
        page.evaluate("location.hash = '#scan-4'")
        expect(page.locator("#scan-4")).to_be_in_viewport()
        assert page.locator("html").get_attribute("lang") == "en"


@in_chromium
def test_one_click_copies_a_script_of_the_index(tmp_path: Path) -> None:
    with _opened(_both(), tmp_path) as page:
        page.evaluate("void (navigator.clipboard.writeText = async text => { window.copied = text; })")
        page.locator("tr.scan:visible summary").first.click()
        page.locator("button.copy:visible").first.click()
        assert page.evaluate("window.copied") == pasted(f"aws one {GROUP}\naws two\naws three\naws four web-http")
        assert page.locator("button.copy:visible").first.inner_text() == "Copied"
    with _opened(_both(), tmp_path, java_script_enabled=False) as page:
        page.locator("tr.scan:visible summary").first.click()
        assert page.locator("button:visible").count() == 0
        assert page.locator("pre:visible").count() == 2


@in_chromium
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_the_first_screen_has_the_outcome_and_the_worst_cause(
    tmp_path: Path, size: tuple[int, int], lang: Lang
) -> None:
    with _opened(_both(), tmp_path, lang, size) as page:
        places = [page.locator(f"{one}:visible").first.bounding_box() for one in ("h1", "details.shared", "label.card")]
        bottoms = [place["y"] + place["height"] for place in places if place]
        assert len(bottoms) == 3
        assert bottoms == sorted(bottoms)
        assert bottoms[-1] <= size[1]
        switch = page.locator(".languages").bounding_box()
        assert switch
        assert places[0]
        assert switch["y"] + switch["height"] <= places[0]["y"]


@in_chromium
def test_the_index_can_be_used_by_keyboard(tmp_path: Path) -> None:
    focused = "[document.activeElement.className, getComputedStyle(document.activeElement.parentElement).outlineStyle]"
    with _opened(_both(), tmp_path) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "lang-en"
        page.keyboard.press("ArrowRight")
        assert "장애 3" in page.locator("h1:visible").inner_text()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.locator("details.shared[open]:visible").count() == 1
        for _ in range(20):
            page.keyboard.press("Tab")
            if "verdict" in page.evaluate(focused)[0]:
                break
        assert page.evaluate(focused) == ["verdict-all", "solid"]
        page.keyboard.press("ArrowRight")
        assert _scans(page) == ["a.example", "b.example", "legacy"]


@in_chromium
def test_many_shared_causes_leave_the_scans_on_the_first_screen(tmp_path: Path) -> None:
    told = _fleet()
    many = replace(told, shared=tuple(replace(told.shared[0], check=f"TST40{n}") for n in range(8)))
    with _opened(many, tmp_path) as page:
        assert page.locator("details.shared:visible").count() == 3
        assert _first_card(page) <= 800
        page.locator("details.more > summary").click()
        assert page.locator("details.shared:visible").count() == 8


def _first_card(page: Page) -> float:
    place = page.locator("label.card").first.bounding_box()
    assert place
    return place["y"] + place["height"]


@in_chromium
def test_print_tells_every_scan_whatever_is_chosen(tmp_path: Path) -> None:
    with _opened(_both(), tmp_path, color_scheme="dark") as page:
        page.locator("label.card.broken:visible").click()
        page.emulate_media(media="print")
        assert len(_scans(page)) == 6
        assert page.locator("button:visible, .languages:visible, .filters:visible").count() == 0
        assert page.locator("body").evaluate("one => getComputedStyle(one).color") == "rgb(28, 35, 48)"
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


def test_reports_that_have_one_language_make_an_index_of_one() -> None:
    setting = Setting(fail_on="error", lang="en", fleet=True)
    read = [msgspec.json.decode(msgspec.json.encode(one), type=Report) for one in FLEET]
    assert ['class="edition"' in one for one in _written(read, setting)] == [True]
    (page,) = _written(read, setting)
    assert (page.count('class="edition"'), page.count('name="lang"')) == (1, 0)
    (page,) = _written([judge(story("healthy")), judge(story())], setting)
    assert (page.count('class="edition"'), page.count('name="lang"')) == (2, 2)
    assert page.index('lang="en">\n<header>') < page.index('lang="ko">\n<header>')


def _written(reports: list[Report], setting: Setting) -> list[str]:
    """What the format writes."""
    pages: list[str] = []
    made = index.document(setting)
    for one in reports:
        made.add(one)
    made.end(
        Ending(code=Exit.FINDINGS, codes={1: 2}, sound=False, files={}), Sheet(lambda page: pages.append(page.decode()))
    )
    return pages


@in_chromium
def test_hostile_names_execute_nothing_in_chromium(tmp_path: Path) -> None:
    heard: list[str] = []
    with _opened(_hostile(), tmp_path) as page:
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        page.reload()
        for summary in page.locator("summary").all():
            summary.click()
        assert page.title() == "albdoctor: 2 scans of 1 load balancer: 2 broken"
        assert "owned" in page.locator("tr.scan").first.inner_text()
        assert page.locator("img").count() == 0
        assert page.locator("script").count() == 1
    assert heard == []


@in_chromium
def test_filters_show_what_fits_all_of_them(tmp_path: Path) -> None:
    with _opened(_fleet(), tmp_path) as page:
        shown = partial(_scans, page)
        everything = ["a.example", "b.example", "legacy", "e.example", "d.example", "c.example"]
        assert shown() == everything
        page.locator("label.card.broken").click()
        assert shown() == ["a.example", "b.example", "legacy"]
        page.locator("label.card").first.click()
        page.select_option("select.by-region", label="us-east-1")
        assert shown() == ["c.example"]
        page.select_option("select.by-region", label="all")
        page.select_option("select.by-account", label="999999999999")
        assert shown() == ["d.example"]
        page.select_option("select.by-cause", label="TST801 worn")
        assert shown() == []
        page.select_option("select.by-account", label="all")
        assert shown() == ["e.example"]
        page.locator(".shared summary").first.click()
        page.locator(".names a").first.click()
        assert shown() == ["a.example", "e.example"]


@in_chromium
def test_the_table_keeps_its_columns_when_causes_are_opened(tmp_path: Path) -> None:
    columns = "[...document.querySelectorAll('.scans thead th')].map(one => one.getBoundingClientRect().width)"
    with _opened(_fleet(), tmp_path) as page:
        before = page.evaluate(columns)
        for summary in page.locator("summary").all():
            summary.click()
        assert page.evaluate(columns) == before
        assert len(before) == 5
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@in_chromium
@pytest.mark.parametrize("width", [390, 320, 820, 1201, 1280])
def test_the_index_fits_the_window_whatever_is_opened(tmp_path: Path, width: int) -> None:
    """Names as long as names of DNS are in real fleets."""
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    covered = "[...document.querySelectorAll('tr.scan th')].filter(one => one.scrollWidth > one.clientWidth).length"
    long: dict[Lang, Overview] = {lang: _with_long_names(lang) for lang in LANGUAGES}
    with _opened(long, tmp_path, size=(width, 844)) as page:
        for lang in LANGUAGES:
            page.locator(f"label:has(#lang-{lang})").click()
            assert (page.evaluate(over), page.evaluate(covered)) == (0, 0)
            for summary in page.locator("summary:visible").all():
                summary.click()
                assert page.evaluate(over) == 0
        page.locator("label.card.broken:visible").click()
        assert page.locator("tr.scan:visible").count() == 3


def _with_long_names(lang: Lang) -> Overview:
    domains = {"a.example": "reservation-api-production-blue.shop.example", "b.example": f"{'b' * 63}.example"}
    lines = (line_of(one) for one in fleet(lang))
    return overview((replace(one, domain=domains.get(one.domain, one.domain)) for one in lines), (GAP,), 1, "why")


@in_chromium
def test_the_policy_of_the_index_takes_its_own_style_only(tmp_path: Path) -> None:
    heard: list[str] = []
    with _opened(_fleet(), tmp_path, heard=heard) as page:
        plain = page.locator("h1").evaluate("one => getComputedStyle(one).color")
        page.locator("h1").evaluate("one => one.setAttribute('style', 'color: rgb(1, 2, 3)')")
        assert page.locator("h1").evaluate("one => getComputedStyle(one).color") == plain
        assert page.locator(".card").first.evaluate("one => getComputedStyle(one).borderRadius") != "0px"
        assert ["Content Security Policy" in said for said in heard] == [True]
        heard.clear()


def test_one_region_and_account_need_no_filter() -> None:
    lines = [line_of(scanned(f"{n}.example", arn_of(str(n)), checks=RISK)) for n in range(2)]
    tags = _Read(index.render({"en": overview(lines, (), 0, "why")}, "en")).tags
    assert [tag for tag, _ in tags if tag == "select"] == []
    assert [tag for tag, _ in _Read(index.render({"en": _fleet()}, "en")).tags if tag == "select"] == ["select"] * 3


def test_a_thousand_scans_are_a_thousand_rows() -> None:
    lines = [line_of(FLEET[0])] * 1_000
    tags = _Read(index.render({"en": overview(lines, (), 1, "why")}, "en")).tags
    assert sum(attributes.get("class", "") == "scan broken region0 account0 cause0" for _, attributes in tags) == 1_000
