"""ALB411 over facts: HTTP/2 towards targets that speak HTTP/1.1, and requests that a group's version does not carry."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

import albdoctor
from albdoctor.checkup import INFO, WARNING
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.wire import Handshake
from albdoctor.text import fill_script
from albdoctor_checks.target_group.alb411_tg_protocol_version_mismatch import tg_protocol_version_mismatch as check
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_served import ONE, OTHER, URL, answering, got, led_to
from tests.support.build_targets import (
    DENIED,
    NO_PROBE,
    TIMEOUT,
    https_group,
    over_tls,
    plain,
    probed,
    refused,
    scene,
    unhealthy,
    wrong_code,
)
from tests.support.stories import story
from tests.support.table import result_of, told

HTTP2 = (group(ProtocolVersion="HTTP2"),)
GRPC = (group(ProtocolVersion="GRPC", HealthCheckPath="/AWS.ALB/healthcheck", Matcher={"GrpcCode": "12"}),)


def asked(status: int, groups: Any) -> Any:
    """The site was asked, over HTTP/1.1, and the load balancer or a target answered with this status."""
    return story(**(led_to(answering(got(status, by_balancer=status != 200))) | {"target_groups": groups}))


def test_targets_that_speak_http1_alone_are_moved_to_a_group_of_that_version() -> None:
    seen = scene(unhealthy(), target_groups=HTTP2, target_probes=(probed(plain(80)),))
    assert told(check, seen) == [
        f"error confirmed target-group/{GROUP_ARN}: Target group web-http is of protocol version HTTP2, and its targets"
        " speak HTTP/1.1 only",
        "  elasticloadbalancing DescribeTargetGroups web-http -> ProtocolVersion: HTTP2",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:80 unhealthy Target.FailedHealthChecks Health checks failed",
        "  connection to 203.0.113.20:80 (i-0abc) -> TLS fails: WRONG_VERSION_NUMBER; plain HTTP: 200",
        "  fix[script, traffic]: Move the targets of web-http to a new target group of protocol version HTTP1.",
    ]


@pytest.mark.parametrize(("groups", "path", "codes"), [(HTTP2, "/", "200"), (GRPC, "/", "200")])
def test_the_new_group_is_checked_as_http(groups: Any, path: str, codes: str) -> None:
    (finding,) = run_one(scene(unhealthy(), target_groups=groups, target_probes=(probed(plain(80)),)), check).findings
    script = fill_script(check.fixes[0].script, finding.values)
    assert "--protocol HTTP --protocol-version HTTP1 --port 80 --vpc-id vpc-1 --target-type instance" in script
    assert f"--health-check-path {path} " in script
    assert f"""--matcher '{{"HttpCode": "{codes}"}}'""" in script
    assert "for name in web-http-2 web-http-3 " in script


def test_a_group_that_is_right_for_others_of_its_targets_stays() -> None:
    seen = scene(target("i-0b"), unhealthy(), target_groups=HTTP2, target_probes=(probed(plain(80)),))
    assert told(check, seen)[-1] == (
        "  fix[by hand, none]: Make i-0abc serve HTTP/2 like the other targets of web-http, or deregister them."
    )


@pytest.mark.parametrize(("alpn", "result"), [("http/1.1", Result.FOUND), ("h2", Result.PASSED), ("", Result.PASSED)])
def test_over_tls_the_handshake_tells(alpn: str, result: Result) -> None:
    tls = Handshake(server_name=None, completed=True, protocol="TLSv1.3", alpn=alpn)
    seen = scene(
        unhealthy(443),
        target_groups=(https_group(ProtocolVersion="HTTP2"),),
        target_probes=(probed(replace(over_tls(443), tls=tls), port=443),),
    )
    assert result_of(check, seen) is result


@pytest.mark.parametrize("groups", [HTTP2, GRPC])
def test_a_request_that_the_version_does_not_carry_makes_it_likely(groups: Any) -> None:
    seen = asked(464, groups)
    version = groups[0].protocol_version
    assert told(check, seen) == [
        f"error likely target-group/{GROUP_ARN}: Target group web-http is of protocol version {version}, and a request"
        " in HTTP/1.1 is answered with 464",
        f"  elasticloadbalancing DescribeTargetGroups web-http -> ProtocolVersion: {version}",
        f"  GET {URL} -> 464 ({ONE})",
        "  fix[by hand, traffic]: If browsers and other HTTP/1.1 clients are meant to come here, forward to a target"
        " group of protocol version HTTP1.",
    ]
    (finding,) = run_one(seen, check).findings
    assert [one.en.split(",")[0] for one in finding.alternatives] == ["Only clients that speak HTTP/2"]
    assert finding.decide == f"curl -sI --http2 {URL}"


def test_what_is_served_or_fails_for_another_reason_passes() -> None:
    assert result_of(check, asked(200, HTTP2)) is Result.PASSED  # whatever carried it
    assert result_of(check, asked(464, (group(),))) is Result.PASSED  # gRPC to a group of HTTP/1.1
    assert result_of(check, asked(502, HTTP2)) is Result.PASSED
    for one, probe in (
        (unhealthy(reason=TIMEOUT), probed(plain(80))),  # nothing came back: no matter of versions
        (wrong_code(404), probed(plain(80))),  # it answered over HTTP/2
        (unhealthy(), probed(refused(80))),
        (target(), probed(plain(80))),  # a server that knows both
    ):
        assert result_of(check, scene(one, target_groups=HTTP2, target_probes=(probe,))) is Result.PASSED
    assert result_of(check, scene(unhealthy(), target_probes=(probed(plain(80)),))) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, scene(unhealthy(), target_groups=HTTP2, target_probes=NO_PROBE)) is Result.SKIPPED
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED


def test_a_site_of_grpc_clients_is_not_broken_because_this_machine_spoke_http_1() -> None:
    """Its targets are healthy, and nobody asked it in HTTP/2."""
    groups: dict[str, Any] = {"target_groups": GRPC}
    groups |= led_to(answering(got(464, by_balancer=True)), answering(got(464, by_balancer=True), address=OTHER))
    report = albdoctor.judge(story("healthy", **groups))
    told_of = {one.slug: one.severity for one in report.findings if one.severity is not INFO}
    assert told_of == {"tg-protocol-version-mismatch": WARNING}
    assert (report.request.served, report.verdict) == ("no", "at-risk")
