"""ALB423 over facts: the Host of the health check is refused, the name is let in."""

from __future__ import annotations

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor_checks.target_group.alb423_hc_host_header_rejected import hc_host_header_rejected as check
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_targets import (
    DENIED,
    NO_PROBE,
    answer,
    https_group,
    over_tls,
    plain,
    probed,
    scene,
    unhealthy,
    wrong_code,
)
from tests.support.table import result_of, told


@pytest.mark.parametrize("code", [400, 403, 404, 421])
def test_another_answer_by_name_is_confirmed(code: int) -> None:
    port = plain(8000, answer(code), http_by_name=answer(200))
    seen = scene(wrong_code(code, 8000), target_probes=(probed(port, port=8000),))
    assert told(check, seen) == [
        f"error confirmed target-group/{GROUP_ARN}: The health check of target group web-http gets {code}"
        " because of its Host header, 10.0.1.23:8000",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        f" -> i-0abc:8000 unhealthy Target.ResponseCodeMismatch Health checks failed with these codes: [{code}]",
        f"  connection to 203.0.113.20:8000 (i-0abc) -> TLS fails: WRONG_VERSION_NUMBER; plain HTTP: {code}",
        "  the same with Host: shop.example -> 200",
        "  fix[by hand, none]: Let the application answer / whatever the Host is.",
    ]


def test_over_tls_and_with_a_redirect_by_name_it_is_confirmed_too() -> None:
    port = over_tls(443, https=answer(400), http_by_name=answer(301))
    seen = scene(wrong_code(400, 443), target_groups=(https_group(),), target_probes=(probed(port, port=443),))
    assert told(check, seen)[0].startswith("error confirmed")
    assert told(check, seen)[0].endswith("Host header, 10.0.1.23")


def test_400_without_a_probe_is_likely() -> None:
    (finding,) = run_one(scene(wrong_code(400, 8000), target_probes=NO_PROBE), check).findings
    assert finding.certainty == "likely"
    assert len(finding.alternatives) == 2
    assert finding.values["sent"] == "PRIVATE-ADDRESS"
    assert finding.decide == "curl -i -H 'Host: shop.example' http://127.0.0.1:8000/"
    assert run_one(scene(wrong_code(421)), check).findings[0].certainty == "likely"


def test_the_same_answer_by_name_and_ambiguous_codes_pass() -> None:
    same = plain(80, answer(400), http_by_name=answer(400))
    assert result_of(check, scene(wrong_code(400), target_probes=(probed(same),))) is Result.PASSED
    complaint = answer(400, "The plain HTTP request was sent to HTTPS port")
    tls = over_tls(443, complaint, http_by_name=answer(200))
    seen = scene(wrong_code(400, 443), target_groups=(group(Port=443),), target_probes=(probed(tls, port=443),))
    assert result_of(check, seen) is Result.PASSED
    for one in (target(), unhealthy(), wrong_code(403), wrong_code(404), wrong_code(400, 443)):
        assert result_of(check, scene(one, target_probes=NO_PROBE)) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
