"""Every scenario, whole: built, scanned by the real command, compared, fixed as printed, scanned again."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from albdoctor.checkup import WARNING, registry
from albdoctor.derive.request.outcome import Came
from albdoctor.derive.request.place import Place
from albdoctor.lab.actors import NAME_SERVER
from albdoctor.lab.scenario import LIKELY, Expected, Scenario, aside, cause, effect
from albdoctor.lab.scenarios import SCENARIOS, find
from albdoctor.lab.verify import Proof, prove_all
from albdoctor.report.model import Report
from albdoctor.text import same
from tests.report.test_reports import report_of
from tests.support.stories import story

NAMES = [scenario.name for scenario in SCENARIOS]
ALBDOCTOR = (sys.executable, "-m", "albdoctor")
ORDERED = {
    "founding-story", "registrar-ns-wrong", "https-target-group", "nothing-on-port", "health-check-port", "healthy",
    "registrar-ns-mixed", "stale-hosted-zone", "certificate-pending", "certificate-wrong-name", "no-https-listener",
    "target-security-group", "balancer-security-group", "health-check-redirect", "health-check-404",
    "health-check-host-rejected", "no-targets", "redirect-loop", "host-rule-mismatch", "dangling-alias",
    "all-unhealthy-but-serving",
}  # fmt: skip
CHECKS = {
    "registrar-default-nameservers", "delegation-missing", "delegation-other-provider",
    "delegation-stale-hosted-zone", "delegation-points-to-sibling-zone", "delegation-partial", "delegation-mixed",
    "zone-not-found", "zone-record-missing", "zone-alias-dangling", "zone-hardcoded-lb-ips", "acm-pending-validation",
    "acm-validation-cname-missing", "acm-name-not-covered", "acm-wrong-region", "tls-port-closed",
    "alb-internal-for-public-domain", "alb-internet-facing-in-private-subnet", "alb-sg-blocks-listener-port",
    "listener-https-missing", "listener-cert-name-mismatch", "listener-redirect-loop", "rule-host-not-matched",
    "rule-forwards-to-empty-group", "tg-https-target-speaks-http", "tg-http-target-speaks-https",
    "tg-port-not-served", "tg-no-targets", "tg-all-unhealthy-fail-open", "hc-connection-refused",
    "hc-protocol-mismatch", "hc-port-mismatch", "hc-redirect-not-accepted", "hc-path-not-found",
    "hc-host-header-rejected", "hc-timeout-path-blocked", "net-target-sg-blocks-traffic-port",
    "net-target-sg-blocks-hc-port", "target-no-process-on-port", "target-bound-to-loopback",
    "target-instance-not-running", "http-redirect-loop", "http-no-https-redirect",
}  # fmt: skip


@pytest.fixture(scope="module")
def proofs(request: pytest.FixtureRequest) -> Mapping[str, Proof]:
    """Proofs of the selected scenarios, made two at a time in child processes."""
    chosen: list[str] = [
        str(item.callspec.params["name"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.originalname == "test_scenario_holds"
    ]
    return {proof.scenario: proof for proof in prove_all(chosen, jobs=2)}


@pytest.mark.lab
@pytest.mark.parametrize("name", NAMES)
def test_scenario_holds(name: str, proofs: Mapping[str, Proof]) -> None:
    assert proofs[name].complaints == ()


def test_names_are_words_and_unique() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert [name for name in NAMES if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []


def test_every_ordered_scenario_exists() -> None:
    assert ORDERED - set(NAMES) == set()


def test_every_ordered_check_is_expected_somewhere() -> None:
    expected = {one.slug for scenario in SCENARIOS for one in scenario.expected}
    assert CHECKS - expected == set()
    assert expected - {check.slug for check in registry.load()} == set(), "no such check"


def test_descriptions_are_in_both_languages() -> None:
    for scenario in SCENARIOS:
        assert scenario.about.en.endswith("."), scenario.name
        assert re.search("[가-힣]", scenario.about.ko), scenario.name


def test_unknown_scenario_is_told_with_the_nearest() -> None:
    with pytest.raises(LookupError, match=r"there is no scenario 'helthy'; did you mean healthy"):
        find("helthy")


def test_expectations_tell_causes_from_effects() -> None:
    assert str(cause("a", LIKELY)) == "a (error, likely)"
    assert str(effect("b", severity=WARNING)) == "b (warning, confirmed, explained)"
    assert str(aside("c")) == "c (info, confirmed, off the way)"


def test_the_worst_that_is_expected_is_the_verdict() -> None:
    def verdict(*expected: Expected) -> str:
        return Scenario(name="x", about=same("x"), expected=expected).verdict

    assert verdict() == verdict(aside("a")) == "sound"
    assert verdict(aside("a"), cause("b", severity=WARNING)) == "at-risk"
    assert verdict(cause("b", severity=WARNING), effect("c")) == "broken"


def test_a_scenario_holds_only_with_its_verdict_and_place() -> None:
    report = replace(report_of(story()), verdict="unknown")
    right = (cause("cause"), effect("effect"))
    assert _complaints(report, *right) == ["expected the verdict broken, got unknown"]
    first, *others = report.findings
    moved = replace(report, verdict="broken", findings=(replace(first, place=Place.PARKED), *others))
    assert _complaints(moved, *right) == [
        "expected cause (error, confirmed), which was not found",
        "got cause (error, confirmed, off the way), which was not expected",
    ]


def test_a_scenario_holds_only_with_the_certainty_severity_and_rank_that_it_expects() -> None:
    report = report_of(story())
    right = (cause("cause"), effect("effect"))
    assert _complaints(report, *right) == []
    assert _complaints(report, cause("cause", severity=WARNING), effect("effect")) == [
        "expected cause (warning, confirmed), which was not found",
        "got cause (error, confirmed), which was not expected",
    ]
    assert len(_complaints(report, cause("cause", LIKELY), effect("effect"))) == 2
    assert len(_complaints(report, cause("cause"), cause("effect"))) == 2
    assert len(_complaints(report, cause("cause"))) == 1


def test_no_scenario_holds_that_breaks_a_promise_of_the_verdict() -> None:
    (answer,) = {replace(one, address="x") for one in report_of(story("healthy")).request.answers}
    failing = replace(report_of(story("healthy")).request, answers=(replace(answer, outcome=Came.SILENT),))
    report = replace(report_of(story("healthy")), request=failing, exit_code=1)
    assert _complaints(report) == [
        "sound, and x was silent",
        "visitors get an error, and no finding says so",
        "exit 1, and no error is on the way",
    ]


def _complaints(report: Report, *expected: Expected) -> list[str]:
    return Scenario(name="x", about=same("x"), expected=expected).complaints(report)


def test_name_servers_are_read_from_instructions() -> None:
    text = (
        "one in each field:\nns-132.awsdns-16.com\nns-713.awsdns-25.net\nns-1604.awsdns-08.co.uk. Not ns1.gabia.co.kr."
    )
    assert NAME_SERVER.findall(text) == ["ns-132.awsdns-16.com", "ns-713.awsdns-25.net", "ns-1604.awsdns-08.co.uk"]


def _list(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*ALBDOCTOR, "lab", "list", *words], capture_output=True, text=True, check=True)


@pytest.mark.process
def test_list_names_scenarios_and_spoils_none() -> None:
    plain = _list("--lang", "en")
    assert plain.stdout.splitlines() == NAMES
    assert "`albdoctor lab up any`" in plain.stderr
    listed = json.loads(_list("--format", "json").stdout)
    assert listed == [{"name": name} for name in NAMES]


@pytest.mark.process
def test_list_tells_what_is_broken_when_asked() -> None:
    told = _list("--lang", "ko", "--spoil")
    lines = told.stdout.splitlines()
    assert ([line.split()[0] for line in lines], told.stderr) == (NAMES, "")
    assert all(line.endswith(one.about.ko) for line, one in zip(lines, SCENARIOS, strict=True))
    listed = json.loads(_list("--format", "json", "--spoil", "--lang", "en").stdout)
    assert [one["description"] for one in listed] == [one.about.en for one in SCENARIOS]


@pytest.mark.process
def test_missing_extra_is_told_in_one_sentence() -> None:
    script = "import sys; sys.modules['moto'] = None; from albdoctor.cli import main; sys.exit(main(['demo']))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    said = "The lab needs packages that are not installed: pip install '.[lab]' in the folder that albdoctor came from"
    assert done.stderr == f"Error: {said}\n"


@pytest.mark.lab
def test_verify_tells_proofs_as_json() -> None:
    words = (*ALBDOCTOR, "lab", "verify", "healthy", "--format", "json")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    proof, *others = json.loads(done.stdout)
    assert (proof["scenario"], proof["holds"], proof["complaints"], others) == ("healthy", True, [], [])


@pytest.mark.process
def test_unknown_scenario_is_a_usage_error() -> None:
    done = subprocess.run([*ALBDOCTOR, "lab", "verify", "nothing"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there is no scenario 'nothing'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.lab
def test_run_passes_scans_options_and_its_exit_code(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    words = (*ALBDOCTOR, "lab", "run", "no-targets", "--format", f"json={report}")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert json.loads(report.read_bytes())["findings"][0]["slug"] == "tg-no-targets"


@pytest.mark.lab
def test_run_tells_what_is_broken_only_when_asked() -> None:
    words = (*ALBDOCTOR, "lab", "run", "no-targets", "--format", "json", "--lang", "ko")
    told = subprocess.run((*words, "--spoil"), capture_output=True, text=True, check=False)
    about = next(one.about.ko for one in SCENARIOS if one.name == "no-targets")
    assert (told.returncode, json.loads(told.stdout)["verdict"]) == (1, "broken")
    assert told.stderr.splitlines() == [
        f"시나리오 no-targets: {about}",
        "스캔이 알려야 할 원인: tg-no-targets.",
    ]
    untold = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (untold.returncode, untold.stderr) == (1, "")
    assert about not in untold.stdout


@pytest.mark.lab
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_demo_ends_sound(lang: str) -> None:
    done = subprocess.run([*ALBDOCTOR, "demo", "--lang", lang], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert "My가비아" in done.stdout
