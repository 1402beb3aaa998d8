"""README.md shows what a scan prints today, in a picture and in text, and stays short."""

from __future__ import annotations

import re
import shutil
import struct
from pathlib import Path

import pytest

from scripts import readme

ROOT = Path(__file__).parents[1]
PAGE = readme.README.read_text()
MOST_BYTES = 200_000


def _size(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG (PNG specification, section 11.2.2)."""
    head = picture.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def test_it_is_short_and_its_links_lead_somewhere() -> None:
    assert len(PAGE.splitlines()) <= 150
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", PAGE) if "://" not in link]
    assert "docs/report.png" in links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_picture_is_small_and_of_a_laptop() -> None:
    assert readme.PICTURE.stat().st_size < MOST_BYTES
    assert _size(readme.PICTURE) == readme.SIZE


@pytest.mark.lab
def test_the_text_is_what_a_scan_prints() -> None:
    [shown] = readme.BLOCK.findall(PAGE)
    printed = readme.scanned(readme.PRINTED)
    assert readme.TOLD_ONCE.sub("", shown) == readme.TOLD_ONCE.sub("", printed), "python scripts/readme.py"


@pytest.mark.lab
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium, which CI installs")
def test_the_picture_can_be_made_again(tmp_path: Path) -> None:
    picture = tmp_path / "report.png"
    readme.pictured(picture)
    assert (_size(picture), picture.stat().st_size < MOST_BYTES) == (readme.SIZE, True)
