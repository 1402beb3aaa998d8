"""`albdoctor scan --all` as people run it: outputs, exit codes, and a run that is interrupted and goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.aws_api import NEVER, Reply, Request, serving
from tests.support.aws_shop import moto_server
from tests.support.aws_town import Town, build

pytestmark = pytest.mark.lab

ALBDOCTOR = (sys.executable, "-m", "albdoctor")
NOWHERE = "127.0.0.1:1"
FLEET = (
    *("scan", "--all", "--no-probe", "--no-metrics", "--dns-root", NOWHERE, "--resolver", NOWHERE),
    *("--select", "balancer", "--select", "target_group", "--timeout", "30"),
)
HOSTS = {"shop.example", "www.shop.example", "blog.shop.example", "old.shop.example"}
PATIENCE = 60.0


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with moto_server() as port:
        yield build(port)


def albdoctor(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run((*ALBDOCTOR, *words), cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_format_tells_of_every_scan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, town: Town) -> None:
    formats = ("text", "jsonl=a.jsonl", "html=a.html", "json=a.json", "sarif=a.sarif", "junit=a.xml")
    with serving(monkeypatch, moto_port=town.shop.port):
        done = albdoctor(*FLEET, *(word for name in formats for word in ("--format", name)), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    reports = lines(tmp_path / "a.jsonl")
    assert {report["scan"]["domain"] for report in reports if report["scan"]["named"]} == HOSTS
    assert {arn for report in reports if not report["scan"]["named"] for arn in report["scan"]["balancers"]} == {
        *town.lonely
    }
    whole = json.loads((tmp_path / "a.json").read_text())
    assert whole["schema"] == "albdoctor/reports/1"
    assert sorted(report["scan"]["domain"] for report in whole["reports"]) == sorted(
        report["scan"]["domain"] for report in reports
    )
    for host in HOSTS:
        assert host in done.stdout
        assert host in (tmp_path / "a.html").read_text()
    assert done.stdout.splitlines()[-1].startswith("exit 1: ")


def test_one_name_scanned_alone_has_the_same_findings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, town: Town
) -> None:
    alone = [word for word in FLEET if word != "--all"]
    with serving(monkeypatch, moto_port=town.shop.port):
        albdoctor(*FLEET, "--format", "jsonl=all.jsonl", cwd=tmp_path)
        albdoctor(*alone, "--domain", "shop.example", "--format", "json=one.json", cwd=tmp_path)
    one = json.loads((tmp_path / "one.json").read_text())
    (same,) = [each for each in lines(tmp_path / "all.jsonl") if each["scan"]["domain"] == "shop.example"]
    assert [(each["fingerprint"], each["severity"]) for each in same["findings"]] == [
        (each["fingerprint"], each["severity"]) for each in one["findings"]
    ]
    assert same["checks"] == one["checks"]


def test_an_interrupted_run_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, town: Town) -> None:
    stuck = True

    def behave(request: Request) -> Reply | None:
        """One balancer's listeners never come, at first."""
        held = stuck and request.action.endswith("DescribeListeners") and b"%2Fblog%2F" in request.body
        return NEVER if held else None

    facts, partial = tmp_path / "facts.jsonl", tmp_path / "facts.jsonl.partial"
    facts.write_text("old")
    with serving(monkeypatch, behave, moto_port=town.shop.port):
        run = subprocess.Popen((*ALBDOCTOR, *FLEET, "--save-facts", facts.name), cwd=tmp_path, env=os.environ)
        until = time.monotonic() + PATIENCE
        while not (partial.exists() and len(partial.read_bytes().splitlines()) == 4) and time.monotonic() < until:
            time.sleep(0.05)
        run.send_signal(signal.SIGTERM)
        assert run.wait(timeout=30) == 130
        assert facts.read_text() == "old"
        assert {path.name for path in tmp_path.iterdir()} == {facts.name, partial.name}
        before = partial.read_bytes().splitlines()
        with partial.open("ab") as file:
            file.write(b'{"schema":"albdoctor/fa')  # a line that the interrupt cut off
        stuck = False
        done = albdoctor(*FLEET, "--save-facts", facts.name, "--resume", "--format", "jsonl=a.jsonl", cwd=tmp_path)
    # The name that leads to a balancer nobody has waited too: every balancer's listeners tell whether one fits it.
    assert (done.returncode, done.stderr) == (1, "albdoctor: 4 scans are there already, 2 to go\n")
    assert facts.read_bytes().splitlines()[:4] == before
    *seen, surveyed = lines(facts)
    assert {each["scan"]["host"] for each in seen} == {each["scan"]["host"] for each in lines(tmp_path / "a.jsonl")}
    assert len(seen) == 6
    assert {name: surveyed[name] for name in ("schema", "accounts", "regions", "gaps")} == {
        "schema": "albdoctor/survey/1",
        "accounts": ["123456789012"],
        "regions": ["ap-northeast-2"],
        "gaps": [],
    }
    assert not partial.exists()
    again = albdoctor("scan", "--facts", facts.name, "--select", "target_group", "--format", "json", cwd=tmp_path)
    assert len(json.loads(again.stdout)["reports"]) == 6


