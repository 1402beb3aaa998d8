"""Accounts, ARNs and ids without saying whose: the form stays, and what names the same thing still does."""

from __future__ import annotations

import re

from albdoctor.redact.addresses import Addresses
from albdoctor.redact.names import AWS, REGION, Names, Numbers, words
from albdoctor.redact.web import same_pattern

PREFIXES = (
    *("i", "mi", "sg", "sgr", "subnet", "vpc", "eni", "eni-attach", "acl", "rtb", "igw", "eigw", "nat", "tgw", "pcx"),
    *("pl", "vpce", "vgw", "lgw", "cagw", "eipalloc", "eipassoc", "rtbassoc", "aclassoc"),
)
ID = re.compile(rf"({'|'.join(sorted(PREFIXES, key=len, reverse=True))})-(.+)", re.DOTALL)
OWNERS = frozenset(("", "aws", "amazon", "amazon-elb", "aws-managed"))
TYPES = words(
    "app net gwy user role assumed-role root group function distribution server-certificate"
    " loadbalancer listener listener-rule targetgroup certificate instance hostedzone domain"
    " cluster service autoScalingGroup"
)
"""First words of an ARN's resource that AWS gives."""
HEXADECIMAL = re.compile(r"[0-9a-f]{16}")


class Things:
    """The map of everything that AWS gives ids to."""

    def __init__(self, numbers: Numbers, names: Names, addresses: Addresses) -> None:
        """Take the counters and maps that ids share with names."""
        self._numbers, self._names, self._addresses = numbers, names, addresses
        self._groups: set[str] = set()

    def account(self, text: str) -> str:
        """An account id, or the word for AWS itself."""
        return text if text in OWNERS else f"{self._numbers.of('account', text):012d}"

    def id(self, text: str) -> str:
        """An EC2 id such as sg-0abc: prefix and counter. `local` (the VPC's own route) stays."""
        if text in ("", "local"):
            return text
        found = ID.fullmatch(text)
        if found is None:
            return self.arn(text) if text.startswith("arn:") else f"id-{self._numbers.of('id', text)}"
        return f"{found[1]}-{self._numbers.of(found[1], text):017x}"

    def zone(self, text: str) -> str:
        """A hosted zone's id."""
        return f"Z{self._numbers.of('zone', text):013d}" if text else ""

    def alias_zone(self, text: str, target: str) -> str:
        """The zone of an alias: AWS's own for its services is the same for everybody and stays."""
        ours = self._numbers.knows("zone", text)
        public = target.rstrip(".").lower().endswith((*AWS, ".cloudfront.net", ".cloudfront.cn"))
        return text if public and not ours and re.fullmatch(r"Z[A-Z0-9]{9,20}", text) else self.zone(text)

    def group(self, name: str) -> str:
        """A target group's name."""
        return self._numbers.text("group", name)

    def arn(self, text: str) -> str:
        """An ARN: service and Region stay, account and resource are replaced."""
        parts = text.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":
            return self._numbers.text("name", text)
        _, partition, service, region, account, resource = parts
        if resource.startswith("targetgroup/"):
            self._groups.add(text)
        kept = (
            partition if partition in ("aws", "aws-cn", "aws-us-gov") else "aws",
            service if re.fullmatch(r"[a-z][a-z0-9-]{1,24}", service) else self._numbers.text("service", service),
            region if not region or REGION.fullmatch(region) else self._numbers.text("region", region),
        )
        return ":".join(("arn", *kept, self.account(account), self._resource(resource)))

    def group_pattern(self, text: str) -> str:
        """The ARN of a target group, or a pattern that matches the same target groups of the snapshot."""
        if not {"*", "?"} & {*text}:
            return self.arn(text)
        nowhere = f"arn:aws:elasticloadbalancing:*:*:targetgroup/{self._numbers.text('pattern', text)}/*"
        return same_pattern(text, nowhere, [(one, self.arn(one)) for one in sorted(self._groups)], nowhere)

    def _resource(self, resource: str) -> str:
        pieces = re.split(r"([/:])", resource)
        type_ = pieces[0]
        made = [type_ if type_ in TYPES else self._numbers.text("name", type_)]
        for number in range(1, len(pieces), 2):
            made += [pieces[number], self._component(type_, number // 2, pieces[number + 1])]
        return "".join(made)

    def _component(self, type_: str, place: int, text: str) -> str:
        """One part of a resource; `place` counts from 0 after the type."""
        balancing = type_ in ("loadbalancer", "listener", "listener-rule")
        if balancing and place == 0 and text in ("app", "net", "gwy"):
            return text
        if balancing and place == 1:
            return self._names.balancer(text)
        if type_ == "targetgroup" and place == 0:
            return self.group(text)
        if type_ == "certificate" and place == 0:
            return f"{self._numbers.of('certificate', text):08x}-0000-0000-0000-000000000000"
        if type_ == "instance":
            return self.id(text)
        if HEXADECIMAL.fullmatch(text):
            return self._names.hexadecimal(text)
        return self._numbers.text("name", text)

    def interface(self, description: str) -> str:
        """An interface's description: a balancer's node names the balancer ("ELB app/name/id")."""
        tail = description.removeprefix("ELB ")
        if tail != description and tail.count("/") == 2:
            return "ELB " + self._resource(f"loadbalancer/{tail}").removeprefix("loadbalancer/")
        return self._numbers.text("description", description)

    def any(self, text: str) -> str:
        """A thing whose kind its form tells: ARN, id, address, DNS name, or else a balancer's name."""
        if not text:
            return ""
        if text.startswith("arn:"):
            return self.arn(text)
        address = self._addresses.of(text)
        if address is not None:
            return address
        if ID.fullmatch(text):
            return self.id(text)
        return self._names.of(text) if "." in text else self._names.balancer(text)
