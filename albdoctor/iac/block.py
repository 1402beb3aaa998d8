"""What is found in code: blocks that make things of the kinds that findings are about."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from albdoctor.facts.known import Kind


class Block(Struct, frozen=True, kw_only=True):
    """A resource as it is written."""

    kind: Kind
    file: Path
    line: int
    """From 1."""
    end_line: int
    scope: Path
    """Where `name` is one thing: Terraform's folder, CloudFormation's template."""
    name: str
    """`aws_lb.web`; a template's logical id."""
    called: str = ""
    """Its name, or domain name, in AWS, where that is a literal."""
    port: int | None = None
    priority: str = ""
    type: str = ""
    """Of a record."""
    of: str = ""
    """Name of the block to which it belongs: a listener's load balancer, a rule's listener, a record's zone."""


class Thing(Struct, frozen=True, kw_only=True):
    """A resource as the facts have it."""

    kind: Kind
    id: str
    """As a Terraform state has it: an ARN, an instance's or a zone's id, ZONE_NAME_TYPE of a record."""
    called: str = ""
    """Empty: several things of this kind are called so, or it has no name."""
    port: int | None = None
    priority: str = ""
    type: str = ""
    logical: str = ""
    """Logical id, by the tag of CloudFormation."""
    of: Thing | None = None
