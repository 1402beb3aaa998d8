"""Builds the documentation site into build/site, an English and a Korean one that lead to each other: `make site`.

Its pages are those of the repository; nothing is written twice. They are copied to where the site has them, with links
that fit there, and zensical makes each language. A page without a Korean version stands in the Korean site in English,
and says so. The site needs no server and asks none: it can be opened as a file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import TypeAlias

from albdoctor.checkup import Check, registry
from albdoctor.report import words
from albdoctor.text import Lang, Text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from docs.generate import escape

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "docs" / "site"
LANGS: tuple[Lang, ...] = ("en", "ko")
Nav: TypeAlias = "list[str | dict[str, str] | dict[str, Nav]]"
"""Places, places by title, and menus below a title."""

GUIDES = (
    "site-down",
    "deploy-gate",
    "ci",
    "organization",
    "fleet",
    "write-a-check",
    "permissions",
    "lab",
    "assistants",
)
"""Their order in the menu. Those that are not here follow; those that do not exist are left out."""
PLACES = {
    "README": "index",
    "docs/configuration": "configuration",
    "docs/library": "library",
    "SECURITY": "security",
    "CONTRIBUTING": "contributing",
    "CHANGELOG": "changelog",
    "docs/licenses": "licenses",
}
"""Where the site has a page, beside guides and checks; both without their ending."""
SHOWN = ("docs/report.png", "docs/schema/*.json")
"""What pages show or hand out as it is."""
LINK = re.compile(r"(?<!\\)\[(?P<text>(?:[^\[\]\n]|\n(?!\n)|\[[^\]\n]*\])*)\]\((?P<target>[^()\s]+)\)")
FENCED = re.compile(r"(^ *```.*?^ *```[^\n]*$)", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^# (.+)$", re.MULTILINE)

DESCRIPTION = Text(
    en="Why https://your-domain does not work on an AWS Application Load Balancer, and what to type to fix it",
    ko="AWS Application Load Balancer에서 https://내-도메인이 열리지 않는 이유와 고치는 방법",
)
DARK, LIGHT = Text(en="Dark", ko="어둡게"), Text(en="Light", ko="밝게")
START = Text(en="Start", ko="시작하기")
HOW_TO = Text(en="Guides", ko="안내서")
CHECKS = Text(en="Checks", ko="점검")
REFERENCE = Text(en="Reference", ko="참고 자료")
SAID = Text(en="What people type who meet this", ko="이 문제를 겪을 때 찾는 말")
IN_ENGLISH = '!!! note "이 문서는 아직 한국어로 번역되지 않았습니다."\n\n'


@dataclass(frozen=True)
class Page:
    """A page of the site: its place there, the file that says it, and the language in which that is written."""

    place: str
    source: Path
    lang: Lang

    @property
    def title(self) -> str:
        """Its first heading, without marks of code."""
        heading = HEADING.search(self.source.read_text())
        return heading[1].replace("`", "") if heading else self.place


def placed(path: str) -> tuple[str, Lang] | None:
    """Where the site has a Markdown file of the repository, and its language; None if it has it nowhere."""
    lang: Lang = "ko" if path.endswith(".ko.md") or path.startswith("docs/checks/ko/") else "en"
    stem = path.removesuffix(".md").removesuffix(".ko")
    folder, _, name = stem.rpartition("/")
    if stem in PLACES:
        return PLACES[stem] + ".md", lang
    if folder == "docs/guides":
        return f"guides/{name}.md", lang
    if folder in ("docs/checks/en", "docs/checks/ko"):
        return f"checks/{'index' if name == 'README' else name}.md", lang
    return None


@cache
def sources() -> dict[tuple[str, Lang], Path]:
    """Every file that is a page, by its place and language."""
    patterns = [f"{stem}*.md" for stem in PLACES] + ["docs/guides/*.md", "docs/checks/*/*.md"]
    found: dict[tuple[str, Lang], Path] = {}
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        place = placed(path.relative_to(ROOT).as_posix())
        if place is not None:
            found[place] = path
    return found


def pages(lang: Lang) -> dict[str, Page]:
    """The pages of one language's site, by place: each in that language, else in English."""
    found: dict[str, Page] = {}
    for place, _ in sources():
        said: Lang = lang if (place, lang) in sources() else "en"
        found[place] = Page(place, sources()[place, said], said)
    return found


