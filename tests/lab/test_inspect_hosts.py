"""`--inspect-hosts` from end to end: what is asked with it and without, and what a missing right or agent leaves."""

from __future__ import annotations

import json
import os
import pty
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from albdoctor.api import collect, judge
from albdoctor.checkup.engine import Result
from albdoctor.collect.aws import windows_command
from albdoctor.collect.aws.command import COMMAND, FIXED, read_sockets
from albdoctor.collect.keywords import options_for
from albdoctor.commands.given import ScanGiven, parsed
from albdoctor.commands.options import keywords
from albdoctor.commands.scan import scan as command
from albdoctor.config import Config
from albdoctor.facts.known import Gap
from albdoctor.lab import apps, scanning
from albdoctor.lab.aws_ssm import READS_HOST, run, table
from albdoctor.lab.scenarios import find
from albdoctor.lab.shop import Shop
from albdoctor.lab.site import build
from albdoctor.lab.verify import INSPECT, allowed
from albdoctor.lab.world import World
from albdoctor.policy import Policy
from albdoctor.report.model import CheckReport, FindingReport, Report
from tests.cli.test_signing import Terminal

SSM = {"ssm:SendCommand", "ssm:GetCommandInvocation"}
SCENARIO = find("target-bound-to-loopback")


class Ground:
    """The scenario, built once."""

    def __init__(self, shop: Shop) -> None:
        """Nothing was scanned yet."""
        self.shop = shop
        self.asked: set[str] = set()

    def scan(self, *options: str, denied: str = "") -> Report:
        """Scan as the command does; `asked` are then the actions of this scan."""
        aws = self.shop.world.aws
        words = ["--domain", self.shop.domain, "--timeout", "30", *self.shop.world.flags, *options]
        with command.make_context("scan", words) as context:
            meant = options_for(self.shop.domain, **keywords(parsed(ScanGiven, context.params), Config()))
        aws.denied, before = {denied} - {""}, len(aws.scanned)
        try:
            report = judge(collect(meant, Policy()))
        finally:
            aws.denied = set()
        self.asked = set(aws.scanned[before:])
        return report


@pytest.fixture(scope="module")
def built() -> Iterator[Ground]:
    with World() as world, pytest.MonkeyPatch.context() as patch:
        shop = build(world, SCENARIO.plan)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in world.aws.environment().items():
            patch.setenv(name, value)
        yield Ground(shop)


@pytest.fixture
def ground(built: Ground) -> Iterator[Ground]:
    """The scenario as it was built, whatever the test before did."""
    built.shop.serve(80, apps.on_loopback_only())
    yield built
    built.shop.world.aws.ssm.unmanaged.clear()


def outcome(report: Report, slug: str = "target-bound-to-loopback") -> CheckReport:
    return next(check for check in report.checks if check.slug == slug)


def found(report: Report, slug: str) -> list[FindingReport]:
    return [one for one in report.findings if one.slug == slug]


@pytest.mark.lab
def test_with_the_option_the_cause_is_named(ground: Ground) -> None:
    report = ground.scan(INSPECT)
    (cause,) = found(report, "target-bound-to-loopback")
    assert "listens on 127.0.0.1 only" in cause.message
    assert found(report, "target-no-process-on-port") == []
    assert ground.asked & SSM == SSM
    assert ground.asked <= allowed((INSPECT,))


@pytest.mark.lab
def test_without_the_option_nothing_is_sent_and_nothing_is_said(ground: Ground) -> None:
    report = ground.scan()
    assert ground.asked & SSM == set()
    assert (outcome(report).outcome, outcome(report).gaps) == (Result.EMPTY, ())
    assert not any("ssm" in gap.asked for gap in report.gaps)
    (likely,) = found(report, "target-no-process-on-port")
    assert likely.certainty == "likely"


@pytest.mark.lab
def test_a_sound_site_stays_sound_with_the_option(ground: Ground) -> None:
    ground.shop.serve(80, apps.plain())
    for options in ((INSPECT,), ()):
        assert ground.scan(*options).exit_code == 0
    assert outcome(ground.scan(INSPECT)).outcome is Result.PASSED


