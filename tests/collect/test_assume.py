"""Roles in other accounts: assumed once, again before they expire, in a chain, and what STS refuses is remembered."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from albdoctor.collect.aws.account import Account, Asking
from albdoctor.collect.aws.acm import Summary
from albdoctor.collect.aws.assume import Assumer
from albdoctor.collect.aws.calls import Limits
from albdoctor.collect.aws.pool import DaemonPool
from albdoctor.collect.gaps import observe
from albdoctor.facts.known import Gap, Known, Observed
from tests.support.aws_api import REGION, Reply, Request, denied, serving
from tests.support.aws_ask import gap
from tests.support.aws_organization import credentials, role_of

ROLES = ("arn:aws:iam::111122223333:role/first", "arn:aws:iam::444455556666:role/path/last")
EMPTY = Reply(200, b'{"CertificateSummaryList": []}', "application/x-amz-json-1.1")


def certificates(roles: tuple[str, ...], *regions: str, external_id: str = "") -> list[Observed[Any]]:
    """Ask for certificates in some Regions, one after the other, letting the session go in between."""

    async def main() -> list[Observed[Any]]:
        pool = DaemonPool(4, "test")
        limits = Limits(ends_at=time.monotonic() + 30)
        asking = Asking(pool=pool, limits=lambda: limits, timeout=30, told=lambda _line: None, organization=True)
        account = Account("", asking, Assumer("", seconds=30).into(roles, external_id))
        answers: list[Observed[Any]] = [await account.signed_in()]
        for region in regions:
            answers.append(await observe("test", account.items("acm", "ListCertificates", region, Summary)))
            account.rest()
        account.close()
        pool.shutdown()
        return answers

    return asyncio.run(main())


def test_a_role_is_assumed_once_however_often_the_session_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def behave(request: Request) -> Reply:
        return credentials("AKIDROLE", seconds=3600) if request.action == "sts:AssumeRole" else EMPTY

    with serving(monkeypatch, behave) as api:
        answers = certificates(ROLES[:1], REGION, "us-east-1", external_id="corp-1")
    assert answers == [Known(None), Known(()), Known(())]
    assert [(each.action, each.key) for each in api.requests] == [
        ("sts:AssumeRole", "AKIDEXAMPLE"),
        ("acm:ListCertificates", "AKIDROLE"),
        ("acm:ListCertificates", "AKIDROLE"),
    ]
    assert b"ExternalId=corp-1" in api.requests[0].body
    assert b"RoleSessionName=albdoctor" in api.requests[0].body


def test_credentials_that_are_about_to_expire_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter(range(100))

    def behave(request: Request) -> Reply:
        if request.action != "sts:AssumeRole":
            return EMPTY
        return credentials(f"AKIDROLE{next(given)}", seconds=300)

    with serving(monkeypatch, behave) as api:
        answers = certificates(ROLES[:1], REGION, "us-east-1")
    assert answers == [Known(None), Known(()), Known(())]
    keys = [each.key for each in api.requests if each.action == "acm:ListCertificates"]
    assert len(set(keys)) == 2
    assert "AKIDROLE0" not in keys
    assert {each.key for each in api.requests if each.action == "sts:AssumeRole"} == {"AKIDEXAMPLE"}


def test_roles_in_a_chain_are_each_assumed_with_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def behave(request: Request) -> Reply:
        if request.action != "sts:AssumeRole":
            return EMPTY
        return credentials("AKIDFIRST" if role_of(request) == ROLES[0] else "AKIDLAST", seconds=3600)

    with serving(monkeypatch, behave) as api:
        certificates(ROLES, REGION, external_id="corp-1")
    assert [(each.key, role_of(each), b"ExternalId" in each.body) for each in api.requests[:2]] == [
        ("AKIDEXAMPLE", ROLES[0], False),
        ("AKIDFIRST", ROLES[1], True),
    ]
    assert [each.key for each in api.requests[2:]] == ["AKIDLAST"]


def test_a_role_that_may_not_be_assumed_is_a_gap_and_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, denied) as api:
        answers = certificates(ROLES[:1], REGION, "us-east-1")
    assert [gap(each).gap for each in answers] == [Gap.DENIED] * 3
    assert gap(answers[0]).asked == "sts:AssumeRole"
    assert api.actions == ["sts:AssumeRole"]
