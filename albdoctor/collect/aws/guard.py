"""Read-only by construction: an operation that is on no list is refused in the botocore session, before it is sent."""

from __future__ import annotations

from typing import Any

from albdoctor.collect.actions import ACTIONS
from albdoctor.collect.aws.calls import action
from albdoctor.collect.gaps import NotAnsweredError
from albdoctor.facts.known import Gap, Unknown

READS = frozenset(named for group in ACTIONS.values() for named in group)
"""Every action that a scan may ask: what the groups of facts declare, and so what `iam-policy` prints."""
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


class NotReadOnlyError(NotAnsweredError):
    """An operation that is on no list was called: a defect of albdoctor, never the user's."""

    def __init__(self, refused: str) -> None:
        """Name the action; what asked for it has this gap."""
        detail = f"albdoctor itself refused to send {refused}: it is no declared read; please report this defect"
        super().__init__(Unknown(gap=Gap.FAILED, asked=refused, detail=detail))


def allow_only(session: Any, allowed: frozenset[str]) -> None:  # noqa: ANN401 - botocore is untyped
    """Let every client that is made from this session from now on send nothing but these actions.

    Anything else is a `NotReadOnlyError` before a socket is opened. Clients copy the session's events when they are
    made, so call this before the first client.
    """

    def refuse(model: Any, **_event: object) -> None:  # noqa: ANN401 - botocore is untyped
        asked = action(model.service_model.service_name, model.name)
        if asked not in allowed:
            raise NotReadOnlyError(asked)

    session.get_component("event_emitter").register_first(EARLIEST, refuse)
