"""Pairs that look like cause and symptom and are none: where the one is found, the other has nothing to find.

Each would be an edge that no scan can show. The completeness of the table keeps them out; this says why.
"""

from __future__ import annotations

import pytest
from msgspec import Struct

from albdoctor.checkup.registry import load
from albdoctor.facts.wire import Tcp
from tests.causes.area import Area, Groups, Pair
from tests.causes.balancer import BALANCER, listening
from tests.causes.domain import DOMAIN, VALIDATION
from tests.causes.judged import judged, silent, unexplained
from tests.causes.table import edges
from tests.causes.target import TARGET
from tests.support.build import facts, listener, rule
from tests.support.build_dns import host_answers, probe, probes, records
from tests.support.build_web import HOST, NODE, PARKING, address_probe, exchange, web

NODE_SEEN = address_probe(
    http=(exchange(f"http://{HOST}/", 200, server="nginx"),),
    https=(exchange(f"https://{HOST}/", 301, location=f"https://{HOST}/", server="nginx"),),
)
"""The load balancer's own address gives content over http, and over https redirects without end."""
ELSEWHERE: Groups = web(NODE_SEEN, addresses=(PARKING,))
NOWHERE: Groups = ELSEWHERE | {"host_answers": host_answers(rcode="NXDOMAIN")}
CLOSED: Groups = {"probes": probes(probe(NODE, Tcp.SILENT))}


class Never(Struct, frozen=True):
    """A cause's facts, and beside them whatever would let the symptom be found."""

    why: str
    area: Area
    cause: str
    symptom: str
    groups: Groups


NEVER = (
    Never("a name that is not registered is told as that", DOMAIN, "ALB101", "ALB112", {}),
    *(
        Never("a name without addresses has no port", DOMAIN, cause, "ALB221", CLOSED)
        for cause in ("ALB101", "ALB102", "ALB112", "ALB114")
    ),
    *(
        Never("where visitors do not arrive, the load balancer gives no answer", DOMAIN, cause, symptom, ELSEWHERE)
        for cause in ("ALB106", "ALB107", "ALB113", "ALB116", "ALB118")
        for symptom in ("ALB702", "ALB704")
    ),
    *(
        Never("where visitors do not arrive, the load balancer gives no answer", DOMAIN, cause, symptom, NOWHERE)
        for cause in ("ALB101", "ALB102", "ALB112", "ALB114")
        for symptom in ("ALB702", "ALB704")
    ),
    Never("the record is in the other zone, and is told there", DOMAIN, "ALB115", "ALB138", {}),
    Never(
        "a zone that some of its servers are asked for is not dead",
        DOMAIN, "ALB118", "ALB206",
        DOMAIN.symptoms["ALB206"],
    ),
    Never(
        "HTTPS on 443 with nothing on 80 has nothing swapped",
        BALANCER, "ALB315", "ALB314",
        listening(listener(443, Protocol="HTTP"), listener(8443), rules=(rule(),)),
    ),
    Never(
        "a redirect that can be followed comes from HTTP on 80, and HTTP on 443 is a listener",
        BALANCER, "ALB315", "ALB319",
        listening(listener(80), listener(443, Protocol="HTTP"), rules=(rule(port=80), rule())),
    ),
    Never("a default action among host rules is told by the rule", BALANCER, "ALB328", "ALB323", {}),
    *(
        Never("a health check is judged where the group's own protocol is right", TARGET, cause, "ALB418", {})
        for cause in ("ALB401", "ALB402")
    ),
)  # fmt: skip


@pytest.mark.parametrize("never", NEVER, ids=lambda one: f"{one.cause} -> {one.symptom}: {one.why}")
def test_the_symptom_is_not_found_beside_it(never: Never) -> None:
    pair = Pair(never.cause, never.symptom)
    outcomes = judged(facts(**(never.area.ground | never.area.causes[never.cause].groups | never.groups)), load())
    assert silent(pair, outcomes) == [never.symptom]
    assert pair not in edges(load())


@pytest.mark.parametrize("symptom", ["ALB201", "ALB206"])
def test_a_private_zone_and_a_certificate_lie_on_no_common_path(symptom: str) -> None:
    in_private: Groups = {"record_sets": (records(VALIDATION, zone_id="ZP"),)}
    snapshot = facts(**(DOMAIN.ground | DOMAIN.causes["ALB135"].groups | DOMAIN.symptoms[symptom] | in_private))
    pair, outcomes = Pair("ALB135", symptom), judged(snapshot, load())
    assert silent(pair, outcomes) == []
    assert unexplained(pair, snapshot, outcomes) != []
    assert pair not in edges(load())
