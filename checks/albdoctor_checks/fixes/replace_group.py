"""How a target group is replaced by one of another protocol: a group's protocol cannot be edited."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping

from albdoctor.derive.targets.forwarders import Forwarders
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.speaks import Speech
from albdoctor.facts.elb import TargetGroup
from albdoctor.facts.numbers import whole
from albdoctor.text import Value
from albdoctor_checks.fixes.group import of_group

SPOKEN = {Speech.PLAIN_HTTP: "HTTP", Speech.TLS: "HTTPS"}
LONGEST_NAME = 32
"""Characters of a target group's name (ELBv2 CreateTargetGroup)."""

SCRIPT = """\
old={arn}
for name in {new_names}; do
  found=$(aws elbv2 describe-target-groups --region {region} --names "$name" 2>&1) || break
done
[[ $found == *TargetGroupNotFound* ]] || { echo "$found" >&2; false; }
control=$(aws elbv2 describe-target-groups --region {region} --target-group-arns "$old" \\
  --query 'TargetGroups[0].TargetControlPort' --output text)
[[ $control != None ]] || control=
new=$(aws elbv2 create-target-group --region {region} --name "$name" \\
  --protocol {new_protocol} --protocol-version {version} --port {new_port} --vpc-id {vpc} --target-type {target_type} \\
  --health-check-protocol {check_protocol} --health-check-port {check_port} --health-check-path {path} \\
  --health-check-interval-seconds {interval} --health-check-timeout-seconds {timeout} \\
  --healthy-threshold-count {healthy} --unhealthy-threshold-count {unhealthy} --matcher {matcher} {more} \\
  ${control:+--target-control-port "$control"} --query 'TargetGroups[0].TargetGroupArn' --output text)
undo() { aws elbv2 delete-target-group --region {region} --target-group-arn "$new"; false; }
attributes=$(aws elbv2 describe-target-group-attributes --region {region} --target-group-arn "$old" \\
  --query "Attributes[?Value!='']" --output json) || undo
aws elbv2 modify-target-group-attributes --region {region} --target-group-arn "$new" --attributes "$attributes" || undo
tags=$(aws elbv2 describe-tags --region {region} --resource-arns "$old" \\
  --query "TagDescriptions[0].Tags[?!starts_with(Key, 'aws:')]" --output json) || undo
[[ $tags == '[]' ]] || aws elbv2 add-tags --region {region} --resource-arns "$new" --tags "$tags" || undo
aws elbv2 register-targets --region {region} --target-group-arn "$new" --targets {register} || undo
oidc='"AuthenticateOidcConfig": {'
kept="$oidc"'"UseExistingClientSecret": true,'
moved() {
  actions=${actions//"$old"/$new}
  actions=${actions//"$oidc"/$kept}
}
move_listener() {
  actions=$(aws elbv2 describe-listeners --region {region} --listener-arns "$1" \\
    --query 'Listeners[0].DefaultActions' --output json)
  moved
  aws elbv2 modify-listener --region {region} --listener-arn "$1" --default-actions "$actions"
}
move_rule() {
  actions=$(aws elbv2 describe-rules --region {region} --rule-arns "$1" --query 'Rules[0].Actions' --output json)
  moved
  aws elbv2 modify-rule --region {region} --rule-arn "$1" --actions "$actions"
}
move_listener {listeners[]}
move_rule {rules[]}
aws elbv2 wait target-in-service --region {region} --target-group-arn "$new"
"""
"""Makes the new group, gives it the old one's settings, tags and targets, and repoints whatever forwards to the old one.

CreateTargetGroup answers with the group that has this name and these settings already, of whatever site it is: so the
first name is taken that nobody has. What fails before anything was repointed takes the new group away again. Of a login the client
secret is never told, and kept by name. The new group's targets stay `unused` until something forwards to it, so that
waiting for health comes last.
"""

TO_VERSION_1 = SCRIPT.replace("{version}", "HTTP1")
"""The same with a group of which requests go to the targets as HTTP/1.1; `of_version_1` gives its values."""

