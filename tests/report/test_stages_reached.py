"""Which rows of the path have a tick: only what the request comes to, and what was judged."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from albdoctor.api import judge, load_facts
from albdoctor.policy import Policy
from albdoctor.report import html, markdown, terminal
from albdoctor.report import words as told
from albdoctor.report.lead import lead
from albdoctor.report.model import Report

CASES = Path(__file__).parents[1] / "cases"


def rows(name: str) -> list[tuple[str, str]]:
    """Label and status of every row."""
    report = judge(load_facts(CASES / f"{name}.json"))
    return [(row.label, row.status) for stage in report.stages for row in stage.rows]


def test_behind_the_break_nothing_has_a_tick() -> None:
    seen = rows("bpa")
    at = seen.index(("load balancer", "error"))
    assert {status for _, status in seen[:at]} == {"ok"}
    assert {status for label, status in seen[at + 1 :] if label != "answer"} == {"not-reached"}
    assert [status for label, status in seen if label == "answer"] == ["error", "error"]


def test_a_listener_that_answers_is_reached() -> None:
    """The network ACL shuts port 443 only: port 80 redirects."""
    listeners = [status for label, status in rows("nacl-clients") if label == "listener"]
    assert listeners == ["ok", "not-reached"]


@pytest.mark.parametrize("name", ["base", "cloudfront-http-origin", "network-firewall"])
def test_where_visitors_are_served_everything_on_the_way_has_a_tick(name: str) -> None:
    assert {status for _, status in rows(name)} == {"ok"}


def test_what_has_nobody_healthy_has_no_tick_and_what_is_off_the_way_is_not_reached() -> None:
    seen = rows("bg-weight0-empty")
    assert [status for label, status in seen if label == "health"] == ["ok", "not-reached"]
    assert {("health", "ok"), ("target", "ok")}.isdisjoint(rows("failopen-200"))


def test_of_several_targets_only_the_healthy_ones_have_a_tick() -> None:
    told_of = judge(load_facts(CASES / "one-of-three-503.json"))
    targets = {row.saw: row.status for stage in told_of.stages for row in stage.rows if row.label == "target"}
    ill = [saw for saw, status in targets.items() if status != "ok"]
    assert [saw.rpartition(", ")[2] for saw in ill] == ["unhealthy"]
    assert len(targets) - len(ill) == 2


@pytest.mark.parametrize("name", ["shared-alb-other-host-empty"])
def test_what_is_off_the_way_is_told_in_a_section_of_its_own(name: str) -> None:
    report = judge(load_facts(CASES / f"{name}.json"))
    assert [one.is_beside for one in report.root_causes] == [True]
    assert lead(report) == ""
    for text in _texts(report):
        flat = " ".join(text.split())
        assert flat.count(told.BESIDE.en) >= 1
        assert flat.index(told.BESIDE.en) < flat.index("has no registered target")
        assert told.ONE_CAUSE.en not in flat


def _texts(report: Report) -> tuple[str, str, str]:
    page = io.StringIO()
    terminal.write(report, page)
    return page.getvalue(), markdown.render((report,)).decode(), re.sub("<[^>]+>", " ", html.render((report,)))


@pytest.mark.parametrize("policy", [Policy(ignore=("ALB719",)), Policy(select=("ALB401",))])
def test_what_is_left_out_is_said_and_changes_neither_verdict_nor_first_line(policy: Policy) -> None:
    facts = load_facts(CASES / "balancer-502.json")
    report = judge(facts, policy)
    assert (report.verdict, report.exit_code, report.findings) == ("broken", 0, ())
    assert report.request == judge(facts).request
    assert report.not_selected == ("http-request-fails",)
    for text in _texts(report):
        assert "left out by --select or --ignore: http-request-fails" in " ".join(text.replace("\\", "").split())


def test_a_stage_is_not_blamed_for_what_follows_from_another() -> None:
    """That port 443 is silent (a check of the certificate's stage) follows from what stands before the balancer."""
    report = judge(load_facts(CASES / "bpa.json"))
    assert {stage.stage: stage.status for stage in report.stages} == {
        "domain": "ok",
        "certificate": "ok",
        "balancer": "error",
        "target_group": "ok",
        "network": "error",
        "target": "ok",
        "response": "error",
    }
    assert [stage.stage for stage in report.stages if stage.mark == "not-reached"] == ["target_group", "target"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("balancer-502", told.NO_CAUSE.en),
        ("bpa", told.ONE_CAUSE.en),
        ("base", ""),
    ],
)
def test_what_is_to_be_done_is_said_after_the_first_line(name: str, said: str) -> None:
    report = judge(load_facts(CASES / f"{name}.json"))
    assert lead(report) == said
    for text in _texts(report)[::2]:
        assert said in " ".join(text.split())
