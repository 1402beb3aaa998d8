"""What was asked: every group of facts once, with what came back; what is not known is never told as none."""

from __future__ import annotations

import re

import pytest

from albdoctor import judge, load_facts
from albdoctor.facts.elb import GroupHealth
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import CARDS
from albdoctor.report.asked import MOST_IDS, asked
from albdoctor.report.model import AskedReport
from tests.report.test_many import report_of_groups
from tests.report.test_page import STORY
from tests.support.build import facts
from tests.support.stories import DENIED, story


def of(group: str, *told: AskedReport) -> AskedReport:
    return next(one for one in told if one.facts == group)


def test_every_group_of_facts_is_told_once() -> None:
    told = judge(load_facts(STORY)).asked
    assert [one.facts for one in told] == [*CARDS]
    listeners = of("listeners", *told)
    assert (listeners.asked, listeners.gap, listeners.things) == ("elasticloadbalancing:DescribeListeners", None, 2)
    assert all(re.fullmatch(r"listener/app/web/\w+/\w+", one) for one in listeners.ids)
    assert of("certificates", *told).asked == "acm:ListCertificates, acm:DescribeCertificate"
    assert [(one.things, one.ids) for one in told if one.facts == "delegation"] == [(1, ())]


def test_a_gap_is_told_with_its_reason_and_nothing_seen() -> None:
    told = of("listeners", *judge(story(listeners=DENIED)).asked)
    assert (told.gap, told.detail, told.things, told.ids) == (Gap.DENIED, "not authorized", 0, ())
    page = judge(story(listeners=DENIED)).to_html()
    row = page[page.index("<small>listeners</small>") :].split("</tr>")[0]
    assert "denied: not authorized" in row


def test_an_empty_answer_is_an_answer() -> None:
    page = judge(story(nat_gateways=())).to_html()
    row = page[page.index("<small>nat_gateways</small>") :].split("</tr>")[0]
    assert "answered: there is none" in row


def test_things_that_are_known_in_part_are_counted() -> None:
    health = Unknown(gap=Gap.THROTTLED, asked="elasticloadbalancing:DescribeTargetHealth")
    partial = of(
        "groups_health", *asked(facts(groups_health=(GroupHealth(target_group_arn="arn", targets=health),)), "en")
    )
    assert (partial.things, partial.partial) == (1, 1)


def test_of_many_things_some_are_named() -> None:
    told = of("target_groups", *report_of_groups(30).asked)
    assert (told.things, len(told.ids)) == (30, MOST_IDS)


@pytest.mark.parametrize(("lang", "said"), [("en", "Not asked, as no check needed it: "), ("ko", "필요한 점검이 없어")])
def test_what_nobody_needed_is_one_line_and_what_was_left_out_is_a_row(lang: str, said: str) -> None:
    left_out = Unknown(gap=Gap.NOT_ASKED, asked="cloudwatch:GetMetricData", detail="--no-metrics")
    page = judge(story(metrics=left_out)).to_html("ko" if lang == "ko" else "en")
    assert said in page
    assert "--no-metrics" in page[page.index("<small>metrics</small>") :].split("</tr>")[0]
    assert "<small>ssl_policies</small>" not in page
