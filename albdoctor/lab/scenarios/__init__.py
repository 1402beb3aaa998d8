"""All scenarios, in the order of the path; each module holds those of one stage."""

from __future__ import annotations

from difflib import get_close_matches

from albdoctor.lab.scenario import Scenario
from albdoctor.lab.scenarios import (
    at_rest,
    balancer,
    certificate,
    domain,
    elsewhere,
    entrances,
    listener,
    network,
    registrars,
    response,
    some_targets,
    stories,
    subzone,
    target,
    target_group,
    tls,
    two_names,
    zone,
)

SCENARIOS: tuple[Scenario, ...] = (
    *stories.SCENARIOS,
    *domain.SCENARIOS,
    *zone.SCENARIOS,
    *subzone.SCENARIOS,
    *elsewhere.SCENARIOS,
    *certificate.SCENARIOS,
    *tls.SCENARIOS,
    *entrances.SCENARIOS,
    *balancer.SCENARIOS,
    *listener.SCENARIOS,
    *target_group.SCENARIOS,
    *registrars.SCENARIOS,
    *some_targets.SCENARIOS,
    *at_rest.SCENARIOS,
    *network.SCENARIOS,
    *target.SCENARIOS,
    *response.SCENARIOS,
    *two_names.SCENARIOS,
)


def find(name: str) -> Scenario:
    """Find a scenario by name; a `LookupError` names the nearest ones."""
    by_name = {scenario.name: scenario for scenario in SCENARIOS}
    if name not in by_name:
        near = get_close_matches(name, by_name, n=3)
        hint = f"; did you mean {', '.join(near)}?" if near else "; `albdoctor lab list` names them"
        raise LookupError(f"there is no scenario {name!r}{hint}")
    return by_name[name]
