"""One snapshot becomes one report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from functools import partial

from albdoctor.checkup import registry
from albdoctor.checkup.causes import diagnose, last_words
from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Outcome, Result, run
from albdoctor.checkup.foreign import quiet
from albdoctor.checkup.grades import regraded
from albdoctor.checkup.judgement import Judgement
from albdoctor.checkup.own import CRASHED, crashed
from albdoctor.checkup.scene import scene_of
from albdoctor.checkup.suppressions import apply
from albdoctor.checkup.verdict import verdict
from albdoctor.checkup.weight import weigh
from albdoctor.collect.actions import OF_THE_NAME
from albdoctor.derive.consistency import holes_as_gaps
from albdoctor.derive.needs import Need, needs_of
from albdoctor.derive.topology import topology
from albdoctor.facts.snapshot import Facts
from albdoctor.policy import ALWAYS, Policy
from albdoctor.report.build import build
from albdoctor.report.model import TELL, Report
from albdoctor.text import Lang

OF_A_SCAN = OF_THE_NAME | {"scan"}
"""What only a scan of a name has."""


def judge(facts: Facts, policy: Policy | None = None) -> Report:
    """Judge a snapshot: no network, no credentials, no clock.

    What a policy leaves out or regrades (suppressions, the baseline, checks that are not selected, severities) changes
    what is listed and the exit code; the verdict is that of everything that was found, as it was judged.
    """
    policy = policy or Policy()
    facts = holes_as_gaps(facts)
    whole, chosen = registry.load(), {check.id for check in policy.checks()}
    judgement = Judgement(facts)
    with quiet() if registry.foreign() else nullcontext():
        outcomes = run(facts, whole if facts.scan.named else of_balancers(whole), judgement)
    scene = scene_of(facts, judgement)
    everything = last_words(weigh((*outcomes, *_crashes(outcomes)), scene), topology(facts))
    selected = tuple(one for one in everything if one.check.id in chosen or one.check is CRASHED)
    left = (one for one in everything if one.findings and one not in selected)
    today = facts.scan.taken_at.date()
    kept, left_out = apply(selected, policy.suppressions, policy.baseline, today, policy.config_file)
    tell = partial(
        build,
        facts,
        kept,
        regraded(diagnose(kept, topology(facts)), policy.severity),
        scene=scene,
        verdict=verdict(diagnose(everything, topology(facts)), selected, scene),
        suppressed=left_out,
        not_selected=tuple(one.check.slug for one in left),
        fail_on=policy.fail_on,
        allowed=policy.allowed,
    )
    return _told(policy.lang, lambda lang: tell(lang=lang))


def _told(lang: Lang, tell: Callable[[Lang], Report]) -> Report:
    """The report in one language, which can be told in another."""
    report = tell(lang)
    vars(report)[TELL] = partial(_told, tell=tell)
    return report


def of_balancers(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks that say something of a balancer to which no name is known to lead: those that follow no name."""
    return tuple(check for check in checks if not _follows_a_name(check.needs))


def groups_of_balancers(checks: Iterable[Check]) -> frozenset[str]:
    """The groups of facts for which such a balancer is asked: not those of a derivation that follows a name."""
    wants = (want for check in of_balancers(checks) for want in check.wants)
    useful = (each for each in wants if isinstance(each.source, str) or not _follows_a_name(each.source.needs))
    return (ALWAYS | {need.group for need in needs_of(useful)}) - OF_A_SCAN


def _follows_a_name(needs: Iterable[Need]) -> bool:
    return any(need.group in OF_A_SCAN and not need.optional for need in needs)


def _crashes(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """What crashed, and what did not even load: the last is in no other outcome, and a gap all the same."""
    broken = registry.loaded().broken
    findings = tuple(crashed(outcome.check.id, outcome.crash) for outcome in outcomes if outcome.crash)
    findings += tuple(crashed(name, why) for name, why in broken.items())
    result = Result.CRASHED if broken else Result.FOUND
    return (Outcome(check=CRASHED, result=result, findings=findings),) if findings else ()
