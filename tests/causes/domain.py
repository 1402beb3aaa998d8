"""What hides a hosted zone from the world, and what is seen then: registrar, delegation, hosted zone."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from albdoctor.facts.dns import Delegation, Record
from albdoctor.facts.elb import How
from albdoctor.facts.registration import NamedServer
from albdoctor.facts.wire import Tcp
from tests.causes.area import Area, Cause, Groups, Pair
from tests.support.build import ELB, balancer
from tests.support.build_dns import (
    GABIA,
    OTHERS,
    OURS,
    answer,
    certificate,
    delegation,
    host_answers,
    lead,
    probe,
    probes,
    record_set,
    records,
    registration,
    route53_domain,
    validation_answer,
    zone,
)
from tests.support.build_tls import TLS_SYMPTOMS
from tests.support.build_web import PARKING

BALANCER = balancer()
MEANT = balancer(
    LoadBalancerArn=f"{ELB}:loadbalancer/app/meant/50dc6c495c0c9199",
    LoadBalancerName="meant",
    DNSName="meant-1.ap-northeast-2.elb.amazonaws.com",
)
ALIAS = record_set(alias=BALANCER.dns_name)
DOUBLED = record_set("shop.example.shop.example", alias=BALANCER.dns_name)
VALIDATION = record_set("_abc.shop.example", "CNAME", "_def.acm-validations.aws.")
IPV4, IPV6 = "203.0.113.5", "2001:db8::5"
OVER_IPV4_ONLY: Groups = {
    "host_answers": host_answers(IPV4, IPV6),
    "probes": probes(probe(IPV4), probe(IPV6, Tcp.REFUSED)),
}
TYPOS = tuple(f"{name}.com" for name in OURS)
PENDING = (certificate(status="PENDING_VALIDATION"),)
ENDED = (certificate(status="VALIDATION_TIMED_OUT"),)

NOBODY_ANSWERS: Groups = {"host_answers": host_answers(rcode="NXDOMAIN"), "probes": probes()}
"""What a name without addresses gives."""
TWINS: Groups = {
    "hosted_zones": (zone(), zone("Z2", names=OTHERS)),
    "record_sets": (records(), records(ALIAS, VALIDATION, zone_id="Z2")),
}
"""Two zones of one name: everything was written into the one that is not delegated."""
WRONG_ADDRESS = " ".join(TLS_SYMPTOMS)
"""What TLS does at an address that is somebody else's."""
CLOUDFLARE = ("amy.ns.cloudflare.com", "bob.ns.cloudflare.com")


def asked_at(*names: str, **fields: Any) -> Groups:
    """The registry names these servers for the domain."""
    return {"delegation": delegation(*names, **fields)}


def two_states() -> Delegation:
    """The last of the zone's servers holds an older state of it than the others."""
    sound = delegation(*OURS)
    cut = sound.cuts[-1]
    serials = (f"{OURS[0]} x.example {2 if one.server != OURS[-1] else 1} 1 1 1 1" for one in cut.child_answers)
    children = tuple(
        replace(one, records=(Record(name=one.question, type="SOA", ttl=900, data=data),))
        for one, data in zip(cut.child_answers, serials, strict=True)
    )
    return replace(sound, cuts=(sound.cuts[0], replace(cut, child_answers=children)))


def last_says(groups: Groups) -> Groups:
    """The same with the last address given by the last of the zone's servers, and the others by the others."""
    *others, bad = (one.address for one in groups["probes"].addresses)
    a = (*(answer(*others, server=server) for server in OURS[:-1]), answer(bad, server=OURS[-1]))
    return {"host_answers": replace(host_answers(*others, bad), a=a), "probes": groups["probes"]}


