"""Where things are written: the configuration's line of a domain, and with `--iac` the block that makes a resource."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from albdoctor import tables
from albdoctor.api import judge
from albdoctor.collect.keywords import Keywords, options_for
from albdoctor.commands.errors import misused
from albdoctor.commands.given import ScanGiven
from albdoctor.config import Config, Domain
from albdoctor.errors import AlbdoctorError, BadOptionError
from albdoctor.facts.known import Ref
from albdoctor.facts.snapshot import Facts
from albdoctor.files import ANY_FILE, CONFIGURATION, read
from albdoctor.policy import Policy
from albdoctor.report.model import TELL, FindingReport, Report, SourceReport
from albdoctor.streams import tell
from albdoctor.text import Lang, Text, fill

if TYPE_CHECKING:
    from albdoctor.iac.code import Code, Note

NEEDED = ("hcl2", "yaml")
MISSING = Text(
    en="--iac needs packages that are not installed: pip install '.[iac]' in the folder that albdoctor came from",
    ko="--iac에 필요한 패키지가 없습니다. albdoctor를 받은 폴더에서 설치하세요: pip install '.[iac]'",
)
NO_FOLDER = Text(en="--iac {folder}: it is no folder", ko="--iac {folder}: 폴더가 아닙니다")
NO_IAC = Text(en="--iac-state goes with --iac", ko="--iac-state는 --iac와 함께 씁니다")
MORE = Text(en="{count} more files are not read", ko="그 밖에 읽지 못한 파일 {count}개")
TOLD = 5
"""Files of which it is told that they cannot be read."""


class Sources:
    """Says of reports where what they tell of is written."""

    def __init__(self, domains: Mapping[tuple[str, str], SourceReport] | None = None, code: Code | None = None) -> None:
        """Know the domains of the configuration, by host and path, and the blocks of a folder."""
        self._domains, self._code = domains or {}, code

    def judge(self, facts: Facts, policy: Policy) -> Report:
        """Judge facts; the report says where things are written."""
        return self._placed(judge(facts, policy), facts)

    def _placed(self, report: Report, facts: Facts) -> Report:
        if not self._domains and self._code is None:
            return report
        scan = replace(report.scan, source=self._domains.get((report.scan.host, report.scan.path)))
        findings = tuple(replace(one, source=self._source(one, facts)) for one in report.findings)
        placed = replace(report, scan=scan, findings=findings)
        told_in = vars(report).get(TELL)
        if told_in is not None:
            vars(placed)[TELL] = partial(self._in, facts, told_in)
        return placed

    def _in(self, facts: Facts, told_in: partial[Report], lang: Lang) -> Report:
        return self._placed(told_in(lang), facts)

    def _source(self, finding: FindingReport, facts: Facts) -> SourceReport | None:
        if self._code is None:
            return None
        from albdoctor.iac.things import thing_of

        thing = thing_of(facts, Ref(finding.subject.kind, finding.subject.id))
        block = self._code.block_of(thing) if thing else None
        return _source(block.file, block.line, block.end_line, block.name) if block else None


def sources_of(given: ScanGiven, config: Config, config_file: str, lang: Lang) -> Sources:
    """Read what is needed; what cannot be read is told on stderr. Redacted reports say nothing of files."""
    if given.iac_state is not None and given.iac is None:
        raise misused(NO_IAC)
    code = _code(given.iac, given.iac_state, lang) if given.iac is not None else None
    return Sources() if given.redact else Sources(_domains(config, config_file), code)


def _code(folder: Path, state: Path | None, lang: Lang) -> Code:
    if not folder.is_dir():
        raise BadOptionError(NO_FOLDER, folder=folder)
    if any(find_spec(name) is None for name in NEEDED):
        raise AlbdoctorError(MISSING)
    from albdoctor.iac.code import Code

    code = Code(folder)
    code.read()
    if state is not None:
        read(state, ANY_FILE)  # one that was named must be there
        code.read_state(state)
    for note in code.notes[:TOLD]:
        tell(f"albdoctor: {_told(note, lang)}")
    if len(code.notes) > TOLD:
        tell(f"albdoctor: {fill(MORE.of(lang), {'count': len(code.notes) - TOLD})}")
    return code


def _told(note: Note, lang: Lang) -> str:
    return fill(note.said.of(lang), {"file": str(note.file), "folder": str(note.file), "why": note.why}, lang)


def _domains(config: Config, config_file: str) -> dict[tuple[str, str], SourceReport]:
    """The line of each domain; where tables and lines do not go together, that of the file's beginning."""
    if not config.domain:
        return {}
    path = Path(config_file)
    lines = tables.domain_lines(read(path, CONFIGURATION).decode())
    if len(lines) != len(config.domain):
        lines = [1] * len(config.domain)
    found: dict[tuple[str, str], SourceReport] = {}
    for table, line in zip(config.domain, lines, strict=True):
        source = _source(path, line, line)
        if source is not None:
            found = dict.fromkeys(_scanned(table), source) | found
    return found


def _scanned(table: Domain) -> list[tuple[str, str]]:
    """Host and path of each scan of a domain; of one that is no name nothing, which is told where it is scanned."""
    with contextlib.suppress(BadOptionError):
        scans = (options_for(table.name, **Keywords(path=path)) for path in table.paths)
        return [(one.host, one.path) for one in scans]
    return []


def _source(file: Path, line: int, end_line: int, name: str = "") -> SourceReport | None:
    """A place in the repository; None: the file is outside."""
    root = _root(Path.cwd().resolve())
    try:
        inside = file.resolve().relative_to(root)
    except (OSError, ValueError):
        return None
    return SourceReport(file=inside.as_posix(), line=line, end_line=end_line, name=name)


def _root(here: Path) -> Path:
    """The root of the repository in which albdoctor runs; without one, the working folder."""
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
