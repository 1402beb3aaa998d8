"""How a target group is replaced by one of another protocol: a group's protocol cannot be edited."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping

from albdoctor.derive.targets.forwarders import Forwarders
from albdoctor.derive.targets.seen import Seen
from albdoctor.facts.elb import TargetGroup
from albdoctor.text import Value
from albdoctor_checks.fixes.group import of_group

LONGEST_NAME = 32
"""Characters of a target group's name (ELBv2 CreateTargetGroup)."""

SCRIPT = """\
old={arn}
new=$(aws elbv2 create-target-group --region {region} --name {new_name} \\
  --protocol {new_protocol} --protocol-version {version} --port {new_port} --vpc-id {vpc} --target-type {target_type} \\
  --health-check-protocol {new_protocol} --health-check-port traffic-port --health-check-path {path} \\
  --health-check-interval-seconds {interval} --health-check-timeout-seconds {timeout} \\
  --healthy-threshold-count {healthy} --unhealthy-threshold-count {unhealthy} --matcher {matcher} {more} \\
  --query 'TargetGroups[0].TargetGroupArn' --output text)
attributes=$(aws elbv2 describe-target-group-attributes --region {region} --target-group-arn "$old" \\
  --query "Attributes[?Value!='']" --output json)
aws elbv2 modify-target-group-attributes --region {region} --target-group-arn "$new" --attributes "$attributes"
aws elbv2 register-targets --region {region} --target-group-arn "$new" --targets {register}
for listener in {listeners}; do
  actions=$(aws elbv2 describe-listeners --region {region} --listener-arns "$listener" \\
    --query 'Listeners[0].DefaultActions' --output json)
  aws elbv2 modify-listener --region {region} --listener-arn "$listener" --default-actions "${actions//$old/$new}"
done
for rule in {rules}; do
  actions=$(aws elbv2 describe-rules --region {region} --rule-arns "$rule" --query 'Rules[0].Actions' --output json)
  aws elbv2 modify-rule --region {region} --rule-arn "$rule" --actions "${actions//$old/$new}"
done
aws elbv2 wait target-in-service --region {region} --target-group-arn "$new"
"""
"""Makes the new group, gives it the old one's settings and targets, and repoints whatever forwards to the old one.

Its targets stay `unused` until something forwards to it, so that waiting for health comes last.
"""

VERIFY = (
    "aws elbv2 describe-target-health --region {region} --target-group-arn"
    ' "$(aws elbv2 describe-target-groups --region {region} --names {new_name}'
    " --query 'TargetGroups[0].TargetGroupArn' --output text)\""
)
"""Shows the health of the new group's targets."""


def replacement(
    old: TargetGroup, protocol: str, ports: Mapping[Seen, int], forwarders: Forwarders, taken: Container[str]
) -> dict[str, Value]:
    """Give the values that `SCRIPT` and `VERIFY` want.

    `ports` says where each target goes in the new group, `taken` which names other groups have.
    """
    return of_group(old) | {
        "new_name": new_name(old, protocol, taken),
        "new_protocol": protocol,
        "new_port": next(iter(ports.values())),
        "version": old.protocol_version,
        "vpc": old.vpc_id,
        "target_type": old.target_type,
        "path": old.health_check_path,
        "interval": old.health_check_interval_seconds,
        "timeout": old.health_check_timeout_seconds,
        "healthy": old.healthy_threshold_count,
        "unhealthy": old.unhealthy_threshold_count,
        "matcher": _matcher_json(old),
        "more": ("--ip-address-type", "ipv6") if old.ip_address_type == "ipv6" else (),
        "register": tuple(seen.spec(port) for seen, port in ports.items()),
        "listeners": forwarders.listeners_to(old),
        "rules": forwarders.rules_to(old),
    }


def new_name(group: TargetGroup, protocol: str, taken: Container[str]) -> str:
    """Name the group that replaces this one: web-https gives web-http, or web-http-2 where that is taken."""
    stem = group.target_group_name.removesuffix("-https").removesuffix("-http")
    ends = (f"-{protocol.lower()}{count}" for count in ("", *(f"-{number}" for number in range(2, 100))))
    names = (stem[: LONGEST_NAME - len(end)].rstrip("-") + end for end in ends)
    return next(name for name in names if name not in taken)


def _matcher_json(group: TargetGroup) -> str:
    """JSON, because the command line's shorthand splits "200,301"."""
    codes = group.matcher
    return json.dumps({"GrpcCode": codes.grpc_code} if codes.grpc_code else {"HttpCode": codes.http_code})
