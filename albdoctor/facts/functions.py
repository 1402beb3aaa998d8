"""Who may invoke the functions that are targets: their resource policies, as far as Elastic Load Balancing is meant.

Nothing else of a function is asked for: neither its code nor its configuration, in which environment variables are.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from albdoctor.facts.groups import Card
from albdoctor.facts.known import Observed
from albdoctor.facts.values import AccountId, ArnText, GroupPattern, Word
from albdoctor.facts.waf import WafFacts


class InvokeStatement(Struct, frozen=True, kw_only=True):
    """A statement of a function's policy on whether Elastic Load Balancing, or everybody, may invoke it."""

    effect: Word
    """Allow or Deny."""
    source_arns: tuple[GroupPattern, ...] = ()
    """It holds for target groups whose ARN one of these is or covers (aws:SourceArn); empty: for all."""
    source_accounts: tuple[AccountId, ...] = ()
    """It holds for target groups of these accounts (aws:SourceAccount); empty: of all."""
    more: bool = False
    """It holds only where a condition does that is not kept."""


class FunctionPolicy(Struct, frozen=True, kw_only=True):
    """The resource policy of a function, or of the version or alias of it that is registered as a target."""

    function_arn: ArnText
    there: bool = True
    """False: Lambda knows no policy of it, be it that there is none or no such function."""
    statements: Observed[tuple[InvokeStatement, ...]]


FunctionPolicies: TypeAlias = tuple[FunctionPolicy, ...]
"""Of every function that is registered behind a load balancer and is not known to be healthy."""

FUNCTION_POLICIES = Card(
    name="function_policies",
    holds=FunctionPolicies,
    actions=("lambda:GetPolicy",),
    builds_on=("groups_health",),
    key=("function_arn",),
    partial="statements",
)


class FunctionFacts(WafFacts, frozen=True, kw_only=True):
    """Adds to a snapshot who may invoke the functions behind the load balancers."""

    function_policies: Observed[FunctionPolicies] = FUNCTION_POLICIES.not_asked
