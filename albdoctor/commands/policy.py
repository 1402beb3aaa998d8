"""`albdoctor iam-policy`: the rights that a scan needs, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from albdoctor.checkup import registry
from albdoctor.checkup.check import Check
from albdoctor.collect.members import ROLE_NAME
from albdoctor.commands import completion
from albdoctor.commands.errors import told
from albdoctor.errors import BadOptionError
from albdoctor.help import command, option
from albdoctor.policy import ALWAYS
from albdoctor.streams import say
from albdoctor.text import Text

ROLE = "albdoctor"
"""What the role in each account is called, unless the user says otherwise."""
NO_ROLE_NAME = Text(en="--role {text} is no role's name", ko="--role {text}: 역할 이름이 아닙니다")


@command("iam-policy", ko="스캔에 필요한 최소 권한의 IAM 정책을 JSON으로 출력합니다.")
@option(
    "--select",
    multiple=True,
    metavar="CHECK",
    shell_complete=completion.checks,
    help=Text(en="Only what these checks need.", ko="이 점검에 필요한 권한만 넣습니다."),
)
@option(
    "--ignore",
    multiple=True,
    metavar="CHECK",
    shell_complete=completion.checks,
    help=Text(en="Not what only these checks need.", ko="이 점검에만 필요한 권한은 뺍니다."),
)
@option(
    "--inspect-hosts",
    is_flag=True,
    help=Text(
        en="Also what a scan with --inspect-hosts needs: to run a command.",
        ko="--inspect-hosts 스캔에 필요한 권한(명령 실행)도 넣습니다.",
    ),
)
@option(
    "--enabled-regions",
    is_flag=True,
    help=Text(
        en="Also what tells which Regions an account has enabled: for the role in each account of an organization.",
        ko="계정에서 활성화된 리전을 조회하는 권한도 넣습니다. 조직의 각 계정에 둘 역할용입니다.",
    ),
)
@option(
    "--organization",
    is_flag=True,
    help=Text(
        en="Also what a scan with --organization needs where it starts: list accounts, assume their roles.",
        ko="--organization 스캔을 시작하는 곳에 필요한 권한(계정 조회, 역할 맡기)도 넣습니다.",
    ),
)
@option(
    "--role",
    default=ROLE,
    metavar="NAME",
    help=Text(en=f"Name of that role ({ROLE}).", ko=f"그 역할의 이름(기본값 {ROLE})."),
)
def iam_policy(
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    role: str,
    *,
    inspect_hosts: bool,
    enabled_regions: bool,
    organization: bool,
) -> int:
    """Print the least-privilege IAM policy of a scan as JSON."""
    with told():
        checks = registry.select(registry.load(), select, ignore)
        if not ROLE_NAME.fullmatch(role):
            raise BadOptionError(NO_ROLE_NAME, text=repr(role))
    made = policy(needed(checks), inspect_hosts=inspect_hosts)
    made["Statement"] += _regions() if enabled_regions or organization else []
    made["Statement"] += _organization(role) if organization else []
    say(json.dumps(made, indent=2))
    return 0


def needed(checks: Iterable[Check]) -> frozenset[str]:
    """The groups of facts that checks need."""
    return frozenset(need.group for check in checks for need in check.needs) - {"scan"}


def policy(groups: frozenset[str], *, inspect_hosts: bool = False) -> dict[str, Any]:
    """Write the policy; most of these actions know no resources, so `*` is the least there is.

    Nothing that runs a command is in it without `inspect_hosts`.
    """
    from albdoctor.collect.actions import OPT_IN, permissions_for

    reads = permissions_for(ALWAYS | (groups - OPT_IN))
    statements = [_statement("AlbdoctorScan", reads, "*")]
    if inspect_hosts and groups & OPT_IN:
        statements += _inspecting()
    return {"Version": "2012-10-17", "Statement": statements}


def _inspecting() -> list[dict[str, Any]]:
    """IAM can name the document and the instances, but not the command: that only albdoctor's own guard does.

    `arn:*` for every partition: any segment of an ARN but the service may be a wildcard.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    from albdoctor.collect.aws.command import DOCUMENT

    on = [f"arn:*:ssm:*::document/{DOCUMENT}", "arn:*:ec2:*:*:instance/*"]
    return [
        _statement("AlbdoctorInspectHosts", ("ssm:SendCommand",), on),
        _statement("AlbdoctorReadWhatItPrinted", ("ssm:GetCommandInvocation",), "*"),
    ]


def _regions() -> list[dict[str, Any]]:
    """It knows no resources (service authorization reference, Amazon EC2)."""
    from albdoctor.collect.aws.guard import REGIONS

    return [_statement("AlbdoctorEnabledRegions", sorted(REGIONS), "*")]


def _organization(role: str) -> list[dict[str, Any]]:
    """To list accounts knows no resources (service authorization reference, AWS Organizations)."""
    from albdoctor.collect.aws.organization import LIST

    return [
        _statement("AlbdoctorListAccounts", (LIST,), "*"),
        _statement("AlbdoctorAssumeRole", ("sts:AssumeRole",), f"arn:*:iam::*:role/{role}"),
    ]


def _statement(sid: str, actions: Iterable[str], resource: str | list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource}
