"""Web ACLs in front of load balancers (AWS WAF 2019-07-29): what they do by default, and which rules they have."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from albdoctor.facts.groups import Card
from albdoctor.facts.hosts import HostsFacts
from albdoctor.facts.known import Observed
from albdoctor.facts.values import ArnText, OwnerName, Word


class WebAclRule(Struct, frozen=True, kw_only=True):
    """A rule of a web ACL; what it looks at is not kept."""

    name: OwnerName
    action: Word
    """Allow, Block, Captcha, Challenge, Count; of a rule group None, where its own rules decide, or Count."""


class WebAcl(Struct, frozen=True, kw_only=True):
    """The web ACL of a load balancer."""

    load_balancer_arn: ArnText
    arn: ArnText
    name: OwnerName
    default_action: Word
    """Allow or Block: what becomes of a request that no rule ends."""
    rules: tuple[WebAclRule, ...]
    """In the order in which they are tried."""


WebAcls: TypeAlias = tuple[WebAcl, ...]
"""Of each load balancer that was seen to answer 403 itself, where it has one; of others nothing is asked."""

WEB_ACLS = Card(
    name="web_acls",
    holds=WebAcls,
    actions=("wafv2:GetWebACLForResource",),
    # API reference, GetWebACLForResource: it uses GetWebACL to verify that the caller may see the web ACL.
    checked_too=("wafv2:GetWebACL",),
    builds_on=("load_balancers", "probes"),
    key=("load_balancer_arn",),
)


class WafFacts(HostsFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what stands in front of the load balancers' rules."""

    web_acls: Observed[WebAcls] = WEB_ACLS.not_asked
