"""Does text from outside stay text where people paste? `python scripts/hostile.py [every]` tries it.

A hostile text is put into every string of saved facts, one after the other (of `every`: all of them into each). They
are judged, and whatever is printed to be typed runs under bash and zsh, in a folder of its own whose commands are stubs
that write down their words. Nothing hostile may run, and a stub gets the whole text as a part of one word or not at
all; what Terraform and YAML read must hold it whole too. Prints what was tried and what went wrong; exits 1 then.
"""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import yaml
from msgspec import Struct, field

sys.path.insert(0, str(Path(__file__).parents[1]))

import albdoctor
from albdoctor.errors import BadFactsError
from albdoctor.facts.files import decode, encode
from albdoctor.report.model import FindingReport, Report
from tests.causes.table import SITUATIONS
from tests.kinds.site import site
from tests.support.templates import strings_of

ROOT = Path(__file__).parents[1]
BEGIN, END = "qz", "zq"
HOSTILE = (
    *("$(touch owned)", "`touch owned`", ";touch owned;", "&touch owned&", "|touch owned", "\ntouch owned\n", "' '"),
    *("';touch owned;'", '";touch owned;"', '"', "'", "\\", "\n  touch owned\n", "\r\n\ntouch owned #", "> owned"),
    *("${HOME}", "$HOME", "%{if true}", "!!", "*", "~", "한국어 ㅤ", "\u202e\u2028touch owned\u2028", "\x1b[2J\x07"),
    *(
        "\nALBDOCTOR\ntouch owned\n",
        " # x",
        ": x",
        "{a,b}",
        "?a=1&b=2",
        "=touch",
        "\t",
        "\x85touch owned",
        "<(touch owned)",
    ),
)
SHELLS = (("bash", "--norc", "--noprofile"), ("zsh", "-f"))
STUBS = (
    *("aws", "curl", "dig", "sudo", "nc", "openssl", "whois", "delv", "albdoctor", "docker", "journalctl", "top"),
    *("sleep", "time", "systemctl", "ss", "read_me"),
)
REAL = ("bash", "touch", "cat")
STUB = """\
#!/bin/sh
{ printf '%s\\0' "@${0##*/}"; for word; do printf '%s\\0' "$word"; done; } >> "$LOG"
echo stub
"""
APART = {
    "ALB201": "the Region of an ARN ends at a colon",
    "ALB401": "the name of a new target group is cut to 32 characters",
    "ALB402": "as ALB401",
    "ALB507": "the script reads entries apart, and a network ACL's id is one word",
}
"""Checks that may print a part of a text, and why; it must not run there either."""
OTHER_TONGUES = ("  config.host_authorization", "  if ($http_")
"""Lines to type that are no shell's: Rails, nginx."""
BATCH = 100
"""Lines that one shell runs."""

LONG = 8
"""Characters of what is one thing wherever it stands: an id, a name, an address."""
Json: TypeAlias = "str | float | bool | dict[str, Json] | list[Json] | None"
EDITED = "actions.json"
"""What an action list is saved in, to be edited by hand."""


class Line(Struct, frozen=True):
    """Something to paste, and the hostile text that it may hold."""

    check: str
    kind: str
    text: str
    hostile: str


class Counts(Struct):
    """What was tried, and what went wrong."""

    documents: int = 0
    facts: int = 0
    refused: int = 0
    """Facts that no longer fit their types, or are of no URL."""
    crashed: set[str] = field(default_factory=set[str])
    """Checks that did not get over what AWS never sends, and said so."""
    findings: int = 0
    lines: int = 0
    executions: int = 0
    calls: int = 0
    """Of stubs."""
    held: int = 0
    """Words of a stub that held the hostile text."""
    apart: int = 0
    """Words of a stub that held a part of it, where that is known."""
    blocks: int = 0
    """Of Terraform and YAML."""
    checks: set[str] = field(default_factory=set[str])
    wrong: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        """All of it as one line."""
        return (
            f"{self.documents} documents, {self.facts} facts ({self.refused} refused), {self.findings} findings"
            f" of {len(self.checks)} checks ({len(self.crashed)} crashed), {self.lines} texts to paste,"
            f" {self.executions} executions, {self.calls} calls, {self.held} words with a hostile text"
            f" ({self.apart} with a part of it),"
            f" {self.blocks} blocks parsed, {len(self.wrong)} wrong"
        )


