"""Less seen is never graver: facts are taken away one by one, and nothing that is told becomes worse or surer by it.

The witness of a mild word may be what is taken away. What then holds is written down here, rule by rule: `_may_rise`
and `_may_be_sound`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

import albdoctor
from albdoctor.checkup import registry
from albdoctor.facts.files import decode
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.snapshot import CARDS, Facts
from albdoctor.report.model import FindingReport, Report
from scripts.odd_values import saved

pytestmark = pytest.mark.sweep

DOCUMENTS = saved()
SITES = [name for name in DOCUMENTS if not name.startswith(("ALB", "test_"))]
KINDS = [name for name in DOCUMENTS if name.startswith("test_")][::6]
SOME = SITES[::4]
MORE = [name for name in (*SITES, *KINDS) if name not in SOME]
RANK = {"error": 0, "warning": 1, "info": 2}
PLACES = frozenset({"leads", "load_balancers", "listeners", "rules", "hosted_zones", "record_sets", "host_answers"})
"""What tells where a thing stands, or in front of what."""
WITNESS = frozenset({"probes", *PLACES})
"""What tells what visitors get, and that it is this load balancer that they get it from."""
HELPS = frozenset(name for name, card in CARDS.items() if card.only_helps)
ACCOUNT = frozenset({"metrics", "groups_health", "target_groups", *PLACES})
"""What the load balancer's own account is made of, which stands in where nobody could try the request."""
OF_THE_ACCOUNT = frozenset({"alb-internal-for-public-domain"})
"""Slugs of checks that say what visitors meet, and are borne only because that account says that some were served."""
SEEN = frozenset({"tls-port-closed", "http-request-fails"})
"""Slugs of checks that tell what visitors were seen to get: where less is known of rules, less is doubted."""
OF_THE_DOOR = frozenset({"security_groups", "prefix_lists", "network_acls", "route_tables", "subnets"})


class Less(NamedTuple):
    """Facts without one of their parts."""

    group: str
    gap: Gap
    facts: Facts


def less(facts: Facts) -> Iterator[Less]:
    """Each known group, and each known part of a thing, unknown; each option that leaves something out."""
    for name, card in CARDS.items():
        value = getattr(facts, name)
        if not isinstance(value, Known):
            continue
        held: Known[Any] = value  # pyright: ignore[reportUnknownVariableType] - any group
        gaps = [Unknown(gap=gap, asked=name, detail="taken away") for gap in (Gap.DENIED, Gap.NOT_ASKED)]
        for gap in gaps:
            yield Less(name, gap.gap, replace(facts, **{name: gap}))
        for part in _parts(held.value, gaps[0]):
            yield Less(name, gaps[0].gap, replace(facts, **{name: Known(part)}))
        if card.opt_out:
            chosen = Unknown(gap=Gap.NOT_ASKED, asked=name, detail=card.opt_out)
            yield Less(name, Gap.NOT_ASKED, replace(facts, **{name: chosen}))


def _parts(value: Any, gap: Unknown) -> Iterator[Any]:
    """The value with one of the parts in it unknown that can be unknown by themselves."""
    if isinstance(value, tuple):
        held: tuple[Any, ...] = value  # pyright: ignore[reportUnknownVariableType] - parts of the facts
        for at, item in enumerate(held):
            yield from ((*held[:at], made, *held[at + 1 :]) for made in _parts(item, gap))
    elif isinstance(value, Struct):
        for field in value.__struct_fields__:
            inner = msgspec.structs.asdict(value)[field]
            if isinstance(inner, Known):
                yield replace(value, **{field: gap})
            elif isinstance(inner, tuple | Struct):
                yield from (replace(value, **{field: made}) for made in _parts(inner, gap))


