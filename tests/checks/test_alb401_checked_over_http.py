"""ALB401 over facts: targets of an HTTPS group that pass a check over plain HTTP, and visitors who get 502."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup import CONFIRMED, LIKELY, Finding
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Tcp
from albdoctor_checks.target_group.alb401_tg_https_target_speaks_http import INCOMPATIBLE, SPEAKS_BOTH
from albdoctor_checks.target_group.alb401_tg_https_target_speaks_http import tg_https_target_speaks_http as check
from tests.support.build import GROUP_ARN, balancer, rule, target
from tests.support.build_dns import probe
from tests.support.build_served import ONE, OTHER, URL, answering, got, led_to, shut
from tests.support.build_targets import https_group, metrics, over_tls, plain, probed, scene, unhealthy
from tests.support.table import result_of, told

BAD = got(502, by_balancer=True)
BOTH_BAD = led_to(answering(BAD), answering(BAD, address=OTHER))
TLS_FAILS = metrics(TargetTLSNegotiationErrorCount=12)


def site(*targets: Any, codes: str = "200", group: dict[str, Any] | None = None, **groups: Any) -> Facts:
    """An HTTPS group that is checked over plain HTTP on its own port, and a way that leads to it alone."""
    fields = {"HealthCheckProtocol": "HTTP", "Matcher": {"HttpCode": codes}}
    base: dict[str, Any] = {
        "target_groups": (https_group(**(fields | (group or {}))),),
        "load_balancers": (balancer(),),
        "rules": (rule(),),
        **BOTH_BAD,
    }
    made: Facts = scene(*(targets or (target(port=443),)), **(base | groups))
    return made


def only(seen: Facts) -> Finding:
    (finding,) = run_one(seen, check).findings
    return finding


def test_a_502_at_every_address_makes_it_likely() -> None:
    seen = site()
    assert told(check, seen) == [
        f"error likely target-group/{GROUP_ARN}: Target group web-https sends TLS (port 443) to targets that speak"
        " plain HTTP: i-0abc",
        "  elasticloadbalancing DescribeTargetGroups web-https -> Protocol: HTTPS, Port: 443,"
        " HealthCheckProtocol: HTTP",
        "  elasticloadbalancing DescribeTargetHealth web-https -> i-0abc:443 healthy",
        f"  GET {URL} -> 502 ({ONE})",
        f"  GET {URL} -> 502 ({OTHER})",
        "  fix[script, traffic]: Move the targets of web-https to a new HTTP target group on port 443; TLS ends at the"
        " load balancer.",
    ]
    finding = only(seen)
    assert (finding.certainty, finding.alternatives) == (LIKELY, (SPEAKS_BOTH, INCOMPATIBLE))
    assert finding.decide == "curl -vk https://127.0.0.1:443/"
    assert finding.beyond_health


def test_counted_errors_of_tls_confirm_it() -> None:
    finding = only(site(metrics=TLS_FAILS))
    assert (finding.certainty, finding.beyond_health, finding.alternatives) == (CONFIRMED, True, ())
    # Without what visitors get, as before.
    finding = only(site(metrics=TLS_FAILS, **led_to(probe(ONE), probe(OTHER))))
    assert (finding.certainty, finding.beyond_health, finding.alternatives) == (LIKELY, False, (INCOMPATIBLE,))


@pytest.mark.parametrize("codes", ["200", "200-299", "200,204", "201"])
def test_codes_of_pages_prove_plain_http(codes: str) -> None:
    assert result_of(check, site(codes=codes)) is Result.FOUND


@pytest.mark.parametrize("codes", ["200-499", "200,400", "400"])
def test_codes_with_which_a_tls_server_complains_prove_nothing(codes: str) -> None:
    assert result_of(check, site(codes=codes)) is Result.PASSED
    assert result_of(check, site(codes=codes, metrics=TLS_FAILS)) is Result.PASSED


@pytest.mark.parametrize("codes", ["200-399", "200,301", "302"])
def test_redirects_may_be_a_tls_servers_unless_tls_is_counted_to_fail(codes: str) -> None:
    """Nginx leads plain HTTP on a TLS port to https, where it is told to (code 497)."""
    assert result_of(check, site(codes=codes)) is Result.PASSED
    finding = only(site(codes=codes, metrics=TLS_FAILS))
    assert (finding.certainty, finding.beyond_health) == (LIKELY, False)


@pytest.mark.parametrize(
    "seen",
    [
        site(**led_to(probe(ONE), probe(OTHER))),
        site(**led_to(answering(BAD), probe(OTHER))),
        site(**led_to(answering(got(502)), answering(got(502), address=OTHER))),
        site(**led_to(answering(got(504, by_balancer=True)))),
        site(**led_to(answering(BAD), shut(Tcp.SILENT, address=OTHER))),
        scene(target(port=443), target_groups=(https_group(HealthCheckProtocol="HTTP"),), rules=(rule(),)),
        site(metrics=metrics(HTTPCode_Target_2XX_Count=4)),
        site(replace(target(port=443), health_check_port="8080"), group={"HealthCheckPort": "8080"}),
        site(group={"HealthCheckProtocol": "HTTPS"}),
        site(unhealthy(443)),
        site(target_probes=(probed(over_tls(443), port=443),)),
        site(group={"Protocol": "HTTP"}),
    ],
    ids=[
        "served",
        "served at one",
        "the application's 502",
        "504",
        "silent at one",
        "not tried",
        "targets answered",
        "checked on another port",
        "checked over TLS",
        "not healthy",
        "it was heard to speak TLS",
        "HTTP group",
    ],
)
def test_where_something_else_may_be_it_passes(seen: Facts) -> None:
    assert not run_one(seen, check).findings


def test_a_probe_that_heard_plain_http_confirms_as_before() -> None:
    finding = only(site(target_probes=(probed(plain(443), port=443),)))
    assert (finding.certainty, finding.alternatives) == (CONFIRMED, ())


def test_a_group_that_gets_a_part_of_the_requests_is_not_blamed() -> None:
    shared = rule(
        Actions=[
            {
                "Type": "forward",
                "ForwardConfig": {
                    "TargetGroups": [
                        {"TargetGroupArn": GROUP_ARN, "Weight": 1},
                        {"TargetGroupArn": f"{GROUP_ARN}x", "Weight": 1},
                    ]
                },
            }
        ]
    )
    assert not run_one(site(rules=(shared,)), check).findings
