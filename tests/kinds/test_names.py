"""Registrar, delegation, records: the name before it leads to the load balancer."""

from __future__ import annotations

import pytest

from tests.kinds.network import lets_out, permission
from tests.kinds.right import Row, at_risk, broken, complaints, gentle, sound
from tests.kinds.routing import after, default, forward
from tests.kinds.site import GROUP, HOST, Change, Raw, every, of
from tests.kinds.wire import answers, shut
from tests.kinds.zones import (
    answered_with,
    cname,
    cut,
    delegated_to,
    held_by_account,
    naming_all,
    no_address,
    no_registry,
    nxdomain,
    private_twin,
    record,
    registered,
    saying,
    silent,
    subzone,
    without_record,
)

SHUT = shut("refused")
ELSEWHERE = every(answered_with("198.51.100.98", "198.51.100.99"), SHUT)
HOLDS = {
    "Namecheap": ("verify-contact-details.namecheap.com", "failed-whois-verification.namecheap.com"),
    "Namecheap, failed": ("failed-whois-verification.namecheap.com",),
    "LogicBoxes": ("ns1.verification-hold.suspended-domain.com", "ns2.verification-hold.suspended-domain.com"),
    "emailverification.info": ("ns1.emailverification.info", "ns2.emailverification.info"),
}
PARKING = {
    "expired.uniregistry-dns.com": ("ns1.expired.uniregistry-dns.com", "ns2.expired.uniregistry-dns.com"),
    "expirationwarning.net": ("ns1.expirationwarning.net", "ns2.expirationwarning.net"),
    "fastpark.net": ("ns1.fastpark.net", "ns2.fastpark.net"),
    "ibspark.com": ("ns1.ibspark.com", "ns2.ibspark.com"),
    "parkingcrew.net": ("ns1.parkingcrew.net", "ns2.parkingcrew.net"),
    "bodis.com": ("ns1.bodis.com", "ns2.bodis.com"),
    "above.com": ("ns1.above.com", "ns2.above.com"),
    "afternic.com": ("ns3.afternic.com", "ns4.afternic.com"),
}


def refused_by(place: int, rcode: str = "REFUSED") -> Change:
    """One of the zone's servers refuses."""

    def make(raw: Raw) -> None:
        for answers_ in (
            cut(raw)["child_answers"],
            *(of(raw, "host_answers")[kind] for kind in ("a", "aaaa", "cname")),
        ):
            answers_[place] |= {"rcode": rcode, "authoritative": False, "records": [], "authority": []}

    return make


def older(raw: Raw) -> None:
    """One of the zone's servers has older records."""
    for record_ in of(raw, "host_answers")["a"][3]["records"]:
        record_["data"] = "198.51.100.250"


def bogus(raw: Raw) -> None:
    """A DS at the parent, an unsigned zone, and resolvers that validate."""
    ds = f"12345 13 2 {'aa' * 32}"
    cut(raw)["ds"] = [ds]
    for answer in cut(raw)["ds_answers"]:
        answer["records"] = [{"name": HOST, "type": "DS", "ttl": 3600, "data": ds}]
        answer["authority"] = []
    failed = {
        "server": "1.1.1.1",
        "address": "1.1.1.1",
        "question": HOST,
        "type": "A",
        "rcode": "SERVFAIL",
        "recursion_available": True,
        "extended_errors": [9],
    }
    plain = failed | {
        "rcode": "NOERROR",
        "extended_errors": [],
        "records": [{"name": HOST, "type": "A", "ttl": 60, "data": "203.0.113.10"}],
    }
    raw["resolver_answers"] = {
        "state": "known",
        "value": [
            {
                "resolver": "1.1.1.1",
                "a": failed,
                "aaaa": failed | {"type": "AAAA"},
                "ns": failed | {"type": "NS"},
                "without_checking": plain,
            }
        ],
    }


def ds_alone(raw: Raw) -> None:
    """A DS at the parent, an unsigned zone, and no resolver was asked."""
    bogus(raw)
    raw["resolver_answers"] = {
        "state": "unknown",
        "gap": "not-asked",
        "asked": "DNS answers of recursive resolvers",
        "detail": "",
    }