def hostile(number: int, *, dash: bool = False) -> str:
    """One of the texts, between two marks by which it is found again."""
    return f"{'--' if dash else ''}{BEGIN}{HOSTILE[number % len(HOSTILE)]}{END}"


def documents() -> dict[str, bytes]:
    """Facts of every kind: saved cases, recordings, kinds of set-ups, and what pairs of causes are judged by."""
    tests = ROOT / "tests"
    found = {path.stem: path.read_bytes() for path in (*tests.glob("cases/*.json"), *tests.glob("recorded/*.json"))}
    for path in sorted(tests.glob("kinds/test_*.py")):
        rows = importlib.import_module(f"tests.kinds.{path.stem}").ROWS
        found |= {f"{path.stem} {row.name}": json.dumps(site(*row.changes)).encode() for row in rows}
    return found | {str(one.pair): encode((one.facts,)) for one in SITUATIONS}


def covering(every: Mapping[str, bytes]) -> dict[str, bytes]:
    """As many of the documents as it takes to have each kind of text of each check once."""
    seen: set[tuple[str, ...]] = set()
    chosen: dict[str, bytes] = {}
    for name, document in every.items():
        told = {
            (one.check, kind, text.split("{", 1)[0][:40])
            for one in _report(document).findings
            for kind, text in _texts(one)
        }
        if told - seen:
            seen |= told
            chosen[name] = document
    return chosen


def mutants(document: bytes, turns: Iterable[int] = (0,), stride: int = 1) -> Iterator[tuple[str, bytes]]:
    """The document with a hostile text behind, or in the place of, each of its strings, wherever that stands."""
    read: Json = json.loads(document)
    for number, value in enumerate(sorted(set(_strings(read)))[::stride]):
        for turn in turns:
            behind = hostile(number + turn)
            yield behind, json.dumps(_replaced(read, value, value + behind)).encode()
            instead = hostile(number + turn, dash=number % 2 == 0)
            yield instead, json.dumps(_replaced(read, value, instead)).encode()


def attempt(chosen: Mapping[str, bytes], place: Path, turns: Iterable[int] = (0,), stride: int = 1) -> Counts:
    """Try every mutant of the documents, or those of one string of `stride`."""
    counts = Counts(documents=len(chosen))
    shells = Pasting(place, counts)
    lines: list[Line] = []
    for document in chosen.values():
        ordinary = {text for one in _report(document).findings for _, text in _texts(one)}
        for text, mutant in mutants(document, turns, stride):
            lines += _told(text, mutant, ordinary, counts)
            if len(lines) >= BATCH:
                shells.run(lines)
                lines = []
    shells.run(lines)
    return counts


def _told(text: str, mutant: bytes, ordinary: set[str], counts: Counts) -> Iterator[Line]:
    """What is printed of a mutant and not without the hostile text."""
    try:
        report = _report(mutant)
    except (BadFactsError, ValueError):  # the second: what is no URL
        counts.refused += 1
        return
    counts.facts += 1
    counts.findings += len(report.findings)
    for finding in report.findings:
        counts.checks.add(finding.check)
        if finding.check == "ALB001":
            counts.crashed.add(finding.message)
        for kind, told in _texts(finding):
            if told not in ordinary:
                yield Line(finding.check, kind, told, text)


def _report(document: bytes) -> Report:
    (facts,) = decode(document.strip(), "facts")
    return albdoctor.judge(facts)


def _texts(finding: FindingReport) -> Iterator[tuple[str, str]]:
    """All of a finding that is pasted somewhere; each with its kind."""
    fix = finding.fix
    told = [("script", fix.script), ("verify", fix.verify), ("decide", finding.decide)]
    hand = [line for line in fix.by_hand.split("\n") if line.startswith("  ")]
    told += [("by hand", line) for line in hand if not line.startswith(OTHER_TONGUES)]
    told += [("terraform", fix.terraform), ("cloudformation", fix.cloudformation)]
    yield from ((kind, text) for kind, text in told if text)


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(part)


def _replaced(value: Json, old: str, new: str) -> Json:
    """Write `new` for a string, also where a longer one (an ARN, a URL) holds it."""
    if isinstance(value, str):
        return new if value == old else value.replace(old, new) if len(old) >= LONG else value
    if isinstance(value, dict):
        return {key: _replaced(part, old, new) for key, part in value.items()}
    return [_replaced(part, old, new) for part in value] if isinstance(value, list) else value


