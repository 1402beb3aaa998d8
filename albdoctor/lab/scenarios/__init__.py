"""All scenarios, in the order of the path; each module holds those of one stage."""

from __future__ import annotations

from difflib import get_close_matches

from albdoctor.errors import AlbdoctorError
from albdoctor.lab.scenario import Scenario
from albdoctor.lab.scenarios import (
    at_rest,
    balancer,
    certificate,
    dnssec,
    domain,
    elsewhere,
    entrances,
    function,
    kubernetes,
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
from albdoctor.text import Text

NEAR = Text(
    en="there is no scenario {name}; did you mean {near}?", ko="없는 시나리오입니다: {name}. 혹시 이것인가요? {near}"
)
NONE_NEAR = Text(
    en="there is no scenario {name}; `albdoctor lab list` names them",
    ko="없는 시나리오입니다: {name}. 전체 목록은 `albdoctor lab list`로 봅니다",
)
SCENARIOS: tuple[Scenario, ...] = (
    *stories.SCENARIOS,
    *domain.SCENARIOS,
    *zone.SCENARIOS,
    *dnssec.SCENARIOS,
    *subzone.SCENARIOS,
    *elsewhere.SCENARIOS,
    *certificate.SCENARIOS,
    *tls.SCENARIOS,
    *entrances.SCENARIOS,
    *balancer.SCENARIOS,
    *listener.SCENARIOS,
    *target_group.SCENARIOS,
    *registrars.SCENARIOS,
    *kubernetes.SCENARIOS,
    *function.SCENARIOS,
    *some_targets.SCENARIOS,
    *at_rest.SCENARIOS,
    *network.SCENARIOS,
    *target.SCENARIOS,
    *response.SCENARIOS,
    *two_names.SCENARIOS,
)


class UnknownScenarioError(AlbdoctorError, LookupError):
    """A name fits no scenario; the sentence has the nearest names."""


def find(name: str) -> Scenario:
    """Find a scenario by name; an `UnknownScenarioError` names the nearest ones."""
    by_name = {scenario.name: scenario for scenario in SCENARIOS}
    if name not in by_name:
        near = get_close_matches(name, by_name, n=3)
        raise UnknownScenarioError(NEAR if near else NONE_NEAR, name=repr(name), near=", ".join(near))
    return by_name[name]
