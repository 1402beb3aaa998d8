"""axe-core finds nothing to complain about in the HTML pages: report and fleet index, everything opened."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

import albdoctor
from albdoctor.report import index
from albdoctor.report.overview import Overview, line_of, overview
from albdoctor.report.words import LANGUAGES
from albdoctor.text import Lang
from tests.support.fleet import fleet

pytestmark = pytest.mark.sweep

pytest.importorskip("axe_playwright_python", reason="its axe-core is in the extra dev")
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
CHROMIUM = shutil.which("chromium")
FOUND = "axe.run().then(done => done.violations.map(one => [one.id, ...one.nodes.map(node => node.html)]))"
STORY = Path(__file__).with_name("founding-story.json")


def _pages() -> dict[str, str]:
    report = albdoctor.judge(albdoctor.load_facts(STORY))
    of_fleet: dict[Lang, Overview] = {
        lang: overview((line_of(one) for one in fleet(lang)), (), 1, "why") for lang in LANGUAGES
    }
    return {"en": report.to_html("en"), "ko": report.to_html("ko"), "index": index.render(of_fleet, "en")}


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which CI installs")
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(tmp_path: Path, scheme: str, width: int) -> None:
    found: dict[str, object] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, text in _pages().items():
            file = tmp_path / f"{name}.html"
            file.write_text(text)
            # The page's policy would keep axe-core out.
            page = browser.new_page(bypass_csp=True, viewport={"width": width, "height": 844})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.goto(file.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            page.evaluate(AXE)
            found[name] = page.evaluate(FOUND)
        browser.close()
    assert found == {"en": [], "ko": [], "index": []}
