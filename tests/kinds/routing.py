"""Listeners, rules and groups of the site."""

from __future__ import annotations

import copy
from typing import Any

from tests.kinds.site import GROUP, HTTP, HTTPS, INSTANCE, WEB, Change, Raw, first, group_arn, hash_of, of

Actions = list[Raw]


def forward(*groups: str | tuple[str, int]) -> Actions:
    """Forward to groups, by ARN or with a weight."""
    told = [
        {"TargetGroupArn": one, "Weight": 1} if isinstance(one, str) else {"TargetGroupArn": one[0], "Weight": one[1]}
        for one in groups
    ]
    action: Raw = {"Type": "forward", "Order": 1, "ForwardConfig": {"TargetGroups": told}}
    return [action | {"TargetGroupArn": told[0]["TargetGroupArn"]} if len(told) == 1 else action]


def fixed(status: int, content_type: str = "text/plain", body: str = "") -> Actions:
    """A fixed response."""
    return [
        {
            "Type": "fixed-response",
            "Order": 1,
            "FixedResponseConfig": {"StatusCode": str(status), "ContentType": content_type, "MessageBody": body},
        }
    ]


def redirect(**config: str) -> Actions:
    """A redirect; what is not named is kept."""
    whole = {
        "Protocol": "#{protocol}",
        "Port": "#{port}",
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
        "StatusCode": "HTTP_301",
    }
    return [{"Type": "redirect", "Order": 1, "RedirectConfig": whole | config}]


def after(kind: str, actions: Actions) -> Actions:
    """The same behind a login."""
    return [{"Type": kind, "Order": 1, **LOGINS[kind]}, *({**one, "Order": 2} for one in actions)]


LOGINS: dict[str, Raw] = {
    "authenticate-oidc": {
        "AuthenticateOidcConfig": {
            "Issuer": "https://login.example",
            "AuthorizationEndpoint": "https://login.example/authorize",
            "TokenEndpoint": "https://login.example/token",
            "UserInfoEndpoint": "https://login.example/me",
            "ClientId": "shop",
            "SessionCookieName": "AWSELBAuthSessionCookie",
            "Scope": "openid",
            "SessionTimeout": 604800,
            "AuthenticationRequestExtraParams": {"prompt": "login"},
            "OnUnauthenticatedRequest": "authenticate",
        }
    },
    "authenticate-cognito": {
        "AuthenticateCognitoConfig": {
            "UserPoolArn": "arn:aws:cognito-idp:ap-northeast-2:123456789012:userpool/ap-northeast-2_abc",
            "UserPoolClientId": "shop",
            "UserPoolDomain": "shop-login",
            "SessionCookieName": "AWSELBAuthSessionCookie",
            "Scope": "openid",
            "SessionTimeout": 604800,
            "OnUnauthenticatedRequest": "authenticate",
        }
    },
}
"""The settings of a login, as AWS answers them."""


def host(*values: str) -> Raw:
    """A host condition."""
    return {"Field": "host-header", "HostHeaderConfig": {"Values": list(values)}}


def host_regex(*values: str) -> Raw:
    """A host condition by regular expression."""
    return {"Field": "host-header", "HostHeaderConfig": {"RegexValues": list(values)}}


def path(*values: str) -> Raw:
    """A path condition."""
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}


def source_ip(*values: str) -> Raw:
    """A condition on the client's address."""
    return {"Field": "source-ip", "SourceIpConfig": {"Values": list(values)}}


