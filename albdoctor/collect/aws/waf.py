"""Web ACLs of load balancers: asked for only where one was seen to refuse a request itself."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from albdoctor.collect.aws.found import Found
from albdoctor.collect.gaps import member
from albdoctor.facts.waf import WEB_ACLS, WebAcl, WebAclRule


async def web_acl(found: Found) -> tuple[WebAcl, ...]:
    """The web ACL of one Application Load Balancer; empty: it has none."""
    arn = found.balancer.load_balancer_arn
    if found.balancer.type != "application":
        return ()
    answer = await found.account.call("wafv2", "GetWebACLForResource", found.region, ResourceArn=arn)
    acl = answer.get("WebACL")
    return (_read(arn, acl),) if acl else ()


def _read(arn: str, acl: Mapping[str, Any]) -> WebAcl:
    rules = sorted(acl.get("Rules", ()), key=itemgetter("Priority"))
    return WebAcl(
        load_balancer_arn=arn,
        arn=member(acl, "ARN", WEB_ACLS.asked),
        name=member(acl, "Name", WEB_ACLS.asked),
        default_action=_chosen(member(acl, "DefaultAction", WEB_ACLS.asked)),
        rules=tuple(
            WebAclRule(name=rule["Name"], action=_chosen(rule.get("Action") or rule.get("OverrideAction") or {}))
            for rule in rules
        ),
    )


def _chosen(action: Mapping[str, Any]) -> str:
    """The one member of an action, which is its name."""
    return next(iter(action), "")
