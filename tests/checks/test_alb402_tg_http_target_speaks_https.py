"""ALB402 over facts: plain HTTP towards TLS, proven by probes, suspected from a 400."""

from __future__ import annotations

from albdoctor.checkup.engine import Result, run_one
from albdoctor.text import fill_script
from albdoctor_checks.target_group.alb402_tg_http_target_speaks_https import tg_http_target_speaks_https as check
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_targets import (
    DENIED,
    NO_PROBE,
    answer,
    https_group,
    over_tls,
    plain,
    probed,
    refused,
    scene,
    unhealthy,
    wrong_code,
)
from tests.support.table import result_of, told

GROUPS = (group(Port=443),)
COMPLAINT = answer(400, "<center>The plain HTTP request was sent to HTTPS port</center>")


def test_tls_on_the_registered_port_is_confirmed() -> None:
    probes = (probed(over_tls(443, COMPLAINT), port=443),)
    seen = scene(wrong_code(400, 443), target_groups=GROUPS, target_probes=probes)
    assert told(check, seen) == [
        f"error confirmed target-group/{GROUP_ARN}: Target group web-http sends plain HTTP (port 443) to"
        " targets that speak TLS: i-0abc",
        "  elasticloadbalancing DescribeTargetGroups web-http -> Protocol: HTTP, Port: 443",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:443 unhealthy Target.ResponseCodeMismatch Health checks failed with these codes: [400]",
        "  connection to 203.0.113.20:443 (i-0abc) -> TLS completes (TLSv1.3); plain HTTP: 400",
        "  fix[script, traffic]: Move the targets of web-http to a new HTTPS target group on port 443, where they are"
        " proven to speak TLS.",
    ]
    (finding,) = run_one(seen, check).findings
    script = fill_script(check.fixes[0].script, finding.values)
    assert "for name in web-https web-https-2 " in script
    assert "--protocol HTTPS --protocol-version HTTP1 --port 443" in script


def test_connection_cut_and_tls_on_another_port_are_confirmed() -> None:
    cut = scene(unhealthy(443), target_groups=GROUPS, target_probes=(probed(over_tls(443), port=443),))
    assert told(check, cut)[0].startswith("error confirmed")
    elsewhere = scene(unhealthy(80), target_probes=(probed(refused(80), over_tls(443)),))
    (finding,) = run_one(elsewhere, check).findings
    assert told(check, elsewhere)[0].startswith("error confirmed")
    assert finding.values["register"] == ("Id=i-0abc,Port=443",)


def test_400_on_a_tls_port_is_likely_and_changes_nothing_without_proof() -> None:
    seen = scene(wrong_code(400, 443), target_groups=GROUPS, target_probes=NO_PROBE)
    (finding,) = run_one(seen, check).findings
    assert told(check, seen)[0].startswith("error likely")
    assert told(check, seen)[-1] == (
        "  fix[by hand, none]: Find out what port 443 of i-0abc speaks before you change the protocol of web-http."
    )
    assert finding.decide == "curl -vk https://127.0.0.1:443/"
    assert result_of(check, scene(wrong_code(400, 8000), target_probes=NO_PROBE)) is Result.PASSED


def test_healthy_over_https_is_likely() -> None:
    seen = scene(target(), target_groups=(group(HealthCheckProtocol="HTTPS"),))
    assert told(check, seen)[0].startswith("error likely")


def test_a_port_that_answers_both_and_plain_http_pass() -> None:
    both = (probed(over_tls(443, answer(200)), port=443),)
    assert result_of(check, scene(unhealthy(443), target_groups=GROUPS, target_probes=both)) is Result.PASSED
    assert result_of(check, scene(unhealthy(), target_probes=(probed(plain(80)),))) is Result.PASSED
    assert result_of(check, scene(target())) is Result.PASSED
    assert result_of(check, scene(target(port=443), target_groups=(https_group(),))) is Result.PASSED


def test_nothing_to_judge_and_gaps() -> None:
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
    assert run_one(scene(unhealthy(), target_probes=NO_PROBE), check).gaps == (NO_PROBE,)
