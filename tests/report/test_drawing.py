"""What is drawn of a report: the ways over https and http, groups with their shares, what is broken or unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor import judge, load_facts
from albdoctor.facts.elb import GroupHealth, How
from albdoctor.facts.known import Known
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import AddressProbe, Tcp
from albdoctor.report.drawing import cells, cut, described, picture, wrapped
from albdoctor.report.html import Told
from albdoctor.report.sketch import Sketch, sketch
from albdoctor.text import Lang
from tests.report.test_many import report_of_groups
from tests.support.build import GROUP_ARN, LISTENER_80_ARN, LISTENER_443_ARN, group, listener, rule, target
from tests.support.build_dns import host_answers, lead, probes
from tests.support.build_served import ONE, answering, got, led_to, shut
from tests.support.stories import DENIED, story

BLUE, GREEN = f"{GROUP_ARN}b", f"{GROUP_ARN}g"


def forward(**weights: int) -> dict[str, Any]:
    arns = {"blue": BLUE, "green": GREEN}
    groups = [{"TargetGroupArn": arns[name], "Weight": weight} for name, weight in weights.items()]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}


def two_groups(*rules: Any, **others: Any) -> Facts:
    """HTTP:80 redirects; the rules are those of HTTPS:443."""
    return story(
        "healthy",
        listeners=Known((listener(80), listener(DefaultActions=[forward(blue=1)]))),
        rules=(rule(port=80), *rules),
        target_groups=Known(
            (
                group(TargetGroupArn=BLUE, TargetGroupName="blue"),
                group(TargetGroupArn=GREEN, TargetGroupName="green"),
            )
        ),
        groups_health=tuple(
            GroupHealth(target_group_arn=arn, targets=Known((target(state="healthy"),))) for arn in (BLUE, GREEN)
        ),
        **others,
    )


def drawn(facts: Facts, lang: Lang = "en") -> Sketch:
    report = judge(facts).told_in(lang)
    return sketch(report, Told(report).numbers)


def test_the_ways_of_https_and_http_are_told() -> None:
    https, http = judge(two_groups(rule(Actions=[forward(blue=9, green=1)]))).ways
    assert (https.protocol, https.listener, https.priority, https.does) == (
        "https",
        LISTENER_443_ARN,
        "default",
        "forward",
    )
    assert [(one.group, one.share) for one in https.groups] == [(BLUE, 0.9), (GREEN, 0.1)]
    assert (http.protocol, http.listener, http.does, http.status, http.to, http.groups) == (
        "http",
        LISTENER_80_ARN,
        "redirect",
        301,
        "https://shop.example/",
        (),
    )


def test_groups_are_drawn_with_their_shares_and_a_resting_one_is_not() -> None:
    both = drawn(two_groups(rule(Actions=[forward(blue=9, green=1)])))
    assert [(one.group.saw[0].partition(",")[0], one.group.share) for one in both.groups] == [
        ("blue", "90%"),
        ("green", "10%"),
    ]
    assert [lane.groups for lane in both.lanes] == [(0, 1), ()]
    assert [lane.leads_to_https for lane in both.lanes] == [False, True]
    resting = drawn(two_groups(rule(Actions=[forward(blue=1, green=0)])))
    assert [one.group.share for one in resting.groups] == ["100%"]


def test_of_many_groups_the_last_box_stands_for_all_that_are_left() -> None:
    report = report_of_groups(30)
    told = sketch(report, Told(report).numbers)
    assert [len(one.group.saw) for one in told.groups] == [1, 1, 28]
    texts = [line.text for box in picture(told, "tall", "en").boxes for line in box.lines]
    assert any(text.endswith(" +27") for text in texts)


@pytest.mark.parametrize(("lang", "said"), [("en", "some clients"), ("ko", "일부 클라이언트")])
def test_a_group_that_only_some_clients_get_to_has_no_share(lang: Lang, said: str) -> None:
    office = rule(
        "5",
        Conditions=[{"Field": "source-ip", "SourceIpConfig": {"Values": ["198.51.100.0/24"]}}],
        Actions=[forward(green=1)],
    )
    told = drawn(two_groups(office, rule(Actions=[forward(blue=1)])), lang)
    assert [one.group.share for one in told.groups] == ["100%", said]


def test_a_missing_https_listener_is_the_broken_link_and_has_nothing_behind_it() -> None:
    facts = story(
        "healthy",
        listeners=Known((listener(80, DefaultActions=[forward(blue=1)]),)),
        rules=(rule(port=80, Actions=[forward(blue=1)]),),
        **led_to(shut(Tcp.REFUSED)),
    )
    told = drawn(facts)
    https, http = told.lanes
    assert (https.listener.status, https.rule, https.groups) == ("error", None, ())
    assert told.broken is https.listener
    assert http.listener.saw == ("HTTP:80",)
    for shape in ("wide", "tall"):
        kinds = [wire.kind for wire in picture(told, shape, "en").wires]
        assert kinds.count("broken") == 1


CASES = Path(__file__).parents[1] / "cases"


def in_front(seen: Facts) -> tuple[str, str, tuple[int, ...]] | None:
    """What the box between the addresses and the load balancer tells."""
    *_, last = drawn(seen).name
    return (last.saw[0], last.status, last.steps) if last.title == "in front" else None


def through(name: str, *met: AddressProbe) -> Facts:
    """A site behind the name, which gives one address."""
    answers = replace(host_answers(ONE), chain=(name,))
    return story("healthy", host_answers=answers, leads=(lead(How.CERTIFICATE),), probes=probes(*met))


def test_what_stands_in_front_has_a_box_before_the_load_balancer() -> None:
    served_by = answering(got(200))
    cdn = through("d111.cloudfront.net", served_by)
    assert in_front(cdn) == ("CDN, d111.cloudfront.net", "ok", ())
    assert [node.title for node in drawn(cdn, "ko").name][-1] == "앞단"
    accelerator = through("a1.awsglobalaccelerator.com", served_by)
    assert in_front(accelerator) == ("Global Accelerator, a1.awsglobalaccelerator.com", "ok", ())
    assert in_front(story("healthy")) is None


def test_nothing_in_front_is_sound_through_which_no_answer_came() -> None:
    silent = through("a1.awsglobalaccelerator.com", shut(Tcp.SILENT))
    assert in_front(silent) == ("Global Accelerator, a1.awsglobalaccelerator.com", "unknown", ())
    assert in_front(through("d111.cloudfront.net")) == ("CDN, d111.cloudfront.net", "unknown", ())


def test_an_error_of_what_stands_in_front_is_the_broken_link() -> None:
    told = drawn(load_facts(CASES / "cloudfront-502.json"))
    assert told.broken is told.name[-1]
    assert in_front(load_facts(CASES / "cloudfront-502.json")) == ("CDN, d111111abcdef8.cloudfront.net", "error", (1,))
    assert {node.status for node in (told.balancer, *(lane.listener for lane in told.lanes))} == {"not-reached"}
    for name in ("cloudfront-http-origin", "cloudfront-https-origin-443only"):
        whole = drawn(load_facts(CASES / f"{name}.json"))
        assert (whole.name[-1].status, whole.balancer.status, whole.broken) == ("ok", "ok", None)


def test_an_error_of_the_load_balancer_is_none_of_what_stands_in_front() -> None:
    seen = through("d111.cloudfront.net", answering(got(502, by_balancer=True)))
    assert in_front(seen) == ("CDN, d111.cloudfront.net", "ok", ())


def test_what_could_not_be_seen_is_never_drawn_as_sound() -> None:
    told = drawn(story("healthy", listeners=DENIED))
    assert [(lane.listener.status, lane.rule) for lane in told.lanes] == [("unknown", None)]
    assert "could not be seen: denied" in told.lanes[0].listener.saw[0]
    assert [node.status for node in told.name[1:4]] == ["unknown"] * 3
    assert "listener: could not be seen: denied, elasticloadbalancing:DescribeListeners (unknown)" in described(
        told, "en"
    )


@pytest.mark.parametrize("fronted", [False, True])
@pytest.mark.parametrize("shape", ["wide", "tall"])
def test_no_box_lies_on_another_or_outside(shape: Any, *, fronted: bool) -> None:
    plain = two_groups(rule(Actions=[forward(blue=9, green=1)]))
    told = picture(drawn(load_facts(CASES / "cloudfront-502.json") if fronted else plain), shape, "en")
    for box in told.boxes:
        assert 0 <= box.x <= box.x + box.width <= told.width
        assert 0 <= box.y <= box.y + box.height <= told.height
    apart = [
        one.x + one.width <= two.x
        or two.x + two.width <= one.x
        or one.y + one.height <= two.y
        or two.y >= one.y + one.height
        or two.y + two.height <= one.y
        for number, one in enumerate(told.boxes)
        for two in told.boxes[number + 1 :]
    ]
    assert all(apart)


@pytest.mark.parametrize(
    ("text", "room", "left"),
    [
        ("web", 3, "web"),
        ("dualstack.web-1.elb.amazonaws.com", 14, "dualstac….com"),
        ("도메인 등록 기관", 11, "도메…기관"),
        ("\u202eweb", 20, "\\u202eweb"),
        ("", 4, ""),
    ],
)
def test_a_text_is_cut_in_its_middle(text: str, room: int, left: str) -> None:
    assert cut(text, room) == left
    assert cells(cut(text, room)) <= room


@pytest.mark.parametrize(
    ("saw", "most", "lines"),
    [
        (("a", "b", "c"), 2, ["a", "b +1"]),
        (("a", "b"), 2, ["a", "b"]),
        (("web, internet-facing, 2 AZ",), 2, ["web, internet-facing", "2 AZ"]),
        (("A alias → dualstack.web",), 2, ["A alias", "→ dualstack.web"]),
        (("web, internet-facing, 2 AZ",), 1, ["web, internet-…, 2 AZ"]),
    ],
)
def test_what_was_seen_fills_the_lines(saw: tuple[str, ...], most: int, lines: list[str]) -> None:
    assert wrapped(saw, 22, most) == lines