def header(name: str, *values: str) -> Raw:
    """A condition on a header."""
    return {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": list(values)}}


def method(*values: str) -> Raw:
    """A condition on the method."""
    return {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": list(values)}}


def rule(priority: int, conditions: list[Raw], actions: Actions, listener: str = HTTPS) -> Change:
    """One more rule."""

    def make(raw: Raw) -> None:
        arn = listener.replace(":listener/", ":listener-rule/") + f"/{priority:016x}"
        of(raw, "rules").append(
            {
                "RuleArn": arn,
                "Priority": str(priority),
                "Conditions": copy.deepcopy(conditions),
                "Actions": copy.deepcopy(actions),
                "IsDefault": False,
                "ListenerArn": listener,
            }
        )

    return make


def default(actions: Actions, listener: str = HTTPS) -> Change:
    """Other default actions of a listener."""

    def make(raw: Raw) -> None:
        first(of(raw, "listeners"), ListenerArn=listener)["DefaultActions"] = copy.deepcopy(actions)
        first(of(raw, "rules"), ListenerArn=listener, Priority="default")["Actions"] = copy.deepcopy(actions)

    return make


def listener(number: int, protocol: str, actions: Actions) -> Change:
    """One more listener."""

    def make(raw: Raw) -> None:
        arn = f"{HTTPS[:-16]}{number:016x}"
        one = copy.deepcopy(first(of(raw, "listeners"), ListenerArn=HTTPS if protocol == "HTTPS" else HTTP))
        of(raw, "listeners").append(
            one | {"ListenerArn": arn, "Port": number, "DefaultActions": copy.deepcopy(actions)}
        )
        by_default = copy.deepcopy(first(of(raw, "rules"), ListenerArn=HTTPS, Priority="default"))
        of(raw, "rules").append(
            by_default
            | {
                "ListenerArn": arn,
                "RuleArn": arn.replace(":listener/", ":listener-rule/") + "/0",
                "Actions": copy.deepcopy(actions),
            }
        )
        if protocol == "HTTPS":
            held = of(raw, "listeners_certificates")
            held.append(copy.deepcopy(held[0]) | {"listener_arn": arn})

    return make


def listener_arn(number: int) -> str:
    """The ARN of such a listener."""
    return f"{HTTPS[:-16]}{number:016x}"


def without_listener(arn: str) -> Change:
    """A listener that is not there."""

    def make(raw: Raw) -> None:
        for group, key in (
            ("listeners", "ListenerArn"),
            ("rules", "ListenerArn"),
            ("listeners_certificates", "listener_arn"),
        ):
            raw[group]["value"] = [one for one in of(raw, group) if one[key] != arn]

    return make


def target(
    state: str = "healthy", reason: str = "", description: str = "", id_: str = INSTANCE, port: int = 80, zone: str = ""
) -> Raw:
    """A registered target and its health."""
    return {
        "Target": {"Id": id_, "Port": port, "AvailabilityZone": zone},
        "HealthCheckPort": str(port),
        "TargetHealth": {"State": state, "Reason": reason, "Description": description},
    }


def group(name: str, *targets: Raw, attached: bool = True, **fields: Any) -> Change:
    """One more target group."""

    def make(raw: Raw) -> None:
        arn = group_arn(name)
        one = copy.deepcopy(of(raw, "target_groups")[0])
        one |= {"TargetGroupArn": arn, "TargetGroupName": name, "LoadBalancerArns": [WEB] if attached else []}
        of(raw, "target_groups").append(one | fields)
        of(raw, "groups_health").append(
            {"target_group_arn": arn, "targets": {"state": "known", "value": copy.deepcopy(list(targets))}}
        )

    return make


def the_group(**fields: Any) -> Change:
    """Other settings of the site's group."""

    def make(raw: Raw) -> None:
        of(raw, "target_groups")[0] |= fields

    return make


def targets(*told: Raw, arn: str = GROUP) -> Change:
    """Other targets of a group; instances that are new run beside the first one."""

    def make(raw: Raw) -> None:
        first(of(raw, "groups_health"), target_group_arn=arn)["targets"]["value"] = copy.deepcopy(list(told))
        for place, id_ in enumerate(dict.fromkeys(one["Target"]["Id"] for one in told)):
            if id_.startswith("i-"):
                instance(id_, place)(raw)

    return make


def instance(id_: str, place: int = 9, state: str = "running", subnet: str = "") -> Change:
    """An instance and its interface, or another state of it."""

    def make(raw: Raw) -> None:
        known = {one["InstanceId"]: one for one in of(raw, "instances")}
        if id_ in known:
            known[id_]["State"] = {"Name": state}
            return
        address = f"10.0.1.{20 + place}"
        one = copy.deepcopy(known[INSTANCE]) | {
            "InstanceId": id_,
            "State": {"Name": state},
            "PrivateIpAddress": address,
            "PublicIpAddress": "",
        }
        of(raw, "instances").append(one | ({"SubnetId": subnet} if subnet else {}))
        interface = copy.deepcopy(of(raw, "network_interfaces")[2])
        interface |= {
            "NetworkInterfaceId": f"eni-{hash_of(id_):017x}",
            "PrivateIpAddress": address,
            "PrivateIpAddresses": [{"PrivateIpAddress": address, "Primary": True, "Association": None}],
            "Association": None,
            "Attachment": {"DeviceIndex": 0, "InstanceId": id_},
        }
        of(raw, "network_interfaces").append(interface | ({"SubnetId": subnet} if subnet else {}))

    return make


def stopped(id_: str, state: str = "stopped") -> Change:
    """An instance in another state."""
    return instance(id_, state=state)


def counted(name: str, total: float, arn: str = "") -> Change:
    """A counter of the last hours; without a group it is the balancer's."""

    def make(raw: Raw) -> None:
        values = of(raw, "metrics")["values"]
        for one in values:
            if one["name"] == name and one["target_group_arn"] == arn:
                one |= {"total": total, "datapoints": 1 if total else 0}
                return
        values.append(
            {"name": name, "load_balancer_arn": WEB, "target_group_arn": arn, "total": total, "datapoints": 1}
        )

    return make
