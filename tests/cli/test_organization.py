"""`albdoctor scan --all --organization` and `--accounts`: many accounts by roles, and no account lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.aws_api import REGION, Reply, Request, denied, serving
from tests.support.aws_organization import HOST, MANAGEMENT, ROLE, Organization, build, regions, role_of
from tests.support.aws_shop import moto_server

pytestmark = pytest.mark.lab

NOWHERE = "127.0.0.1:1"
FLEET = (
    *("scan", "--all", "--no-probe", "--no-metrics", "--dns-root", NOWHERE, "--resolver", NOWHERE),
    *("--select", "ALB404", "--timeout", "30", "--fail-on", "never"),
)
WIDE = ("--organization", "--role", ROLE)


@pytest.fixture(scope="module")
def organization() -> Iterator[Organization]:
    with moto_server() as port:
        yield build(port)


class Behave:
    """AWS, but an account refuses its role, and few Regions are enabled."""

    def __init__(self, organization: Organization) -> None:
        """Refuse one."""
        self.refused = f"arn:aws:iam::{organization.refused}:role/{ROLE}"

    def __call__(self, request: Request) -> Reply | None:
        if request.action == "sts:AssumeRole" and role_of(request) == self.refused:
            return denied(request)
        return regions(REGION, "us-east-1") if request.action == "ec2:DescribeRegions" else None


def albdoctor(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    run = (sys.executable, "-m", "albdoctor", *words)
    return subprocess.run(run, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_name_of_one_account_and_its_balancer_of_another_meet_and_the_account_that_refuses_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, organization: Organization
) -> None:
    with serving(monkeypatch, Behave(organization), moto_port=organization.port) as api:
        done = albdoctor(
            *FLEET, *WIDE, "--external-id", "corp-1", "--format", "json", "--save-facts", "f.jsonl", cwd=tmp_path
        )
    assert (done.returncode, done.stderr) == (3, "")
    whole = json.loads(done.stdout)
    (report,) = whole["reports"]
    assert (report["scan"]["domain"], report["scan"]["balancers"]) == (HOST, [organization.balancer_arn])
    assert set(report["scan"]["accounts"]) == {MANAGEMENT, organization.web}
    assert report["scan"]["regions"] == [REGION]
    (gap,) = whole["gaps"]
    assert (gap["gap"], gap["asked"]) == ("denied", "sts:AssumeRole")
    assert gap["detail"].startswith(f"account {organization.refused} (refused): AccessDenied: ")
    *_, first, second, third, fourth = lines(tmp_path / "f.jsonl")
    looked = {one["accounts"][0]: one for one in (first, second, third, fourth)}
    assert looked.keys() == {MANAGEMENT, organization.web, organization.empty, organization.refused}
    assert looked[organization.web]["regions"] == [REGION, "us-east-1"]
    assert [len(one["gaps"]) for one in looked.values()] == [int(each == organization.refused) for each in looked]
    roles = [
        (role_of(each), b"ExternalId=corp-1" in each.body) for each in api.requests if each.action == "sts:AssumeRole"
    ]
    named = [
        f"arn:aws:iam::{each}:role/{ROLE}" for each in (organization.web, organization.empty, organization.refused)
    ]
    assert sorted(roles) == sorted((each, True) for each in named), "each once, with the id; the own account by none"
    keys = {each.key for each in api.requests if each.action == "elasticloadbalancing:DescribeListeners"}
    assert len(keys) == 1
    assert keys.isdisjoint({"AKIDEXAMPLE"})


def test_a_later_look_at_the_account_that_refused_closes_the_gap(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, organization: Organization
) -> None:
    with serving(monkeypatch, Behave(organization), moto_port=organization.port) as api:
        albdoctor(*FLEET, *WIDE, "--save-facts", "first.jsonl", cwd=tmp_path)
        (tmp_path / "again.txt").write_text(f"{organization.refused} refused\n")
        again = ("--accounts", "again.txt", "--role", "other", "--save-facts", "again.jsonl")
        assert albdoctor(*FLEET, *again, cwd=tmp_path).returncode == 3, "nothing is there to scan"
        assert {role_of(each) for each in api.requests} >= {f"arn:aws:iam::{organization.refused}:role/other"}
    judge = ("scan", "--select", "ALB404", "--fail-on", "never", "--format", "json", "--facts")
    first, both = (
        albdoctor(*judge, *files, cwd=tmp_path) for files in (["first.jsonl"], ["first.jsonl", "again.jsonl"])
    )
    assert len(json.loads(first.stdout)["gaps"]) == 1
    assert json.loads(both.stdout).get("gaps", []) == []
    assert [len(json.loads(done.stdout)["reports"]) for done in (first, both)] == [1, 1]


def test_an_organization_that_cannot_be_listed_is_a_gap(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, organization: Organization
) -> None:
    def behave(request: Request) -> Reply | None:
        return Reply(400, b'{"__type":"AccessDeniedException","message":"no"}') if "List" in request.action else None

    with serving(monkeypatch, behave, moto_port=organization.port):
        done = albdoctor(*FLEET, *WIDE, "--allow-gaps", "--format", "json", cwd=tmp_path)
    assert done.returncode == 3
    assert [(gap["gap"], gap["asked"]) for gap in json.loads(done.stdout)["gaps"]] == [
        ("denied", "organizations:ListAccounts")
    ]


def test_in_korean_and_redacted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, organization: Organization) -> None:
    with serving(monkeypatch, Behave(organization), moto_port=organization.port):
        done = albdoctor(*FLEET, *WIDE, "--lang", "ko", cwd=tmp_path)
        hidden = albdoctor(*FLEET, *WIDE, "--redact", "--save-facts", "f.jsonl", "--format", "json", cwd=tmp_path)
    assert f"계정 {organization.refused} (refused): AccessDenied" in done.stdout
    assert (done.returncode, hidden.returncode) == (3, 3)
    for text in (hidden.stdout, (tmp_path / "f.jsonl").read_text()):
        for secret in (organization.refused, organization.web, MANAGEMENT, HOST):
            assert secret not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--role", "r"), "--role goes with --accounts or --organization"),
        (("--external-id", "x1"), "--external-id goes with"),
        (("--organization",), "--organization needs --role NAME"),
        (("--organization", "--accounts", "f", "--role", "r"), "give one of them"),
        (("--organization", "--role", "no such role"), "is no role"),
        (("--organization", "--role", "r", "--external-id", "a b"), "is no external id"),
        (("--accounts", "missing", "--role", "r"), "cannot read --accounts missing"),
        (("--accounts", "ids.txt"), "has neither role nor profile there"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    (tmp_path / "ids.txt").write_text("111122223333\n")
    done = albdoctor("scan", "--all", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr


def test_accounts_without_all_are_refused(tmp_path: Path) -> None:
    for words in (("--organization",), ("--accounts", "f"), ("--role", "r"), ("--external-id", "e")):
        done = albdoctor("scan", "a.example", *words, cwd=tmp_path)
        assert (done.returncode, f"{words[0]} goes with --all" in done.stderr) == (2, True)


def test_the_policy_has_the_rights_of_an_organization_with_the_option_only(tmp_path: Path) -> None:
    usual, member, starts = (
        json.loads(albdoctor("iam-policy", *words, cwd=tmp_path).stdout)["Statement"]
        for words in ((), ("--enabled-regions",), ("--organization", "--role", "audit/reader"))
    )
    regions_only = {
        "Sid": "AlbdoctorEnabledRegions",
        "Effect": "Allow",
        "Action": ["ec2:DescribeRegions"],
        "Resource": "*",
    }
    assert member == [*usual, regions_only]
    assert [(one["Action"], one["Resource"]) for one in starts[len(member) :]] == [
        (["organizations:ListAccounts"], "*"),
        (["sts:AssumeRole"], "arn:*:iam::*:role/audit/reader"),
    ]
    assert {"ec2:DescribeRegions", "organizations:ListAccounts", "sts:AssumeRole"}.isdisjoint(usual[0]["Action"])
    assert albdoctor("iam-policy", "--role", "a b", cwd=tmp_path).returncode == 2
