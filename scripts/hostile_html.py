"""Does text from outside stay text in a browser? `python scripts/hostile_html.py [every]` tries it in Chromium.

A hostile text is put behind, or in the place of, each kind of string of saved facts, and behind every string of the
reports themselves (`every`: each text; else two for each kind of string, and each with some of the reports). They are
written as HTML reports and as an index of many scans, and Chromium opens them on a narrow screen with the page's own
policy, on a wide one without any. Nothing may run, be asked for or be said, no element may be there that our templates
do not make, no line may be wider than the screen. Prints what was tried and what went wrong; exits 1 then.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from msgspec import Struct, field
from msgspec.structs import fields
from msgspec.structs import replace as changed
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Error, Page, Request, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

import albdoctor
from albdoctor.checkup import registry
from albdoctor.errors import BadFactsError
from albdoctor.facts.files import decode
from albdoctor.facts.known import Gap
from albdoctor.literals import is_seen
from albdoctor.report import html, index
from albdoctor.report.model import TELL, GapReport, Report, Row
from albdoctor.report.overview import line_of, overview
from albdoctor.text import Lang
from scripts.hostile import Json, covering, documents
from scripts.odd_values import kind_of, places

TEMPLATES = Path(albdoctor.__file__).parent / "report" / "templates"
CHROMIUM = shutil.which("chromium") or ""
LOGIC, VALUE = re.compile(r"\{%.*?%\}", re.DOTALL), re.compile(r"\{\{.*?\}\}", re.DOTALL)
BEGIN, END = "qz", "zq"
HOSTILE = (
    "<script>window.owned=1;alert(1)</script>",
    '"><img src=x onerror="window.owned=1">',
    "'><svg onload=window.owned=1>",
    "</style><script>window.owned=1</script>",
    "</title></pre></code></textarea><iframe srcdoc='<script>parent.owned=1</script>'></iframe>",
    "javascript:window.owned=1",
    '" autofocus tabindex=1 onfocus=window.owned=1 x="',
    "{{7*7}}{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}${7*7}#{7*7}<%= 7*7 %>",
    "&lt;script&gt;window.owned=1&lt;/script&gt;",
    "&#60;img src=x onerror=window.owned=1&#62;&#x3c;b&#x3e;&NewLine;&colon;",
    "a" * 2_000,
    "한" * 2_000,
    "M&<" * 700,
    "\u202e\u2066<b>gpj.exe\u2069\u202c",
    "\u3164\u200b\u2060\ufeff\u00ad<i>",
    "\0<\0script>window.owned=1</script>\x01\x7f\x85\x9b",
    "\udcff\ud800<script>window.owned=1</script>",
    "</style><style>*{background:url(https://owned.example/x)}@import 'https://owned.example/y';",
    "x:expression(window.owned=1);background:url(javascript:window.owned=1)",
    '<meta http-equiv="refresh" content="0;url=https://owned.example/"><base href="https://owned.example/">',
    "]]><![CDATA[<script>window.owned=1</script>]]>",
    "--><!--><script>window.owned=1</script><!--",
    '<a href="javascript:window.owned=1">x</a><form action=https://owned.example/><input name=verdict type=radio>',
    '<link rel=stylesheet href="https://owned.example/x"><object data=x></object><template><math>',
    "\n\n  <script>window.owned=1</script>\r\n\t<plaintext>",
    " · ".join(["<b>x</b>"] * 200),
)
SCREENS = ((390, False), (1280, True))
"""Width in CSS pixels, and whether the page's own policy is lifted, so that only escaping holds."""
BATCH = 25
"""Reports that one page tells."""
LOOK = """() => {
  const before = {};
  for (const one of document.querySelectorAll('*')) {
    const names = [...one.attributes].map(each => each.name).filter(name => name !== 'open').sort().join(' ');
    const key = one.localName + ' ' + names;
    before[key] = (before[key] || 0) + 1;
  }
  document.querySelectorAll('details').forEach(one => { one.open = true; });
  location.hash = '#scan-1';
  const wide = [];
  const scrolls = one => one && (getComputedStyle(one).overflowX !== 'visible' || scrolls(one.parentElement));
  if (document.documentElement.scrollWidth > innerWidth) {
    for (const one of document.querySelectorAll('body *')) {
      if (one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one.parentElement)) {
        wide.push(one.localName + '.' + one.className + ': ' + one.textContent.trim().slice(0, 60));
      }
    }
    wide.push('width ' + document.documentElement.scrollWidth);
  }
  const attributes = [...document.querySelectorAll('*')].flatMap(one => [...one.attributes].map(
    each => [one.localName, each.name, each.value]));
  return {elements: before, wide, attributes, owned: String(window.owned), text: document.body.textContent.length};
}"""
DRAWN = frozenset({"span", "svg", "g", "path", "rect", "circle", "text", "tspan", "line", "title", "desc"})
"""Elements of the drawing, and what keeps an id on one line."""
SPOKEN = ("title", "aria-label", "href", "data-title")
"""Attributes that may hold words of a report."""


