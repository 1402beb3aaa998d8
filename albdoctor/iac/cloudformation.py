"""CloudFormation's templates, YAML or JSON: composed by PyYAML, so that no tag and no alias makes anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from albdoctor.facts.known import Kind
from albdoctor.iac.block import Block

ELB = "AWS::ElasticLoadBalancingV2::"
KINDS = {
    f"{ELB}LoadBalancer": Kind.LOAD_BALANCER,
    f"{ELB}Listener": Kind.LISTENER,
    f"{ELB}ListenerRule": Kind.RULE,
    f"{ELB}TargetGroup": Kind.TARGET_GROUP,
    "AWS::CertificateManager::Certificate": Kind.CERTIFICATE,
    "AWS::Route53::HostedZone": Kind.HOSTED_ZONE,
    "AWS::Route53::RecordSet": Kind.RECORD,
}
WORDS = re.compile(rb"AWS::(ElasticLoadBalancingV2|CertificateManager|Route53)::")
OF = {Kind.LISTENER: "LoadBalancerArn", Kind.RULE: "ListenerArn", Kind.RECORD: "HostedZoneId"}
LITERAL = "tag:yaml.org,2002:"
Node: TypeAlias = Any
"""One of PyYAML's."""


def read(text: str, file: Path) -> Iterator[Block]:
    """Give the resources of a template; raises whatever PyYAML raises for what is no YAML."""
    import yaml

    # JSON may be indented with tabs, which YAML never allows; within a string of JSON there is none.
    flow = text.lstrip().startswith("{")
    root = yaml.compose(text.replace("\t", " ") if flow else text, Loader=yaml.SafeLoader)
    for key, resource in _pairs(_member(root, "Resources")):
        kind = KINDS.get(_literal(_member(resource, "Type")))
        if kind is None:
            continue
        said = {_literal(name): value for name, value in _pairs(_member(resource, "Properties"))}
        port, priority = _literal(said.get("Port")), _literal(said.get("Priority"))
        yield Block(
            kind=kind,
            file=file,
            line=key.start_mark.line + 1,
            end_line=max(_last_line(resource), key.start_mark.line + 1),
            scope=file,
            name=_literal(key),
            called=_literal(said.get("DomainName" if kind is Kind.CERTIFICATE else "Name")).rstrip("."),
            port=int(port) if re.fullmatch(r"[0-9]{1,6}", port) else None,
            priority=priority,
            type=_literal(said.get("Type")),
            of=_reference(said.get(OF.get(kind, ""))),
        )


def _pairs(node: Node | None) -> list[tuple[Node, Node]]:
    return node.value if node is not None and node.id == "mapping" else []


def _member(node: Node | None, name: str) -> Node | None:
    return next((value for key, value in _pairs(node) if _literal(key) == name), None)


def _literal(node: Node | None) -> str:
    """What a scalar says; empty where an intrinsic function stands."""
    is_plain = node is not None and node.id == "scalar" and node.tag.startswith(LITERAL)
    return str(node.value) if node is not None and is_plain else ""


def _reference(node: Node | None) -> str:
    """The logical id to which !Ref, Ref, !GetAtt or Fn::GetAtt leads."""
    if node is None:
        return ""
    if node.id == "scalar" and node.tag in ("!Ref", "!GetAtt"):
        return str(node.value).partition(".")[0]
    for name in ("Ref", "Fn::GetAtt"):
        value = _member(node, name)
        if value is not None and value.id == "sequence":
            value = value.value[0] if value.value else None
        if said := _literal(value):
            return said.partition(".")[0]
    return ""


def _last_line(node: Node) -> int:
    """The line on which a node ends; a block's own mark stands at what follows it."""
    while node.id in ("mapping", "sequence") and not node.flow_style and node.value:
        node = node.value[-1] if node.id == "sequence" else node.value[-1][1]
    mark = node.end_mark
    return int(mark.line if mark.column == 0 and mark.line > node.start_mark.line else mark.line + 1)
