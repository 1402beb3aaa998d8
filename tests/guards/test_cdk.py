"""CDK's own constructs are right by definition: what they synthesise draws neither error nor warning.

The templates of tests/guards/cdk are read as deployed stacks (tests/support/deployed.py); README.md there says how they
were made. Each is judged served, by the load balancer's own account, and with target health denied as well: then no
answer that was seen refutes an inference, and every check of configuration stands alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from albdoctor.report.model import Report
from tests.guards.told import told
from tests.kinds.names import fronted
from tests.kinds.routing import counted
from tests.kinds.site import HOST, Change, Raw, judged, lacks, of
from tests.kinds.wire import answers, not_probed, port, redirects
from tests.support.cloudformation import Stack
from tests.support.deployed import deployed

FOLDER = Path(__file__).parent / "cdk"
URL = f"https://{HOST}/"
LEFT_BROKEN = {"ec2-service-capacity-provider", "ip-targets-nothing-let-out"}
"""What CDK synthesises where its caller forgot to open the way: see below."""
TEMPLATES: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}
RIGHT = sorted(TEMPLATES.keys() - LEFT_BROKEN)
FORWARDING = [name for name in RIGHT if name != "lambda-target"]


def protocols(name: str) -> dict[int, str]:
    """The listeners of a template, by port."""
    listeners = Stack(TEMPLATES[name]).of("ElasticLoadBalancingV2::Listener")
    return {one["Port"]: one["Protocol"] for _, one in listeners}


def stack(name: str, *changes: Change) -> Report:
    """What is said of the site whose load balancer is the template's; one without HTTPS stands behind CloudFront."""
    listening = protocols(name)
    front = () if 443 in listening else (fronted(),)
    beside = () if 80 in listening else (port(80, "silent"),)
    login = (logs_in,) if name.startswith("authenticate") else ()
    return judged(*front, deployed(TEMPLATES[name]), *beside, *login, *changes)


def logs_in(raw: Raw) -> None:
    """Visitors are sent to the identity provider."""
    page = "https://login.example/authorize?client_id=shop"
    redirects((URL, 302, page), (page, None, "not followed: another host"))(raw)


def ill(reason: str, words: str) -> Change:
    """No target passes its health check, and none has answered lately."""

    def make(raw: Raw) -> None:
        for group in of(raw, "groups_health"):
            for one in group["targets"]["value"]:
                one["TargetHealth"] = {"State": "unhealthy", "Reason": reason, "Description": words}
            counted("HTTPCode_Target_2XX_Count", 0, group["target_group_arn"])(raw)

    return make


def over_tls(raw: Raw) -> None:
    """The one thing that is often changed in a construct: protocol and port of the targets."""
    for group in of(raw, "target_groups"):
        group |= {"Protocol": "HTTPS", "HealthCheckProtocol": "HTTPS"}


FAILED = ill("Target.FailedHealthChecks", "Health checks failed")
TIMEOUT = ill("Target.Timeout", "Request timed out")


@pytest.mark.parametrize("name", RIGHT)
def test_guard_cdk_construct_that_serves_is_no_fault(name: str) -> None:
    report = stack(name)
    assert (report.verdict, told(report)) == ("sound", [])


@pytest.mark.parametrize("name", [name for name in FORWARDING if 443 in protocols(name)])
def test_guard_cdk_construct_is_sound_by_the_load_balancers_own_account(name: str) -> None:
    report = stack(name, not_probed)
    assert (report.verdict, told(report)) == ("sound", [])


@pytest.mark.parametrize("name", [name for name in RIGHT if 443 in protocols(name)])
def test_guard_cdk_construct_of_which_nobody_saw_an_answer_is_not_accused(name: str) -> None:
    report = stack(name, not_probed, lacks("groups_health", asked="elasticloadbalancing:DescribeTargetHealth"))
    assert (report.verdict, told(report)) == ("unknown", [])


@pytest.mark.parametrize("name", FORWARDING)
def test_twin_the_same_construct_with_a_tls_group_whose_targets_speak_http(name: str) -> None:
    report = stack(name, over_tls, FAILED, answers(502))
    assert report.verdict == "broken"
    assert told(report)[0] == "error tg-https-target-speaks-http"


@pytest.mark.parametrize("name", [name for name in RIGHT if 443 not in protocols(name)])
def test_twin_an_http_construct_that_visitors_reach_without_cloudfront(name: str) -> None:
    report = judged(deployed(TEMPLATES[name]), port(443, "silent"))
    assert told(report) == ["error listener-https-missing", "  error tls-port-closed"]


@pytest.mark.parametrize("name", sorted(LEFT_BROKEN))
def test_twin_a_construct_whose_caller_opened_no_way_to_the_targets(name: str) -> None:
    report = stack(name, TIMEOUT, answers(504))
    assert told(report)[0] == "error alb-sg-egress-blocks-targets"


@pytest.mark.parametrize("name", ["ec2-service", "ip-targets"])
def test_the_same_constructs_with_the_way_open_are_not_accused_of_that(name: str) -> None:
    report = stack(name, TIMEOUT, answers(504))
    assert "error alb-sg-egress-blocks-targets" not in told(report)