class Counts(Struct):
    """What was tried, and what went wrong."""

    documents: int = 0
    kinds: int = 0
    """Kinds of strings in facts."""
    inputs: int = 0
    """Facts and reports with a hostile text."""
    refused: int = 0
    """Facts that no longer fit their types."""
    shown: int = 0
    """Times that a hostile text stands in a page."""
    pages: int = 0
    """Loaded, at one width each."""
    executions: int = 0
    """Scripts that ran, dialogs, requests, words on the console."""
    strangers: int = 0
    """Pages with an element, an attribute or a link that is none of ours."""
    overflows: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        """All of it as one line."""
        return (
            f"{self.documents} documents, {self.kinds} kinds of strings, {self.inputs} inputs ({self.refused} refused),"
            f" {self.shown} hostile texts shown, {self.pages} pages, {self.executions} executions,"
            f" {self.strangers} with strange elements, {self.overflows} overflows; {len(self.wrong)} wrong"
        )


def hostile(number: int) -> str:
    """One of the texts, between two marks by which it is found again."""
    return f"{BEGIN}{HOSTILE[number % len(HOSTILE)]}{END}"


def mutants(chosen: Mapping[str, bytes], turns: int, stride: int, counts: Counts) -> Iterator[Report]:
    """Judge the documents with a hostile text in each kind of string, where it is met first."""
    met: set[str] = set()
    for document in chosen.values():
        read: Json = json.loads(document)
        for at, value in places(read):
            kind, _ = kind_of(at, value)
            if not isinstance(value, str) or not value or kind in met:
                continue
            met.add(kind)
            if len(met) % stride:
                continue
            counts.kinds += 1
            for turn in range(turns):
                text = hostile(len(met) + turn * 7)  # 7 and the number of texts have no divisor in common
                yield from _judged(_written(read, value, value + text), counts)
                if turn % 4 == 0:
                    yield from _judged(_written(read, value, text), counts)


def _judged(document: bytes, counts: Counts) -> Iterator[Report]:
    counts.inputs += 1
    try:
        (facts,) = decode(document, "facts")
        report = albdoctor.judge(facts)
    except (BadFactsError, ValueError):  # the second: what is no URL
        counts.refused += 1
        return
    yield report


def _written(value: Json, old: str, new: str) -> bytes:
    return json.dumps(_replaced(value, old, new)).encode()


def _replaced(value: Json, old: str, new: str) -> Json:
    if isinstance(value, str):
        return new if value == old else value
    if isinstance(value, dict):
        return {key: _replaced(part, old, new) for key, part in value.items()}
    return [_replaced(part, old, new) for part in value] if isinstance(value, list) else value


KEPT = frozenset({"fingerprint", "explained_by", "stage", "tool", "refs"})
"""Members of a report that are never anybody else's words."""
TEXTS = (str(str), str(tuple[str, ...]))


def poisoned(told: Any, number: int) -> Any:  # noqa: ANN401 - any struct
    """Put a hostile text behind every string of a report that is not one of a few words."""
    if isinstance(told, Row):  # its findings are fingerprints
        return changed(told, label=poisoned(told.label, number), saw=poisoned(told.saw, number))
    if isinstance(told, Struct):
        new = {
            one.name: poisoned(getattr(told, one.name), number)
            for one in fields(type(told))
            if one.name not in KEPT and (_is_text(one.type) or _holds_structs(getattr(told, one.name)))
        }
        return changed(told, **new)
    if isinstance(told, tuple):
        return tuple(poisoned(one, number) for one in told)  # pyright: ignore[reportUnknownVariableType]
    if type(told) is not str or not told:
        return told
    return told + hostile(number).replace("\n", " ")


