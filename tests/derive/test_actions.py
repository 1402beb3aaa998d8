"""Lists of actions as the API takes them back: with the logins that stand in them, or not at all."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from albdoctor.collect.aws.complete import read_complete
from albdoctor.derive.routing.actions import ending_in, writable, written
from albdoctor.facts.elb_actions import Action
from tests.support.build import forward, redirect

OIDC: dict[str, Any] = {
    "Type": "authenticate-oidc",
    "Order": 1,
    "AuthenticateOidcConfig": {
        "Issuer": "https://login.example",
        "AuthorizationEndpoint": "https://login.example/authorize",
        "TokenEndpoint": "https://login.example/token",
        "UserInfoEndpoint": "https://login.example/me",
        "ClientId": "shop",
        "SessionCookieName": "AWSELBAuthSessionCookie",
        "Scope": "openid",
        "SessionTimeout": 604800,
        "AuthenticationRequestExtraParams": {"prompt": "login", "hd": "it's"},
        "OnUnauthenticatedRequest": "authenticate",
    },
}
COGNITO: dict[str, Any] = {
    "Type": "authenticate-cognito",
    "Order": 1,
    "AuthenticateCognitoConfig": {
        "UserPoolArn": "arn:aws:cognito-idp:ap-northeast-2:123456789012:userpool/ap-northeast-2_abc",
        "UserPoolClientId": "shop",
        "UserPoolDomain": "shop-login",
        "SessionTimeout": 3600,
    },
}
JWT: dict[str, Any] = {
    "Type": "jwt-validation",
    "Order": 1,
    "JwtValidationConfig": {
        "JwksEndpoint": "https://login.example/jwks",
        "Issuer": "https://login.example",
        "AdditionalClaims": [{"Format": "single-string", "Name": "aud", "Values": ["shop"]}],
    },
}
FIXED: dict[str, Any] = {"Type": "fixed-response", "Order": 2, "FixedResponseConfig": {"StatusCode": "503"}}


@pytest.mark.parametrize("login", [OIDC, COGNITO, JWT], ids=lambda one: one["Type"])
@pytest.mark.parametrize("last", [redirect(Query="") | {"Order": 2}, forward() | {"Order": 2}, FIXED])
def test_a_list_with_a_login_is_written_as_it_was_answered(login: dict[str, Any], last: dict[str, Any]) -> None:
    actions = msgspec.convert([login, last], tuple[Action, ...])
    assert writable(actions)
    first, second = json.loads(written(*actions))
    kept = {"UseExistingClientSecret": True} if login is OIDC else {}
    for name, value in login.items():
        assert first[name] == (value | kept if isinstance(value, dict) else value)
    assert msgspec.convert(second, Action).groups == actions[1].groups
    assert second.get("RedirectConfig", {}).get("Query", "") == ""


def test_another_last_action_leaves_the_login_where_it_is() -> None:
    backwards = msgspec.convert([redirect() | {"Order": 9}, OIDC | {"Order": 4}], tuple[Action, ...])
    edited = ending_in(backwards, msgspec.convert(forward() | {"Order": 1}, Action))
    assert [(one.type, one.order) for one in edited] == [("authenticate-oidc", 1), ("forward", 2)]
    assert edited[0].authenticate_oidc_config == backwards[1].authenticate_oidc_config


@pytest.mark.parametrize(
    "login",
    [
        {"Type": "authenticate-oidc", "Order": 1},
        {"Type": "authenticate-by-tomorrow", "Order": 1},
        {"Type": "authenticate-cognito", "AuthenticateCognitoConfig": {"UserPoolArn": "arn:1", "UserPoolDomain": "x"}},
        {**JWT, "JwtValidationConfig": {**JWT["JwtValidationConfig"], "AdditionalClaims": [{"Name": "aud"}]}},
    ],
    ids=["of an older version", "of a later version", "with a hole", "with a hole below"],
)
def test_a_login_of_which_something_is_not_known_is_not_written(login: dict[str, Any]) -> None:
    actions = read_complete([login, forward()], tuple[Action, ...], "elasticloadbalancing:DescribeRules")
    assert not writable(actions)
    with pytest.raises(ValueError, match="too little"):
        written(*actions)


def test_logins_are_compared_and_hashed_by_their_settings() -> None:
    one, same = (msgspec.convert(OIDC, Action) for _ in range(2))
    other = msgspec.convert(COGNITO, Action)
    assert len({one, same, other}) == 2
