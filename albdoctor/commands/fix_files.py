"""Fixes as files (`--fix-dir`): `2-ALB401-web-https.sh` to run, `1-ALB106-shop.example.md` to do by hand, and an index.

They are numbered in the order in which they must be done. What an earlier scan left there goes, but for what somebody
has edited since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from albdoctor.errors import BadOptionError, system_words
from albdoctor.files import OWNERS, PRIVATE, write_atomic
from albdoctor.language import language
from albdoctor.report import words
from albdoctor.report.fix_names import Key, file_names, key_of
from albdoctor.report.model import FindingReport, Report
from albdoctor.report.safe import by_hand, plain, typed
from albdoctor.streams import tell
from albdoctor.text import Lang, Text, fill

INDEX = "0-FIXES.md"
MANIFEST = ".albdoctor-fixes.json"
"""What we wrote: file names, and the hash of each content; of two, while one takes the other's place."""
TITLE = Text(en="Fixes, in the order in which to do them", ko="수정 방법(적용 순서)")
NONE = Text(en="Nothing is to be fixed.", ko="수정할 것이 없습니다.")
DECIDE_FIRST = Text(
    en="Run this first; run the script only if it confirms the finding:",
    ko="먼저 아래 명령을 실행하고, 문제가 확인된 경우에만 스크립트를 실행하세요:",
)

NO_FOLDER = Text(en="cannot make the folder {folder}: {why}", ko="{folder} 폴더 만들기 실패: {why}")
CANNOT_REPLACE = Text(en="cannot replace {path}: {why}", ko="{path} 교체 실패: {why}")
HUNDRED = Text(en="a hundred older ones stand beside it", ko="같은 자리에 예전 파일이 백 개나 있습니다")
MOVED = Text(
    en="{path} was not as a scan had written it; it is now {aside}",
    ko="{path}: 스캔이 쓴 내용과 달라서 이름을 바꿔 두었습니다: {aside}",
)


class Step(Struct, frozen=True, kw_only=True):
    """Something to do, of one report or several."""

    finding: FindingReport
    domain: str
    host: str
    lang: Lang


