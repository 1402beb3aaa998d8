"""Reads Terraform and CloudFormation as their own tools do, whole resources and properties of one alike."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any, cast

import hcl2
from cfnlint.api import lint_all  # type: ignore[import-untyped]

GROUP = """\
Group:
  Type: AWS::ElasticLoadBalancingV2::TargetGroup
  Properties:
    Port: 80
    Protocol: HTTP
    VpcId: vpc-0abc1234
"""


def terraform(text: str) -> dict[str, Any]:
    """What Terraform reads; a syntax error raises."""
    return cast("dict[str, Any]", hcl2.loads(text))  # pyright: ignore[reportUnknownMemberType] - a bare dict there


SCALING = """\
Scaling:
  Type: AWS::AutoScaling::AutoScalingGroup
  Properties:
    MinSize: "1"
    MaxSize: "2"
    AvailabilityZones: [ap-northeast-2a]
    LaunchTemplate: {LaunchTemplateId: lt-0abc1234, Version: "1"}
"""


def cloudformation_errors(text: str) -> list[str]:
    """What cfn-lint holds to be wrong in resources, or in properties of a target group or an Auto Scaling group."""
    around = SCALING if text.startswith("HealthCheckGracePeriod") else GROUP
    resources = text if "\n  Type: AWS::" in text else around + textwrap.indent(text, "    ")
    template = f"Resources:\n{textwrap.indent(resources, '  ')}"
    return [str(match) for match in lint_all(template) if match.rule.severity == "error"]


def decoded(literal: str) -> str:
    """What Terraform takes a quoted literal for (HCL native syntax, "Template Literals"); python-hcl2 leaves it raw."""
    named = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
    read, rest = "", literal[1:-1]
    while rest:
        if rest[:3] in ("$${", "%%{"):
            read, rest = read + rest[1:3], rest[3:]
        elif rest[0] == "\\" and rest[1] in "uU":
            length = 4 if rest[1] == "u" else 8
            read, rest = read + chr(int(rest[2 : 2 + length], 16)), rest[2 + length :]
        elif rest[0] == "\\":
            read, rest = read + named[rest[1]], rest[2:]
        else:
            assert rest[:2] not in ("${", "%{"), "an interpolation"
            assert rest[0] not in '"\n', "the end of the string"
            read, rest = read + rest[0], rest[1:]
    return read


def strings_of(text: str) -> list[str]:
    """Every string that Terraform reads."""
    return list(_strings(terraform(text)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str) and value.startswith('"'):
        yield decoded(value)
    for part in cast("dict[str, object]", value).values() if isinstance(value, dict) else ():
        yield from _strings(part)
    for part in cast("list[object]", value) if isinstance(value, list) else ():
        yield from _strings(part)
