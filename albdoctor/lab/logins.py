"""Logins of the emulated Elastic Load Balancing: a client secret is taken, never told, and kept only when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from albdoctor.lab.wire import RefusedError

OIDC, COGNITO = "AuthenticateOidcConfig", "AuthenticateCognitoConfig"
FILLED = {
    "SessionCookieName": "AWSELBAuthSessionCookie",
    "Scope": "openid",
    "SessionTimeout": 604800,
    "OnUnauthenticatedRequest": "authenticate",
}
"""What AWS answers where nothing was said (API reference, AuthenticateOidcActionConfig)."""


def taken(actions: Iterable[dict[str, Any]], before: Iterable[dict[str, Any]] = ()) -> None:
    """Make of actions, as they were sent, what is answered afterwards; `before` are those of the rule until now.

    A login without a client secret is refused, unless it asks for the one that the rule has.
    """
    held = {_client(one[OIDC]) for one in before if OIDC in one}
    for action in actions:
        if OIDC in action:
            config: dict[str, Any] = action[OIDC]
            secret, existing = config.pop("ClientSecret", ""), config.pop("UseExistingClientSecret", False)
            if not secret and not (_is_true(existing) and _client(config) in held):
                raise RefusedError("ValidationError", "A client secret must be specified for authenticate-oidc actions")
        for name in (OIDC, COGNITO):
            if name in action:
                action[name] = FILLED | action[name]


def _client(config: dict[str, Any]) -> tuple[str, str]:
    return str(config.get("Issuer")), str(config.get("ClientId"))


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"
