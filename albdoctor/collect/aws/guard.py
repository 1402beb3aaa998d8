"""Read-only by construction: an operation that is on no list is refused in the botocore session, before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from albdoctor.collect.aws.calls import action as action_of
from albdoctor.collect.aws.command import is_the_command
from albdoctor.collect.gaps import NotAnsweredError
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import CARDS

READS = frozenset(action for card in CARDS.values() if not card.opt_in for action in card.actions)
"""Every action that a scan may ask: what the groups of facts declare, and so what `iam-policy` prints."""
INSPECTS = frozenset(action for card in CARDS.values() if card.opt_in for action in card.actions)
"""What it may ask besides when the user says `--inspect-hosts`."""
REGIONS = frozenset({"ec2:DescribeRegions"})
"""What tells which Regions an account has enabled: asked in each account of `--organization` and `--accounts`."""
LISTS = REGIONS | {"organizations:ListAccounts"}
"""What may be asked besides when the user names an organisation or accounts, and not Regions: no fact of a scan."""
COMMANDS = frozenset({"ssm:SendCommand"})
"""Actions that are let through for one single use of them: `command.FIXED`."""
SIGN_IN = frozenset(
    {
        "sts:AssumeRole",
        "sts:AssumeRoleWithWebIdentity",
        "sso:GetRoleCredentials",
        "sso-oidc:CreateToken",
        "signin:CreateOAuth2Token",
    }
)
"""What botocore's own credential providers ask to get credentials of a profile (botocore/credentials.py, tokens.py)."""
EARLIEST = "provide-client-params"
"""The first event of every call of every client, before parameters are looked at (botocore/client.py)."""
LATEST = "before-parameter-build"
"""The last event in which parameters can change; what they are after it is what is sent (botocore/client.py)."""


class NotReadOnlyError(NotAnsweredError):
    """An operation that is on no list was called: a defect of albdoctor, never the user's."""

    def __init__(self, refused: str, why: str = "it is no declared read") -> None:
        """Name the action; what asked for it has this gap."""
        detail = f"albdoctor itself refused to send {refused}: {why}; please report this defect"
        super().__init__(Unknown(gap=Gap.FAILED, asked=refused, detail=detail))


def allow_only(session: Any, allowed: frozenset[str]) -> None:  # noqa: ANN401 - botocore is untyped
    """Let every client that is made from this session from now on send nothing but these actions.

    Anything else is a `NotReadOnlyError` before a socket is opened, and so is a command that is not the fixed one.
    Clients copy the session's events when they are made, so call this before the first client.
    """

    def refuse(model: Any, **_event: object) -> None:  # noqa: ANN401 - botocore is untyped
        asked = _asked(model)
        if asked not in allowed:
            raise NotReadOnlyError(asked)

    events = session.get_component("event_emitter")
    events.register_first(EARLIEST, refuse)
    events.register_last(LATEST, _refuse_other_commands)


def _refuse_other_commands(model: Any, params: Mapping[str, object], **_event: object) -> None:  # noqa: ANN401 - botocore is untyped
    asked = _asked(model)
    if asked in COMMANDS and not is_the_command(params):
        raise NotReadOnlyError(asked, "it is not the declared command")


def _asked(model: Any) -> str:  # noqa: ANN401 - botocore is untyped
    return action_of(model.service_model.service_name, model.name)
