"""`albdoctor iam-policy`: the rights that a scan needs, and no more."""

from __future__ import annotations

import json

import click


@click.command("iam-policy")
def iam_policy() -> int:
    """Print the least-privilege IAM policy of a scan as JSON."""
    from albdoctor.collect.actions import policy

    click.echo(json.dumps(policy(), indent=2))
    return 0
