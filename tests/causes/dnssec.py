"""A chain of trust that breaks: resolvers that validate refuse the name, and so does ACM."""

from __future__ import annotations

from albdoctor.facts.dnssec import Fits
from tests.causes.area import Area, Cause, Groups
from tests.causes.certificate import CERTIFICATE
from tests.causes.domain import DOMAIN
from tests.support.build_dns import OURS, delegation
from tests.support.build_dnssec import (
    DS,
    OTHER_DS,
    chain,
    key,
    keys_answer,
    resolver,
    signature,
    signed_set,
    signed_zone,
)

EFFECTS = "ALB132 ALB201 ALB208 ALB216"
REFUSED: Groups = {"resolver_answers": (resolver("SERVFAIL", "NOERROR", 6),)}

DNSSEC = Area(
    ground=CERTIFICATE.ground | {"delegation": delegation(*OURS, ds=(DS,))},
    causes={
        "ALB126": Cause(EFFECTS, {"dnssec": chain(signed_zone(keys=(), answers=(keys_answer(),), sets=()))}),
        "ALB127": Cause(EFFECTS, {"dnssec": chain(signed_zone(trusts=(OTHER_DS,), keys=(key(trusted=False),)))}),
        "ALB128": Cause(EFFECTS, {"dnssec": chain(signed_zone(sets=(signed_set("A", signature(fits=Fits.NO)),)))}),
        "ALB132": Cause("ALB201 ALB208 ALB216", REFUSED),
    },
    symptoms={
        "ALB132": REFUSED,
        "ALB201": DOMAIN.symptoms["ALB201"],
        "ALB208": DOMAIN.symptoms["ALB208"],
        "ALB216": CERTIFICATE.symptoms["ALB216"],
    },
)
