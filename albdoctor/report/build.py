"""Puts a report together: outcomes, causes and path, in one language, with every value filled in."""

from __future__ import annotations

from albdoctor.checkup.causes import Diagnosed
from albdoctor.checkup.engine import Outcome
from albdoctor.checkup.fix import Fix
from albdoctor.checkup.suppressions import Suppressed
from albdoctor.checkup.verdict import FailOn, exit_code, verdict
from albdoctor.facts.known import Known, Ref
from albdoctor.facts.snapshot import Facts
from albdoctor.report import model, words
from albdoctor.report.gaps import sum_up
from albdoctor.report.stages import stages
from albdoctor.text import Lang, Text, Values, fill, fill_script
from albdoctor.version import VERSION


def build(
    facts: Facts,
    outcomes: tuple[Outcome, ...],
    findings: tuple[Diagnosed, ...],
    *,
    suppressed: tuple[Suppressed, ...] = (),
    lang: Lang = "en",
    fail_on: FailOn = "error",
    allow_gaps: bool = False,
) -> model.Report:
    """Make the report of one scan."""
    code = exit_code(findings, outcomes, fail_on, allow_gaps)
    return model.Report(
        tool=model.Tool(name="albdoctor", version=VERSION),
        lang=lang,
        scan=_scan(facts),
        verdict=verdict(findings, outcomes),
        exit_code=int(code),
        exit_reason=words.exit_reason(code, findings, outcomes, fail_on, lang),
        stages=stages(facts, outcomes, findings, lang),
        findings=tuple(_finding(item, lang) for item in findings),
        checks=tuple(_check(outcome) for outcome in outcomes),
        gaps=sum_up(outcomes, facts.identities),
        suppressed=tuple(_suppressed(item) for item in suppressed),
    )


def _scan(facts: Facts) -> model.ScanInfo:
    scan = facts.scan
    identities = facts.identities.value if isinstance(facts.identities, Known) else ()
    balancers = facts.load_balancers.value if isinstance(facts.load_balancers, Known) else ()
    return model.ScanInfo(
        domain=scan.domain,
        host=scan.host,
        path=scan.path,
        named=scan.named,
        started_at=scan.taken_at,
        seconds=round(scan.seconds, 3),
        accounts=tuple(dict.fromkeys(identity.account for identity in identities)),
        regions=scan.regions,
        balancers=tuple(balancer.load_balancer_arn for balancer in balancers),
    )


def _finding(item: Diagnosed, lang: Lang) -> model.FindingReport:
    check, finding = item.check, item.finding
    return model.FindingReport(
        fingerprint=item.fingerprint,
        check=check.id,
        slug=check.slug,
        stage=check.stage.value,
        severity=item.severity,
        certainty=finding.certainty,
        subject=_subject(finding.subject),
        message=fill(check.message.of(lang), finding.values, lang),
        why=fill(check.why.of(lang), finding.values, lang),
        evidence=tuple(model.Seen(asked=seen.asked.of(lang), saw=seen.saw.of(lang)) for seen in finding.evidence),
        explained_by=item.explained_by,
        root_cause=item.is_root_cause,
        alternatives=tuple(other.of(lang) for other in finding.alternatives),
        decide=finding.decide,
        fix=_fix(finding.fix or check.fixes[0], finding.values, lang),
        refs=check.refs,
    )


def _fix(fix: Fix, values: Values, lang: Lang) -> model.FixReport:
    def text(words_: Text) -> str:
        return fill(words_.of(lang), values, lang)

    return model.FixReport(
        summary=text(fix.summary),
        impact=fix.impact,
        script=fill_script(fix.script, values).strip(),
        console=tuple(text(step) for step in fix.console),
        terraform=fill(fix.terraform, values).strip(),
        cloudformation=fill(fix.cloudformation, values).strip(),
        by_hand=text(fix.by_hand) if fix.by_hand else "",
        side_effects=tuple(text(effect) for effect in fix.effects_for(values)),
        verify=fill_script(fix.verify, values).strip(),
    )


def _subject(ref: Ref) -> model.Subject:
    return model.Subject(kind=ref.kind, id=ref.id)


def _check(outcome: Outcome) -> model.CheckReport:
    everything = (*outcome.gaps, *outcome.missed)
    gaps = tuple(model.GapReport(gap=gap.gap, asked=gap.asked, detail=gap.detail) for gap in everything)
    return model.CheckReport(check=outcome.check.id, slug=outcome.check.slug, outcome=outcome.result, gaps=gaps)


def _suppressed(item: Suppressed) -> model.SuppressedReport:
    return model.SuppressedReport(
        fingerprint=item.finding.fingerprint(item.check.id),
        check=item.check.id,
        slug=item.check.slug,
        subject=_subject(item.finding.subject),
        reason=item.reason,
    )
