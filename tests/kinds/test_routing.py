"""Rules, weights, shared load balancers, allow lists, logins."""

from __future__ import annotations

import pytest

from tests.kinds.names import certificate, fronted, scanned
from tests.kinds.network import admits, permission
from tests.kinds.right import Row, at_risk, broken, complaints, gentle, open_to_taste, sound, unseen
from tests.kinds.routing import (
    after,
    default,
    fixed,
    forward,
    group,
    header,
    host,
    host_regex,
    instance,
    listener,
    listener_arn,
    method,
    path,
    redirect,
    rule,
    source_ip,
    target,
)
from tests.kinds.site import GROUP, HOST, HTTP, group_arn
from tests.kinds.wire import answers, redirects, shut

URL = f"https://{HOST}/"
G, B = group_arn("green"), group_arn("blue")
HEALTHY = target("healthy", id_="i-0000000000000aaaa")
UNHEALTHY = target("unhealthy", "Target.Timeout", "Request timed out", id_="i-0000000000000aaaa")
UNUSED = target(
    "unused",
    "Target.NotInUse",
    "Target group is not configured to receive traffic from the load balancer",
    id_="i-0000000000000aaaa",
)
EMPTY = ("rule-forwards-to-empty-group", "tg-no-targets")
RANGE = "198.18.5.0/24"
WORLD = r"0\.0\.0\.0/0|::/0"
LOOP = redirect(Protocol="HTTPS", Port="443")