def _in_both_languages(report: Report, number: int) -> Report:
    """A poisoned report whose other language is poisoned as well: a page holds both."""

    def tell(lang: Lang) -> Report:
        made: Report = poisoned(report.told_in(lang), number)
        return made

    made = tell(report.lang)
    vars(made)[TELL] = tell
    return made


def _is_text(type_: object) -> bool:
    return str(type_) in TEXTS


def _holds_structs(value: object) -> bool:
    return isinstance(value, Struct) or (isinstance(value, tuple) and any(isinstance(one, Struct) for one in value))  # pyright: ignore[reportUnknownVariableType]


def pages_of(reports: tuple[Report, ...], number: int) -> Iterator[tuple[str, str]]:
    """Write the report and the index; of a fleet that could not be listed whole."""
    yield "report", html.render(reports)
    missed = GapReport(gap=Gap.DENIED, asked=hostile(number), detail=hostile(number + 1))
    told = overview(map(line_of, reports), (missed,), 1, reports[0].exit_reason)
    yield "index", index.render({reports[0].lang: told}, reports[0].lang)


class _Tags(HTMLParser):
    """Collects the elements of a template and the attributes that each of them may have."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[str, set[str]] = {}

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.seen.setdefault(tag, set()).update(name for name, _ in attrs)


@cache
def ours() -> Mapping[str, set[str]]:
    """What our templates make."""
    tags = _Tags()
    for path in TEMPLATES.glob("*.j2"):
        tags.feed(
            re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}", "x", path.read_text(), flags=re.DOTALL), flags=re.DOTALL)
        )
    return tags.seen | {"tbody": set()}


@cache
def hosts() -> frozenset[str]:
    """Where our checks' pages of reference are."""
    return frozenset(urlsplit(ref).hostname or "" for check in registry.load() for ref in check.refs)


class Seen(NamedTuple):
    """What a browser says of a page."""

    elements: Mapping[str, int]
    heard: list[str]
    strange: list[str]
    wide: list[str]


class Browser:
    """Chromium, with a narrow screen and a wide one."""

    def __init__(self, pages: Sequence[Page], folder: Path, counts: Counts) -> None:
        """Use one tab for each of `SCREENS`."""
        self._pages, self._folder, self._counts = pages, folder, counts
        self._elements: dict[str, Mapping[str, int]] = {}

    def look(self, name: str, page: str, *, same_as: str = "") -> None:
        """Open a page on each screen; its elements are as many as those of `same_as`, where that is given."""
        self._counts.shown += page.count(BEGIN)
        unseen = {one for line in set(page.split("\n")) if not is_seen(line) for one in line if not is_seen(one)}
        self._note(f"{name} holds {unseen!r}" if unseen else "", "strangers")
        elements: Mapping[str, int] = {}
        for (width, _), tab in zip(SCREENS, self._pages, strict=True):
            at = f"{name} at {width} px"
            seen = self._open(tab, page)
            elements = seen.elements
            self._note(f"{at}: {seen.heard}" if seen.heard else "", "executions")
            self._note(f"{at}: {seen.strange}" if seen.strange else "", "strangers")
            self._note(f"{at} is too wide: {seen.wide[:4]} {seen.wide[-1:]}" if seen.wide else "", "overflows")
        if same_as:
            if same_as not in self._elements:
                self._elements[same_as] = self._open(self._pages[-1], same_as).elements
            more = {*_counted(elements)} ^ {*_counted(self._elements[same_as])}
            self._note(f"{name} has other elements than without a hostile text: {sorted(more)}" if more else "")

    def _note(self, said: str, member: str = "strangers") -> None:
        if said:
            setattr(self._counts, member, getattr(self._counts, member) + 1)
            self._counts.wrong.append(said[:600])

    def _open(self, tab: Page, page: str) -> Seen:
        file = self._folder / "page.html"
        file.write_bytes(page.encode())
        heard: list[str] = []

        def asked(request: Request) -> None:
            heard.append(f"asked for {request.url}")

        def said(message: ConsoleMessage) -> None:
            heard.append(f"said {message.text}")

        def dialog(one: Dialog) -> None:
            heard.append(f"dialog {one.message}")
            one.dismiss()

        def fell(error: object) -> None:
            heard.append(f"error {error}")

        listeners: dict[str, Any] = {"request": asked, "console": said, "dialog": dialog, "pageerror": fell}
        for event, listener in listeners.items():
            tab.on(event, listener)  # type: ignore[call-overload] # pyright: ignore[reportCallIssue, reportArgumentType]
        looked: dict[str, Any] = {"elements": {}, "attributes": [], "wide": [], "owned": "undefined"}
        tab.goto(file.as_uri())
        try:
            looked = tab.evaluate(LOOK)
        except Error as error:  # the page went away under our eyes
            heard.append(f"error {error}")
        for event, listener in listeners.items():
            tab.remove_listener(event, listener)
        self._counts.pages += 1
        heard.remove(f"asked for {file.as_uri()}")
        heard += [f"window.owned is {looked['owned']}"] if looked["owned"] != "undefined" else []
        heard += [f"went to {tab.url}"] if tab.url.partition("#")[0] != file.as_uri() else []
        heard += [f"{len(tab.frames)} frames"] if len(tab.frames) > 1 else []
        return Seen(looked["elements"], heard, list(_strange(looked["attributes"], looked["elements"])), looked["wide"])


