"""What keeps a scan from looking into AWS: the first line says so and what to do, all missing permissions at once."""

from __future__ import annotations

import io
import json
import re
import shlex
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import albdoctor
from albdoctor.commands.policy import needed, policy
from albdoctor.facts.files import decode
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.scan import Identity
from albdoctor.facts.snapshot import CARDS, Facts
from albdoctor.policy import Policy
from albdoctor.report import markdown, short, terminal
from albdoctor.report.model import Report
from albdoctor.text import Lang

STORY = Path(__file__).parents[1] / "fuzz" / "founding-story.json"
ROLE = "arn:aws:sts::123456789012:assumed-role/web-deploy/i-0abc"
NO_CREDENTIALS = "no AWS credentials found: configure a profile or set AWS_PROFILE"


def seen(gap: Unknown | None, arn: str | None = ROLE, *, only: str = "") -> Facts:
    """The founding story where AWS answers nothing (or not this group), to this caller (None: to nobody)."""
    (facts,) = decode(STORY.read_bytes(), "story")
    asked = [card for card in CARDS.values() if card.actions and card.name != "identities"]
    changes: dict[str, Any] = {
        card.name: gap
        for card in asked
        if gap and card.name in (only or card.name) and not is_not_asked(getattr(facts, card.name))
    }
    identity = gap if arn is None else Known((Identity(account="123456789012", arn=arn),))
    return replace(facts, identities=identity, **changes)


def is_not_asked(value: object) -> bool:
    return isinstance(value, Unknown) and value.gap is Gap.NOT_ASKED


def denied(action: str = "route53:ListHostedZonesByName", detail: str = "not authorized to perform it") -> Unknown:
    return Unknown(gap=Gap.DENIED, asked=action, detail=detail)


def told(facts: Facts, lang: Lang = "en") -> tuple[Report, list[str]]:
    report, page = albdoctor.judge(facts, Policy(lang=lang)), io.StringIO()
    terminal.write(report, page, width=4000)
    return report, page.getvalue().splitlines()


@pytest.mark.parametrize(
    ("gap", "lang", "first"),
    [
        (
            denied(detail=NO_CREDENTIALS),
            "en",
            "albdoctor could not look into AWS, because it found no credentials: run `aws configure sso` or set"
            " AWS_PROFILE, then scan again.",
        ),
        (
            denied(detail=NO_CREDENTIALS),
            "ko",
            "AWS 자격 증명이 없어 AWS를 조회하지 못했습니다. `aws configure sso` 명령을 실행하거나 AWS_PROFILE을 설정한"
            " 뒤 다시 스캔하세요.",
        ),
        (
            denied(detail="the AWS sign-in session is missing or has expired: run `aws sso login --profile prod`"),
            "en",
            "albdoctor could not look into AWS, because nobody is signed in: run `aws sso login --profile prod`, then"
            " scan again.",
        ),
        (
            denied(detail="the secret access key does not fit the access key: check the profile"),
            "en",
            "albdoctor could not look into AWS (the secret access key does not fit the access key: check the profile):"
            " check the credentials, then scan again.",
        ),
        (
            denied(detail="the secret access key does not fit the access key: check the profile"),
            "ko",
            "AWS를 조회하지 못했습니다(비밀 액세스 키가 액세스 키와 맞지 않습니다. 프로필을 확인하세요). 자격 증명을"
            " 확인한 뒤 다시 스캔하세요.",
        ),
        (
            Unknown(gap=Gap.UNREACHABLE, asked="sts:GetCallerIdentity", detail="Connection refused"),
            "ko",
            'AWS를 조회하지 못했습니다("Connection refused"). 네트워크와 프록시를 확인한 뒤 다시 스캔하세요.',
        ),
        (
            Unknown(gap=Gap.OUT_OF_TIME, asked="sts:GetCallerIdentity", detail=""),
            "ko",
            "AWS를 조회하지 못했습니다(시간 초과). 네트워크와 프록시를 확인한 뒤 다시 스캔하세요.",
        ),
        (
            Unknown(gap=Gap.UNREACHABLE, asked="sts:GetCallerIdentity", detail="Connection refused"),
            "en",
            "albdoctor could not look into AWS (Connection refused): check the network and the proxy, then scan again.",
        ),
    ],
)
def test_without_eyes_the_first_line_says_so_and_what_to_do(gap: Unknown, lang: Lang, first: str) -> None:
    report, lines = told(seen(gap, None), lang)
    assert lines[0] == first
    assert lines[1].startswith("https://shop.example/ ")
    assert (lines[0], lines[1]) == tuple(short.lines(report)[:2])
    assert markdown.render((report,)).decode().startswith("albdoctor" if lang == "en" else "AWS")
    page = re.sub("<[^>]*>", "", unescape(report.to_html()))
    assert page.index(first) < page.index(lines[1].partition(". ")[0])
    assert report.access is not None
    assert (report.access.missing, report.access.commands) == ((), ()), "permissions are not what is missing"