DOMAIN = Area(
    ground={
        "load_balancers": (BALANCER,),
        "registration": registration(),
        "delegation": delegation(*OURS),
        "hosted_zones": (zone(),),
        "record_sets": (records(ALIAS),),
        "leads": (),
    },
    causes={
        "ALB101": Cause(
            "ALB138 ALB201 ALB208 ALB206",
            asked_at() | NOBODY_ANSWERS | {"registration": registration(registered=False)},
        ),
        "ALB102": Cause(
            "ALB201 ALB208 ALB206",
            asked_at() | NOBODY_ANSWERS | {"registration": registration(statuses=("clientHold",))},
        ),
        "ALB103": Cause(
            "ALB201 ALB208 ALB206",
            asked_at() | NOBODY_ANSWERS | {"registration": registration(statuses=("redemption period",))},
        ),
        "ALB105": Cause(
            "ALB201 ALB208 ALB206",
            asked_at() | NOBODY_ANSWERS | {"registration": registration(source="rdap", statuses=("inactive",))},
        ),
        "ALB108": Cause(
            f"ALB201 ALB208 ALB206 ALB221 {WRONG_ADDRESS}",
            asked_at(*GABIA) | {"registration": registration(nameservers=OURS)},
        ),
        "ALB110": Cause(
            f"ALB201 ALB208 ALB206 ALB221 {WRONG_ADDRESS}",
            asked_at(*CLOUDFLARE)
            | {"registration": registration(registrar="Cloudflare, Inc.", registrar_iana_id=1910)},
        ),
        "ALB111": Cause(
            "ALB201 ALB208 ALB206",
            asked_at(*OTHERS, children="REFUSED")
            | NOBODY_ANSWERS
            | {"registered_domains": (route53_domain(nameservers=tuple(NamedServer(name=one) for one in OTHERS)),)},
        ),
        "ALB106": Cause(f"ALB201 ALB208 ALB206 ALB221 {WRONG_ADDRESS}", asked_at(*GABIA)),
        "ALB107": Cause(f"ALB201 ALB208 ALB206 ALB221 {WRONG_ADDRESS}", asked_at("ns1.emailverification.info")),
        "ALB112": Cause("ALB201 ALB208 ALB206", asked_at() | NOBODY_ANSWERS),
        "ALB113": Cause(f"ALB201 ALB208 ALB206 ALB221 {WRONG_ADDRESS}", asked_at(*CLOUDFLARE)),
        "ALB114": Cause("ALB201 ALB208 ALB206", asked_at(*OTHERS, children="REFUSED") | NOBODY_ANSWERS),
        "ALB115": Cause("ALB134 ALB201 ALB208 ALB206", TWINS),
        "ALB116": Cause(f"ALB201 ALB208 ALB206 ALB221 {WRONG_ADDRESS}", asked_at(*OTHERS)),
        "ALB118": Cause(f"ALB201 ALB221 {WRONG_ADDRESS}", asked_at(*OURS[:2], *GABIA)),
        "ALB119": Cause("ALB201 ALB208 ALB206", asked_at(*TYPOS, unresolvable=TYPOS) | NOBODY_ANSWERS),
        "ALB124": Cause(
            f"ALB201 ALB208 ALB206 ALB221 {WRONG_ADDRESS}",
            {"registrable": "example", "delegation": replace(delegation(*OTHERS), domain="example")},
        ),
        "ALB139": Cause("ALB138", NOBODY_ANSWERS),
        "ALB147": Cause("ALB221 ALB231", {"leads": (lead(How.ADDRESS, name=IPV4),)}),
        "ALB141": Cause(
            f"ALB303 ALB221 {WRONG_ADDRESS}",
            {
                "load_balancers": (BALANCER, MEANT),
                "leads": (lead(), lead(How.OPTION, MEANT.load_balancer_arn, "meant")),
            },
        ),
        "ALB155": Cause(f"ALB221 {WRONG_ADDRESS}", {"delegation": two_states(), "host_answers": host_answers()}),
        "ALB157": Cause("ALB221", {}),
        "ALB133": Cause("ALB201", asked_at(*GABIA) | {"hosted_zones": (), "record_sets": ()}),
        "ALB135": Cause(
            "ALB133",
            NOBODY_ANSWERS | {"hosted_zones": (zone("ZP", private=True),), "record_sets": (records(zone_id="ZP"),)},
        ),
    },
    symptoms={
        "ALB133": {},
        "ALB134": {},
        "ALB303": {},
        "ALB138": {"record_sets": (records(),)},
        "ALB201": {"certificates": PENDING},
        "ALB208": {"certificates": ENDED, "certificates_elsewhere": (), "listeners_certificates": ()},
        "ALB206": {
            "certificates": PENDING,
            "validation_answers": (validation_answer(),),
            "record_sets": (records(VALIDATION),),
        },
        **TLS_SYMPTOMS,
        "ALB231": OVER_IPV4_ONLY,
        "ALB221": {"host_answers": host_answers(PARKING), "probes": probes(probe(PARKING, Tcp.REFUSED))},
    },
    both={
        Pair("ALB155", "ALB221"): last_says({"probes": probes(probe(IPV4), probe(PARKING, Tcp.REFUSED))}),
        **{Pair("ALB155", name): last_says(groups) for name, groups in TLS_SYMPTOMS.items()},
        Pair("ALB147", "ALB221"): OVER_IPV4_ONLY,
        Pair("ALB141", "ALB303"): {
            "load_balancers": (balancer(Scheme="internal"), MEANT),
            "host_answers": host_answers("10.0.1.10"),
        },
        Pair("ALB157", "ALB221"): {
            "host_answers": host_answers("10.0.1.10"),
            "probes": probes(probe("10.0.1.10", Tcp.SILENT)),
        },
        Pair("ALB139", "ALB138"): {"record_sets": (records(DOUBLED),)},
        Pair("ALB115", "ALB206"): {"record_sets": TWINS["record_sets"]},
    },
)
