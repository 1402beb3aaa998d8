"""Fixes as people use them: pasted one after the other, beside other people's things, the whole account compared."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from albdoctor.checkup import registry
from albdoctor.checkup.engine import run
from albdoctor.facts.files import decode
from albdoctor.facts.snapshot import Facts
from albdoctor.lab import loaded
from albdoctor.lab.actors import SCRIPT_SECONDS, RepairError, repair_of
from albdoctor.lab.healing import MOST_ROUNDS, is_sound, to_fix, unsound
from albdoctor.lab.scanning import scan
from albdoctor.lab.shop import Shop
from albdoctor.lab.site import build
from albdoctor.lab.terminal import Pasted, paste
from albdoctor.lab.world import World
from albdoctor.report.model import FindingReport, Report
from tests.support import bystanders
from tests.support.account import account, changes
from tests.support.set_ups import SetUp, find

CLI = """\
#!/bin/sh
echo "$2" >> {log}
if [ "$(wc -l < {log})" -eq "$FAIL_AT" ]; then
  echo "An error occurred (AccessDenied) when calling the operation" >&2
  exit 254
fi
exec {aws} "$@"
"""
"""The AWS CLI, with a log of its operations, and a failure at one of them."""


class Done(Struct, frozen=True, kw_only=True):
    """A script that was pasted."""

    check: str
    fix: int
    """Which of the check's declared fixes."""
    operations: tuple[str, ...]
    """Of the AWS CLI, in the order in which they ran."""
    changes: tuple[str, ...]
    """In the whole account."""


class Site:
    """A scenario's site, with other people's things beside it."""

    def __init__(self, world: World, name: str) -> None:
        """Build it."""
        self.world, self.scenario = world, find(name)
        self.shop: Shop = build(world, self.scenario.plan)
        bystanders.add(self.shop)
        self._facts = world.folder / "facts-of-fixing.json"
        self._log = world.folder / "operations"
        self._bin = world.folder / "bin-of-fixing"
        self._bin.mkdir()
        command = self._bin / "aws"
        command.write_text(CLI.format(log=self._log, aws=shlex.join(loaded.words("aws"))))
        command.chmod(0o755)

    def look(self) -> tuple[Report, Facts]:
        """Scan; give the report and what it was judged by."""
        options = (*self.scenario.options, "--save-facts", str(self._facts))
        report = scan(self.world, self.scenario.plan.scanned, options=options)
        return report, decode(self._facts.read_bytes(), "facts")[0]

    def paste(self, finding: FindingReport, fail_at: int = 0) -> tuple[Pasted, tuple[str, ...]]:
        """Paste a script; the operation with this number fails. Give what came of it and the operations."""
        self._log.write_text("")
        environment = self.world.environment | {
            "PATH": f"{self._bin}:{self.world.environment['PATH']}",
            "FAIL_AT": str(fail_at),
        }
        pasted = paste(finding.fix.script, environment, seconds=SCRIPT_SECONDS)
        return pasted, tuple(self._log.read_text().split())

    def rounds(self) -> Iterator[tuple[FindingReport, Report, Facts]]:
        """Give every finding that is to be fixed, round for round, as a user goes through reports; the caller fixes."""
        for _ in range(MOST_ROUNDS):
            report, facts = self.look()
            chosen = self._to_fix(report)
            if is_sound(report) and not chosen:
                return
            for finding in chosen:
                yield finding, report, facts
        report, _ = self.look()
        if left := unsound(report) or [f"{one.slug} is still there" for one in self._to_fix(report)]:
            raise RepairError("; ".join(left))

    def _to_fix(self, report: Report) -> list[FindingReport]:
        """The root causes that need a fix, or those that the set-up names instead."""
        named = self.scenario.fixed if isinstance(self.scenario, SetUp) else ()
        return [one for one in report.findings if one.slug in named] if named else list(to_fix(report))

    def by_hand(self, finding: FindingReport) -> None:
        """Let whoever is there do it."""
        repair = repair_of(replace(finding, fix=replace(finding.fix, script="")), self.scenario.repairs)
        if repair is None:
            raise RepairError(f"nobody can fix {finding.slug}")
        repair(self.shop, finding)


def fix_all(name: str) -> list[Done]:
    """Fix a scenario; give each script that was pasted. One that fails, or a site left unsound, is a RepairError."""
    done: list[Done] = []
    with World() as world:
        site = Site(world, name)
        for finding, _report, facts in site.rounds():
            if not finding.fix.script:
                site.by_hand(finding)
                continue
            before = account(world.aws)
            pasted, operations = site.paste(finding)
            if pasted.status != 0:
                raise RepairError(f"the script of {finding.slug} ended with {pasted.status}: {pasted.shown[-600:]}")
            done.append(
                Done(
                    check=finding.check,
                    fix=declared(finding, facts),
                    operations=operations,
                    changes=tuple(changes(before, account(world.aws))),
                )
            )
    return done


def declared(finding: FindingReport, facts: Facts) -> int:
    """Which of the check's declared fixes a finding chose."""
    (check,) = (one for one in registry.load() if one.id == finding.check)
    (outcome,) = run(facts, (check,))
    chosen = next(one for one in outcome.findings if one.fingerprint(check.id) == finding.fingerprint)
    return check.fixes.index(chosen.fix or check.fixes[0])


def fail_at(name: str, number: int, operation: int) -> tuple[Report, Report, Pasted, tuple[str, ...]]:
    """Let one operation of a scenario's script (the `number`th that is pasted) fail.

    Give the reports before and after it, what the terminal showed, and the operations that were begun.
    """
    with World() as world:
        site = Site(world, name)
        count = 0
        for finding, report, _facts in site.rounds():
            if not finding.fix.script:
                site.by_hand(finding)
                continue
            if count < number:
                count += 1
                site.paste(finding)
                continue
            before = report if count == 0 else site.look()[0]
            pasted, operations = site.paste(finding, operation)
            return before, site.look()[0], pasted, operations
    raise RepairError(f"{name} prints no script number {number}")


PROVEN = Path(__file__).parents[1] / "lab" / "proven_fixes.json"


def proven() -> dict[str, list[Done]]:
    """For each scenario that proves a fix, the scripts that it prints and what they change."""
    return msgspec.json.decode(PROVEN.read_bytes(), type=dict[str, list[Done]]) if PROVEN.exists() else {}
