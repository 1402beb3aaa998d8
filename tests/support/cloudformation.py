"""Reads a CloudFormation template as if its stack was deployed: ids in place of references.

Only what the templates of tests/guards/cdk use is known; anything else is refused, by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

Raw: TypeAlias = dict[str, Any]
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | None"
REGION, ACCOUNT = "ap-northeast-2", "123456789012"
DNS = f"shop-balancer-1234567890.{REGION}.elb.amazonaws.com"
PREFIXES = {
    "EC2::VPC": "vpc",
    "EC2::Subnet": "subnet",
    "EC2::RouteTable": "rtb",
    "EC2::InternetGateway": "igw",
    "EC2::EgressOnlyInternetGateway": "eigw",
    "EC2::NatGateway": "nat",
    "EC2::SecurityGroup": "sg",
}
"""How the ids of EC2 begin."""
ARNS = {
    "ElasticLoadBalancingV2::LoadBalancer": "elasticloadbalancing:{at}:loadbalancer/app/shop/{id}",
    "ElasticLoadBalancingV2::Listener": "elasticloadbalancing:{at}:listener/app/shop/0000000000000001/{id}",
    "ElasticLoadBalancingV2::ListenerRule": "elasticloadbalancing:{at}:listener-rule/app/shop/0000000000000001/{id}",
    "ElasticLoadBalancingV2::TargetGroup": "elasticloadbalancing:{at}:targetgroup/{name}/{id}",
    "CertificateManager::Certificate": "acm:{at}:certificate/00000000-0000-4000-8000-{id}",
    "ECS::Service": "ecs:{at}:service/shop/{name}",
    "ECS::Cluster": "ecs:{at}:cluster/{name}",
    "ECS::TaskDefinition": "ecs:{at}:task-definition/{name}:1",
}
"""What a reference to one of these gives."""


class Stack:
    """The resources of a template, in its order."""

    def __init__(self, template: Raw) -> None:
        """Give every resource a number, from which its id is made."""
        self.resources: Raw = template["Resources"]
        self.numbers = {name: number for number, name in enumerate(self.resources, start=1)}

    def of(self, kind: str) -> Iterator[tuple[str, Raw]]:
        """Id and properties of every resource of a kind ("EC2::Subnet")."""
        for name, told in self.resources.items():
            if told["Type"] == f"AWS::{kind}":
                yield self.id(name), self.value(told.get("Properties", {}))

    def id(self, name: str) -> str:
        """What a reference to a resource gives; what the template leaves out keeps its logical id."""
        kind = self.resources.get(name, {"Type": ""})["Type"].removeprefix("AWS::")
        number = self.numbers.get(name, 0)
        if kind in PREFIXES:
            return f"{PREFIXES[kind]}-{number:017x}"
        if kind.endswith("LoadBalancer"):
            number = 1
        if kind in ARNS:
            word = f"{kind.rpartition('::')[2].lower()}-{number}"
            return f"arn:aws:{ARNS[kind].format(at=f'{REGION}:{ACCOUNT}', id=f'{number:016x}', name=word)}"
        return name

    def value(self, told: Json) -> Any:
        """A part of the template, with its references and functions worked out."""
        if isinstance(told, list):
            return [self.value(one) for one in told]
        if not isinstance(told, dict):
            return told
        key = next(iter(told), "")
        if key == "Ref":
            return self.id(str(told[key]))
        if key.startswith("Fn::"):
            return self._worked_out(key, told[key])
        return {name: self.value(one) for name, one in told.items()}

    def _worked_out(self, function: str, told: Any) -> Any:
        if function == "Fn::GetAtt":
            return self._attribute(*told)
        if function == "Fn::Join":
            glue, parts = self.value(told)
            return glue.join(parts)
        if function == "Fn::Select":
            place, every = self.value(told)
            return every[place]
        if function == "Fn::Cidr":
            block, count, _ = self.value(told)
            return [block.replace("::/56", f":0:{number}::/64") for number in range(int(count))]
        raise NotImplementedError(function)

    def _attribute(self, name: str, attribute: str) -> Any:
        if attribute in ("GroupId", "AllocationId"):
            return self.id(name)
        if attribute == "Arn":
            return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}" if "Function" in name else self.id(name)
        if attribute == "CidrBlock":
            return self.resources[name]["Properties"]["CidrBlock"]
        return {"DNSName": DNS, "CanonicalHostedZoneID": "ZWKZPGTI48KDX", "Ipv6CidrBlocks": ["2001:db8::/56"]}[
            attribute
        ]