VERIFY = (
    "aws elbv2 describe-target-groups --region {region} --load-balancer-arn {balancer}"
    " --query 'TargetGroups[].[TargetGroupName,Protocol,Port]' --output text"
)
"""Shows that the load balancer uses the new group, for whose health the script has waited."""


def replacement(
    old: TargetGroup, protocol: str, ports: Mapping[Seen, int], forwarders: Forwarders, taken: Container[str]
) -> dict[str, Value]:
    """Give the values that `SCRIPT`, `TO_VERSION_1` and `VERIFY` want.

    `ports` says where each target goes in the new group, `taken` which names other groups have.
    """
    check_protocol, check_port = _health_check(old, protocol, ports)
    names = new_names(old, protocol, taken)
    return of_group(old) | {
        "new_name": names[0],
        "new_names": names,
        "balancer": next(iter(old.load_balancer_arns), "-"),
        "new_protocol": protocol,
        "new_port": next(iter(ports.values())),
        "version": old.protocol_version,
        "vpc": old.vpc_id,
        "target_type": old.target_type,
        "check_protocol": check_protocol,
        "check_port": check_port,
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


def of_version_1(old: TargetGroup, values: Mapping[str, Value]) -> dict[str, Value]:
    """Give the values of `replacement` for a group of version HTTP1: its health check can ask nothing of gRPC."""
    path = "/" if old.protocol_version == "GRPC" else old.health_check_path
    return {**values, "path": path, "matcher": json.dumps({"HttpCode": old.matcher.http_code or "200"})}


def mends(old: TargetGroup, protocol: str, ports: Mapping[Seen, int]) -> frozenset[str]:
    """Slugs of the checks whose findings on the old group are gone with it, because the new one does it otherwise.

    That nothing listens on a registered port, where each target goes to a port that was heard to speak the new
    protocol; that nothing answers on the health check's own port, where the checks follow the traffic.
    """
    new = Speech.TLS if protocol == "HTTPS" else Speech.PLAIN_HTTP
    heard = all(seen.speaks(port) in (new, Speech.BOTH) for seen, port in ports.items())
    follows = _health_check(old, protocol, ports)[1] == "traffic-port"
    return frozenset(
        slug for slug, is_so in (("tg-port-not-served", heard), ("hc-port-mismatch", heard and follows)) if is_so
    )


def new_names(group: TargetGroup, protocol: str, taken: Container[str]) -> tuple[str, ...]:
    """Names for the group that replaces this one, the best first: for web-https web-http, web-http-2 and so on.

    `taken` are those of groups that were seen; others of the account and Region may have more.
    """
    stem = group.target_group_name.removesuffix("-https").removesuffix("-http")
    ends = (f"-{protocol.lower()}{count}" for count in ("", *(f"-{number}" for number in range(2, 10))))
    names = (stem[: LONGEST_NAME - len(end)].rstrip("-") + end for end in ends)
    return tuple(name for name in names if name not in taken)


def _health_check(old: TargetGroup, protocol: str, ports: Mapping[Seen, int]) -> tuple[str, str]:
    """The protocol and port of the new group's health check.

    One on a port of its own stays there, in the protocol that the port was heard to speak, or as it is where it
    passes; one that cannot pass, or goes to the targets' old ports, follows the traffic.
    """
    traffic = (protocol, "traffic-port")
    own = whole(old.health_check_port)
    if own is None or own in {seen.port for seen in ports}:
        return traffic
    heard = {seen.speaks(own) for seen in ports}
    if Speech.BOTH in heard or (not heard & set(SPOKEN) and any(seen.state == "healthy" for seen in ports)):
        return old.health_check_protocol, old.health_check_port
    spoken = [SPOKEN[speech] for speech in SPOKEN if speech in heard]
    return (spoken[0], old.health_check_port) if len(spoken) == 1 and Speech.REFUSED not in heard else traffic


def _matcher_json(group: TargetGroup) -> str:
    """JSON, because the command line's shorthand splits "200,301"."""
    codes = group.matcher
    return json.dumps({"GrpcCode": codes.grpc_code} if codes.grpc_code else {"HttpCode": codes.http_code})
