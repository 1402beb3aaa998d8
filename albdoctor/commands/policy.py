"""`albdoctor iam-policy`: the rights that a scan needs, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from albdoctor.api import ALWAYS
from albdoctor.checkup import registry
from albdoctor.checkup.check import Check
from albdoctor.commands.errors import told


@click.command("iam-policy")
@click.option("--select", multiple=True, metavar="CHECK", help="Only what these checks need.")
@click.option("--ignore", multiple=True, metavar="CHECK", help="Not what only these checks need.")
def iam_policy(select: tuple[str, ...], ignore: tuple[str, ...]) -> int:
    """Print the least-privilege IAM policy of a scan as JSON."""
    with told():
        checks = registry.select(registry.load(), select, ignore)
    click.echo(json.dumps(policy(needed(checks)), indent=2))
    return 0


def needed(checks: Iterable[Check]) -> frozenset[str]:
    """The groups of facts that checks need."""
    return frozenset(need.group for check in checks for need in check.needs) - {"scan"}


def policy(groups: frozenset[str]) -> dict[str, Any]:
    """Write the policy; most of these actions know no resources, so `*` is the least there is."""
    from albdoctor.collect.actions import actions_for

    statement = {
        "Sid": "AlbdoctorScan",
        "Effect": "Allow",
        "Action": list(actions_for(ALWAYS | groups)),
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
