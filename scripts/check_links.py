"""Looks at every link of a built site: `check_links.py FOLDER` names those that lead nowhere, and ends with 1.

Each page, file and anchor that a page names must be in the folder, and nothing but a link that a person follows may
lead out of it: no font, script, style, frame or picture of another server.
"""

from __future__ import annotations

import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping"}
"""Attributes whose address a browser asks by itself, or sends something to (HTML Standard, index of attributes)."""


class Links(HTMLParser):
    """What a page names: its anchors, what it links to, what a browser fetches for it."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what an element names."""
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (name == "name" and tag == "a"):
                self.anchors.add(value)
            elif name == "href" and tag == "a":
                self.links.append(value)
            elif name == "href" or name in FETCHED:
                self.fetched.append(value)


@cache
def read(path: Path) -> Links:
    """Read a page."""
    links = Links()
    links.feed(path.read_text(encoding="utf-8"))
    return links


def wrong(site: Path) -> list[str]:
    """Every link of a folder's pages that leads nowhere, and everything that is fetched from elsewhere; each a line."""
    found: list[str] = []
    for path in sorted(site.rglob("*.html")):
        page = read(path)
        said = [("link", one, _complaint(site, path, one, follow=True)) for one in page.links]
        said += [("fetch", one, _complaint(site, path, one, follow=False)) for one in page.fetched]
        found += [f"{path.relative_to(site)}: {kind} {one}: {complaint}" for kind, one, complaint in said if complaint]
    return found


def _complaint(site: Path, path: Path, link: str, *, follow: bool) -> str:
    """What is wrong with one; nothing if it is in order."""
    parts = urlsplit(link)
    if parts.scheme == "data":
        return ""
    if parts.scheme or parts.netloc:
        return "" if follow and parts.scheme in ("https", "http", "mailto") else "leads out of the site"
    if parts.path.startswith("/"):
        return "depends on where the site is"
    to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not to.is_relative_to(site) or not to.is_file():
        return "is not there"
    anchor = unquote(parts.fragment)
    if anchor and to.suffix == ".html" and anchor not in read(to).anchors:
        return "that page has no such anchor"
    return ""


def main(arguments: list[str]) -> int:
    """Tell all, and how many pages were read."""
    site = Path(arguments[0]).resolve()
    complaints = wrong(site)
    for line in complaints:
        print(line)
    pages = sum(1 for _ in site.rglob("*.html"))
    print(f"{pages} pages, {len(complaints)} links that lead nowhere")
    return 1 if complaints or not pages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
