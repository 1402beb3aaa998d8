"""The emulated Lambda: functions that load balancers invoke, and who may.

A function is there as soon as somebody made it here: what it runs is nobody's business, only what it answers.
"""

from __future__ import annotations

import fnmatch
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from albdoctor.lab.forwarding import Outcome, failed
from albdoctor.lab.http import Response
from albdoctor.lab.rules import SERVER
from albdoctor.lab.wire import RefusedError

PREFIX = "/2015-03-31/functions/"
BALANCING = "elasticloadbalancing.amazonaws.com"
PAGE = Response(200, b"<h1>shop</h1>", (SERVER, ("Content-Type", "text/html; charset=utf-8")))
"""What the load balancer makes of a function's answer: it writes its own name into `Server`."""


@dataclass
class Function:
    """A function: what it answers (None: it fails), and the statements of its policy by their ids."""

    answer: Response | None = PAGE
    statements: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])


class LabLambda:
    """One account's Lambda in one Region."""

    def __init__(self, region: str, account: str) -> None:
        """There is no function yet."""
        self._prefix = f"arn:aws:lambda:{region}:{account}:function:"
        self.functions: dict[str, Function] = {}
        """By ARN."""

    def make(self, name: str) -> str:
        """Make a function; give its ARN."""
        arn = f"{self._prefix}{name}"
        self.functions[arn] = Function()
        return arn

    def of(self, name: str) -> Function:
        """A function by its name."""
        return self.functions[f"{self._prefix}{name}"]

    def may_invoke(self, arn: str, group_arn: str) -> bool:
        """Whether its policy lets Elastic Load Balancing invoke it for a target group."""
        function = self.functions.get(arn)
        return function is not None and any(_lets(one, group_arn) for one in function.statements.values())

    def invoke(self, arn: str, group_arn: str) -> Outcome:
        """What a client gets through a target group."""
        function = self.functions.get(arn)
        if function is None or function.answer is None or not self.may_invoke(arn, group_arn):
            return failed(502, "LambdaUserError")
        return Outcome(function.answer, (f"HTTPCode_Target_{function.answer.status // 100}XX_Count",))

    def answer(self, operation: str, path: str, body: bytes) -> tuple[list[tuple[str, str]], bytes]:
        """Give headers and body, or raise `RefusedError`; any other operation is a `NotImplementedError`."""
        ways = {"AddPermission": self._add, "GetPolicy": self._policy, "RemovePermission": self._remove}
        if operation not in ways:
            raise NotImplementedError(operation)
        name, _, rest = unquote(path).removeprefix(PREFIX).partition("/policy")
        told = ways[operation](self._named(name), rest.strip("/"), json.loads(body or b"{}"))
        content = json.dumps(told).encode()
        return [("Content-Type", "application/json"), ("Content-Length", str(len(content)))], content

    def _named(self, name: str) -> tuple[str, Function]:
        arn = name if name.startswith("arn:") else f"{self._prefix}{name}"
        if arn not in self.functions:
            raise RefusedError("ResourceNotFoundException", f"Function not found: {arn}")
        return arn, self.functions[arn]

    def _add(self, of: tuple[str, Function], _rest: str, asked: dict[str, Any]) -> dict[str, str]:
        arn, function = of
        if asked["StatementId"] in function.statements:
            raise RefusedError(
                "ResourceConflictException", f"The statement id ({asked['StatementId']}) provided exists"
            )
        condition: dict[str, Any] = {}
        if "SourceAccount" in asked:
            condition["StringEquals"] = {"AWS:SourceAccount": asked["SourceAccount"]}
        if "SourceArn" in asked:
            condition["ArnLike"] = {"AWS:SourceArn": asked["SourceArn"]}
        statement = {
            "Sid": asked["StatementId"],
            "Effect": "Allow",
            "Principal": {"Service": asked["Principal"]},
            "Action": asked["Action"],
            "Resource": arn,
        } | ({"Condition": condition} if condition else {})
        function.statements[asked["StatementId"]] = statement
        return {"Statement": json.dumps(statement)}

    def _policy(self, of: tuple[str, Function], _rest: str, _asked: object) -> dict[str, str]:
        _, function = of
        if not function.statements:
            raise RefusedError("ResourceNotFoundException", "The resource you requested does not exist.")
        policy = {"Version": "2012-10-17", "Id": "default", "Statement": list(function.statements.values())}
        return {"Policy": json.dumps(policy), "RevisionId": "lab"}

    def _remove(self, of: tuple[str, Function], statement_id: str, _asked: object) -> dict[str, str]:
        _, function = of
        if function.statements.pop(statement_id, None) is None:
            raise RefusedError(
                "ResourceNotFoundException", f"Statement {statement_id} is not found in resource policy."
            )
        return {}


def _lets(statement: dict[str, Any], group_arn: str) -> bool:
    conditions: dict[str, dict[str, str]] = statement.get("Condition", {})
    source = conditions.get("ArnLike", {}).get("AWS:SourceArn", "*")
    account = conditions.get("StringEquals", {}).get("AWS:SourceAccount", group_arn.split(":")[4])
    return (
        statement["Principal"]["Service"] == BALANCING
        and statement["Action"] == "lambda:InvokeFunction"
        and fnmatch.fnmatchcase(group_arn, source)
        and group_arn.split(":")[4] == account
    )
