"""The list of actions of a rule: what is in it, and how the API wants it written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from albdoctor.facts.elb import Action, RedirectConfig


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


def written(action: Action) -> str:
    """A forward or a redirect alone, as the CLI takes a list of actions: weights and stickiness are in it."""
    sticky = action.forward_config and action.forward_config.target_group_stickiness_config
    if action.type == "forward" and len(action.groups) == 1 and not (sticky and sticky.enabled):
        return f"Type=forward,TargetGroupArn={action.groups[0].target_group_arn}"
    told: dict[str, Any] = {"Type": action.type}
    if action.redirect_config:
        told["RedirectConfig"] = msgspec.to_builtins(action.redirect_config)
    elif action.type == "forward":
        groups = [{"TargetGroupArn": one.target_group_arn, "Weight": _weight(one.weight)} for one in action.groups]
        forward: dict[str, Any] = {"TargetGroups": groups}
        if sticky and sticky.enabled:
            kept = {"Enabled": True, "DurationSeconds": sticky.duration_seconds}
            forward["TargetGroupStickinessConfig"] = {name: value for name, value in kept.items() if value is not None}
        told["ForwardConfig"] = forward
    else:
        raise ValueError(f"a {action.type} action is not written here: the facts hold too little of it")
    return json.dumps([told])


def _weight(given: int | None) -> int:
    return 1 if given is None else given
