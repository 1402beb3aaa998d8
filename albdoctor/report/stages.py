"""The path in the report: each stage and row with the worst that was found there, never better than what was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from albdoctor.checkup.causes import Diagnosed
from albdoctor.checkup.check import Stage
from albdoctor.checkup.engine import Outcome
from albdoctor.checkup.finding import Severity
from albdoctor.checkup.verdict import needed
from albdoctor.derive.request.place import Place
from albdoctor.derive.request.scene import Scene, group_of
from albdoctor.details import evidence
from albdoctor.facts.known import Ref
from albdoctor.facts.snapshot import Facts
from albdoctor.report import model, words
from albdoctor.report.path import THINGS, PathRow, rows
from albdoctor.text import Lang

STATUSES: dict[Severity, model.Status] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
}


def stages(
    facts: Facts, outcomes: tuple[Outcome, ...], findings: tuple[Diagnosed, ...], scene: Scene, lang: Lang
) -> tuple[model.StageReport, ...]:
    """Draw the stages that have a check or a row."""
    drawn: dict[str, list[model.Row]] = defaultdict(list)
    open_ = needed(outcomes, scene)
    for stage_of, row in _as_far_as_the_request_comes(rows(facts, scene), _Judged(open_, findings), scene, lang):
        drawn[stage_of].append(row)
    on_rows = {fingerprint for own in drawn.values() for row in own for fingerprint in row.findings}
    told: list[model.StageReport] = []
    for stage in Stage:
        here = [outcome for outcome in outcomes if outcome.check.stage is stage]
        own_rows = tuple(drawn[stage.value])
        if here or own_rows:
            shown = {fingerprint for row in own_rows for fingerprint in row.findings}
            # What follows from another cause, and is told at the row of another stage, is no fault of this one.
            own = [item for item in findings if item.is_root_cause or item.fingerprint not in on_rows]
            found = [item for item in findings if item.fingerprint in shown]
            found += [item for item in own if item.check.stage is stage]
            gaps = any(outcome.check.stage is stage for outcome in open_)
            gaps = gaps or any(row.status == "unknown" for row in own_rows)
            status = _status(found, unknown=gaps)
            title = words.STAGES[stage].of(lang)
            told.append(model.StageReport(stage=stage.value, title=title, status=status, rows=own_rows))
    return tuple(told)


def _as_far_as_the_request_comes(
    drawn: Iterable[PathRow], judged: _Judged, scene: Scene, lang: Lang
) -> Iterator[tuple[str, model.Row]]:
    """Take the tick from what the request does not come to: behind the break, or off the way."""
    nobody_gets_through, broken = scene.requested.served == "no", False
    for each in drawn:
        row = judged.row(each, lang)
        off = bool(each.refs) and all(scene.way.of(ref) is not Place.ON_THE_WAY for ref in each.refs)
        untold = row.status == "ok" or not (each.good or row.findings)
        if untold and (off or (broken and not each.answers)):
            row = replace(row, status="not-reached")
        if off:
            row = replace(row, on_the_way=False)
        broken = broken or (nobody_gets_through and row.status == "error")
        yield each.stage, row


class _Judged:
    """What the checks said, found by subject: there may be a row for each of ten thousand targets."""

    def __init__(self, open_: tuple[Outcome, ...], findings: tuple[Diagnosed, ...]) -> None:
        """Take the checks that could not judge what nothing else answers."""
        self._findings = list(enumerate(findings))
        self._by_subject: dict[Ref, list[tuple[int, Diagnosed]]] = defaultdict(list)
        for number, item in self._findings:
            self._by_subject[item.finding.subject].append((number, item))
        self._slugs_with_gaps = [outcome.check.slug for outcome in open_ if outcome.gaps]

    def row(self, row: PathRow, lang: Lang) -> model.Row:
        about = self._about(row)
        unknown = not (row.known and row.good) or any(slug.startswith(row.about) for slug in self._slugs_with_gaps)
        first = row.refs[0] if row.refs else None
        return model.Row(
            thing=THINGS[row.label],
            ref=first.id if first else "",
            group=group_of(first) if first else "",
            label=row.label.of(lang),
            saw=evidence(row.saw, lang),
            status=_status(about, unknown=unknown),
            findings=tuple(item.fingerprint for item in about),
        )

    def _about(self, row: PathRow) -> list[Diagnosed]:
        """The findings of a row's checks about its things, in the order of the report."""
        near = self._findings
        if row.refs:
            near = [found for ref in dict.fromkeys(row.refs) for found in self._by_subject.get(ref, ())]
        return [item for _, item in sorted(near, key=lambda found: found[0]) if item.check.slug.startswith(row.about)]


def _status(findings: Iterable[Diagnosed], *, unknown: bool) -> model.Status:
    worst = min((item.judged for item in findings), key=lambda severity: severity.rank, default=None)
    if unknown and worst in (None, Severity.INFO):
        return "unknown"
    return STATUSES[worst] if worst else "ok"
