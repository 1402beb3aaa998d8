"""Does judging get over what nobody sends? `python scripts/odd_values.py [--each|--every] [--shard K/N] [FILE...]`.

Every value in saved facts (of the named files; of all that the tests keep), one after the other, becomes each odd value
of its type; it is left out, null, and of another type too. What does not fit must be refused with its place in the
file. What fits is judged and written in every format: nothing may crash (ALB001), take long, or become sound by it.
Each kind of place is tried once, where it is met first (`--each`: in each document that makes some check tell what no
other does; `--every`: every place): an item of a list is of the same kind as the one beside it. Prints what was tried
and what went wrong; exits 1 then.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import traceback
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import Struct, field

sys.path.insert(0, str(Path(__file__).parents[1]))

import albdoctor
from albdoctor.errors import BadFactsError
from albdoctor.exits import Exit
from albdoctor.facts.files import decode
from albdoctor.report.format import FORMATS, Ending, Setting, Sheet, begin
from albdoctor.report.model import Report
from scripts.hostile import covering, documents

SECONDS = 2.0
"""Of processor time that judging and writing one snapshot may take; an ordinary one takes a hundredth."""
LONG = 120_000
WHERE = re.compile(r"\$(\.|\[|`)|\(byte \d+\)|field `scan`|is of version|holds no facts")
"""How a refusal names the place in the file; of a document's own version it says which it is."""

Json: TypeAlias = "str | float | bool | dict[str, Json] | list[Json] | None"
Path_: TypeAlias = tuple[str | int, ...]


class Raw(Struct, frozen=True):
    """JSON that Python's writer does not make."""

    text: str