def _counted(elements: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """How many there are of each kind; the drawing has as many lines as its words need."""
    return ((key, count) for key, count in elements.items() if key.partition(" ")[0] not in DRAWN)


def _strange(attributes: Iterable[tuple[str, str, str]], elements: Mapping[str, int]) -> Iterator[str]:
    """What is none of our templates'."""
    yield from (f"<{key}>" for key in elements if key.partition(" ")[0] not in ours())
    for tag, name, value in attributes:
        if name.lower() not in ours().get(tag.lower(), ()):  # SVG has capitals: viewBox
            yield f"<{tag} {name}>"
        if name not in SPOKEN and BEGIN in value:
            yield f"<{tag} {name}={value[:80]!r}>"
        if name == "href" and not value.startswith("#") and not _leads_to_ours(value):
            yield f"a link to {value[:80]}"


def _leads_to_ours(value: str) -> bool:
    url = urlsplit(value)
    return url.scheme == "https" and url.hostname in hosts()


@contextmanager
def browser(folder: Path, counts: Counts) -> Generator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        contexts: list[BrowserContext] = [
            started.new_context(viewport={"width": width, "height": 800}, bypass_csp=lifted, offline=True)
            for width, lifted in SCREENS
        ]
        yield Browser([context.new_page() for context in contexts], folder, counts)
        started.close()


def attempt(chosen: Mapping[str, bytes], folder: Path, turns: int = 2, stride: int = 1, texts: int = 0) -> Counts:
    """Try one kind of string of `stride` in facts, with so many texts each; `texts` (0: all) behind all of reports'.

    Where these fill several pages, the texts take turns, unless each kind of string has them all.
    """
    counts = Counts(documents=len(chosen))
    with browser(folder, counts) as opened:
        batch: list[Report] = []
        for report in mutants(chosen, turns, stride, counts):
            batch.append(report)
            if len(batch) == BATCH:
                _open(opened, batch, counts.inputs)
                batch = []
        _open(opened, batch, counts.inputs)
        told = tuple(report for document in chosen.values() for report in _judged(document, counts))
        whole = [told[start : start + BATCH] for start in range(0, len(told), BATCH)]
        for number in range(texts or len(HOSTILE)):
            for place, reports in enumerate(whole):
                if turns >= len(HOSTILE) or number % len(whole) == place:
                    _open_poisoned(opened, reports, number, counts)
    return counts


def _open(opened: Browser, reports: Sequence[Report], number: int) -> None:
    for name, page in pages_of(tuple(reports), number) if reports else ():
        opened.look(f"{name} up to input {number}", page)


def _open_poisoned(opened: Browser, reports: tuple[Report, ...], number: int, counts: Counts) -> None:
    counts.inputs += len(reports)
    poison = tuple(_in_both_languages(report, number) for report in reports)
    sound = dict(pages_of(reports, number))
    for name, page in pages_of(poison, number):
        opened.look(f"{name} with {HOSTILE[number][:30]!r}", page, same_as=sound[name] if name == "report" else "")


def main(every: Iterable[str] = ()) -> int:
    """Try all of it and say what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        counts = attempt(covering(documents()), Path(folder), len(HOSTILE) if "every" in every else 2)
    for said in counts.wrong:
        print(said)
    print(counts)
    return 1 if counts.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
