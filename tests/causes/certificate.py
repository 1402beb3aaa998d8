"""What keeps a fitting certificate from the listener, and what is seen then."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from albdoctor.facts.dns import Answer, CaaSet
from albdoctor.facts.elb import SslPolicy
from albdoctor.facts.wire import Handshake, Tcp
from tests.causes.area import Area, Cause, Groups, Pair
from tests.support.build import NOW, balancer, forward, listener, rule
from tests.support.build_dns import (
    CERTIFICATE_ARN,
    GABIA,
    OURS,
    answer,
    certificate,
    delegation,
    host_answers,
    on_listener,
    probe,
    probes,
    record_set,
    records,
    validation_answer,
    zone,
)
from tests.support.build_tls import TLS_SYMPTOMS, failing, plain, served, shown, tls

OTHER_ARN = f"{CERTIFICATE_ARN}-other"
OTHER = certificate("*.shop.example", arn=OTHER_ARN)
"""What the listener has: it covers the names below the domain, and not the domain."""
FAR = certificate(arn=CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1"))
EXPIRED: Groups = {
    "certificates": (certificate(status="EXPIRED", NotAfter=NOW - timedelta(days=1)),),
    "listeners_certificates": (on_listener(CERTIFICATE_ARN),),
}
PENDING: Groups = {"certificates": (OTHER, certificate(status="PENDING_VALIDATION"))}
IPV6 = "2001:db8::5"
WILDCARD = "*.shop.example"
ENDED = certificate(status="VALIDATION_TIMED_OUT")
ENDED_WILD = certificate("shop.example", WILDCARD, status="VALIDATION_TIMED_OUT")
WILD = certificate("shop.example", WILDCARD)
ENDING = certificate(NotAfter=NOW + timedelta(days=9))
RENEWING: Groups = {"listeners_certificates": (on_listener(CERTIFICATE_ARN),), **tls(shown())}


def caa(record: str) -> CaaSet:
    """What governs the wildcard, and in its absence the domain."""
    name = WILDCARD if "issuewild" in record else "shop.example"
    return CaaSet(name=name, found_at="shop.example", owner="shop.example", records=(record,))


VALIDATION = record_set("_abc.shop.example", "CNAME", "_def.acm-validations.aws.")


def _got(name: str, data: str) -> tuple[Answer, ...]:
    return (answer(data, question=name, type_="CNAME"),)


WRONG_RECORDS = {
    "ALB203": replace(validation_answer(), doubled=_got("_abc.shop.example.shop.example", "_def.acm-validations.aws")),
    "ALB204": validation_answer("_def.acm-validations.aws.shop.example"),
    "ALB205": validation_answer("_old.acm-validations.aws"),
    "ALB207": replace(validation_answer("web.cdn.example"), wildcard=_got("*.shop.example", "web.cdn.example")),
}
"""What is in DNS in the place of the validation record."""

# The default certificate at one address, the right one at the other.
AT_ONE_ADDRESS: dict[str, Groups] = {
    "ALB223": tls(shown(), shown(served("*.shop.example"), code=62)),
    **{name: TLS_SYMPTOMS[name] for name in ("ALB222", "ALB224", "ALB225", "ALB226", "ALB230")},
}

IMPORTED = certificate(Type="IMPORTED", NotAfter=ENDING.not_after)

CERTIFICATE = Area(
    ground={
        "load_balancers": (balancer(),),
        "delegation": delegation(*OURS),
        "hosted_zones": (zone(),),
        "record_sets": (records(),),
        "listeners": (listener(80), listener()),
        "rules": (rule(port=80), rule()),
        "listeners_certificates": (on_listener(OTHER_ARN),),
        "certificates_elsewhere": (),
        "validation_answers": (validation_answer(),),
    },
    causes={
        "ALB201": Cause("ALB223 ALB313 ALB317", PENDING),
        "ALB202": Cause("ALB201", PENDING),
        "ALB206": Cause("ALB201", PENDING | {"delegation": delegation(*GABIA), "record_sets": (records(VALIDATION),)}),
        **{name: Cause("ALB201", PENDING | {"validation_answers": (given,)}) for name, given in WRONG_RECORDS.items()},
        "ALB208": Cause("ALB223 ALB313 ALB317", {"certificates": (OTHER, ENDED)}),
        "ALB209": Cause("ALB201 ALB208 ALB216", {"caa_sets": (caa('0 issue "letsencrypt.org"'),)}),
        "ALB210": Cause("ALB201 ALB208 ALB216", {"caa_sets": (caa('0 issuewild ";"'),)}),
        "ALB216": Cause("ALB215", RENEWING | {"certificates": (ENDING,)}),
        "ALB212": Cause("ALB223 ALB317", {"certificates": (OTHER,)}),
        "ALB213": Cause("ALB223 ALB313 ALB317", {"certificates": (OTHER,), "certificates_elsewhere": (FAR,)}),
        "ALB214": Cause("ALB223 ALB317", {"certificates": (OTHER, certificate())}),
        "ALB215": Cause("ALB217 ALB224", EXPIRED),
        "ALB231": Cause("ALB221 ALB222 ALB230", {"certificates": (certificate(),)}),
        "ALB324": Cause(
            "ALB229",
            {
                "certificates": (certificate(),),
                "ssl_policies": (SslPolicy(name=listener().ssl_policy, ssl_protocols=("TLSv1.1", "TLSv1.2")),),
            },
        ),
        "ALB232": Cause(
            "ALB223 ALB313 ALB317", {"certificates": (OTHER, certificate(CertificateUsage="CLIENT_AUTH_ONLY"))}
        ),
        "ALB227": Cause("ALB224 ALB225 ALB226 ALB228", {"certificates": (OTHER,)}),
        **{name: Cause("ALB228", {"certificates": (OTHER,)} | facts) for name, facts in AT_ONE_ADDRESS.items()},
        "ALB316": Cause("ALB230", {"certificates": (certificate(),), "listeners_certificates": (on_listener(),)}),
        "ALB317": Cause("ALB223", {"certificates": (OTHER,)}),
    },
    symptoms={
        "ALB201": {},
        "ALB208": {"certificates": (ENDED_WILD,), "listeners_certificates": ()},
        "ALB215": {},
        "ALB216": RENEWING | {"certificates": (WILD,)},
        "ALB217": RENEWING | {"certificates": (IMPORTED,)},
        "ALB221": tls(shown(), probe(IPV6, Tcp.REFUSED)),
        "ALB222": tls(shown(), failing("WRONG_VERSION_NUMBER", IPV6, plain=plain(IPV6))),
        "ALB230": tls(shown(), failing("SSLV3_ALERT_HANDSHAKE_FAILURE", IPV6)),
        "ALB229": tls(replace(shown(), outdated=Handshake(server_name=None, completed=True, protocol="TLSv1.1"))),
        "ALB223": {
            "host_answers": host_answers("203.0.113.5"),
            "probes": probes(probe(names=("*.shop.example",), verified=False)),
        },
        "ALB224": TLS_SYMPTOMS["ALB224"],
        "ALB225": TLS_SYMPTOMS["ALB225"],
        "ALB226": TLS_SYMPTOMS["ALB226"],
        "ALB228": {},
        "ALB313": {
            "listeners": (listener(80, DefaultActions=[forward()]),),
            "rules": (rule(port=80, Actions=[forward()]),),
            "listeners_certificates": (),
        },
        "ALB317": {},
    },
    both={
        Pair("ALB316", "ALB230"): tls(failing("SSLV3_ALERT_HANDSHAKE_FAILURE")),
        Pair("ALB209", "ALB201"): PENDING,
        Pair("ALB210", "ALB201"): {
            "certificates": (certificate("shop.example", WILDCARD, status="PENDING_VALIDATION"),)
        },
        Pair("ALB215", "ALB217"): {"certificates": (IMPORTED,)},
        Pair("ALB227", "ALB228"): TLS_SYMPTOMS["ALB227"],
    },
)
