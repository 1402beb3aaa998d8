"""Puts a report together: outcomes, causes and path, in one language, with every value filled in."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor import details
from albdoctor.checkup.allowed import NONE, Allowed
from albdoctor.checkup.causes import Diagnosed
from albdoctor.checkup.engine import Outcome
from albdoctor.checkup.finding import Severity
from albdoctor.checkup.fix import Fix
from albdoctor.checkup.scene import scene_of
from albdoctor.checkup.suppressions import Suppressed
from albdoctor.checkup.verdict import Word, exit_code, needed
from albdoctor.checkup.verdict import verdict as verdict_of
from albdoctor.derive.request.place import Place
from albdoctor.derive.request.scene import Scene
from albdoctor.exits import FailOn
from albdoctor.facts.known import Gap, Known, Ref, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.literals import one_line
from albdoctor.report import model, words
from albdoctor.report.access import access
from albdoctor.report.asked import asked
from albdoctor.report.counters import counters
from albdoctor.report.gaps import sum_up, told
from albdoctor.report.names import with_unicode
from albdoctor.report.request import headline, untold_risk
from albdoctor.report.stages import stages
from albdoctor.report.ways import ways
from albdoctor.shell import block
from albdoctor.text import Lang, Text, Values, fill, fill_cloudformation, fill_script, fill_terraform
from albdoctor.version import VERSION


def build(
    facts: Facts,
    outcomes: tuple[Outcome, ...],
    findings: tuple[Diagnosed, ...],
    *,
    scene: Scene | None = None,
    verdict: Word | None = None,
    suppressed: tuple[Suppressed, ...] = (),
    not_selected: tuple[str, ...] = (),
    lang: Lang = "en",
    fail_on: FailOn = "error",
    allowed: Allowed = NONE,
) -> model.Report:
    """Make the report of one scan; `verdict` is that of everything that was found, also of what is left out here."""
    scene = scene or scene_of(facts)
    blind = isinstance(facts.load_balancers, Unknown) and facts.load_balancers.gap is not Gap.NOT_ASKED
    code = exit_code(findings, outcomes, scene, fail_on, allowed, blind=blind)
    own = verdict_of(findings, outcomes, scene)
    word = verdict or own
    untold = own == "at-risk" and all(item.severity is Severity.INFO for item in findings)
    risk = untold_risk(scene) if untold else None
    return model.Report(
        tool=model.Tool(name="albdoctor", version=VERSION),
        lang=lang,
        scan=_scan(facts),
        request=_request(scene, facts, word, lang, risk),
        verdict=word,
        exit_code=int(code),
        exit_reason=words.exit_reason(code, findings, word, fail_on, lang, blind=blind),
        stages=stages(facts, outcomes, findings, scene, lang),
        ways=tuple(ways(scene.way)),
        counters=tuple(counters(facts, scene, lang)),
        asked=tuple(asked(facts, lang)),
        findings=tuple(_findings(findings, lang)),
        checks=tuple(_check(outcome, lang) for outcome in outcomes),
        gaps=sum_up(outcomes, needed(outcomes, scene), facts.identities, lang),
        access=access(facts, outcomes, lang),
        suppressed=tuple(_suppressed(item) for item in suppressed),
        not_selected=not_selected,
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


def _request(scene: Scene, facts: Facts, word: Word, lang: Lang, risk: Text | None) -> model.RequestReport:
    requested = scene.requested
    answers = (
        model.AnswerReport(
            address=one.address,
            outcome=one.came,
            status=one.status,
            by=one.by,
            seconds=round(one.seconds, 3),
            detail=details.reason(one.detail, lang),
        )
        for one in requested.at
    )
    return model.RequestReport(
        url=requested.url,
        served=requested.served,
        sentence=with_unicode(headline(requested, facts.scan.host, word, lang, risk)),
        answers=tuple(answers),
    )


def _findings(findings: tuple[Diagnosed, ...], lang: Lang) -> Iterator[model.FindingReport]:
    """Tell every finding, and number those that do not vanish by themselves."""
    todo = [item for item in findings if not item.vanishes]
    steps = {item.fingerprint: number for number, item in enumerate(sorted(todo, key=_when), start=1)}
    for item in findings:
        yield _finding(item, lang, steps.get(item.fingerprint))


def _when(item: Diagnosed) -> tuple[bool, bool, bool, int]:
    """When it is to be done: what is off the way last, remarks after all else, and nothing before what explains it.

    What explains it explains whatever explains that as well, so that a cause has fewer of them than its effects.
    """
    beside = item.finding.place is not Place.ON_THE_WAY
    fix = item.finding.fix or item.check.fixes[0]
    return beside, item.judged is Severity.INFO, not fix.before_others, len(item.explained_by)


def _finding(item: Diagnosed, lang: Lang, step: int | None) -> model.FindingReport:
    check, finding = item.check, item.finding
    return model.FindingReport(
        fingerprint=item.fingerprint,
        check=check.id,
        slug=check.slug,
        stage=check.stage.value,
        severity=item.severity,
        regraded_from=item.judged if item.graded else None,
        place=finding.place,
        certainty=finding.certainty,
        subject=_subject(finding.subject),
        message=fill(check.message.of(lang), finding.values, lang),
        why=fill(check.why.of(lang), finding.values, lang),
        evidence=tuple(
            model.Seen(
                asked=one_line(details.evidence(seen.asked, lang)), saw=one_line(details.evidence(seen.saw, lang))
            )
            for seen in finding.evidence
        ),
        explained_by=item.explained_by,
        root_cause=item.is_root_cause,
        step=step,
        vanishes=item.vanishes,
        mended_by=item.mended_by,
        alternatives=tuple(one_line(other.of(lang)) for other in finding.alternatives),
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
        script=block(fill_script(fix.script, values).strip(), words.STOPPED.of(lang)) if fix.script else "",
        console=tuple(text(step) for step in fix.console),
        terraform=fill_terraform(fix.terraform, values).strip(),
        cloudformation=fill_cloudformation(fix.cloudformation, values).strip(),
        by_hand=text(fix.by_hand) if fix.by_hand else "",
        # A list in one of them is told line by line, in every format.
        side_effects=tuple(line.strip() for effect in fix.effects_for(values) for line in text(effect).split("\n")),
        verify=fill_script(fix.verify, values).strip(),
    )


def _subject(ref: Ref) -> model.Subject:
    return model.Subject(kind=ref.kind, id=ref.id)


def _check(outcome: Outcome, lang: Lang) -> model.CheckReport:
    everything = (*outcome.gaps, *outcome.missed)
    gaps = tuple(told(gap, lang) for gap in everything)
    return model.CheckReport(check=outcome.check.id, slug=outcome.check.slug, outcome=outcome.result, gaps=gaps)


def _suppressed(item: Suppressed) -> model.SuppressedReport:
    return model.SuppressedReport(
        fingerprint=item.finding.fingerprint(item.check.id),
        check=item.check.id,
        slug=item.check.slug,
        subject=_subject(item.finding.subject),
        reason=item.reason,
    )
