"""What is right for a set-up, and what a report says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from albdoctor.report.model import Report
from tests.kinds.site import Change, judged
from tests.test_cases import OUTCOME


class Row(Struct, frozen=True, kw_only=True):
    """One set-up and what is right for it."""

    name: str
    changes: tuple[Change, ...]
    verdicts: frozenset[str]
    exits: frozenset[int]
    must: frozenset[str] = frozenset()
    """One of these is a root cause, at warning or error."""
    forbid: frozenset[str] = frozenset()
    """None of these is an error."""
    no_error: bool = False
    never: str = ""
    """No script that is printed matches this regular expression."""
    untold: frozenset[str] = frozenset()
    """None of these is told at all at warning or error."""
    says: str = ""
    """The report in words holds this."""
    unsaid: str = ""
    """It does not hold this."""


def _row(
    name: str, changes: Iterable[Change], verdicts: str, exits: Iterable[int], must: Iterable[str], **rest: Any
) -> Row:
    wanted = frozenset(each for one in must for each in (OUTCOME if one == "@outcome" else (one,)))
    for key in ("forbid", "untold"):
        if isinstance(rest.get(key), str):
            rest[key] = frozenset(str(rest[key]).split())
    return Row(
        name=name,
        changes=tuple(changes),
        verdicts=frozenset(verdicts.split()),
        exits=frozenset(exits),
        must=wanted,
        **rest,
    )


def sound(name: str, *changes: Change, **rest: Any) -> Row:
    """Visitors are served, and nothing is wrong."""
    return _row(name, changes, "sound", (0,), (), no_error=True, **rest)


def at_risk(name: str, *changes: Change, must: Iterable[str] = (), **rest: Any) -> Row:
    """Visitors are served; something is to be told."""
    return _row(name, changes, "at-risk", (0,), must, no_error=True, **rest)


def gentle(
    name: str,
    *changes: Change,
    must: Iterable[str] = (),
    exits: Iterable[int] = (0,),
    verdicts: str = "sound at-risk",
    **rest: Any,
) -> Row:
    """Visitors are served; whether there is something to tell is a matter of taste."""
    return _row(name, changes, verdicts, exits, must, no_error=True, **rest)


def broken(name: str, *changes: Change, must: Iterable[str], **rest: Any) -> Row:
    """Visitors get an error, and this is why."""
    return _row(name, changes, "broken", (1,), must, **rest)


def open_to_taste(name: str, *changes: Change, verdicts: str, exits: Iterable[int], **rest: Any) -> Row:
    """Several answers are right; some scripts never are."""
    return _row(name, changes, verdicts, exits, (), **rest)


def unseen(
    name: str,
    *changes: Change,
    exits: Iterable[int] = (0, 3),
    verdicts: str = "unknown",
    must: Iterable[str] = (),
    **rest: Any,
) -> Row:
    """Nobody saw whether visitors are served: no accusation, no tick."""
    return _row(name, changes, verdicts, exits, must, no_error=True, **rest)


def wrong(row: Row, report: Report) -> list[str]:
    """What a report says that is not right."""
    told = [one for one in report.findings if one.severity in ("error", "warning")]
    roots = {one.slug for one in told if one.root_cause}
    errors = {one.slug for one in told if one.severity == "error"}
    crashed = [one.slug for one in report.checks if one.outcome == "crashed"]
    scripts = "\n".join(one.fix.script for one in report.findings)
    complaints = {
        f"verdict {report.verdict}, right {sorted(row.verdicts)}": report.verdict not in row.verdicts,
        f"exit {report.exit_code}, right {sorted(row.exits)}": report.exit_code not in row.exits,
        f"root causes {sorted(roots)}, none of {sorted(row.must)}": bool(row.must) and row.must.isdisjoint(roots),
        f"errors {sorted(errors)}": bool(errors if row.no_error else errors & row.forbid),
        f"told {sorted({one.slug for one in told} & row.untold)}": bool({one.slug for one in told} & row.untold),
        f"a script holds {row.never}": bool(row.never) and re.search(row.never, scripts) is not None,
        f"crashed {crashed}": bool(crashed),
    }
    if row.says or row.unsaid:
        text = " ".join(report.to_text("en").split())
        complaints[f"does not say {row.says}"] = row.says not in text
        complaints[f"says {row.unsaid}"] = bool(row.unsaid) and row.unsaid in text
    return [words for words, holds in complaints.items() if holds]


def complaints(row: Row) -> list[str]:
    """What the tool says of a set-up that is not right."""
    return wrong(row, judged(*row.changes))
