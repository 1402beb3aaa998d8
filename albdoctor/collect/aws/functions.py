"""Resource policies of the functions that are targets (Lambda, 2015-03-31): who may invoke them, and nothing else.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, cast

import msgspec

from albdoctor.collect.aws import elb
from albdoctor.collect.aws.calls import absent_when
from albdoctor.collect.aws.found import Found
from albdoctor.collect.collectors import collects_part
from albdoctor.collect.gaps import NotAnsweredError, member, observe
from albdoctor.facts.elb import LAMBDA
from albdoctor.facts.functions import FUNCTION_POLICIES, FunctionPolicy, InvokeStatement
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.mirror import readable
from albdoctor.facts.numbers import has_digits_only

ASKED = FUNCTION_POLICIES.asked
MOST_FUNCTIONS = 50
"""Functions behind one load balancer whose policies are asked for."""
BALANCING = re.compile(r"elasticloadbalancing(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?")
INVOKE = "lambda:invokefunction"
LIKE = frozenset({"arnlike", "arnequals", "stringlike", "stringequals"})
NEVER = frozenset(
    {
        "lambda:functionurlauthtype",
        "lambda:invokedviafunctionurl",
        "lambda:eventsourcetoken",
        "aws:principalorgid",
        "aws:principalorgpaths",
    }
)
"""Keys that a request of Elastic Load Balancing does not have: a condition that needs one never holds for it."""
POSITIVE = LIKE | {"bool", "foranyvalue:stringequals", "foranyvalue:stringlike"}
BEYOND = Unknown(
    gap=Gap.FAILED,
    asked=ASKED,
    detail=f"at most {MOST_FUNCTIONS} functions of a load balancer are looked at",
)


@collects_part(FUNCTION_POLICIES)
async def function_policies(found: Found) -> tuple[FunctionPolicy, ...]:
    """The policy of every function behind the balancer that is not known to be healthy: a healthy one was invoked."""
    groups, health = await asyncio.gather(found.part(elb.target_groups), found.part(elb.groups_health))
    of_functions = {*readable(groups, lambda one: [one.target_group_arn] if one.target_type == LAMBDA else [])}
    listed = (each.targets for each in health if each.target_group_arn in of_functions)
    targets = [one for each in listed if isinstance(each, Known) for one in each.value]
    arns = sorted({*readable(targets, lambda one: [] if one.target_health.state == "healthy" else [one.target.id])})
    asked = await asyncio.gather(*(_policy(found, arn) for arn in arns[:MOST_FUNCTIONS]))
    return (*asked, *(FunctionPolicy(function_arn=arn, statements=BEYOND) for arn in arns[MOST_FUNCTIONS:]))


async def _policy(found: Found, arn: str) -> FunctionPolicy:
    answer = await observe(ASKED, _asked(found, arn))
    if isinstance(answer, Unknown):
        return FunctionPolicy(function_arn=arn, statements=answer)
    there = answer.value is not None
    return FunctionPolicy(function_arn=arn, there=there, statements=Known(answer.value or ()))


async def _asked(found: Found, arn: str) -> tuple[InvokeStatement, ...] | None:
    # Nothing can be granted on $LATEST: what is granted on the function itself counts there.
    name = arn.removesuffix(":$LATEST")
    absent = absent_when("ResourceNotFoundException")
    answer = await found.account.call("lambda", "GetPolicy", found.region, absent=absent, FunctionName=name)
    return tuple(_statements(_read(member(answer, "Policy", ASKED)))) if answer else None


def _read(policy: str) -> Iterable[Mapping[str, Any]]:
    try:
        listed = msgspec.json.decode(policy)["Statement"]
        return [cast("Mapping[str, Any]", one) for one in _listed(listed) if isinstance(one, dict)]
    except (msgspec.DecodeError, KeyError, TypeError) as error:
        detail = f"unexpected answer: {type(error).__name__} in Policy"
        raise NotAnsweredError(Unknown(gap=Gap.FAILED, asked=ASKED, detail=detail)) from error


def _statements(listed: Iterable[Mapping[str, Any]]) -> Iterator[InvokeStatement]:
    """Those that speak of Elastic Load Balancing, or of everybody, and of invoking."""
    for one in listed:
        if _is_of_balancing(one) and _is_of_invoking(one) and (kept := _kept(one)):
            yield kept


def _listed(value: object) -> list[Any]:
    """A member of a policy that may stand alone or in a list."""
    return [*value] if isinstance(value, list) else [value]


def _is_of_balancing(statement: Mapping[str, Any]) -> bool:
    if "Principal" not in statement:
        return True  # NotPrincipal: whoever it leaves out
    of = statement["Principal"]
    named = cast("Mapping[str, Any]", of) if isinstance(of, dict) else {"AWS": of}
    everybody = "*" in _listed(named.get("AWS"))
    return everybody or any(one == "*" or BALANCING.fullmatch(str(one)) for one in _listed(named.get("Service", "")))


def _is_of_invoking(statement: Mapping[str, Any]) -> bool:
    actions = _listed(statement.get("Action", "*"))
    return any(fnmatchcase(INVOKE, str(action).lower()) for action in actions)


def _kept(statement: Mapping[str, Any]) -> InvokeStatement | None:
    """What is kept of a statement; None: it never holds for Elastic Load Balancing."""
    arns: list[str] = []
    accounts: list[str] = []
    more = not {"Principal", "Action"} <= statement.keys()
    conditions: Mapping[str, Mapping[str, Any]] = statement.get("Condition") or {}
    for operator, keys in conditions.items():
        how = operator.lower().removesuffix("ifexists")
        for key, values in keys.items():
            if key.lower() in NEVER and operator.lower() in POSITIVE:
                return None
            into = {"aws:sourcearn": arns, "aws:sourceaccount": accounts}.get(key.lower())
            told = [*map(str, _listed(values))]
            if into is None or into or how not in LIKE or (into is accounts and not all(map(has_digits_only, told))):
                more = True
            else:
                into += told
    return InvokeStatement(
        effect=str(statement.get("Effect", "")), source_arns=tuple(arns), source_accounts=tuple(accounts), more=more
    )