@pytest.mark.lab
def test_no_process_at_all_is_certain(ground: Ground) -> None:
    ground.shop.stop_serving(80)
    (cause,) = found(ground.scan(INSPECT), "target-no-process-on-port")
    assert (cause.certainty, cause.root_cause) == ("confirmed", True)
    assert "nothing listens on port 80" in cause.evidence[1].saw


@pytest.mark.lab
@pytest.mark.parametrize("action", sorted(SSM))
def test_a_denied_action_is_named_and_nothing_is_made_of_it(ground: Ground, action: str) -> None:
    report = ground.scan(INSPECT, denied=action)
    assert action in ground.asked
    said = outcome(report)
    assert said.outcome is Result.SKIPPED
    assert [(gap.gap, gap.asked) for gap in said.gaps] == [(Gap.DENIED, action)]
    (likely,) = found(report, "target-no-process-on-port")
    assert likely.certainty == "likely"


@pytest.mark.lab
@pytest.mark.parametrize("options", [(INSPECT,), ()])
def test_a_fleet_is_inspected_only_with_the_option(ground: Ground, options: tuple[str, ...]) -> None:
    world = ground.shop.world
    world.aws.denied, before = set(), len(world.aws.scanned)
    words = (sys.executable, "-m", "albdoctor", "scan", "--all", "--format", "json", "--yes", *world.flags, *options)
    done = subprocess.run(words, env=world.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert ("The process on port 80 of" in done.stdout) == bool(options)
    assert (set(world.aws.scanned[before:]) & SSM == SSM) == bool(options)
    assert world.aws.scanned[before:].count("ssm:SendCommand") == len(options)


@contextmanager
def asked_on_a_terminal(ground: Ground, report: Path, *words: str) -> Generator[Terminal]:
    """A scan as somebody types it at a terminal, with its report in a file."""
    world = ground.shop.world
    ours, theirs = pty.openpty()
    with report.open("wb") as out:
        process = subprocess.Popen(
            [*scanning.command(world, ground.shop.domain, (INSPECT, "--format", "json", *words))],
            stdin=theirs,
            stdout=out,
            stderr=theirs,
            start_new_session=True,
            env={**world.environment, "TERM": "xterm"},
        )
    try:
        yield Terminal(process, ours, theirs)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)


@pytest.mark.lab
@pytest.mark.parametrize(
    ("lang", "question", "answer", "agreed"),
    [
        ("en", "Run it there? [y/N]", "y", True),
        ("en", "Run it there? [y/N]", "", False),
        ("ko", "실행할까요? [y/N]", "YES", True),
        ("ko", "실행할까요? [y/N]", "no", False),
    ],
)
def test_on_a_terminal_somebody_is_asked_who_has_seen_the_commands(
    lang: str, question: str, answer: str, *, agreed: bool, ground: Ground, tmp_path: Path
) -> None:
    aws = ground.shop.world.aws
    aws.denied, before = set(), len(aws.scanned)
    with asked_on_a_terminal(ground, tmp_path / "report.json", "--lang", lang) as terminal:
        terminal.read_until(question)
        assert aws.scanned[before:] == []
        shown = terminal.shown.replace("\r\n", "\n")
        for document, command_ in (
            ("AWS-RunShellScript", COMMAND),
            ("AWS-RunPowerShellScript", windows_command.COMMAND),
        ):
            assert document in shown
            assert "\n".join(f"    {line}" for line in command_.split("\n")) in shown
        assert ground.shop.domain in shown
        terminal.type(answer)
        assert terminal.ended() == 1, terminal.shown
    assert (set(aws.scanned[before:]) & SSM) == (SSM if agreed else set())
    assert ({"en": "no host is looked into", "ko": "호스트 내부는 점검하지 않고"}[lang] in terminal.shown) is not agreed
    report = msgspec.json.decode((tmp_path / "report.json").read_bytes(), type=Report)
    if agreed:
        assert found(report, "target-bound-to-loopback")
        return
    said = outcome(report)
    left_out = [(gap.gap, gap.asked, gap.detail.partition(":")[0]) for gap in said.gaps]
    assert (said.outcome, left_out) == (Result.SKIPPED, [(Gap.NOT_ASKED, "ssm:SendCommand", INSPECT)])
    assert [gap.asked for gap in report.needed if gap.asked.startswith("ssm")] == [], "what is left out makes no exit 3"
    assert [gap.asked for gap in report.not_required if gap.detail.startswith(INSPECT)] == ["ssm:SendCommand"]


