"""The HTML index of many scans: what it tells, its filters in Chromium, and that nothing hostile gets through."""

from __future__ import annotations

import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, sync_playwright

from albdoctor.facts.known import Gap
from albdoctor.report import index
from albdoctor.report.model import GapReport
from albdoctor.report.overview import Line, Missing, Overview, line_of, overview
from albdoctor.text import Lang
from tests.report.test_reports import HOSTILE
from tests.support.fleet import FLEET, RISK, arn_of, fleet, scanned
from tests.support.pasting import pasted

GROUP = arn_of("web").replace(":loadbalancer/", ":targetgroup/")
CHROMIUM = shutil.which("chromium")
in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which CI installs")
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
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = self._style and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self._style and data.strip():
            self.text.append(" ".join(data.split()))


def test_the_index_tells_totals_shared_causes_every_scan_and_gaps() -> None:
    told = _Read(index.render(_fleet(), "en")).text
    title = "6 scans of 5 load balancers: 3 broken, 1 at risk, 1 unknown, 1 sound"
    assert told[:4] == [f"albdoctor: {title}", title, told[2], "Not every load balancer could be listed"]
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
    assert told[first + 1 : first + 26] == [
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
        "verify",
        f"aws check {arn_of('web').replace(':loadbalancer/', ':targetgroup/')}",
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
    told = _Read(index.render(_fleet("ko"), "ko")).text
    assert told[0] == "albdoctor: 로드 밸런서 5개, 스캔 6건: 장애 3, 위험 1, 판정 불가 1, 정상 1"
    assert {
        "여러 곳에서 같은 원인",
        "전체 스캔(심각한 순서)",
        "web-http 대상 그룹에 문제가 있습니다",
        "종료 코드 1: why",
    } < set(told)


def test_the_index_of_nothing() -> None:
    told = _Read(index.render(overview((), (), 3, "why"), "en"))
    assert told.text[1:2] + told.text[-1:] == ["No load balancer was found.", "exit 3: why"]
    assert "table" not in {tag for tag, _ in told.tags}


def test_ids_and_links_fit_together() -> None:
    tags = _Read(index.render(_fleet(), "en")).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["href"] for tag, attributes in tags if tag == "a"} == {"#scan-1", "#scan-2", "#scan-3"}
    assert {"scan-1", "scan-2", "scan-3"} < set(ids)


def test_the_index_holds_no_script_and_loads_nothing() -> None:
    page = index.render(_hostile(), "en")
    seen = _Read(page).tags
    assert {tag for tag, _ in seen}.isdisjoint({"script", "img", "iframe", "link", "object", "form", "base"})
    assert [found for _, found in seen if any(name.startswith("on") or name == "src" for name in found)] == []
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", page)
    assert "@import" not in page
    assert "url(" not in page
    style = page[page.index("<style>") : page.index("</style>")]
    assert "owned" not in style


@contextmanager
def _opened(told: Overview, folder: Path, lang: Lang = "en") -> Generator[Page]:
    file = folder / "index.html"
    file.write_text(index.render(told, lang))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(file.as_uri())
        yield page
        browser.close()


@in_chromium
def test_hostile_names_execute_nothing_in_chromium(tmp_path: Path) -> None:
    heard: list[str] = []
    with _opened(_hostile(), tmp_path) as page:
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        page.on("request", lambda request: heard.append(request.url))
        page.on("console", lambda message: heard.append(message.text))
        page.reload()
        for summary in page.locator("summary").all():
            summary.click()
        assert page.title() == "albdoctor: 2 scans of 1 load balancer: 2 broken"
        assert "owned" in page.locator("tr.scan").first.inner_text()
        assert page.locator("img").count() == page.locator("script").count() == 0
    assert heard == [(tmp_path / "index.html").as_uri()]


@in_chromium
def test_filters_show_what_fits_all_of_them(tmp_path: Path) -> None:
    with _opened(_fleet(), tmp_path) as page:

        def shown() -> list[str]:
            return [name.split("\n")[0] for name in page.locator("tr.scan:visible th").all_inner_texts()]

        everything = ["a.example", "b.example", "legacy", "e.example", "d.example", "c.example"]
        assert shown() == everything
        page.locator("label.card.broken").click()
        assert shown() == ["a.example", "b.example", "legacy"]
        page.locator("label.card").first.click()
        page.select_option("#region", label="us-east-1")
        assert shown() == ["c.example"]
        page.select_option("#region", label="all")
        page.select_option("#account", label="999999999999")
        assert shown() == ["d.example"]
        page.select_option("#cause", label="TST801 worn")
        assert shown() == []
        page.select_option("#account", label="all")
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
@pytest.mark.parametrize("width", [390, 320, 820])
def test_the_index_fits_a_phone_with_everything_opened(tmp_path: Path, width: int) -> None:
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    with _opened(_fleet(), tmp_path) as page:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(over) == 0
        for summary in page.locator("summary").all():
            summary.click()
            assert page.evaluate(over) == 0
        page.locator("label.card.broken").click()
        assert page.locator("tr.scan:visible").count() == 3


@in_chromium
def test_the_policy_of_the_index_takes_its_own_style_only(tmp_path: Path) -> None:
    with _opened(_fleet(), tmp_path) as page:
        plain = page.locator("h1").evaluate("one => getComputedStyle(one).color")
        page.locator("h1").evaluate("one => one.setAttribute('style', 'color: rgb(1, 2, 3)')")
        assert page.locator("h1").evaluate("one => getComputedStyle(one).color") == plain
        assert page.locator(".card").first.evaluate("one => getComputedStyle(one).borderRadius") != "0px"


def test_one_region_and_account_need_no_filter() -> None:
    lines = [line_of(scanned(f"{n}.example", arn_of(str(n)), checks=RISK)) for n in range(2)]
    tags = _Read(index.render(overview(lines, (), 0, "why"), "en")).tags
    assert [tag for tag, _ in tags if tag == "select"] == []
    assert [tag for tag, _ in _Read(index.render(_fleet(), "en")).tags if tag == "select"] == ["select"] * 3


def test_a_thousand_scans_are_a_thousand_rows() -> None:
    lines = [line_of(FLEET[0])] * 1_000
    tags = _Read(index.render(overview(lines, (), 1, "why"), "en")).tags
    assert sum(attributes.get("class", "") == "scan broken region0 account0 cause0" for _, attributes in tags) == 1_000