ROWS: tuple[Row, ...] = (
    *(
        broken(
            f"verification hold: {word}",
            delegated_to(*servers),
            ELSEWHERE,
            must=("registrar-verification-parking",),
            never="update-domain-nameservers",
        )
        for word, servers in HOLDS.items()
    ),
    *(
        broken(
            f"parked: {word}",
            delegated_to(*servers),
            ELSEWHERE,
            must=("registrar-verification-parking", "registrar-default-nameservers"),
        )
        for word, servers in PARKING.items()
    ),
    broken(
        "Gabia's own name servers",
        delegated_to("ns.gabia.co.kr", "ns1.gabia.co.kr"),
        ELSEWHERE,
        must=("registrar-default-nameservers", "registrar-verification-parking", "delegation-other-provider"),
    ),
    broken(
        "Hostinger's DNS, the site is elsewhere",
        delegated_to("ns1.dns-parking.com", "ns2.dns-parking.com"),
        ELSEWHERE,
        must=("registrar-default-nameservers", "delegation-other-provider"),
        forbid="registrar-verification-parking",
    ),
    sound("Hostinger's DNS leads to the load balancer", delegated_to("ns1.dns-parking.com", "ns2.dns-parking.com")),
    sound(
        "Cloudflare's DNS leads to the load balancer", delegated_to("ada.ns.cloudflare.com", "bob.ns.cloudflare.com")
    ),
    *(
        broken(
            f"on hold: {status}",
            nxdomain,
            no_registry,
            held_by_account(status),
            must=("registrar-on-hold",),
            forbid="delegation-missing registrar-domain-not-registered",
        )
        for status in ("clientHold", "serverHold")
    ),
    broken(
        "on hold, told by the registry",
        nxdomain,
        registered(statuses=["client hold", "client transfer prohibited"]),
        must=("registrar-on-hold",),
    ),
    *(
        broken(
            f"lapsed: {status}",
            nxdomain,
            registered(statuses=[status]),
            must=("registrar-in-redemption",),
            forbid="delegation-missing",
            never="update-domain-nameservers",
        )
        for status in ("redemption period", "pending delete", "pendingRestore")
    ),
    sound("a private zone of the same name with the same records", private_twin),
    at_risk("two providers that answer alike", delegated_to("ns-132.awsdns-16.com", "ns1.other.net")),
    sound(
        "two providers, whose zones name the servers of both",
        delegated_to("ns-132.awsdns-16.com", "ns1.other.net"),
        naming_all,
    ),
    broken(
        "two providers, whose zones name the servers of both, and one leads elsewhere",
        delegated_to("ns-132.awsdns-16.com", "ns1.other.net"),
        naming_all,
        saying("ns1.other.net", "198.51.100.98"),
        must=("delegation-mixed",),
    ),
    at_risk(
        "two providers, whose zones name the servers of both, and one is silent",
        delegated_to("ns-132.awsdns-16.com", "ns1.other.net"),
        naming_all,
        silent("ns1.other.net"),
    ),
    at_risk("a typing error in one of the name servers", delegated_to("ns-132.awsdns-16.com", "ns-999.awsdns-99.net")),
    at_risk("the registration ended, and the site is served", registered(expires="2026-11-15T00:00:00Z")),
    broken("not delegated, registered", nxdomain, must=("delegation-missing",)),
    broken(
        "not delegated, no registry",
        nxdomain,
        no_registry,
        must=("delegation-missing", "resolve-no-address", "registrar-domain-not-registered"),
    ),
    broken(
        "not registered",
        nxdomain,
        registered(registered=False, registrar="", statuses=[], nameservers=[]),
        must=("registrar-domain-not-registered",),
    ),
    sound("account holds it, all well", held_by_account("clientTransferProhibited")),
    broken(
        "DS, unsigned zone, resolvers fail",
        bogus,
        must=(
            "dnssec-ds-without-dnskey",
            "dnssec-resolver-says-bogus",
            "resolve-no-address",
            "@outcome",
            "dnssec-ds-mismatch",
        ),
    ),
    gentle("DS, unsigned zone, no resolver asked", ds_alone, verdicts="broken at-risk unknown", exits=(0, 1, 3)),
    *(
        broken(
            f"sub-zone of the account, not delegated: {name}",
            subzone(name),
            must=("subdomain-zone-not-delegated",),
            forbid="delegation-missing zone-record-missing",
            never="update-domain-nameservers|request-certificate",
        )
        for name in ("dev.shop.example", "a.b.shop.example")
    ),
    broken("no record", without_record, must=("zone-record-missing",)),
    broken("the name is doubled", without_record, record(f"{HOST}.{HOST}."), must=("zone-record-name-doubled",)),
    broken(
        "www is doubled",
        without_record,
        record(f"www.{HOST}.{HOST}."),
        record(f"{HOST}.{HOST}."),
        must=("zone-record-name-doubled",),
    ),
    sound("doubled and right", record(f"{HOST}.{HOST}.")),
    broken(
        "CNAME to nothing",
        cname("gone-123.ap-northeast-2.elb.amazonaws.com"),
        must=("zone-cname-broken", "zone-alias-dangling"),
    ),
    broken(
        "CNAME to a foreign name that is nothing",
        cname("old.host.invalid"),
        must=("zone-cname-broken", "resolve-no-address"),
    ),
    broken("CNAME loop", cname("a.shop.example", "shop.example", rcode="loop"), must=("zone-cname-broken",)),
    broken(
        "CNAME to a name without address",
        cname("mail.shop.example", rcode="NOERROR"),
        must=("zone-cname-broken", "resolve-no-address"),
    ),
    *(
        gentle(
            f"one of four name servers says {rcode}",
            refused_by(1, rcode),
            verdicts="at-risk",
            must=(
                "delegation-server-lame",
                "delegation-partial",
                "delegation-server-unreachable",
                "resolve-answers-disagree",
            ),
        )
        for rcode in ("REFUSED", "SERVFAIL")
    ),
    gentle("one of four name servers has older records", older, verdicts="at-risk broken unknown", exits=(0, 1, 3)),
    broken(
        "no address: NODATA", no_address(), must=("resolve-no-address", "zone-record-missing", "zone-alias-dangling")
    ),
    broken(
        "no address: NXDOMAIN",
        no_address("NXDOMAIN"),
        must=("resolve-no-address", "zone-record-missing", "zone-alias-dangling"),
    ),
    broken(
        "login: cannot reach the identity provider",
        default(after("authenticate-cognito", forward(GROUP))),
        lets_out(permission(80, 80, groups=("sg-0184f674db29d59e7",))),
        answers(500),
        must=("listener-auth-or-jwt-broken",),
    ),
    broken(
        "old address of another server",
        answered_with("198.51.100.44", "198.51.100.45"),
        answers(502, "nginx"),
        must=("@outcome", "zone-hardcoded-lb-ips", "zone-alias-wrong-lb", "delegation-other-provider"),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_is_judged_right(row: Row) -> None:
    assert complaints(row) == []
