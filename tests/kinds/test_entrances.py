"""What the name leads to: failover and weighted records, CDNs, accelerators; certificates and the names on them."""

from __future__ import annotations

import pytest

from tests.kinds.names import certificate, fronted, http_only, network_front, prefix_list, routed, second_balancer
from tests.kinds.network import admits, balancer, permission
from tests.kinds.right import Row, at_risk, broken, complaints, gentle, sound, unseen
from tests.kinds.routing import (
    default,
    fixed,
    forward,
    group,
    header,
    host,
    rule,
    source_ip,
    target,
    targets,
    without_listener,
)
from tests.kinds.site import ADDRESSES, GROUP, HOST, HTTP, HTTPS, WEB, Change, Raw, every, first, lacks, nothing, of
from tests.kinds.wire import answers, names, untrusted
from tests.kinds.zones import delegated_to

OK = target()
ILL = target("unhealthy", "Target.Timeout", "Request timed out")
PRIMARY, SECONDARY = {"Failover": "PRIMARY"}, {"Failover": "SECONDARY"}
LIST = prefix_list("pl-22a6434b", "com.amazonaws.global.cloudfront.origin-facing", "13.224.0.0/14")
FROM_LIST = admits(permission(443, 443, lists=("pl-22a6434b",)))
FROM_CLOUDFLARE = admits(permission(443, 443, "173.245.48.0/20", "104.16.0.0/13"))
CLOUDFLARE = fronted(
    "shop.example.cdn.cloudflare.net", "cloudflare", ("104.16.1.1", "104.16.1.2"), via=(("cf-ray", "8a1"),)
)
FASTLY = fronted("dualstack.x.sni.global.fastly.net", "", ("151.101.1.1", "151.101.1.2"), via=(("via", "1.1 varnish"),))
ACCELERATOR = fronted("a1234567890.awsglobalaccelerator.com", "", ("75.2.60.5", "99.83.190.51"))
PROXIED = every(
    fronted("", "cloudflare", ("104.16.1.1", "104.16.1.2"), via=(("cf-ray", "8a"),)),
    delegated_to("amy.ns.cloudflare.com", "bob.ns.cloudflare.com"),
)
FRONTS = {"CloudFront": (fronted(), "CloudFront"), "Cloudflare": (CLOUDFLARE, "cloudflare")}
EMPTY = ("rule-forwards-to-empty-group", "tg-no-targets")


def failed_over_to(address: str) -> Change:
    """The name's servers give this address alone."""

    def make(raw: Raw) -> None:
        names(address)(raw)
        raw["leads"]["value"] = [one for one in of(raw, "leads") if one["name"] not in ADDRESSES]

    return make


def behind(raw: Raw) -> None:
    """Cloudflare's name servers hold the zone, and no zone of it is in the account."""
    raw["hosted_zones"]["value"] = []
    raw["record_sets"]["value"] = []


def iam(raw: Raw) -> None:
    """The listener serves an IAM server certificate."""
    arn = "arn:aws:iam::123456789012:server-certificate/shop"
    raw["certificates"]["value"] = []
    first(of(raw, "listeners"), ListenerArn=HTTPS)["Certificates"] = [{"CertificateArn": arn, "IsDefault": True}]
    of(raw, "listeners_certificates")[0]["certificates"] = [{"CertificateArn": arn, "IsDefault": True}]
    raw["validation_answers"]["value"] = []


def other_names(*told: str) -> Change:
    """The site's certificate has these names."""

    def make(raw: Raw) -> None:
        of(raw, "certificates")[0] |= {"DomainName": told[0], "SubjectAlternativeNames": list(told)}
        for one in of(raw, "probes")["addresses"]:
            for key in ("with_sni", "without_sni"):
                one[key]["chain"][0] |= {"names": list(told), "subject": f"CN={told[0]}"}

    return make


def the_certificate(**fields: object) -> Change:
    """Other members of the site's certificate."""

    def make(raw: Raw) -> None:
        of(raw, "certificates")[0] |= fields

    return make


def served_until(end: str, since: str = "") -> Change:
    """The certificate that is served ends then, and began then."""

    def make(raw: Raw) -> None:
        for one in of(raw, "probes")["addresses"]:
            for key in ("with_sni", "without_sni"):
                one[key]["chain"][0] |= {"not_after": end} | ({"not_before": since} if since else {})

    return make


def default_served(*told: str) -> Change:
    """Without SNI another certificate is served."""

    def make(raw: Raw) -> None:
        for one in of(raw, "probes")["addresses"]:
            one["without_sni"]["chain"][0] |= {"names": list(told), "subject": f"CN={told[0]}", "sha256": "aa" * 32}

    return make


