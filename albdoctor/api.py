"""The library: `scan` and `judge` do what the commands do, without printing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os import PathLike
from pathlib import Path
from typing import Unpack

from msgspec import Struct

from albdoctor.checkup import registry
from albdoctor.checkup.causes import diagnose, last_words
from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Outcome, Result, run
from albdoctor.checkup.judgement import Judgement, scene_of
from albdoctor.checkup.own import CRASHED, crashed
from albdoctor.checkup.suppressions import Suppression, apply
from albdoctor.checkup.verdict import FailOn, verdict
from albdoctor.checkup.weight import weigh
from albdoctor.collect.actions import OF_THE_NAME
from albdoctor.collect.keywords import Keywords, options_for
from albdoctor.collect.options import Options
from albdoctor.derive.consistency import holes_as_gaps
from albdoctor.derive.topology import topology
from albdoctor.errors import BadFactsError, BadOptionError
from albdoctor.facts.files import decode
from albdoctor.facts.scan import IDENTITIES
from albdoctor.facts.snapshot import Facts
from albdoctor.report.build import build
from albdoctor.report.model import Report
from albdoctor.text import Lang

ALWAYS = frozenset((IDENTITIES.name,))
"""Groups that every report shows."""


class Policy(Struct, frozen=True, kw_only=True):
    """How findings are told and when they fail a build."""

    lang: Lang = "en"
    fail_on: FailOn = "error"
    allow_gaps: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    baseline: frozenset[str] = frozenset()
    """Fingerprints that are known already."""
    config_file: str = "albdoctor.toml"

    def checks(self) -> tuple[Check, ...]:
        """The selected checks; an unknown name is an `UnknownCheckError`."""
        return registry.select(registry.load(), self.select, self.ignore)


def judge(facts: Facts, policy: Policy | None = None) -> Report:
    """Judge a snapshot: no network, no credentials, no clock.

    What a policy leaves out (suppressions, the baseline, checks that are not selected) changes what is listed and the
    exit code; the verdict is that of everything that was found.
    """
    policy = policy or Policy()
    facts = holes_as_gaps(facts)
    whole, chosen = registry.load(), {check.id for check in policy.checks()}
    judgement = Judgement(facts)
    outcomes = run(facts, whole if facts.scan.named else of_balancers(whole), judgement)
    scene = scene_of(facts, judgement)
    everything = last_words(weigh((*outcomes, *_crashes(outcomes)), scene), topology(facts))
    selected = tuple(one for one in everything if one.check.id in chosen or one.check is CRASHED)
    left = (one for one in everything if one.findings and one not in selected)
    today = facts.scan.taken_at.date()
    kept, left_out = apply(selected, policy.suppressions, policy.baseline, today, policy.config_file)
    return build(
        facts,
        kept,
        diagnose(kept, topology(facts)),
        scene=scene,
        verdict=verdict(diagnose(everything, topology(facts)), selected, scene),
        suppressed=left_out,
        not_selected=tuple(one.check.slug for one in left),
        lang=policy.lang,
        fail_on=policy.fail_on,
        allow_gaps=policy.allow_gaps,
    )


def load_facts(path: str | PathLike[str]) -> Facts:
    """Read the snapshot of one scan that `--save-facts` wrote, for `judge`.

    Raises `BadFactsError` for a file that holds no snapshot, or several, and `BadOptionError` for one that cannot be
    read.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise BadOptionError(f"cannot read {path}: {error.strerror}") from error
    snapshots = decode(content, str(path))
    if len(snapshots) != 1:
        raise BadFactsError(f"facts file {path} holds {len(snapshots)} snapshots, not one")
    return snapshots[0]


def of_balancers(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks that say something of a balancer to which no name is known to lead: those that follow no name."""
    name = OF_THE_NAME | {"scan"}
    return tuple(check for check in checks if not any(need.group in name and not need.optional for need in check.needs))


def _crashes(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    findings = tuple(crashed(outcome.check, outcome.crash) for outcome in outcomes if outcome.crash)
    return (Outcome(check=CRASHED, result=Result.FOUND, findings=findings),) if findings else ()


def collect(options: Options, policy: Policy | None = None, progress: Callable[[str], None] | None = None) -> Facts:
    """See what the selected checks need; what cannot be seen is `Unknown` in the facts."""
    return collect_all((options,), policy, progress)[0]


def collect_all(
    scans: tuple[Options, ...], policy: Policy | None = None, progress: Callable[[str], None] | None = None
) -> tuple[Facts, ...]:
    """See several names beside each other, with the profiles and before the deadline of the first; none asks twice."""
    from albdoctor.collect import run as seeing

    wanted = groups_for((policy or Policy()).checks())
    return seeing.now(lambda: seeing.collect_all(scans, wanted, progress))


def groups_for(checks: Iterable[Check]) -> frozenset[str]:
    """The groups of facts that checks and every report need."""
    return ALWAYS | {need.group for check in checks for need in check.needs} - {"scan"}


def scan(domain: str, *, policy: Policy | None = None, **keywords: Unpack[Keywords]) -> Report:
    """Follow one request to `domain` (a host name or URL) and diagnose it; `Keywords` lists what else can be said.

    Raises `BadOptionError` for a domain or a value that cannot be used, and `UnknownCheckError` for an unknown check.
    """
    return judge(collect(options_for(domain, **keywords), policy), policy)
