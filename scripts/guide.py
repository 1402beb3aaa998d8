"""Makes what docs/guides/site-down*.md show of scans: `python scripts/guide.py`, whenever a report looks otherwise.

Above each report stands the scenario of the lab that it is of, and whether its printed fix has been run. A scenario is
scanned once before and once after; each report is what the command in its first line makes of the facts.
"""

from __future__ import annotations

import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from moto.moto_api._internal import mock_random

from albdoctor.lab.healing import heal
from albdoctor.lab.scanning import scan
from albdoctor.lab.scenarios import find
from albdoctor.lab.site import build
from albdoctor.lab.world import World

GUIDES = Path(__file__).resolve().parents[1] / "docs" / "guides"
PAGES = (GUIDES / "site-down.md", GUIDES / "site-down.ko.md")
SEED = 20261130
TRIES = 3
"""On a busy machine the lab's servers may answer too late."""
BLOCK = re.compile(
    r"<!-- lab: (?P<name>[a-z0-9-]+)(?P<fixed>, fixed)? -->\n```text\n"
    r"\$ albdoctor (?P<host>\S+)(?P<words>[^\n]*)\n(?P<shown>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
TOLD_ONCE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC · [\d.]+(?: s|초)")
"""What differs each time."""


def seen(name: str, folder: Path) -> None:
    """Scan a scenario and save its facts, mend it as `lab verify` does, and save them again."""
    scenario = find(name)
    with World() as world:
        mock_random.seed(SEED)
        shop = build(world, scenario.plan)
        save = partial(_facts, folder, name)
        look = partial(scan, world, scenario.plan.scanned)
        for _ in range(TRIES):
            report = look(options=("--save-facts", str(save(""))))
            if not scenario.complaints(report):
                break
        else:
            raise SystemExit(f"{name}: the scan does not find what the scenario expects")
        heal(shop, scenario, report, lambda: look(options=("--save-facts", str(save(", fixed")))))


def _facts(folder: Path, name: str, fixed: str) -> Path:
    return folder / f"{name}{'-fixed' if fixed else ''}.json"


def report(block: re.Match[str], folder: Path) -> str:
    """What the command of a block prints of the facts that it is about."""
    facts = _facts(folder, block["name"], block["fixed"] or "")
    lang = () if "--lang" in block["words"] else ("--lang", "en")
    words = (sys.executable, "-m", "albdoctor", "scan", "--facts", str(facts), *block["words"].split(), *lang)
    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)
    if not done.stdout:
        raise SystemExit(f"the scan gave no report: {done.stderr}")
    return done.stdout


def written(pages: tuple[Path, ...] = PAGES) -> list[str]:
    """The pages as they would be with the reports of today."""
    texts = [page.read_text() for page in pages]
    with TemporaryDirectory() as name:
        folder = Path(name)
        for scenario in dict.fromkeys(block["name"] for text in texts for block in BLOCK.finditer(text)):
            seen(scenario, folder)
        return [BLOCK.sub(partial(_filled, folder=folder), text) for text in texts]


def _filled(block: re.Match[str], folder: Path) -> str:
    start, end = (at - block.start() for at in block.span("shown"))
    return f"{block[0][:start]}{report(block, folder)}{block[0][end:]}"


def main() -> int:
    """Write them."""
    for page, text in zip(PAGES, written(), strict=True):
        page.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