def test_what_needs_no_account_is_judged_all_the_same() -> None:
    report, _ = told(seen(denied(detail=NO_CREDENTIALS), None))
    assert [one.slug for one in report.root_causes] == ["tls-port-closed"]
    assert report.exit_code == 1


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_who_may_read_nothing_is_told_all_that_is_missing_and_what_gives_it(lang: Lang) -> None:
    report, lines = told(seen(denied()), lang)
    who = "assumed-role web-deploy"
    assert lines[0] == (
        f"albdoctor could not look into AWS, because {who} may read nothing of what it needs: give it the permissions"
        " below, then scan again."
        if lang == "en"
        else f"필요한 읽기 권한이 없어 AWS를 조회하지 못했습니다. 아래 권한을 부여한 뒤 다시 스캔하세요. 대상: {who}"
    )
    assert report.access is not None
    every = policy(needed(albdoctor.Policy().checks()))["Statement"][0]["Action"]
    (facts,) = decode(STORY.read_bytes(), "story")
    not_asked = {
        action
        for card in CARDS.values()
        if is_not_asked(getattr(facts, card.name))
        for action in (*card.actions, *card.checked_too)
    }
    assert {*every} - {*report.access.missing} <= not_asked | {"sts:GetCallerIdentity"}
    assert {*report.access.missing} <= {*every}
    assert f"    {', '.join(report.access.missing)}" in lines
    page = unescape(report.to_html())
    assert all(command in page for command in report.access.commands)
    assert all(any(line.endswith(command) for line in lines) for command in report.access.commands)


ATTACH = "--policy-name albdoctor --policy-document file://albdoctor-policy.json"


@pytest.mark.parametrize(
    ("arn", "command", "note"),
    [
        (ROLE, f"aws iam put-role-policy --role-name web-deploy {ATTACH}", ""),
        ("arn:aws-cn:iam::1:user/ops/ci", f"aws iam put-user-policy --user-name ci {ATTACH}", ""),
        ("arn:aws:iam::1:user/a b;c", f"aws iam put-user-policy --user-name {shlex.quote('a b;c')} {ATTACH}", ""),
        (
            "arn:aws:sts::1:assumed-role/AWSReservedSSO_Read_Only_0123456789abcdef/kim",
            "",
            "Paste albdoctor-policy.json in IAM Identity Center > Permission sets > Read_Only > Inline policy.",
        ),
        ("arn:aws:iam::123456789012:root", "", "Give albdoctor-policy.json to whoever administers the account."),
        ("not an ARN", "", "Give albdoctor-policy.json to whoever administers the account."),
    ],
)
def test_the_commands_are_those_of_the_caller(arn: str, command: str, note: str) -> None:
    report, _ = told(seen(denied(), arn))
    assert report.access is not None
    made, *attached = report.access.commands
    assert made == "albdoctor iam-policy > albdoctor-policy.json"
    assert (attached, report.access.note) == ([command] if command else [], note)


def test_one_denied_question_is_told_with_what_could_not_be_tried_and_is_no_first_line() -> None:
    gap = denied("elasticloadbalancing:DescribeRules")
    report, lines = told(seen(gap, only="rules"))
    assert report.access is not None
    assert (report.access.sentence, report.access.missing) == ("", ("elasticloadbalancing:DescribeRules",))
    assert "Missing permissions (1):" in lines
    assert lines[0].startswith("https://shop.example/ ")


def test_who_is_not_even_told_who_they_are_lacks_permissions_not_credentials() -> None:
    report, lines = told(seen(denied(detail="User: x is not authorized to perform it with an explicit deny"), None))
    assert "because whoever is signed in may read nothing" in lines[0]
    assert report.access is not None
    assert report.access.missing
    assert report.access.commands == ("albdoctor iam-policy > albdoctor-policy.json",)


@pytest.mark.parametrize("gap", [None, Unknown(gap=Gap.THROTTLED, asked="elasticloadbalancing:DescribeRules")])
def test_nothing_is_said_where_nothing_is_denied(gap: Unknown | None) -> None:
    report, _ = told(seen(gap, only="rules"))
    assert report.access is None
    assert json.loads(report.to_json())["access"] is None