@pytest.mark.lab
def test_without_a_terminal_nothing_is_asked_before_somebody_says_yes(ground: Ground) -> None:
    world = ground.shop.world
    world.aws.denied, before = set(), len(world.aws.scanned)
    for words, code in (((INSPECT,), 2), ((INSPECT, "--yes"), 1)):
        line = scanning.command(world, ground.shop.domain, words)
        done = subprocess.run(line, env=world.environment, capture_output=True, text=True, check=False)
        assert (done.returncode, code == 2) == (code, world.aws.scanned[before:] == []), done.stderr
        assert f"    {COMMAND.splitlines()[0]}\n" in done.stderr
    assert set(world.aws.scanned[before:]) & SSM == SSM


@pytest.mark.lab
def test_an_instance_without_an_agent_is_a_gap(ground: Ground) -> None:
    ground.shop.world.aws.ssm.unmanaged.add(ground.shop.machine.id)
    (gap,) = outcome(ground.scan(INSPECT)).gaps
    assert (gap.gap, gap.asked) == (Gap.FAILED, "ssm:SendCommand")
    assert "not managed by Systems Manager" in gap.detail


@pytest.mark.lab
def test_the_emulated_systems_manager_runs_no_other_command(ground: Ground) -> None:
    ssm = ground.shop.client("ssm")
    ids = [ground.shop.machine.id]
    other = {**FIXED, "Parameters": {"commands": ["touch /tmp/albdoctor-was-here"]}}
    sent = ssm.send_command(**other, InstanceIds=ids)["Command"]["CommandId"]

    def look() -> Any:
        return ssm.get_command_invocation(CommandId=sent, InstanceId=ids[0])

    with pytest.raises(ClientError, match="InvocationDoesNotExist"):
        look()
    assert look()["Status"] == "InProgress"
    assert (look()["Status"], look()["ResponseCode"]) == ("Failed", 127)
    for wrong in ({"DocumentName": "AWS-RunPowerShellScript"}, {"InstanceIds": ["i-00000000000000000"]}):
        with pytest.raises(ClientError, match=r"InvalidDocument|InvalidInstanceId"):
            ssm.send_command(**{**FIXED, "InstanceIds": ids, **wrong})


def test_the_lab_and_the_tool_mean_the_same_command() -> None:
    assert READS_HOST == COMMAND


def test_the_emulated_tables_read_as_they_were_meant() -> None:
    places = (("0.0.0.0", 22), ("127.0.0.1", 80), ("10.0.1.10", 3000), ("::", 443), ("::1", 8080))  # noqa: S104 - no bind
    code, printed, complaint = run(READS_HOST, places)
    assert (code, complaint) == (0, "")
    assert {(one.address, one.port) for one in read_sockets(printed)} == set(places)


def test_the_emulated_table_looks_as_this_kernel_writes_it() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = server.getsockname()[1]
        real = subprocess.run(["cat", "/proc/net/tcp"], capture_output=True, text=True, check=True).stdout
    (row,) = (line for line in real.splitlines() if f":{port:04X} 00000000:0000 0A" in line)
    heading, ours, _ = table([("127.0.0.1", port)]).splitlines()
    assert heading.split() == real.splitlines()[0].split()
    assert ours.split()[1:9] == row.split()[1:9]
    assert (len(heading), len(ours)) == (len(real.splitlines()[0]), len(row))


def test_the_policy_holds_the_command_only_when_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    from albdoctor.cli import main

    assert main(["iam-policy"]) == 0
    assert "ssm" not in capsys.readouterr().out
    assert main(["iam-policy", INSPECT]) == 0
    reads, sends, printed = json.loads(capsys.readouterr().out)["Statement"]
    assert not any(action.startswith("ssm:") for action in reads["Action"])
    assert (sends["Action"], sends["Resource"]) == (
        ["ssm:SendCommand"],
        ["arn:*:ssm:*::document/AWS-RunShellScript", "arn:*:ec2:*:*:instance/*"],
    )
    assert (printed["Action"], printed["Resource"]) == (["ssm:GetCommandInvocation"], "*")
    assert main(["iam-policy", INSPECT, "--select", "ALB101"]) == 0
    assert "ssm" not in capsys.readouterr().out
