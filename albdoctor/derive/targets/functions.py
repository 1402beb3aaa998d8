"""Functions that are targets, and whether their policies let Elastic Load Balancing invoke them for their groups.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.place import Place
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.routing.conditions import wildcard
from albdoctor.derive.targets.registrations import AllRegistrations
from albdoctor.facts.arn import Arn
from albdoctor.facts.elb import LAMBDA, TargetGroup
from albdoctor.facts.functions import FUNCTION_POLICIES, FunctionPolicies, FunctionPolicy, InvokeStatement
from albdoctor.facts.known import Gap, Known, Observed, Unknown

NOT_LISTED = Unknown(gap=Gap.NOT_ASKED, asked=FUNCTION_POLICIES.asked)
"""A function that the snapshot holds no policy of."""


class Invoked(Struct, frozen=True, kw_only=True):
    """A function, and a target group in which it is registered."""

    group: TargetGroup
    function_arn: str
    policy: FunctionPolicy | None = None
    """None: it was seen to be invoked."""
    statements: tuple[InvokeStatement, ...] = ()

    @property
    def name(self) -> str:
        """The function's name, with its version or alias: shop:live."""
        return Arn.of(self.function_arn).resource.partition(":")[2] or self.function_arn

    @property
    def is_there(self) -> bool:
        """Whether Lambda knows a policy of it."""
        return self.policy is None or self.policy.there

    @property
    def is_permitted(self) -> bool | None:
        """Whether Elastic Load Balancing may invoke it for the group; None: a condition decides that is not known."""
        if self.policy is None:
            return True
        allowed, denied = self._effect("Allow"), self._effect("Deny")
        if denied or allowed is False:
            return False
        return True if allowed and denied is False else None

    @property
    def is_denied(self) -> bool:
        """Whether a statement denies it."""
        return self._effect("Deny") is True

    def _effect(self, effect: str) -> bool | None:
        """Whether a statement of this effect holds; None: one may."""
        held = [self._holds(one) for one in self.statements if one.effect == effect]
        return True if True in held else None if None in held else False

    def _holds(self, statement: InvokeStatement) -> bool | None:
        arn = self.group.target_group_arn
        sources, accounts = statement.source_arns, statement.source_accounts
        if sources and not any(wildcard(one, arn) for one in sources):
            return False
        if accounts and Arn.of(arn).account not in accounts:
            return False
        return None if statement.more else True

    @property
    def others(self) -> tuple[str, ...]:
        """What it may be invoked for instead: ARNs of target groups, or accounts."""
        allowing = [one for one in self.statements if one.effect == "Allow"]
        return tuple(dict.fromkeys(each for one in allowing for each in one.source_arns or one.source_accounts))


InvokedFunctions: TypeAlias = tuple[Invoked, ...]


@derivation
def invoked_functions(
    registrations: AllRegistrations, function_policies: Observed[FunctionPolicies], scene: Scene
) -> Iterator[Invoked | Unknown]:
    """Give every function with its policy; a gap only where it is on the way, and was not seen to be invoked."""
    policies = (
        {one.function_arn: one for one in function_policies.value} if isinstance(function_policies, Known) else {}
    )
    unlisted = function_policies if isinstance(function_policies, Unknown) else NOT_LISTED
    for at in registrations:
        group = at.group
        for one in at.targets if group.target_type == LAMBDA else ():
            arn = one.target.id
            policy = policies.get(arn)
            statements = policy.statements if policy else unlisted
            if one.target_health.state == "healthy" or _is_seen(group, scene):
                yield Invoked(group=group, function_arn=arn)
            elif isinstance(statements, Known):
                yield Invoked(group=group, function_arn=arn, policy=policy, statements=statements.value)
            elif scene.way.of(group.ref) is Place.ON_THE_WAY:
                yield statements


def _is_seen(group: TargetGroup, scene: Scene) -> bool:
    """Whether the request was served, and nobody but this group's function can have done it."""
    last = scene.way.last
    asks_for_login = last is not None and last.effect is not None and last.effect.authenticates
    alone = {*scene.way.shares} == {group.target_group_arn} and scene.way.certain
    return scene.served and alone and not asks_for_login