def told(page: Page, lang: Lang) -> str:
    """The page as the site has it; a check's with what people type, so that the site's search finds it by that."""
    parts = FENCED.split(page.source.read_text())
    text = "".join(part if number % 2 else linked(part, page, lang) for number, part in enumerate(parts))
    check = checks().get(page.place)
    if check is not None and check.words.en:
        text += f"\n## {SAID.of(lang)}\n\n{escape(check.words.of(lang))}\n"
    heading = HEADING.search(text)
    if page.lang == lang or heading is None:
        return text
    return f"{text[: heading.end()]}\n\n{IN_ENGLISH}{text[heading.end() :].lstrip()}"


@cache
def checks() -> dict[str, Check]:
    """The checks by the places of their pages."""
    return {f"checks/{check.id}.md": check for check in registry.load()}


def linked(text: str, page: Page, lang: Lang) -> str:
    """Let links lead to the places of the site; of a file that is not there, its path is told."""

    def one(match: re.Match[str]) -> str:
        target, _, anchor = match["target"].partition("#")
        if not target or "://" in target or target.startswith("mailto:"):
            return match[0]
        path = os.path.relpath((page.source.parent / target).resolve(), ROOT)
        place = placed(path)
        here = (Path(page.place)).parent
        if place is not None and place in sources():
            where, said = place
            wanted = said if said != page.lang and (where, page.lang) in sources() else lang
            to = where if wanted == lang else f"../{wanted}/{where.removesuffix('.md')}.html"
        elif any((ROOT / path) in ROOT.glob(pattern) for pattern in SHOWN):
            to = path
        else:
            return f"{match['text']} (`{path}`)" if Path(path).name not in match["text"] else f"`{path}`"
        return f"[{match['text']}]({os.path.relpath(to, here)}{'#' * bool(anchor)}{anchor})"

    return LINK.sub(one, text)


def menu(lang: Lang) -> Nav:
    """What the site's menu holds."""
    there = pages(lang)
    guides = [f"guides/{name}.md" for name in GUIDES]
    rest = sorted(place for place in there if place.startswith("guides/") and place not in guides)
    by_stage: Nav = [
        {words.STAGES[stage].of(lang): entries(there, (place for place, one in checks().items() if one.stage is stage))}
        for stage in dict.fromkeys(check.stage for check in checks().values())
    ]
    return [
        {START.of(lang): "index.md"},
        {HOW_TO.of(lang): entries(there, (*guides, *rest))},
        {CHECKS.of(lang): ["checks/index.md", *entries(there, ("checks/FIXES.md",)), *by_stage]},
        {REFERENCE.of(lang): entries(there, (f"{place}.md" for place in PLACES.values() if place != "index"))},
    ]


def entries(there: dict[str, Page], places: Iterable[str]) -> Nav:
    """The pages that exist of these, by their titles."""
    return [{there[place].title: place} for place in places if place in there]


def staged(lang: Lang, folder: Path) -> Path:
    """Write everything that zensical reads for one language; gives its settings."""
    for page in pages(lang).values():
        path = folder / "pages" / page.place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(told(page, lang))
    for path in (path for pattern in SHOWN for path in ROOT.glob(pattern)):
        copy = folder / "pages" / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    settings = folder / "zensical.toml"
    settings.write_text(
        Template((HOME / "zensical.toml").read_text()).substitute(
            lang=lang,
            description=DESCRIPTION.of(lang),
            dark=DARK.of(lang),
            light=LIGHT.of(lang),
            theme=HOME / "theme",
            nav=in_toml(menu(lang)),
        )
    )
    return settings


def in_toml(value: str | Nav | Mapping[str, str] | Mapping[str, Nav]) -> str:
    """Write a menu on one line; a string of JSON is one of TOML."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(in_toml(one) for one in value)}]"
    return f"{{ {', '.join(f'{in_toml(key)} = {in_toml(one)}' for key, one in value.items())} }}"


def main(arguments: list[str]) -> int:
    """Build with the zensical that is given, into the folder that is given."""
    zensical, made = (Path(one).absolute() for one in arguments)
    stage = made.with_name(f"{made.name}-pages")
    for folder in (stage, made):
        shutil.rmtree(folder, ignore_errors=True)
    for lang in LANGS:
        settings = staged(lang, stage / lang)
        done = subprocess.run((zensical, "build", "--strict", "--config-file", settings), check=False)
        if done.returncode:
            return done.returncode
        # Only a server's root could have it: it leads to everything from there.
        shutil.copytree(stage / lang / "made", made / lang, ignore=shutil.ignore_patterns("404.html"))
    shutil.copy(HOME / "index.html", made / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
