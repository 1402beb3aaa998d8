"""Makes what README.md shows of a scan: `python scripts/readme.py`, whenever a report looks otherwise.

The picture (docs/report.png) is the HTML report of the lab's founding story as a laptop's first screen shows it, in
Chromium; the text is the whole report of a smaller scenario. Ids are those of a fixed seed, so that only what changed
differs: the time of the scan, and what the reports say.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from moto.moto_api._internal import mock_random
from playwright.sync_api import sync_playwright

from albdoctor.lab.scanning import command
from albdoctor.lab.scenarios import find
from albdoctor.lab.site import build
from albdoctor.lab.world import World

ROOT = Path(__file__).parents[1]
README, PICTURE = ROOT / "README.md", ROOT / "docs" / "report.png"
PICTURED, PRINTED = "founding-story", "target-security-group"
"""The scenarios."""
SEED = 20261129
SIZE = (1280, 800)
BLOCK = re.compile(r"(?<=^\$ albdoctor shop\.example\n)(?P<text>.*?)(?=^```$)", re.DOTALL | re.MULTILINE)
"""The text report in the README."""
TOLD_ONCE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC · [\d.]+ s")
"""What differs each time."""


def scanned(name: str, *words: str) -> str:
    """Scan a scenario; give the text report."""
    scenario = find(name)
    with World() as world:
        mock_random.seed(SEED)
        build(world, scenario.plan)
        asked = command(world, scenario.plan.scanned, ("--format", "text", "--lang", "en", *words))
        done = subprocess.run(asked, env=world.environment, capture_output=True, encoding="utf-8", check=False)
    if not done.stdout:
        raise SystemExit(f"the scan gave no report: {done.stderr}")
    return done.stdout


def photographed(page: Path, picture: Path) -> None:
    """Open a page without a network and write what its first screen shows."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("needs Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        width, height = SIZE
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="light", offline=True)
        shown = context.new_page()
        shown.goto(page.as_uri())
        shown.screenshot(path=picture, animations="disabled")
        browser.close()


def pictured(picture: Path) -> None:
    """Make the picture."""
    with TemporaryDirectory() as folder:
        page = Path(folder, "report.html")
        scanned(PICTURED, "--format", f"html={page}")
        photographed(page, picture)


def main() -> int:
    """Write both."""
    text = scanned(PRINTED)
    README.write_text(BLOCK.sub(lambda _: text, README.read_text(), count=1))
    pictured(PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