GATES = {"a header": header("X-Origin-Verify", "s3cret"), "addresses": source_ip("13.224.0.0/14")}
BEHIND = {
    "Target": {"Id": WEB, "Port": 443},
    "HealthCheckPort": "443",
    "TargetHealth": {"State": "healthy", "Reason": "", "Description": ""},
}

ROWS: tuple[Row, ...] = (
    # Failover
    *(
        sound(f"failover: the secondary is {word}", routed(**PRIMARY), second_balancer("dr", *told, **SECONDARY))
        for word, told in {"empty": (), "ill": (ILL,), "healthy": (OK,)}.items()
    ),
    broken(
        "failover: the primary is ill and fails",
        routed(**PRIMARY),
        second_balancer("dr", OK, **SECONDARY),
        targets(ILL),
        answers(504),
        must=("@outcome", "hc-timeout-path-blocked", "tg-all-unhealthy-fail-open", "hc-slow-response"),
    ),
    broken(
        "failover: the primary is empty",
        routed(**PRIMARY),
        second_balancer("dr", OK, **SECONDARY),
        targets(),
        answers(503),
        must=EMPTY,
    ),
    *(
        sound(f"weight 0: the second is {word}", routed(Weight=100), second_balancer("b", *told, Weight=0))
        for word, told in {"empty": (), "ill": (ILL,), "healthy": (OK,)}.items()
    ),
    sound(
        "weights 50/50, both healthy", routed(Weight=50), second_balancer("b", OK, address="203.0.113.20", Weight=50)
    ),
    broken(
        "weights 50/50, the second is empty and met",
        routed(Weight=50),
        second_balancer("b", address="203.0.113.20", Weight=50),
        names(*ADDRESSES, "203.0.113.20"),
        answers(503, at=(2,)),
        must=EMPTY,
    ),
    sound("latency, both healthy", routed(Region="ap-northeast-2"), second_balancer("b", OK, Region="us-east-1")),
    sound(
        "geolocation, both healthy",
        routed(GeoLocation={"CountryCode": "KR"}),
        second_balancer("b", OK, GeoLocation={"CountryCode": "*"}),
    ),
    sound("multivalue, both healthy", routed(MultiValueAnswer=True), second_balancer("b", OK, MultiValueAnswer=True)),
    at_risk(
        "failover: the primary is empty, and DNS gives the secondary",
        routed(**PRIMARY),
        second_balancer("dr", OK, address="203.0.113.20", **SECONDARY),
        targets(),
        failed_over_to("203.0.113.20"),
    ),
    at_risk(
        "failover by a health check of its own: the primary is well, and DNS gives the secondary",
        routed(**PRIMARY, HealthCheckId="11111111-1111-1111-1111-111111111111"),
        second_balancer("dr", OK, address="203.0.113.20", **SECONDARY),
        failed_over_to("203.0.113.20"),
        says="by the secondary of a failover",
    ),
    at_risk(
        "failover: the primary is ill, and DNS gives the secondary",
        routed(**PRIMARY),
        second_balancer("dr", OK, address="203.0.113.20", **SECONDARY),
        targets(ILL),
        failed_over_to("203.0.113.20"),
    ),
    broken(
        "failover: the secondary that DNS gives is empty too",
        routed(**PRIMARY),
        second_balancer("dr", address="203.0.113.20", **SECONDARY),
        targets(),
        failed_over_to("203.0.113.20"),
        answers(503, at=(0,)),
        must=EMPTY,
    ),
    sound("a Network Load Balancer's groups beside", group("nlb", TargetType="alb", Protocol="TCP", Port=443)),
    sound("another Network Load Balancer's groups beside", group("tls", OK, Protocol="TLS", Port=443)),
    # In front
    *(
        sound(
            f"{word} in front, served",
            change,
            LIST if word == "CloudFront" else nothing,
            FROM_LIST if word == "CloudFront" else FROM_CLOUDFLARE,
            without_listener(HTTP),
            never=r"0\.0\.0\.0/0",
        )
        for word, (change, _) in FRONTS.items()
    ),
    *(
        broken(
            f"{word} in front, {status} of its own",
            change,
            without_listener(HTTP),
            answers(status, server),
            must=("@outcome",),
            forbid="listener-http-missing alb-sg-blocks-listener-port",
            never=r"0\.0\.0\.0/0",
        )
        for word, (change, server) in FRONTS.items()
        for status in (502, 503, 504, 500)
    ),
    *(
        broken(
            f"Cloudflare's own {status}",
            CLOUDFLARE,
            answers(status, "cloudflare", ("cf-ray", "8a")),
            must=("@outcome",),
        )
        for status in (520, 521, 522, 523, 524, 525, 526, 530)
    ),
    sound("Cloudflare holds the zone, and the account has none", PROXIED, behind),
    sound("Cloudflare holds the zone, and the account has an old one", PROXIED),
    broken(
        "Cloudflare holds the zone, its own 521",
        PROXIED,
        behind,
        answers(521, "cloudflare", ("cf-ray", "8a")),
        must=("@outcome",),
        untold="zone-not-found delegation-other-provider",
    ),
    broken(
        "Cloudflare holds the zone, the group is empty",
        PROXIED,
        behind,
        targets(),
        answers(503, "cloudflare", ("cf-ray", "8a")),
        must=EMPTY,
        untold="zone-not-found delegation-other-provider",
    ),
    at_risk("CloudFront in front, all targets ill, 200", fronted(), targets(ILL)),
    broken(
        "CloudFront in front, 504 passed on from the load balancer",
        fronted(),
        answers(504, "awselb/2.0", ("via", "1.1 x.cloudfront.net (CloudFront)")),
        must=("@outcome",),
    ),
    broken(
        "CloudFront in front, 403 of its own",
        fronted(),
        answers(403, "CloudFront"),
        must=("@outcome",),
        never=r"0\.0\.0\.0/0",
    ),
    sound(
        "CloudFront in front, an application's 403",
        fronted(),
        answers(403, "nginx", ("via", "1.1 x.cloudfront.net (CloudFront)")),
    ),
    broken(
        "CloudFront in front, the group is empty",
        fronted(),
        targets(),
        answers(503, "CloudFront"),
        must=(*EMPTY, "@outcome"),
    ),
    sound(
        "CloudFront in front, an application's 404",
        fronted(),
        answers(404, "nginx", ("via", "1.1 x.cloudfront.net (CloudFront)")),
    ),
    sound(
        "CloudFront, VPC origin: the load balancer is internal",
        fronted(),
        balancer(Scheme="internal"),
        admits(permission(443, 443, groups=("sg-cloudfront-vpcorigins",))),
        never=r"0\.0\.0\.0/0",
    ),
    sound(
        "CloudFront, HTTP-only origin by its prefix list",
        fronted(),
        LIST,
        http_only(forward(GROUP)),
        admits(permission(80, 80, lists=("pl-22a6434b",))),
        never=r"0\.0\.0\.0/0",
    ),
    sound(
        "Cloudflare, HTTP-only origin",
        CLOUDFLARE,
        http_only(forward(GROUP)),
        admits(permission(80, 80, "173.245.48.0/20")),
    ),
    *(
        sound(
            f"{word} in front, admitted by {gate}",
            front,
            rule(1, [one], forward(GROUP)),
            default(fixed(403)),
        )
        for word, front in {"CloudFront": fronted(), "Cloudflare": CLOUDFLARE}.items()
        for gate, one in GATES.items()
    ),
    *(
        broken(
            f"CloudFront in front, not admitted by {gate}: {status}",
            fronted(),
            rule(1, [one], forward(GROUP)),
            default(fixed(status)),
            answers(status, "awselb/2.0", ("via", "1.1 x.cloudfront.net (CloudFront)")),
            must=("rule-secret-header-or-source-ip-gate",),
            says="does not send the header",
            unsaid="s3cret",
            never=r"0\.0\.0\.0/0",
        )
        for gate, one in GATES.items()
        for status in (403, 404)
    ),
    unseen(
        "CloudFront in front, not admitted by a cookie",
        fronted(),
        rule(1, [header("Cookie", "*beta=1*")], forward(GROUP)),
        default(fixed(403)),
        answers(403, "awselb/2.0", ("via", "1.1 x.cloudfront.net (CloudFront)")),
    ),
    *(
        sound(f"CloudFront in front, {one} not seen", fronted(), lacks(one))
        for one in ("security_groups", "network_acls", "route_tables")
    ),
    *(
        sound(
            f"CloudFront asks by the origin's name, for which {word} is the rule",
            fronted(),
            rule(1, conditions, forward(GROUP)),
            default(fixed(status)),
        )
        for word, conditions in {
            "the host": [host("origin.shop.example")],
            "the host with a header": [host("origin.shop.example"), GATES["a header"]],
        }.items()
        for status in (403, 404, 503)
    ),
    *(
        broken(
            f"CloudFront asks by the origin's name, {status} by {server}",
            fronted(),
            targets(),
            rule(1, [host("origin.shop.example")], forward(GROUP)),
            default(fixed(404)),
            answers(status, server, ("via", "1.1 x.cloudfront.net (CloudFront)")),
            must=("http-request-fails",),
            forbid="rule-host-not-matched",
        )
        for status in (502, 503)
        for server in ("awselb/2.0", "CloudFront")
    ),
    broken(
        "CloudFront asks by the origin's name, for which no rule is",
        fronted(),
        rule(1, [host("other.example")], forward(GROUP)),
        default(fixed(404)),
        answers(404, "awselb/2.0", ("via", "1.1 x.cloudfront.net (CloudFront)")),
        must=("rule-host-not-matched",),
    ),
    sound("a Network Load Balancer in front", network_front(BEHIND)),
    sound("a Network Load Balancer in front of an internal one", network_front(BEHIND), balancer(Scheme="internal")),
    broken(
        "a Network Load Balancer in front, 502 by the one behind",
        network_front(BEHIND),
        answers(502),
        must=("@outcome",),
    ),
    broken(
        "a Network Load Balancer in front, the group behind is empty",
        network_front(BEHIND),
        targets(),
        answers(503),
        must=EMPTY,
    ),
    sound("Fastly in front", FASTLY, admits(permission(443, 443, "151.101.0.0/16")), never=r"0\.0\.0\.0/0"),
    sound("Global Accelerator in front", ACCELERATOR),
    sound("Global Accelerator in front of an internal load balancer", ACCELERATOR, balancer(Scheme="internal")),
    broken("Global Accelerator in front, 502 by the load balancer", ACCELERATOR, answers(502), must=("@outcome",)),
    broken("Global Accelerator in front, the group is empty", ACCELERATOR, targets(), answers(503), must=EMPTY),
    # Certificates
    sound("IAM server certificate", iam),
    broken(
        "IAM server certificate, expired",
        iam,
        untrusted(10, "certificate has expired", not_after="2026-11-01T00:00:00Z"),
        must=("tls-certificate-dates",),
    ),
    sound(
        "imported certificate",
        the_certificate(Type="IMPORTED", DomainValidationOptions=[], RenewalEligibility="INELIGIBLE"),
    ),
    sound("private CA", the_certificate(Type="PRIVATE", DomainValidationOptions=[])),
    sound("wildcard", other_names("*.example", "shop.example")),
    sound("wildcard alone", other_names("*.example")),
    sound(
        "pending one beside the issued one",
        certificate("new", HOST, Status="PENDING_VALIDATION", NotBefore=None, NotAfter=None, IssuedAt=None),
    ),
    sound(
        "failed one beside the issued one",
        certificate(
            "new", HOST, Status="FAILED", FailureReason="CAA_ERROR", NotBefore=None, NotAfter=None, IssuedAt=None
        ),
    ),
    sound(
        "timed-out one beside the issued one",
        certificate("new", HOST, Status="VALIDATION_TIMED_OUT", NotBefore=None, NotAfter=None, IssuedAt=None),
    ),
    sound(
        "expired one beside the issued one, not attached",
        certificate("old", HOST, Status="EXPIRED", NotAfter="2026-10-01T00:00:00Z"),
    ),
    sound("issued one beside, not attached", certificate("new", HOST)),
    sound(
        "default certificate of another name, ours by SNI",
        certificate("other", "other.example", default=True),
        default_served("other.example"),
    ),
    gentle(
        "default certificate of another name has expired, ours by SNI",
        certificate("other", "other.example", default=True, Status="EXPIRED", NotAfter="2026-10-01T00:00:00Z"),
        default_served("other.example"),
        verdicts="sound at-risk",
    ),
    at_risk(
        "ours expires in 10 days, imported",
        the_certificate(
            Type="IMPORTED",
            DomainValidationOptions=[],
            NotAfter="2026-12-08T00:00:00Z",
            NotBefore="2025-12-08T00:00:00Z",
        ),
        served_until("2026-12-08T00:00:00Z"),
        must=("acm-expired-or-expiring", "tls-certificate-dates"),
    ),
    sound(
        "a life of 47 days, imported, 17 days left",
        the_certificate(
            Type="IMPORTED",
            DomainValidationOptions=[],
            RenewalEligibility="INELIGIBLE",
            NotBefore="2026-10-29T00:00:00Z",
            NotAfter="2026-12-15T00:00:00Z",
        ),
        served_until("2026-12-15T00:00:00Z", since="2026-10-29T00:00:00Z"),
    ),
    broken(
        "not on the listener's certificate",
        certificate("x", HOST),
        other_names("www.other.example"),
        untrusted(62, "hostname mismatch"),
        must=(
            "listener-cert-name-mismatch",
            "acm-name-not-covered",
            "acm-issued-but-not-attached",
            "tls-default-certificate",
            "tls-not-our-certificate",
        ),
    ),
    *(
        gentle(f"{group} {gap}, served", lacks(group, gap), verdicts="sound")
        for group in (
            "registration",
            "metrics",
            "identities",
            "registered_domains",
            "resolver_answers",
            "caa_sets",
            "certificates_elsewhere",
        )
        for gap in ("denied", "unreachable")
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_is_judged_right(row: Row) -> None:
    assert complaints(row) == []
