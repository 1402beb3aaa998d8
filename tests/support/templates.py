"""Reads Terraform and CloudFormation as their own tools do, whole resources and properties of one alike."""

from __future__ import annotations

import textwrap
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


def cloudformation_errors(text: str) -> list[str]:
    """What cfn-lint holds to be wrong in resources, or in properties that belong to a target group."""
    resources = text if "\n  Type: AWS::" in text else GROUP + textwrap.indent(text, "    ")
    template = f"Resources:\n{textwrap.indent(resources, '  ')}"
    return [str(match) for match in lint_all(template) if match.rule.severity == "error"]
