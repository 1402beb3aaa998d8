"""Reading sockets through Systems Manager: whom the command goes to, and everything that can become of it there."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from albdoctor.collect.aws import ssm
from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.command import FIXED, FIXED_WINDOWS
from albdoctor.collect.aws.found import Found
from albdoctor.facts.hosts import ListeningSocket, ListeningSockets
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from tests.support.aws_api import Api, Reply, Request, denied, serving
from tests.support.aws_ask import ask, gap, known
from tests.support.aws_fleet import Fleet, Host
from tests.support.build import balancer
from tests.support.clocks import SLACK

pytestmark = pytest.mark.process

LOOPBACK: Known[tuple[ListeningSocket, ...]] = Known((ListeningSocket(address="127.0.0.1", port=80),))


def ids(count: int, first: int = 0) -> list[str]:
    return [f"i-{number:017x}" for number in range(first, first + count)]


ONE, TWO, THREE = ids(3)


def look(
    monkeypatch: pytest.MonkeyPatch,
    fleet: Callable[[Request], Reply | None],
    balancers: int = 1,
    timeout: float = 20.0,
) -> tuple[Observed[ListeningSockets], Api]:
    """What is seen of the instances behind some balancers."""

    async def sockets(account: Account) -> ListeningSockets:
        return await ssm.listening_sockets([Found(account, balancer()) for _ in range(balancers)])

    with serving(monkeypatch, fleet) as api:
        return ask(sockets, timeout, inspect_hosts=True), api


def seen(monkeypatch: pytest.MonkeyPatch, fleet: Fleet) -> dict[str, Observed[tuple[ListeningSocket, ...]]]:
    return {each.instance_id: each.sockets for each in known(look(monkeypatch, fleet)[0])}


def test_one_command_for_all_instances_of_a_region(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = Fleet({id_: Host() for id_ in ids(3)}, {id_: Host() for id_ in ids(3, first=2)})
    observed, api = look(monkeypatch, fleet, balancers=2)
    sockets = known(observed)
    assert sorted(each.instance_id for each in sockets) == ids(5)
    assert {each.sockets for each in sockets} == {LOOPBACK}
    assert [{**sent, "InstanceIds": sorted(sent["InstanceIds"])} for sent in fleet.sent] == [
        {**FIXED, "InstanceIds": ids(5)}
    ]
    assert sum(each.action.startswith("ssm:") for each in api.requests) == 6


def test_at_most_fifty_in_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = Fleet(*({id_: Host() for id_ in ids(8, first=8 * number)} for number in range(8)))
    assert len(seen(monkeypatch, fleet)) == 64
    assert sorted(len(sent["InstanceIds"]) for sent in fleet.sent) == [14, 50]


def test_eight_of_a_group_those_that_are_not_healthy_first(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = {id_: Host(health="healthy") for id_ in ids(10)} | {id_: Host() for id_ in ids(6, first=10)}
    asked = seen(monkeypatch, Fleet(hosts))
    assert set(asked) == {*ids(2), *ids(6, first=10)}


def test_only_running_instances_that_are_targets_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = Fleet({ONE: Host(), TWO: Host(state="stopped"), THREE: Host(state="pending")})
    assert seen(monkeypatch, fleet) == {ONE: LOOPBACK}
    for nobody in (Fleet({}), Fleet({ONE: Host()}, target_type="ip"), Fleet({ONE: Host(state="stopped")})):
        assert seen(monkeypatch, nobody) == {}
        assert nobody.sent == []


def test_windows_is_asked_with_the_command_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = {"Status": "Success", "StandardOutputContent": "sockets\r\n0.0.0.0 80\r\n::1 8080\r\nend\r\n"}
    fleet = Fleet({ONE: Host(), TWO: Host(platform="windows", answers=(printed,))})
    asked = seen(monkeypatch, fleet)
    assert [(each.address, each.port) for each in known(asked[TWO])] == [("0.0.0.0", 80), ("::1", 8080)]  # noqa: S104
    assert asked[ONE] == LOOPBACK
    sent = sorted(fleet.sent, key=lambda one: str(one["InstanceIds"]))
    assert sent == [{**FIXED, "InstanceIds": [ONE]}, {**FIXED_WINDOWS, "InstanceIds": [TWO]}]


@pytest.mark.parametrize("code", ["InvalidInstanceId", "UnsupportedPlatformType"])
def test_an_instance_that_takes_no_command_does_not_keep_it_from_the_others(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    fleet = Fleet({ONE: Host(), TWO: Host(refuses=code), THREE: Host()})
    asked = seen(monkeypatch, fleet)
    assert (asked[ONE], asked[THREE]) == (LOOPBACK, LOOPBACK)
    refused = gap(asked[TWO])
    assert (refused.gap, refused.asked) == (Gap.FAILED, "ssm:SendCommand")
    assert "not managed by Systems Manager" in refused.detail
    assert len(fleet.sent) == 4


def test_a_command_takes_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    done = {"Status": "Success", "StandardOutputContent": "local_address\nend\n"}
    answers = ("InvocationDoesNotExist", {"Status": "Pending"}, {"Status": "InProgress", "ResponseCode": -1}, done)
    fleet = Fleet({ONE: Host(answers=answers)})
    assert seen(monkeypatch, fleet) == {ONE: Known(())}
    assert fleet.looks[ONE] == 4


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (
            {
                "Status": "Failed",
                "StatusDetails": "Failed",
                "ResponseCode": 127,
                "StandardErrorContent": "sh: awk: not found\n",
            },
            "the command failed: Failed, exit code 127: sh: awk: not found",
        ),
        (
            {"Status": "TimedOut", "StatusDetails": "Delivery Timed Out", "ResponseCode": -1},
            "the command failed: Delivery Timed Out, exit code -1",
        ),
        ({"Status": "Cancelled", "StatusDetails": ""}, "the command failed: Cancelled, exit code 0"),
        ({"Status": "BrandNew"}, "the command failed: BrandNew, exit code 0"),
        (
            {"Status": "Success", "StandardOutputContent": "local_address\n" + "0100007F:0050\n" * 1800},
            "the command's output cannot be read: more than 24000 characters",
        ),
        ({"Status": "Success"}, "the command's output cannot be read: it is not complete"),
        ({}, "unexpected answer: Object missing required field `Status`"),
    ],
)
def test_whatever_went_wrong_on_one_instance_is_its_gap(
    monkeypatch: pytest.MonkeyPatch, answer: dict[str, object], detail: str
) -> None:
    asked = seen(monkeypatch, Fleet({ONE: Host(answers=(answer,)), TWO: Host()}))
    assert asked[TWO] == LOOPBACK
    assert asked[ONE] == Unknown(gap=Gap.FAILED, asked="ssm:GetCommandInvocation", detail=detail)


def test_the_deadline_ends_the_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = Fleet({ONE: Host(answers=({"Status": "Pending"},)), TWO: Host()})
    started = time.monotonic()
    observed, _ = look(monkeypatch, fleet, timeout=4.0)
    assert time.monotonic() - started < 4.0 + SLACK
    asked = {each.instance_id: each.sockets for each in known(observed)}
    assert asked[TWO] == LOOPBACK
    assert (gap(asked[ONE]).gap, gap(asked[ONE]).asked) == (Gap.OUT_OF_TIME, "ssm:GetCommandInvocation")


@pytest.mark.parametrize("action", ["ssm:SendCommand", "ec2:DescribeInstances"])
def test_a_missing_right_is_a_gap_of_the_whole(monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    fleet = Fleet({ONE: Host(), TWO: Host()})
    observed, api = look(monkeypatch, lambda request: denied(request) if request.action == action else fleet(request))
    assert (gap(observed).gap, gap(observed).asked) == (Gap.DENIED, action)
    assert [each.action for each in api.requests if each.action.startswith("ssm:")] in (["ssm:SendCommand"], [])


def test_a_missing_right_to_read_is_a_gap_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = Fleet({ONE: Host(answers=("AccessDeniedException",))})
    refused = gap(seen(monkeypatch, fleet)[ONE])
    assert (refused.gap, refused.asked) == (Gap.DENIED, "ssm:GetCommandInvocation")
    assert fleet.looks[ONE] == 1


def test_an_odd_answer_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = Fleet({ONE: Host()})

    def odd(request: Request) -> Reply:
        strange = Reply(200, b'{"Command": {}}', "application/x-amz-json-1.1")
        return strange if request.action == "ssm:SendCommand" else fleet(request)

    observed, _ = look(monkeypatch, odd)
    assert (gap(observed).gap, gap(observed).asked) == (Gap.FAILED, "ssm:SendCommand")


@pytest.mark.parametrize("odd", ["mi-0123456789abcdef0", "i-0123456789abcdef0;id", "i-XYZ", "*", "i-" + "0" * 5000])
def test_an_id_that_is_none_of_an_instance_keeps_nobody_else_from_being_asked(
    monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    fleet = Fleet({ONE: Host(), odd: Host()})
    asked = seen(monkeypatch, fleet)
    assert asked[ONE] == LOOPBACK
    assert (gap(asked[odd]).gap, gap(asked[odd]).detail) == (Gap.NOT_ASKED, "not an id of an EC2 instance")
    assert [sent["InstanceIds"] for sent in fleet.sent] == [[ONE]]


@pytest.mark.parametrize("other", [{"InstanceId": TWO}, {"CommandId": "c" * 36}])
def test_what_another_instance_or_command_printed_is_not_this_ones(
    monkeypatch: pytest.MonkeyPatch, other: dict[str, object]
) -> None:
    answer = {"Status": "Success", "StandardOutputContent": "local_address\n0100007F:0050\nend\n", **other}
    asked = seen(monkeypatch, Fleet({ONE: Host(answers=(answer,))}))
    assert (gap(asked[ONE]).gap, gap(asked[ONE]).asked) == (Gap.FAILED, "ssm:GetCommandInvocation")
    assert "another" in gap(asked[ONE]).detail


@pytest.mark.parametrize(
    "printed",
    [
        "local_address\n0100007F:0050\n\x1b]0;owned\x07\nend\n",
        "local_address\n0100007F:10050\nend\n",
        "local_address\n0100007F:0000\nend\n",
        "local_address\n0100007f:0050\nend\n",
        "local_address\n0100007F:00\u0665\u0660\nend\n",
        "local_address\n\u202e0100007F:0050\nend\n",
        "local_address\n0100007F:0050\nend\nlocal_address\n",
        "end\nlocal_address\n",
        "local_address\n0100007F:0050\nen",
        "\x00" * 23_000,
        "a" * 10_000_000,
    ],
    ids=range(11),
)
def test_hostile_output_is_a_gap_that_can_be_shown(monkeypatch: pytest.MonkeyPatch, printed: str) -> None:
    answer = {"Status": "Success", "StandardOutputContent": printed}
    asked = seen(monkeypatch, Fleet({ONE: Host(answers=(answer,)), TWO: Host()}))
    assert asked[TWO] == LOOPBACK
    assert (gap(asked[ONE]).gap, gap(asked[ONE]).asked) == (Gap.FAILED, "ssm:GetCommandInvocation")
    assert len(gap(asked[ONE]).detail) < 500
    assert "\x1b" not in gap(asked[ONE]).detail


@pytest.mark.parametrize(
    "answer",
    [
        {"Status": "success", "StandardOutputContent": "local_address\nend\n"},
        {"Status": "Success ", "StandardOutputContent": "local_address\nend\n"},
        {"Status": "Failed", "StatusDetails": "Success", "StandardOutputContent": "local_address\nend\n"},
        {"Status": "Success", "ResponseCode": 1, "StandardOutputContent": "local_address\nend\n"},
        {"Status": "Failed", "StandardErrorContent": "\x1b[2J" + "e" * 1_000_000},
        {"Status": "Success", "StandardOutputContent": 7},
        {"Status": None},
    ],
)
def test_no_status_but_success_is_a_success(monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]) -> None:
    asked = seen(monkeypatch, Fleet({ONE: Host(answers=(answer,)), TWO: Host()}))
    assert asked[TWO] == LOOPBACK
    assert (gap(asked[ONE]).gap, gap(asked[ONE]).asked) == (Gap.FAILED, "ssm:GetCommandInvocation")
    assert len(gap(asked[ONE]).detail) < 500
