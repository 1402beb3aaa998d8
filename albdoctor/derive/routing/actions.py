"""The list of actions of a rule: what is in it, and how the API wants it written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from albdoctor.facts.elb_actions import Action, RedirectConfig
from albdoctor.facts.mirror import lacks_in


def in_order(actions: Iterable[Action]) -> tuple[Action, ...]:
    """The actions as they are performed; the last one answers, logins stand before it."""
    return tuple(sorted(actions, key=lambda action: action.order or 0))


def to_https(action: Action) -> Action | None:
    """A redirect with HTTPS:443 in it and all else kept; None: it is no redirect."""
    if action.redirect_config is None:
        return None
    return replace(action, redirect_config=replace(action.redirect_config, protocol="HTTPS", port="443"))


REDIRECT_TO_HTTPS = Action(
    type="redirect", redirect_config=RedirectConfig(protocol="HTTPS", port="443", status_code="HTTP_301")
)


def writable(actions: Iterable[Action]) -> bool:
    """Whether the facts hold all of a list, so that it can be written back: each action's own settings, and whole."""
    known = {"forward", *SETTINGS}
    return all(one.type in known and _settings(one) is not None and not any(lacks_in(one)) for one in actions)


def ending_in(actions: Iterable[Action], last: Action) -> tuple[Action, ...]:
    """The list with another last action: whatever stands before it, such as a login, is kept."""
    before = in_order(actions)[:-1]
    if not before:
        return (last,)
    return tuple(replace(one, order=number) for number, one in enumerate((*before, last), 1))


def written(*actions: Action) -> str:
    """A list of actions as the CLI takes it; weights, stickiness and logins are in it.

    The client secret of an OpenID Connect login is never told by the API: it is kept by asking for the one that is
    there (ModifyRule and ModifyListener, `UseExistingClientSecret`).
    """
    if not writable(actions):
        kinds = ", ".join(one.type for one in actions)
        raise ValueError(f"{kinds}: the facts hold too little of it to be written")
    (first, *rest) = actions
    if not rest and first.type == "forward" and len(first.groups) == 1 and not _is_sticky(first):
        return f"Type=forward,TargetGroupArn={first.groups[0].target_group_arn}"
    return json.dumps([_written(one) for one in actions] if rest else [_written(replace(first, order=None))])


SETTINGS = {
    "redirect": "redirect_config",
    "fixed-response": "fixed_response_config",
    "authenticate-oidc": "authenticate_oidc_config",
    "authenticate-cognito": "authenticate_cognito_config",
    "jwt-validation": "jwt_validation_config",
}
"""Where the settings of an action are, by its type; a forward may have its group beside them."""


def _settings(action: Action) -> object:
    if action.type == "forward":
        return action.groups or None
    return getattr(action, SETTINGS[action.type])


def _written(action: Action) -> dict[str, Any]:
    told: dict[str, Any] = {"Type": action.type} | ({} if action.order is None else {"Order": action.order})
    if action.type == "forward":
        return told | {"ForwardConfig": _forward(action)}
    name = SETTINGS[action.type].title().replace("_", "")
    members = msgspec.to_builtins(_settings(action)).items()
    # An empty query of a redirect drops the request's; of all else an empty member is one that AWS left out.
    told[name] = {member: value for member, value in members if action.type == "redirect" or _is_set(value)}
    if action.type == "authenticate-oidc":
        told[name]["UseExistingClientSecret"] = True
    return told


def _is_set(value: object) -> bool:
    """Whether a member was sent; what AWS left out has an empty value here."""
    return value not in ("", None, [], (), {})


def _forward(action: Action) -> dict[str, Any]:
    sticky = action.forward_config and action.forward_config.target_group_stickiness_config
    groups = [{"TargetGroupArn": one.target_group_arn, "Weight": _weight(one.weight)} for one in action.groups]
    forward: dict[str, Any] = {"TargetGroups": groups}
    if sticky and sticky.enabled:
        kept = {"Enabled": True, "DurationSeconds": sticky.duration_seconds}
        forward["TargetGroupStickinessConfig"] = {name: value for name, value in kept.items() if value is not None}
    return forward


def _is_sticky(action: Action) -> bool:
    sticky = action.forward_config and action.forward_config.target_group_stickiness_config
    return bool(sticky and sticky.enabled)


def _weight(given: int | None) -> int:
    return 1 if given is None else given