class Pasting:
    """Runs lines in a folder of their own, where every command is a stub."""

    def __init__(self, place: Path, counts: Counts) -> None:
        """Make the stubs."""
        self._counts = counts
        self._folder, commands = place / "here", place / "commands"
        self._log, self._lines = place / "log", place / "lines"
        commands.mkdir(parents=True)
        for name in STUBS:
            (commands / name).write_text(STUB)
            (commands / name).chmod(0o755)
        for name in REAL:
            (commands / name).symlink_to(shutil.which(name) or name)
        self._shells = [(shutil.which(shell) or "", *options) for shell, *options in SHELLS if shutil.which(shell)]
        self._environment = {
            "PATH": str(commands),
            "LOG": str(self._log),
            "HOME": str(self._folder),
            "LC_ALL": "C.UTF-8",
        }

    def run(self, lines: list[Line]) -> None:
        """Run what a shell reads, parse the rest."""
        parsed = [line for line in lines if line.kind in ("terraform", "cloudformation")]
        typed = [line for line in lines if line not in parsed]
        self._counts.blocks += len(parsed)
        self._counts.lines += len(typed)
        self._counts.wrong += [said for line in parsed for said in _misread(line)]
        for some in (typed[start : start + BATCH] for start in range(0, len(typed), BATCH)):
            for shell in self._shells:
                self._counts.executions += len(some)
                whole = self._wrong(shell, some)
                # One by one, to name the guilty: what is unfinished swallows what follows.
                self._counts.wrong += [said for line in some for said in self._wrong(shell, [line])] if whole else []

    def _wrong(self, shell: tuple[str, ...], lines: list[Line]) -> list[str]:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        self._log.write_bytes(b"")
        mark = "printf '%s\\0' {} >> \"$LOG\"\n"
        self._lines.write_text("".join(f"{mark.format('@@')}{line.text}\n{mark.format('@.')}" for line in lines))
        subprocess.run(
            [*shell, str(self._lines)],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
        at = f"{Path(shell[0]).name}, {lines[0].check} {lines[0].kind}: {lines[0].text!r}"
        said = [f"{at} made {left.name}" for left in self._folder.iterdir() if left.name != EDITED]
        got = self._log.read_bytes().decode(errors="surrogateescape").split("@@\0")[1:]
        if len(got) != len(lines) or not all(words.endswith("@.\0") for words in got):
            return [*said, f"{at} does not end"]
        for line, words in zip(lines, got, strict=True):
            said += self._received(line, words.split("\0")[:-2])
        return said

    def _received(self, line: Line, words: list[str]) -> Iterator[str]:
        self._counts.calls += sum(word.startswith("@") for word in words)
        for word in words:
            if _holds_whole(word, line.hostile):
                self._counts.held += 1
            elif (BEGIN in word or END in word) and line.check in APART:
                self._counts.apart += 1
            elif BEGIN in word or END in word:
                yield f"{line.check} {line.kind}: {line.hostile!r} came as {word!r}"


def _holds_whole(word: str, text: str) -> bool:
    """Whether it stands there as it is, or as a string of JSON, in lower case where it is a name."""
    forms = (text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    return any(form in word or form.lower() in word for form in forms)


def _misread(line: Line) -> Iterator[str]:
    """What a reader of the block does not get as it is."""
    at = f"{line.check} {line.kind}: {line.text!r}"
    try:
        read = strings_of(line.text) if line.kind == "terraform" else list(_strings(yaml.safe_load(line.text)))
    except Exception as error:  # noqa: BLE001 - whatever a reader does not like
        yield f"{at} is not read: {str(error)[:200]}"
        return
    yield from (
        f"{at}: {one!r} was read"
        for one in read
        if (BEGIN in one or END in one) and line.check not in APART and not _holds_whole(one, line.hostile)
    )


def main(every: Iterable[str] = ()) -> int:
    """Try all of it and say what came of it."""
    with tempfile.TemporaryDirectory() as place:
        counts = attempt(covering(documents()), Path(place), range(len(HOSTILE)) if "every" in every else (0,))
    for said in sorted(set(counts.wrong)):
        print(said)
    for said in sorted(counts.crashed):
        print(said)
    print(counts)
    return 1 if counts.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