class Fixes:
    """The fixes of reports that come one by one; the same one for several of them is one file."""

    def __init__(self, folder: Path) -> None:
        """Make the folder; one that cannot be made is a `BadOptionError`."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadOptionError(NO_FOLDER, folder=folder, why=system_words(error)) from error
        self.folder = folder
        self._steps: dict[Key, Step] = {}

    def add(self, report: Report) -> None:
        """Take what is to be done for one report."""
        for one in report.steps:
            step = Step(finding=one, domain=report.scan.domain, host=report.scan.host, lang=report.lang)
            self._steps.setdefault(key_of(one), step)

    def write(self) -> dict[str, Path]:
        """Write everything; give the files of scripts by fingerprint."""
        steps = tuple(self._steps.values())
        names = file_names([step.finding for step in steps])
        contents = {name: _content(step) for name, step in zip(names, steps, strict=True)}
        contents[INDEX] = _index(dict(zip(names, steps, strict=True)))
        ours = _manifest(self.folder / MANIFEST)
        self._keep(contents, ours)
        manifest = {name: (_hash(content),) for name, content in contents.items()}
        # An interrupted run leaves old files and new ones: both are ours.
        self._note({name: (*ours.get(name, ()), *manifest.get(name, ())) for name in {**ours, **manifest}})
        for name, content in contents.items():
            write_atomic(self.folder / name, content, OWNERS if name.endswith(".sh") else PRIVATE)
        self._clear(ours, but=manifest)
        self._note(manifest)
        scripts = ((step, name) for name, step in zip(names, steps, strict=True) if step.finding.fix.script)
        return {step.finding.fingerprint: self.folder / name for step, name in scripts}

    def _note(self, manifest: Mapping[str, tuple[str, ...]]) -> None:
        document = msgspec.json.format(msgspec.json.encode(manifest, order="sorted")) + b"\n"
        write_atomic(self.folder / MANIFEST, document, PRIVATE)

    def _keep(self, contents: Mapping[str, bytes], ours: Mapping[str, tuple[str, ...]]) -> None:
        """Move aside what has a name that we need and is not what we wrote there: somebody edited it, or made it."""
        for name, content in contents.items():
            path = self.folder / name
            if not path.is_symlink() and not path.exists():
                continue
            try:
                is_plain = path.is_file() and not path.is_symlink()
                if is_plain and _hash(path.read_bytes()) in (*ours.get(name, ()), _hash(content)):
                    continue
                aside = _free(path)
                path.rename(aside)
            except OSError as error:
                raise BadOptionError(CANNOT_REPLACE, path=path, why=system_words(error)) from error
            moved = {"path": str(path), "aside": str(aside)}
            tell(f"albdoctor: {fill(MOVED.of(language()), moved)}")

    def _clear(self, ours: Mapping[str, tuple[str, ...]], but: Container[str]) -> None:
        """Take away what an earlier scan wrote, this one did not, and nobody has changed."""
        for name, hashes in ours.items():
            path = self.folder / name
            if name not in but and Path(name).name == name and path.is_file() and not path.is_symlink():
                try:
                    if _hash(path.read_bytes()) in hashes:
                        path.unlink()
                except OSError as error:
                    raise BadOptionError(CANNOT_REPLACE, path=path, why=system_words(error)) from error


def _manifest(path: Path) -> Mapping[str, tuple[str, ...]]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, tuple[str, ...]])
    except (OSError, ValueError, msgspec.MsgspecError):  # there is none, or it is not ours: nothing is known to be then
        return {}


def _free(path: Path) -> Path:
    """A name beside a file's that nothing has: `1-ALB401-web.sh~`."""
    tries = (path.with_name(path.name + "~" * count) for count in range(1, 100))
    free = next((one for one in tries if not one.exists() and not one.is_symlink()), None)
    if free is None:
        raise BadOptionError(CANNOT_REPLACE, path=path, why=HUNDRED)
    return free


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _content(step: Step) -> bytes:
    return (_script(step) if step.finding.fix.script else _page(step)).encode()


def _said(step: Step) -> list[str]:
    finding = step.finding
    return [
        f"{finding.check} {finding.slug}: {plain(finding.message)}",
        plain(finding.fix.summary),
        *(plain(effect) for effect in finding.fix.side_effects),
    ]


def _script(step: Step) -> str:
    finding = step.finding
    said = [plain(step.domain), *_said(step)]
    if finding.is_decided_first:
        said += [DECIDE_FIRST.of(step.lang), *typed(finding.decide)]
    comments = "\n".join(f"# {line}" for line in said)
    return f"#!/usr/bin/env bash\n{comments}\n\n{finding.fix.script}\n"


def _page(step: Step) -> str:
    fix, lang = step.finding.fix, step.lang
    first, *said = _said(step)
    parts = [f"# {first}", *said, *_lines(fix.by_hand), *(plain(one) for one in fix.console)]
    if fix.verify:
        parts += [f"{words.VERIFY.of(lang)}:", *(f"    {line}" for line in typed(fix.verify))]
    return "\n\n".join(parts) + "\n"


def _lines(said: str) -> list[str]:
    """Lines that are indented are to be typed: code in Markdown."""
    return [f"    {line.strip()}" if line.startswith("  ") else line for line in by_hand(said) if line.strip()]


def _index(steps: Mapping[str, Step]) -> bytes:
    langs: list[Lang] = [step.lang for step in steps.values()]
    lang = langs[0] if langs else "en"
    parts = [f"# {TITLE.of(lang)}"]
    for name, step in steps.items():
        fix = step.finding.fix
        impact = f" ({words.IMPACTS[fix.impact].of(lang)})" if fix.script else ""
        parts.append(f"- `{name}`: {plain(step.domain)}: {plain(fix.summary)}{impact}")
        if fix.verify:
            parts += [f"  {words.VERIFY.of(lang)}:", *(f"      {line}" for line in typed(fix.verify))]
    return ("\n\n".join(parts if steps else [*parts, NONE.of(lang)]) + "\n").encode()
