"""ALB719 over facts: what visitors get where they get no page, what was ruled out, and the command that decides."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import AddressProbe, Tcp
from albdoctor_checks.response.alb719_http_request_fails import http_request_fails as check
from albdoctor_checks.response.could_be import BY_BALANCER, BY_OUTCOME
from tests.support.build import rule
from tests.support.build_dns import host_answers, probe
from tests.support.build_served import ADDRESSES, ONE, OTHER, URL, answering, got, led_to, plain_on_443, shaking, shut
from tests.support.stories import story
from tests.support.table import result_of, told

BAD = got(502, by_balancer=True)
FIX = "  fix[by hand, none]: Find out which of the remaining causes it is: the command below decides."
OPEN = "  ruled out -> the way to port 443: every address accepts connections"
FORWARDED = "  ruled out -> the rules: the request is forwarded"
HEALTHY = "  ruled out -> target health: every target of the way is healthy"


def seen(*probed: AddressProbe, state: str = "healthy", **groups: Any) -> Facts:
    return story(state, **(led_to(*probed) | groups))


def test_the_load_balancers_502_at_every_address() -> None:
    both = seen(answering(BAD), answering(BAD, address=OTHER))
    assert told(check, both) == [
        f"error confirmed domain/shop.example: Visitors of {URL} get an error at 2 of 2 addresses:"
        " 502 by the load balancer",
        f"  GET {URL} at {ONE} -> 502 by the load balancer",
        f"  GET {URL} at {OTHER} -> 502 by the load balancer",
        OPEN,
        FORWARDED,
        HEALTHY,
        FIX,
    ]
    (finding,) = run_one(both, check).findings
    assert finding.decide == f"curl -sv -o /dev/null --resolve shop.example:443:{ONE} {URL}"
    assert finding.alternatives == BY_BALANCER[502]


def test_at_one_address_of_two_the_failing_one_comes_first() -> None:
    assert told(check, seen(probe(ONE), shut(Tcp.REFUSED, address=OTHER))) == [
        f"error confirmed domain/shop.example: Visitors of {URL} get an error at 1 of 2 addresses:"
        " 443 refuses connections",
        f"  GET {URL} at {OTHER} -> 443 refuses connections",
        f"  GET {URL} at {ONE} -> served",
        FORWARDED,
        HEALTHY,
        FIX,
    ]


def test_what_was_not_seen_to_be_in_order_is_not_ruled_out() -> None:
    """Targets that fail, a rule that depends on the client, addresses that are nobody's we know."""
    assert told(check, seen(answering(BAD), state="unhealthy"))[2:-1] == [OPEN, FORWARDED]
    picky = rule("10", Conditions=[{"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}}])
    assert told(check, seen(answering(BAD), rules=(picky, rule())))[2:-1] == [OPEN, HEALTHY]
    assert told(check, seen(answering(BAD), leads=()))[2:-1] == []


WORDS: dict[str, tuple[AddressProbe, str]] = {
    "plain HTTP": (plain_on_443(), "plain HTTP on port 443 (WRONG_VERSION_NUMBER)"),
    "TLS": (shaking("NO_SHARED_CIPHER"), "the TLS handshake fails (NO_SHARED_CIPHER)"),
    "expired": (
        shaking(verify_code=10, verify_message="certificate has expired"),
        "browsers refuse the certificate (certificate has expired (OpenSSL 10))",
    ),
    "refused": (shut(Tcp.REFUSED), "443 refuses connections"),
    "silent": (shut(Tcp.SILENT), "443 does not answer"),
    "no answer": (answering(got(None, failure="timeout")), "no answer (timeout)"),
    "reset": (answering(got(None, failure="reset")), "connection closed without an answer (reset)"),
    "no HTTP": (answering(got(None, failure="not http: x")), "no HTTP (not http: x)"),
    "circle": (answering(got(302, location=URL)), "redirects in a circle"),
    "login": (answering(got(561, by_balancer=True)), "561 by the load balancer"),
    "application": (answering(got(503, server="gunicorn")), "503 by the application"),
    "CDN": (answering(got(502, server="CloudFront")), "502 by something in front of the load balancer"),
}


@pytest.mark.parametrize(("probed", "words"), WORDS.values(), ids=WORDS)
def test_every_outcome_is_told(probed: AddressProbe, words: str) -> None:
    head = f"error confirmed domain/shop.example: Visitors of {URL} get an error at 1 of 1 addresses: {words}"
    lines = told(check, seen(probed))
    assert lines[:2] == [head, f"  GET {URL} at {ONE} -> {words}"]
    (finding,) = run_one(seen(probed), check).findings
    assert finding.alternatives != ()


def test_every_status_of_the_load_balancer_and_every_outcome_has_causes() -> None:
    statuses = (400, 401, 403, 405, 408, 413, 414, 460, 463, 464, 500, 501, 502, 503, 504, 505, 507, 561)
    assert tuple(BY_BALANCER) == statuses
    assert [key for key, causes in (*BY_BALANCER.items(), *BY_OUTCOME.items()) if not causes] == []


def test_it_is_the_url_at_the_end_of_redirects_that_fails() -> None:
    port = "https://shop.example:8443/"
    shut_there = answering(got(302, location=port), replace(got(None, failure="timeout"), url=port))
    assert told(check, seen(shut_there))[1] == f"  GET {port} at {ONE} -> no answer (timeout)"


@pytest.mark.parametrize(
    ("status", "words"), [(400, "allowed hosts"), (421, "allowed hosts"), (429, "limits the rate"), (503, "its log")]
)
def test_what_an_application_may_mean_comes_first(status: int, words: str) -> None:
    (finding,) = run_one(seen(answering(got(status, server="nginx"))), check).findings
    assert words in finding.alternatives[0].en


EVERY_PATH = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}
SOME_CLIENTS = {"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}}


def maintenance(condition: dict[str, Any] = EVERY_PATH) -> dict[str, Any]:
    """A rule before the default one answers 503 by itself."""
    answers = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    return {"rules": (rule("10", Actions=[answers], Conditions=[condition]), rule())}


def test_a_rule_that_answers_so_itself_is_named() -> None:
    closed = seen(answering(got(503, by_balancer=True)), **maintenance())
    lines = told(check, closed)
    assert lines[2:] == [
        f"  elasticloadbalancing DescribeRules HTTPS:443, rule 10, for {URL} -> fixed-response 503",
        OPEN,
        "  fix[by hand, none]: Rule 10 of HTTPS:443 gives this answer itself: if it is not meant, delete the rule or"
        " let it forward.",
    ]
    (finding,) = run_one(closed, check).findings
    assert finding.alternatives == ()


def test_a_rule_that_cannot_have_answered_so_is_not_blamed() -> None:
    """Another status, another server's answer, a rule that depends on the client."""
    for answer, rules in (
        (got(502, by_balancer=True), maintenance()),
        (got(503, server="gunicorn"), maintenance()),
        (got(503, by_balancer=True), maintenance(SOME_CLIENTS)),
    ):
        assert told(check, seen(answering(answer), **rules))[-1] == FIX


UNTRIED = shut(Tcp.UNREACHABLE, "no IPv6", OTHER)


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        (story("healthy"), Result.PASSED),
        (story("unhealthy"), Result.PASSED),
        (seen(probe(ONE, status=404)), Result.PASSED),
        (seen(probe(ONE), UNTRIED), Result.PASSED),
        (seen(UNTRIED), Result.EMPTY),
        (story(**led_to(addresses=ADDRESSES)), Result.EMPTY),
        (story(probes=Unknown(gap=Gap.NOT_ASKED, asked="probes")), Result.EMPTY),
        (seen(host_answers=host_answers(rcode="NXDOMAIN")), Result.EMPTY),
        (seen(replace(answering(BAD), address=OTHER), host_answers=host_answers(ONE)), Result.EMPTY),
    ],
)
def test_served_or_not_seen(facts: Facts, result: Result) -> None:
    """An address that nobody tried, or that the name does not give, is no failure."""
    assert (result_of(check, facts), told(check, facts)) == (result, [])


def test_a_4xx_of_the_load_balancer_that_is_no_fault_is_not_told() -> None:
    """An API's default 404, and a rule that does not admit this machine."""
    not_found = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    api = rule("10", Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}])
    office = rule("10", Conditions=[{"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}}])
    default = rule(Actions=[not_found])
    turned_away = answering(got(404, by_balancer=True))
    for first in (api, office):
        assert told(check, seen(turned_away, rules=(first, default))) == []
    assert len(told(check, seen(turned_away, rules=(default,)))) > 0