TEXTS: Mapping[str, str] = {
    "empty": "",
    "blank": " ",
    "superscript": "²",
    "arabic digit": "٣",
    "digits": "9" * 5000,
    "negative": "-1",
    "zero": "0",
    "nan": "nan",
    "colon": "a:b",
    "colons": ":::",
    "no port": "a:",
    "bracket": "[",
    "brackets": "http://[::1",
    "url of a bad port": "https://a:99999999999/",
    "slash": "/",
    "no slash": "x",
    "dot": ".",
    "dots": "a..b",
    "star": "*",
    "stars": "*?" * 30 + "!",
    "block": "10.0.0.0/99",
    "block of nothing": "/",
    "address": "999.1.1.1",
    "IPv6 zone": "fe80::1%eth0/64",
    "range": "9-1,²",
    "range without end": "1-99999999999999999999",
    "pattern": "(a+)+$",
    "braces": "{x}{0}{}{host[]}",
    "placeholder": "#{port}#{host}",
    "percent": "%s%zz%",
    "NUL": "\0",
    "line break": "a\nb",
    "label": "a" * 64 + ".b",
    "ARN": "arn:aws:",
    "year 1": "0001-01-01T00:00:00Z",
    "year 9999": "9999-12-31T23:59:59Z",
    "naive": "2024-01-01T00:00:00",
    "no day": "2024-02-31T00:00:00Z",
    "long": "a" * LONG,
    "long name": "a." * (LONG // 2),
    "long list": "1," * (LONG // 2),
    "long path": "/" * LONG,
    "long stars": "*" * LONG,
    "long block": "1." * (LONG // 2) + "/8",
}
NUMBERS: Mapping[str, object] = {
    "zero": 0,
    "negative": -1,
    "fraction": 0.5,
    "large": 2**63 - 1,
    "largest": 1e308,
    "port": 65_536,
    "digits": Raw("9" * 5000),
    "beyond": Raw("1e999"),
    "nan": Raw("NaN"),
    "infinite": Raw("-Infinity"),
}
OTHERS: Mapping[str, object] = {"null": None, "text": "x", "number": 7, "truth": True, "list": [], "object": {}}
"""Of any type, so that all but one are wrong."""
LEFT_OUT = "left out"
MARK = "@raw@"


class Counts(Struct):
    """What was tried, and what came of it."""

    documents: int = 0
    places: int = 0
    inputs: int = 0
    refused: int = 0
    judged: int = 0
    written: int = 0
    """Reports, in a format and a language each."""
    slowest: float = 0.0
    """Seconds of processor time."""
    wrong: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        """All of it as one line."""
        return (
            f"{self.documents} documents, {self.places} places, {self.inputs} inputs: {self.refused} refused,"
            f" {self.judged} judged, {self.written} reports written, slowest {self.slowest:.2f} s;"
            f" {len(self.wrong)} wrong"
        )


def places(value: Json, at: Path_ = ()) -> Iterator[tuple[Path_, Json]]:
    """Every value in a document with its place, the document itself left out."""
    if at:
        yield at, value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*at, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from places(part, (*at, number))


def kind_of(at: Path_, value: Json) -> tuple[str, str]:
    """What places that differ only in their number have in common."""
    return ".".join("*" if isinstance(step, int) else step for step in at), type(value).__name__


def odd(value: Json) -> Iterator[tuple[str, object]]:
    """Each odd value that may stand in the place of this one, with its name."""
    if isinstance(value, bool):
        yield "the opposite", not value
    elif isinstance(value, str):
        yield from TEXTS.items()
        yield "longer", value + "a" * LONG
        yield "twice", f"{value}{value}"
    elif isinstance(value, int | float):
        yield from NUMBERS.items()
    elif isinstance(value, list) and value:
        yield "none", []
        yield "the first twice", [value[0], *value]
        yield "backwards", value[::-1]
        yield "many", [*value, *[value[0]] * 100]
    yield from OTHERS.items()
    yield LEFT_OUT, LEFT_OUT


def _may_heal(at: Path_, value: Json) -> bool:
    """Whether something else here, or nothing, makes another site or question, which may well be sound."""
    return isinstance(value, list | dict) or isinstance(at[-1], int) or at == ("scan", "named")


def changed(document: Json, at: Path_, name: str, value: object) -> bytes:
    """The document with a value in a place, or without what is there."""
    instead = MARK if isinstance(value, Raw) else value
    text = json.dumps(_put(document, at, instead, remove=name == LEFT_OUT))
    return (text.replace(f'"{MARK}"', value.text) if isinstance(value, Raw) else text).encode()


def _put(value: Any, at: Path_, instead: object, *, remove: bool) -> Any:  # noqa: ANN401 - any part of JSON
    """A copy along the path only."""
    made = value.copy()
    step, rest = at[0], at[1:]  # pyright: ignore[reportGeneralTypeIssues] - no place is without a step
    if rest:
        made[step] = _put(value[step], rest, instead, remove=remove)
    elif remove:
        del made[step]
    else:
        made[step] = instead
    return made


class Sweep:
    """Tries documents one after the other; each kind of place once, or every place."""

    def __init__(self, *, each: bool = False, every: bool = False, shard: tuple[int, int] = (0, 1)) -> None:
        """`each`: every kind of place in each document. `every`: every place. `shard` K of N: each N-th input."""
        self.counts = Counts()
        self._each, self._every, self._shard = each, every, shard
        self._met: set[tuple[str, str]] = set()
        self._number = 0
        self._written: set[object] = set()

    def attempt(self, name: str, content: bytes) -> None:
        """Try one document."""
        document: Json = json.loads(content)
        before = _report(content).verdict
        self.counts.documents += 1
        if self._each:
            self._met.clear()
        for at, value in places(document):
            kind = kind_of(at, value)
            if not self._every and kind in self._met:
                continue
            self._met.add(kind)
            self.counts.places += 1
            for what, instead in self._chosen(list(odd(value))):
                where = f"{name}: {'.'.join(map(str, at))}, {what}"
                self._one(
                    where, kind, changed(document, at, what, instead), "sound" if _may_heal(at, value) else before
                )

    def _chosen(self, values: list[tuple[str, object]]) -> Iterator[tuple[str, object]]:
        number, of = self._shard
        for value in values:
            self._number += 1
            if self._number % of == number:
                yield value

    def _one(self, where: str, kind: tuple[str, str], content: bytes, before: str) -> None:
        self.counts.inputs += 1
        started = time.process_time()
        try:
            self._judge(where, kind, content, before)
        except BadFactsError as error:
            self.counts.refused += 1
            if not WHERE.search(str(error)) or len(str(error)) > 2000:
                self.counts.wrong.append(f"{where}: refused without its place: {str(error)[:200]}")
        except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
            self.counts.wrong.append(f"{where}: {' | '.join(traceback.format_exc().splitlines()[-4:])[:600]}")
        took = time.process_time() - started
        self.counts.slowest = max(self.counts.slowest, took)
        if took > SECONDS:
            self.counts.wrong.append(f"{where}: took {took:.1f} s")

    def _judge(self, where: str, kind: tuple[str, str], content: bytes, before: str) -> None:
        report = _report(content)
        self.counts.judged += 1
        crashed = [one for one in report.findings if one.check == "ALB001"]
        self.counts.wrong += [f"{where}: {one.message} {one.evidence[0].saw[-300:]!r}" for one in crashed]
        if report.verdict == "sound" != before:
            self.counts.wrong.append(f"{where}: {before} became sound")
        # What is told differs by what is found and what is missing, seldom by the value itself.
        told = (kind, report.verdict, tuple((one.check, one.severity) for one in report.findings))
        if told not in self._written:
            self._written.add(told)
            self.counts.written += write(report)


def write(report: Report) -> int:
    """Write a report in every format and language; give how many that were."""
    code = Exit(report.exit_code)
    ending = Ending(code=code, codes={code: 1}, sound=report.verdict == "sound", files={})
    for lang in ("en", "ko"):
        for name in FORMATS:
            written: list[bytes] = []
            document = begin(name, Setting(fail_on="error", lang=lang))
            written.append(document.add(report))
            document.end(ending, Sheet(written.append))
    return 2 * len(FORMATS)


def _report(content: bytes) -> Report:
    (facts,) = decode(content.strip(), "facts")
    return albdoctor.judge(facts)


def saved() -> dict[str, bytes]:
    """All facts that the tests keep, or make without a lab."""
    tests = Path(__file__).parents[1] / "tests"
    return documents() | {path.stem: path.read_bytes() for path in sorted(tests.glob("fuzz/*.json"))}


def main(arguments: Collection[str]) -> int:
    """Try all of it and say what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--each", action="store_true", help="each kind of place in each document that matters")
    parser.add_argument("--every", action="store_true", help="every place, not each kind of place once")
    parser.add_argument("--shard", default="0/1", help="K/N: each N-th input, from the K-th on")
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args(list(arguments))
    number, _, of = given.shard.partition("/")
    sweep = Sweep(each=given.each, every=given.every, shard=(int(number), int(of)))
    chosen: Mapping[str, bytes] = {str(path): path.read_bytes() for path in given.files} or saved()
    chosen = covering(chosen) if given.each else chosen
    said = 0
    for name, content in chosen.items():
        sweep.attempt(name, content)
        while sweep.counts.wrong[said:]:
            print(sweep.counts.wrong[said], flush=True)
            said += 1
    print(sweep.counts)
    return 1 if sweep.counts.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