def of_another_account(line: dict[str, Any]) -> None:
    for each in line["identities"]["value"]:
        each["account"] = "210987654321"


def of_another_host(line: dict[str, Any]) -> None:
    line["scan"] |= {"host": "www.evil.example", "domain": "www.evil.example"}


def less_was_asked(line: dict[str, Any]) -> None:
    line["metrics"] = {"state": "unknown", "gap": "not-asked", "asked": "cloudwatch", "detail": "--no-metrics"}


@pytest.mark.parametrize("bend", [of_another_account, of_another_host, less_was_asked])
def test_what_another_run_left_is_scanned_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, town: Town, bend: Callable[[dict[str, Any]], None]
) -> None:
    fleet = [word for word in FLEET if word != "--no-metrics"]
    with serving(monkeypatch, moto_port=town.shop.port):
        albdoctor(*fleet, "--save-facts", "f.jsonl", cwd=tmp_path)
        usual = lines(tmp_path / "f.jsonl")
        bent, same = usual[0], usual[1]
        bend(bent)
        partial = tmp_path / "f.jsonl.partial"
        partial.write_text("".join(json.dumps(each) + "\n" for each in (bent, same)))
        done = albdoctor(*fleet, "--save-facts", "f.jsonl", "--resume", "--format", "jsonl=a.jsonl", cwd=tmp_path)
    assert done.stderr == "albdoctor: 1 scan is there already, 5 to go\n"
    *seen, _ = lines(tmp_path / "f.jsonl")
    assert len(seen) == 6
    assert bent not in seen
    assert same in seen
    assert "evil" not in (tmp_path / "a.jsonl").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--domain", "a.example"), "name no domain"),
        (("a.example",), "name no domain"),
        (("--balancer", "web"), "leave --balancer out"),
        (("--wait", "5"), "leave --wait out"),
        (("--resume",), "--save-facts"),
        (("--resume", "--redact", "--save-facts", "f"), "--redact"),
    ],
)
def test_what_has_no_meaning_with_all_is_refused(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = albdoctor("scan", "--all", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_redacted_outputs_name_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, town: Town) -> None:
    with serving(monkeypatch, moto_port=town.shop.port):
        done = albdoctor(
            *FLEET, "--redact", "--save-facts", "f.jsonl", "--format", "html=a.html", "--format", "jsonl=a.jsonl",
            cwd=tmp_path,
        )  # fmt: skip
    assert done.returncode == 1
    for path in tmp_path.iterdir():
        content = path.read_text()
        for name in ("shop.example", "lonely", "123456789012", town.shop.instance_id, town.shop.vpc_id):
            assert name not in content, (path.name, name)


def test_a_denial_that_names_the_account_is_redacted_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, town: Town
) -> None:
    def behave(request: Request) -> Reply | None:
        if request.action != "route53:ListHostedZonesByName":
            return None
        words = b"User: arn:aws:iam::123456789012:user/kim is not authorized"
        error = b"<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>" + words + b"</Message></Error>"
        return Reply(403, b"<ErrorResponse>" + error + b"</ErrorResponse>")

    with serving(monkeypatch, behave, moto_port=town.shop.port):
        done = albdoctor(*FLEET, "--redact", "--format", "text", "--format", "json=a.json", cwd=tmp_path)
    told = done.stdout + done.stderr + (tmp_path / "a.json").read_text()
    assert "route53:ListHostedZonesByName" in told
    assert "123456789012" not in told
    assert "kim" not in told