ROWS: tuple[Row, ...] = (
    # Shared load balancers
    *(
        sound(
            f"another host's group is {word}",
            group("other", *told),
            rule(10, [host("other.example")], forward(group_arn("other"))),
        )
        for word, told in {
            "empty": (),
            "unhealthy": (UNHEALTHY,),
            "unused": (UNUSED,),
            "in-part ill": (HEALTHY, UNHEALTHY),
            "draining": (target("draining", "Target.DeregistrationInProgress"),),
        }.items()
    ),
    sound(
        "another host's certificate has expired",
        certificate("other", "other.example", attached=True, Status="EXPIRED", NotAfter="2026-10-01T00:00:00Z"),
    ),
    sound(
        "another host of the domain has an expired certificate",
        certificate("blog", "blog.shop.example", attached=True, Status="EXPIRED", NotAfter="2026-10-01T00:00:00Z"),
        rule(10, [host("blog.shop.example")], forward(GROUP)),
    ),
    sound(
        "another host's certificate expires soon",
        certificate("other", "other.example", attached=True, NotAfter="2026-12-03T00:00:00Z"),
    ),
    sound(
        "another host's certificate is pending",
        certificate(
            "other", "other.example", Status="PENDING_VALIDATION", NotBefore=None, NotAfter=None, IssuedAt=None
        ),
    ),
    sound("another host's rule redirects in a circle", rule(10, [host("other.example")], LOOP)),
    sound(
        "another host's rule redirects to a port without listener",
        rule(10, [host("other.example")], redirect(Port="8443")),
    ),
    sound("another host's login", rule(10, [host("other.example")], after("authenticate-cognito", forward(GROUP)))),
    sound(
        "wildcard rule of other hosts, empty",
        group("other"),
        rule(10, [host("*.other.example")], forward(group_arn("other"))),
    ),
    sound(
        "wildcard below our host, empty",
        group("other"),
        rule(10, [host("*.shop.example")], forward(group_arn("other"))),
    ),
    broken(
        "wildcard rule that covers our host, empty",
        group("other"),
        rule(10, [host("*.example")], forward(group_arn("other"))),
        answers(503),
        must=EMPTY,
    ),
    broken(
        "wildcard rule that covers our host, ill",
        group("other", UNHEALTHY),
        rule(10, [host("sh?p.example")], forward(group_arn("other"))),
        answers(504),
        must=(
            "hc-timeout-path-blocked",
            "tg-all-unhealthy-fail-open",
            "net-target-sg-blocks-traffic-port",
            "tg-port-not-served",
            "tg-no-process-on-port",
            "target-no-process-on-port",
            "net-target-sg-blocks-hc-port",
            "hc-slow-response",
            "@outcome",
        ),
    ),
    broken(
        "regex rule that covers our host, empty",
        group("other"),
        rule(10, [host_regex("^shop\\..*$")], forward(group_arn("other"))),
        answers(503),
        must=EMPTY,
    ),
    sound(
        "regex rule of other hosts, empty",
        group("other"),
        rule(10, [host_regex("^blog\\..*$")], forward(group_arn("other"))),
    ),
    broken(
        "two hosts in one rule, ours one of them, empty",
        group("other"),
        rule(10, [host("blog.example", HOST)], forward(group_arn("other"))),
        answers(503),
        must=EMPTY,
    ),
    sound(
        "two hosts in one rule, neither ours, empty",
        group("other"),
        rule(10, [host("blog.example", "a.example")], forward(group_arn("other"))),
    ),
    broken(
        "upper case host rule covers ours, empty",
        group("other"),
        rule(10, [host("SHOP.EXAMPLE")], forward(group_arn("other"))),
        answers(503),
        must=EMPTY,
    ),
    sound(
        "default 404 for others, our rule forwards",
        default(fixed(404)),
        rule(10, [host(HOST, "www.shop.example")], forward(GROUP)),
    ),
    broken(
        "no rule for our host",
        default(fixed(404)),
        rule(10, [host("other.example")], forward(GROUP)),
        answers(404),
        must=("rule-host-not-matched",),
    ),
    broken(
        "rule for www alone",
        default(fixed(503)),
        rule(10, [host("www.shop.example")], forward(GROUP)),
        answers(503),
        must=("rule-host-not-matched",),
    ),
    at_risk(
        "another site's page by default",
        default(redirect(Host="other.example")),
        rule(10, [host("other.example")], forward(GROUP)),
        redirects((URL, 301, "https://other.example/"), ("https://other.example/", None, "not followed: another host")),
        must=("rule-host-not-matched",),
    ),
    # Blue/green
    *(
        sound(f"weights {a}/{b}, the parked one {word}", group("green", *told), default(forward((GROUP, a), (G, b))))
        for a, b in ((1, 0), (999, 0))
        for word, told in {
            "empty": (),
            "ill": (UNHEALTHY,),
            "unused": (UNUSED,),
            "healthy": (HEALTHY,),
            "initial": (target("initial", "Elb.RegistrationInProgress"),),
        }.items()
    ),
    sound("parked group first in the list", group("green"), default(forward((G, 0), (GROUP, 100)))),
    sound("parked in a host rule", group("green"), rule(5, [host(HOST)], forward((GROUP, 1), (G, 0)))),
    broken(
        "weights 0/100, the live one is empty",
        group("green"),
        default(forward((GROUP, 0), (G, 100))),
        answers(503),
        must=EMPTY,
    ),
    broken(
        "weights 0/1, the live one is unused",
        group("green", UNUSED),
        default(forward((GROUP, 0), (G, 1))),
        answers(503),
        must=(*EMPTY, "tg-not-in-use"),
    ),
    broken(
        "both weights 0",
        group("green", HEALTHY),
        default(forward((GROUP, 0), (G, 0))),
        answers(503),
        must=("@outcome", "rule-forwards-to-empty-group", "rule-weight-zero-or-lopsided", "tg-no-targets"),
    ),
    open_to_taste(
        "50/50, one empty, seen 200",
        group("green"),
        default(forward((GROUP, 50), (G, 50))),
        verdicts="at-risk broken",
        exits=(0, 1),
    ),
    broken(
        "50/50, one empty, 503 at one address",
        group("green"),
        default(forward((GROUP, 50), (G, 50))),
        answers(503, at=(1,)),
        must=EMPTY,
    ),
    gentle(
        "50/50, one ill, seen 200",
        instance("i-0000000000000aaaa"),
        group("green", UNHEALTHY),
        default(forward((GROUP, 50), (G, 50))),
        verdicts="at-risk",
    ),
    sound("50/50, both healthy", group("green", HEALTHY), default(forward((GROUP, 50), (G, 50)))),
    *(
        sound(
            f"test listener on {number}, its group {word}", group("green", *told), listener(number, "HTTP", forward(G))
        )
        for number in (8443, 9001, 8080)
        for word, told in {"empty": (), "ill": (UNHEALTHY,), "unused": (UNUSED,)}.items()
    ),
    sound("test listener over HTTPS, empty", group("green"), listener(8443, "HTTPS", forward(G))),
    sound(
        "test listener with a host rule, empty",
        group("green"),
        listener(9001, "HTTP", fixed(404)),
        rule(1, [host(HOST)], forward(G), listener_arn(9001)),
    ),
    broken(
        "the listener on 443 leads to the empty group, the test listener to the live one",
        group("green"),
        default(forward(G)),
        listener(8443, "HTTPS", forward(GROUP)),
        answers(503),
        must=EMPTY,
    ),
    sound("group attached to nothing, empty", group("old", attached=False)),
    sound("group attached to nothing, unused", group("old", UNUSED, attached=False)),
    # Rules that depend on the client
    sound("allow list rule, we are in", rule(1, [source_ip("0.0.0.0/0")], forward(GROUP)), default(fixed(403))),
    unseen(
        "office rule before 403",
        rule(1, [source_ip("10.9.0.0/16", RANGE)], forward(GROUP)),
        default(fixed(403)),
        answers(403, body=""),
        verdicts="unknown at-risk",
        never=WORLD,
    ),
    unseen(
        "office rule with host before 404",
        rule(1, [host(HOST), source_ip(RANGE)], forward(GROUP)),
        default(fixed(404)),
        answers(404, body=""),
        verdicts="unknown at-risk",
        never=WORLD,
    ),
    unseen(
        "header rule before 403",
        rule(1, [header("X-Origin-Verify", "s3cret")], forward(GROUP)),
        default(fixed(403)),
        answers(403, body=""),
        verdicts="unknown at-risk",
        never=WORLD,
    ),
    sound(
        "CloudFront sends the header that the rule wants",
        rule(1, [header("X-Origin-Verify", "s3cret")], forward(GROUP)),
        default(fixed(403)),
        fronted(),
    ),
    *(
        broken(
            f"CloudFront in front, and {words}",
            rule(1, [one], forward(GROUP)),
            default(fixed(403)),
            answers(403, body=""),
            fronted(server="awselb/2.0"),
            must=("rule-secret-header-or-source-ip-gate",),
            never=WORLD,
        )
        for words, one in {
            "the header that the rule wants is not sent": header("X-Origin-Verify", "s3cret"),
            "the rule lets in the office's addresses only": source_ip(RANGE),
        }.items()
    ),
    unseen(
        "CloudFront in front, and an office rule by X-Forwarded-For",
        rule(1, [header("X-Forwarded-For", "198.18.7.*")], forward(GROUP)),
        default(fixed(403)),
        answers(403, body=""),
        fronted(server="awselb/2.0"),
        verdicts="unknown at-risk",
    ),
    unseen(
        "office rule before 401",
        rule(1, [source_ip(RANGE)], forward(GROUP)),
        default(fixed(401)),
        answers(401, body=""),
        verdicts="unknown at-risk",
        never=WORLD,
    ),
    unseen(
        "office rule before a redirect elsewhere",
        rule(1, [source_ip(RANGE)], forward(GROUP)),
        default(redirect(Host="example.com")),
        redirects((URL, 301, "https://example.com:443/"), ("https://example.com/", None, "not followed: another host")),
        verdicts="unknown at-risk sound",
        never=WORLD,
    ),
    sound("office rule for another path", rule(1, [path("/admin/*"), source_ip(RANGE)], forward(GROUP))),
    sound("block list by source address", rule(1, [source_ip("203.0.113.200/32")], fixed(403))),
    broken("403 by the balancer, nothing on the way explains it", answers(403), must=("@outcome",), never=WORLD),
    *(
        open_to_taste(
            f"office only, {word}",
            admits(permission(80, 80, RANGE), permission(443, 443, RANGE)),
            *seen,
            verdicts="at-risk unknown broken",
            exits=(0, 1, 3),
            never=WORLD,
        )
        for word, seen in {"silent": (shut("silent"),), "served": ()}.items()
    ),
    open_to_taste(
        "two offices and a group, silent",
        admits(permission(443, 443, RANGE, "198.18.6.0/24", groups=("sg-0184f674db29d59e7",))),
        shut("silent"),
        verdicts="at-risk unknown broken",
        exits=(0, 1, 3),
        never=WORLD,
    ),
    *(
        sound(
            f"a canary for some clients by {word}, {health}",
            group("can", *told),
            rule(1, [one], forward(group_arn("can"))),
        )
        for word, one in {
            "header": header("X-Canary", "1"),
            "source address": source_ip(RANGE),
            "an unknown condition": {"Field": "client-certificate"},
        }.items()
        for health, told in {"empty": (), "ill": (UNHEALTHY,), "healthy": (HEALTHY,)}.items()
    ),
    sound("admitted by the office rule", rule(1, [source_ip(RANGE)], forward(GROUP)), default(fixed(403))),
    broken(
        "the group for everybody but the office is empty",
        group("all"),
        rule(1, [source_ip(RANGE)], forward(GROUP)),
        default(forward(group_arn("all"))),
        must=EMPTY,
    ),
    broken(
        "a canary by header, and 503 for us",
        group("can"),
        rule(1, [header("X-Canary", "1")], forward(group_arn("can"))),
        answers(503),
        must=("@outcome", *EMPTY),
    ),
    # APIs
    *(
        at_risk(
            f"API under {pattern}, default {status}",
            rule(10, [path(pattern)], forward(GROUP)),
            default(fixed(status)),
            answers(status, body=""),
            must=("listener-default-action-is-error", "http-alb-default-action", "rule-path-pattern-too-narrow"),
            says=f"(--path {pattern.rstrip('*')})",
        )
        for pattern in ("/api/*", "/v1/*")
        for status in (404, 403)
    ),
    at_risk(
        "API with a host rule, default 404",
        rule(10, [host(HOST), path("/api/*")], forward(GROUP)),
        default(fixed(404)),
        answers(404, body=""),
        must=("listener-default-action-is-error", "http-alb-default-action", "rule-path-pattern-too-narrow"),
        untold="rule-host-not-matched",
    ),
    at_risk(
        "API with two path rules",
        rule(10, [path("/v1/*")], forward(GROUP)),
        rule(20, [path("/v2/*", "/v3/*")], forward(GROUP)),
        default(fixed(404)),
        answers(404, body=""),
        must=("listener-default-action-is-error", "http-alb-default-action", "rule-path-pattern-too-narrow"),
    ),
    *(
        at_risk(
            f"API whose {word} answers {status} to the rest",
            group("other", HEALTHY),
            rule(10, [host(HOST), path("/api/*")], forward(GROUP)),
            rule(20, conditions, fixed(status)),
            default(forward(group_arn("other"))),
            answers(status, body=""),
            must=("http-request-fails",),
            says="Fix this one cause.",
        )
        for word, conditions in {
            "host": [host(HOST)],
            "path of all": [path("/*")],
            "both": [host(HOST), path("*")],
        }.items()
        for status in (404, 403)
    ),
    broken(
        "the rule behind the host's 404 never matches",
        rule(10, [host(HOST)], fixed(404)),
        rule(20, [host(HOST), path("/api/*")], forward(GROUP)),
        answers(404, body=""),
        must=("http-request-fails", "rule-shadowed-by-earlier-rule"),
    ),
    broken(
        "a closed path was scanned",
        rule(10, [host(HOST), path("/old/*")], fixed(404)),
        rule(20, [host(HOST), path("/api/*")], forward(GROUP)),
        scanned("/old/page"),
        answers(404, body="", url=f"{URL}old/page"),
        must=("http-request-fails",),
    ),
    sound("API, default 200", rule(10, [path("/api/*")], forward(GROUP)), default(fixed(200)), answers(200, body="")),
    sound(
        "API, scanned inside", rule(10, [path("/api/*")], forward(GROUP)), default(fixed(404)), scanned("/api/health")
    ),
    broken(
        "API, scanned inside, its group is empty",
        group("api"),
        rule(10, [path("/api/*")], forward(group_arn("api"))),
        default(fixed(404)),
        scanned("/api/health"),
        answers(503, url=f"{URL}api/health"),
        must=EMPTY,
    ),
    broken(
        "API, scanned inside, no host rule fits",
        rule(10, [host("api.example"), path("/api/*")], forward(GROUP)),
        default(fixed(404)),
        scanned("/api/health"),
        answers(404, url=f"{URL}api/health"),
        must=("rule-host-not-matched",),
    ),
    gentle(
        "POST only",
        rule(10, [method("POST")], forward(GROUP)),
        default(fixed(404)),
        answers(404, body=""),
        verdicts="at-risk unknown",
        exits=(0, 3),
        untold="rule-host-not-matched",
    ),
    gentle(
        "POST under a path",
        rule(10, [path("/hook"), method("POST")], forward(GROUP)),
        default(fixed(404)),
        scanned("/hook"),
        answers(404, body="", url=f"{URL}hook"),
        verdicts="at-risk unknown",
        exits=(0, 3),
        untold="rule-host-not-matched",
    ),
    sound("GET by a method rule", rule(10, [method("GET", "HEAD")], forward(GROUP)), default(fixed(405))),
    # Another path of ours
    *(
        gentle(
            f"the group of {pattern} is {word}", group("api", *told), rule(10, conditions, forward(group_arn("api")))
        )
        for word, told in {"empty": (), "ill": (UNHEALTHY,)}.items()
        for pattern, conditions in {
            "/api/*": [path("/api/*")],
            "our host's /api/*": [host(HOST), path("/api/*")],
        }.items()
    ),
    broken(
        "the group of /* is empty",
        group("api"),
        rule(10, [path("/*")], forward(group_arn("api"))),
        answers(503),
        must=EMPTY,
    ),
    broken(
        "the group of / is ill",
        group("api", UNHEALTHY),
        rule(10, [path("/")], forward(group_arn("api"))),
        answers(504),
        must=(
            "hc-timeout-path-blocked",
            "tg-all-unhealthy-fail-open",
            "@outcome",
            "net-target-sg-blocks-traffic-port",
            "net-target-sg-blocks-hc-port",
        ),
    ),
    # Redirects
    broken(
        "login and loop by a host rule",
        rule(5, [host(HOST)], after("authenticate-oidc", LOOP)),
        redirects((URL, 301, URL), (URL, None, "not followed: seen before")),
        must=("listener-redirect-loop",),
        never="Type=forward,TargetGroupArn",
    ),
    broken(
        "loop by a path rule",
        rule(5, [path("/*")], LOOP),
        redirects((URL, 301, URL), (URL, None, "not followed: seen before")),
        must=("listener-redirect-loop",),
    ),
    broken(
        "loop by the default action",
        default(LOOP),
        redirects((URL, 301, URL), (URL, None, "not followed: seen before")),
        must=("listener-redirect-loop",),
    ),
    broken(
        "loop between www and the apex",
        rule(5, [host(HOST)], redirect(Host="www.shop.example")),
        rule(6, [host("www.shop.example")], redirect(Host=HOST)),
        redirects(
            (URL, 301, "https://www.shop.example:443/"),
            ("https://www.shop.example/", None, "not followed: another host"),
        ),
        must=("listener-redirect-loop",),
    ),
    sound(
        "apex redirects to www, which forwards",
        rule(5, [host(HOST)], redirect(Host="www.shop.example")),
        redirects(
            (URL, 301, "https://www.shop.example:443/"),
            ("https://www.shop.example/", None, "not followed: another host"),
        ),
    ),
    broken(
        "apex redirects to www, whose group is empty",
        group("www"),
        rule(5, [host(HOST)], redirect(Host="www.shop.example")),
        rule(6, [host("www.shop.example")], forward(group_arn("www"))),
        redirects(
            (URL, 301, "https://www.shop.example:443/"),
            ("https://www.shop.example/", None, "not followed: another host"),
        ),
        must=EMPTY,
    ),
    broken(
        "redirect to a port without listener",
        default(redirect(Port="8443")),
        redirects((URL, 301, f"https://{HOST}:8443/"), (f"https://{HOST}:8443/", None, "refused")),
        must=("listener-redirect-to-missing-listener",),
    ),
    # From the incident reports
    broken(
        "redirect that keeps http",
        default(redirect(Port="443"), HTTP),
        redirects((URL, 200, ""), server=""),
        must=("listener-redirect-keeps-port", "listener-redirect-keeps-http", "listener-http-redirect-protocol"),
    ),
    broken(
        "a rule before takes everything",
        group("all"),
        rule(10, [path("/*")], forward(group_arn("all"))),
        rule(20, [host(HOST), path("/*")], forward(GROUP)),
        answers(503),
        must=(*EMPTY, "rule-shadowed", "rule-priority-shadowed"),
    ),
    gentle(
        "a rule before takes everything, and is served",
        group("all", HEALTHY),
        rule(10, [path("/*")], forward(group_arn("all"))),
        rule(20, [host(HOST), path("/*")], forward(GROUP)),
        verdicts="at-risk",
    ),
    at_risk(
        "path / without *, /login scanned",
        rule(10, [host(HOST), path("/")], forward(GROUP)),
        default(fixed(404)),
        scanned("/login"),
        answers(404, body="", url=f"{URL}login"),
        must=("rule-path-pattern-too-narrow",),
        untold="rule-host-not-matched",
    ),
    broken(
        "our rule is on 80 only",
        rule(10, [host(HOST)], forward(GROUP), HTTP),
        default(fixed(404)),
        answers(404, body=""),
        must=("rule-host-not-matched", "rule-only-on-http", "listener-default-action-is-error"),
    ),
    sound("redirect rule for our host on 80", rule(10, [host(HOST)], redirect(Protocol="HTTPS", Port="443"), HTTP)),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_is_judged_right(row: Row) -> None:
    assert complaints(row) == []
