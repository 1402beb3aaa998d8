"""The documentation site: every page is in the menu of both languages, links fit, and nothing is asked of anybody."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page as Browsed
from playwright.sync_api import sync_playwright

from albdoctor.text import Lang
from scripts import check_links, site

BUILT = site.ROOT / "build" / "site"
LINK = re.compile(r"\]\(([^()\s#]+)")
FENCED = re.compile(r"^ *```.*?^ *```[^\n]*$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
SOUND = '<a href="b.html#two">x</a><a href="https://elsewhere.example/">x</a><script src="b.js"></script><p id="one">'


@pytest.fixture(scope="module", params=["en", "ko"])
def staged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lang, Path, Any]:
    """What zensical gets for a language, and its settings."""
    settings = site.staged(request.param, tmp_path_factory.mktemp(request.param))
    return request.param, settings.parent / "pages", tomllib.loads(settings.read_text())["project"]


def _places(menu: str | site.Nav | dict[str, str] | dict[str, site.Nav]) -> Iterator[str]:
    if isinstance(menu, str):
        yield menu
    elif isinstance(menu, list):
        for entry in menu:
            yield from _places(entry)
    else:
        for below in menu.values():
            yield from _places(below)


def test_each_page_is_in_the_menu_once(staged: tuple[Lang, Path, Any]) -> None:
    _, pages, settings = staged
    places = list(_places(settings["nav"]))
    assert len(places) == len(set(places))
    assert set(places) == {path.relative_to(pages).as_posix() for path in pages.rglob("*.md")}
    guides = {path.name.replace(".ko.md", ".md") for path in (site.ROOT / "docs" / "guides").glob("*.md")}
    assert {place for place in places if place.startswith("guides/")} == {f"guides/{name}" for name in guides}


def test_each_link_leads_to_a_page_of_the_site(staged: tuple[Lang, Path, Any]) -> None:
    _, pages, _ = staged
    lost: list[tuple[str, str]] = []
    for page in pages.rglob("*.md"):
        for link in LINK.findall(FENCED.sub("", page.read_text())):
            to = page.parent / link
            if "://" in link or to.exists():
                continue
            other = re.fullmatch(r"(?:\.\./)+(en|ko)/(.+)\.html", link)
            if other is None or f"{other[2]}.md" not in site.pages("en"):
                lost.append((page.name, link))
    assert lost == []


def test_what_has_no_korean_version_says_so_in_the_korean_site_alone(staged: tuple[Lang, Path, Any]) -> None:
    lang, pages, _ = staged
    said = {place for place in site.pages(lang) if site.IN_ENGLISH.strip() in (pages / place).read_text()}
    assert said == {place for place, page in site.pages("ko").items() if page.lang == "en" and lang == "ko"}


def test_a_page_of_a_check_has_what_people_type(staged: tuple[Lang, Path, Any]) -> None:
    lang, pages, _ = staged
    typed = {"en": "no registered targets", "ko": "타겟 그룹 비어 있음"}
    assert typed[lang] in (pages / "checks" / "ALB404.md").read_text()


def test_no_server_is_needed_nor_asked(staged: tuple[Lang, Path, Any]) -> None:
    _, _, settings = staged
    assert settings["theme"]["font"] is False
    assert "offline" in settings["plugins"]
    assert not {"site_url", "repo_url"} & set(settings)
    assert [path for path in site.HOME.rglob("*.html") if "//" in path.read_text()] == []


WRONG = [
    ('<a href="gone.html">x</a>', "link gone.html: is not there"),
    ('<a href="b.html#gone">x</a>', "link b.html#gone: that page has no such anchor"),
    ('<a href="#gone">x</a>', "link #gone: that page has no such anchor"),
    ('<a href="../../etc/hosts">x</a>', "link ../../etc/hosts: is not there"),
    ('<a href="/b.html">x</a>', "link /b.html: depends on where the site is"),
    ('<a href="javascript:x()">x</a>', "link javascript:x(): leads out of the site"),
    ('<img src="gone.png">', "fetch gone.png: is not there"),
    ('<script src="https://cdn.example/x.js"></script>', "fetch https://cdn.example/x.js: leads out of the site"),
    ('<link href="//fonts.example/x.css">', "fetch //fonts.example/x.css: leads out of the site"),
]


@pytest.mark.parametrize(("page", "complaint"), [(SOUND, ""), *WRONG])
def test_a_link_that_leads_nowhere_is_named(page: str, complaint: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page)
    (tmp_path / "b.html").write_text('<h2 id="two">')
    (tmp_path / "b.js").write_text("")
    assert check_links.wrong(tmp_path) == ([f"a.html: {complaint}"] if complaint else [])
    assert check_links.main([str(tmp_path)]) == bool(complaint)


def _hits(shown: Browsed, asked: list[str], lang: Lang, words: str) -> str:
    """What the site's search shows first, in a browser without a network, opened as a file."""
    shown.on("request", lambda one: asked.append(one.url))
    shown.goto((BUILT / lang / "index.html").as_uri())
    shown.keyboard.press("Control+k")
    shown.keyboard.type(words)
    hits = shown.locator("a[href*='?h=']")
    hits.first.wait_for(timeout=20_000)
    return "\n".join(hits.all_inner_texts()[:10])


@pytest.mark.sweep
@pytest.mark.skipif(not BUILT.exists(), reason="needs make site")
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium, which CI installs")
def test_a_browser_finds_words_of_both_languages_without_a_network() -> None:
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        find = partial(_hits, browser.new_context(offline=True).new_page(), asked)
        assert "ALB106" in find("ko", "기본 네임서버")
        assert "ALB404" in find("ko", "타겟 그룹 비어 있음")
        assert "ALB501" in find("ko", "인바운드")
        assert "ALB404" in find("en", "no registered target")
        assert "ALB501" in find("en", "net-target-sg")
        browser.close()
    assert {url.partition(":")[0] for url in asked} <= {"file", "blob", "data"}