def worse(before: Report, after: Report, group: str) -> Iterator[str]:
    """What is graver or surer, or sound, with less in sight, and no rule allows."""
    told = {(one.check, one.subject): one for one in before.findings}
    for finding in after.findings:
        was = told.get((finding.check, finding.subject))
        if was is None:
            continue
        if finding.slug in OF_THE_ACCOUNT and group in ACCOUNT:
            continue
        if RANK[finding.severity] < RANK[was.severity] and not _may_rise(was, finding, group, after):
            yield f"{finding.slug}: {was.severity} becomes {finding.severity}"
        if finding.certainty == "confirmed" != was.certainty and finding.slug not in SEEN:
            yield f"{finding.slug} becomes confirmed"
    if after.verdict == "sound" != before.verdict and not _may_be_sound(before, group):
        yield f"{before.verdict} becomes sound"


def _may_rise(was: FindingReport, finding: FindingReport, group: str, after: Report) -> bool:
    """What may be told as graver.

    - Off the way it was information; where nobody knows any more where it stands it is a warning, and an error only
      where visitors are seen to get one.
    - What says by itself that nothing can be served (no targets, an expired registration, another provider's zone) was
      borne because visitors were seen to be served. Without that witness it is what it says.
    """
    off_the_way = was.place != "on-the-way" and group in WITNESS
    if off_the_way and (finding.severity == "warning" or after.request.served in ("no", "partly")):
        return True
    return group in WITNESS and finding.slug in TOTAL


TOTAL = frozenset(
    {
        "registrar-expiring",
        "delegation-other-provider",
        "delegation-to-foreign-account",
        "delegation-mixed",
        "zone-not-found",
        "tg-no-targets",
        "rule-forwards-to-empty-group",
        "tg-not-in-use",
        "net-target-sg-blocks-traffic-port",
        "net-dynamic-port-range-closed",
        "http-alb-default-action",
        "http-redirect-loop",
        "http-request-fails",
    }
)
"""Slugs of checks that say that nothing can be served, or what visitors were seen to get."""


def test_the_rules_name_checks() -> None:
    assert {one.slug for one in registry.load()} >= TOTAL


def _may_be_sound(before: Report, group: str) -> bool:
    """What may be told as sound.

    - Without the probes the load balancer's own account stands in: healthy targets, and answers that CloudWatch counts.
    - What only helps (registration, metrics) is no part of it: a scan without it is a whole scan.
    - What lets requests in is proven by one that was seen to be served.
    """
    return group == "probes" or group in HELPS or (group in OF_THE_DOOR and before.request.served == "yes")


@pytest.mark.parametrize("name", [*SOME, *(pytest.param(name, marks=pytest.mark.sweep) for name in MORE)])
def test_less_seen_is_never_graver(name: str) -> None:
    (facts,) = decode(DOCUMENTS[name].strip(), name)
    before = albdoctor.judge(facts)
    told = {
        (one.group, one.gap.value, words)
        for one in less(facts)
        for words in worse(before, albdoctor.judge(one.facts), one.group)
    }
    assert told == set()


@pytest.mark.parametrize("name", ["failopen-200", "ecs-dynamic", "test_targets all 302, seen 200 (fail-open)"])
def test_health_checks_alone_are_no_outage(name: str) -> None:
    """All of them fail and visitors are served; nobody who does not look says more."""
    (facts,) = decode(DOCUMENTS[name].strip(), name)
    chosen = Unknown(gap=Gap.NOT_ASKED, asked="probes", detail="--no-probe")
    for seen in (facts, replace(facts, probes=chosen)):
        told = {one.slug: one.severity for one in albdoctor.judge(seen).findings}
        assert told["tg-all-unhealthy-fail-open"] == "warning"


@pytest.mark.parametrize("name", ["alb401", "nacl-clients", "founding-story"])
def test_what_cannot_be_served_needs_no_witness(name: str) -> None:
    (facts,) = decode(DOCUMENTS[name].strip(), name)
    chosen = Unknown(gap=Gap.NOT_ASKED, asked="probes", detail="--no-probe")
    report = albdoctor.judge(replace(facts, probes=chosen))
    assert (report.verdict, report.exit_code) == ("broken", 1)
