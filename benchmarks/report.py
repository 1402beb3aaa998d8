"""The HTML report of 1,000 findings: made from a judged report, then opened in headless Chromium.

Goal: rendering under 2 s of CPU time, DOMContentLoaded in Chromium under 2 s after navigation starts. Printed beside
it, from the same browser in turn: a plain page of as many bytes, one paragraph for each line, with no style.

    python benchmarks/report.py [--keep FILE]
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, sync_playwright

from albdoctor.api import judge
from albdoctor.report import html
from albdoctor.report.model import Report
from benchmarks.snapshots import snapshot

FINDINGS = 1000
GOAL_SECONDS = 2.0
ROUNDS = 5
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
LOADED = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd / 1000"
PAINTED = "Math.max(0, ...performance.getEntriesByType('paint').map(one => one.startTime)) / 1000"


def opened(browser: Browser, page: Path) -> tuple[float, float]:
    """Seconds from the start of the navigation to DOMContentLoaded, and to the first contentful paint."""
    tab = browser.new_page()
    tab.goto(page.as_uri(), wait_until="load")
    tab.wait_for_function(f"{PAINTED} > 0")
    seconds = float(tab.evaluate(LOADED)), float(tab.evaluate(PAINTED))
    tab.close()
    return seconds


def plain(page: str) -> str:
    """A page with the same text, as many bytes, and nothing to lay out but paragraphs."""
    lines = "".join(f"<p>{escape(line)}</p>\n" for line in page.splitlines())
    return f"<!doctype html><meta charset=utf-8><title>plain</title>\n{lines}"[: len(page)]


def ill_report() -> Report:
    """The report of as many balancers, each with an ill group, as give a thousand causes and effects."""
    balancers = FINDINGS // 3
    while len((report := judge(snapshot(balancers, every=1))).findings) < FINDINGS:
        balancers += max(1, (FINDINGS - len(report.findings)) // 4)
    return report


def rendered(report: Report) -> tuple[str, float]:
    """The page, and the least CPU time that rendering it took."""
    times: list[float] = []
    page = ""
    for _ in range(ROUNDS):
        begin = time.process_time()
        page = html.render((report,))
        times.append(time.process_time() - begin)
    return page, min(times)


def main() -> None:
    """Render, open both pages in turn, print one JSON object last."""
    options = argparse.ArgumentParser()
    options.add_argument("--keep", type=Path, help="write the page here too")
    keep = options.parse_args().keep
    report = ill_report()
    page, seconds = rendered(report)
    if keep:
        keep.write_text(page)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        ours, theirs = Path(folder, "report.html"), Path(folder, "plain.html")
        ours.write_text(page)
        theirs.write_text(plain(page))
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        opened(browser, theirs)
        pairs = [(opened(browser, ours), opened(browser, theirs)) for _ in range(ROUNDS)]
        version = browser.version
        browser.close()
    loaded, painted = (statistics.median(one[at] for one, _ in pairs) for at in (0, 1))
    reference = statistics.median(other[0] for _, other in pairs)
    size, causes = len(page.encode()), len(report.root_causes)
    print(f"{len(report.findings)} findings, {causes} causes: {size / 1e6:.2f} MB rendered in {seconds:.3f} s CPU")
    print(
        f"Chromium {version}: DOMContentLoaded {loaded:.3f} s, first paint {painted:.3f} s; plain page {reference:.3f} s"
    )
    print(
        json.dumps(
            {
                "benchmark": "report",
                "measured": round(loaded, 3),
                "reference": GOAL_SECONDS,
                "ratio": round(loaded / GOAL_SECONDS, 3),
                "goal": 1.0,
                "met": max(seconds, loaded) < GOAL_SECONDS,
                "unit": "s to DOMContentLoaded, wall; reference: the goal, for rendering too",
                "plain_page_seconds": round(reference, 3),
                "render_seconds": round(seconds, 3),
                "first_paint_seconds": round(painted, 3),
                "bytes": size,
            }
        )
    )


if __name__ == "__main__":
    main()
