"""Builds a site from a plan through the emulated AWS API, and knows the parts that a scenario changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from albdoctor.lab.apps import Service
from albdoctor.lab.build import BalancerBuilt, Builder, Machine, Network, ZoneBuilt, redirect
from albdoctor.lab.plan import Plan
from albdoctor.lab.registry import Domain
from albdoctor.lab.world import World


@dataclass
class Shop:
    """A site and its parts."""

    world: World
    plan: Plan
    builder: Builder
    network: Network
    machine: Machine
    zone: ZoneBuilt
    certificate: str
    """ARN."""
    balancer: BalancerBuilt
    group: str
    """ARN of the target group."""
    listeners: dict[int, str] = field(default_factory=dict[int, str])
    """ARNs by port."""

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes clients at run time
        """A boto3 client of the lab's Region."""
        return self.world.aws.client(service)

    def serve(self, port: int, service: Service) -> None:
        """Start a process on a port of the instance, instead of what ran there."""
        self.world.hosts.host(self.machine.id).start(port, service)

    def stop_serving(self, port: int) -> None:
        """Stop the process on a port of the instance."""
        self.world.hosts.host(self.machine.id).stop(port)

    def delegate(self, *name_servers: str) -> None:
        """Name these servers at the registrar, as a person in its panel does."""
        self.world.registry.set_nameservers(self.plan.domain, name_servers)

    def delete_records(self, *types: str, zone: ZoneBuilt | None = None) -> None:
        """Delete records of these types from a zone (the shop's own by default), whatever their name."""
        zone_id = (zone or self.zone).id
        route53 = self.client("route53")
        for record in route53.list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]:
            if record["Type"] in types:
                changes = [{"Action": "DELETE", "ResourceRecordSet": record}]
                route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": changes})

    def delete_zone(self) -> None:
        """Delete the shop's hosted zone with all its records."""
        self.delete_records("A", "AAAA", "CNAME", "MX", "TXT")
        self.client("route53").delete_hosted_zone(Id=self.zone.id)

    def revoke(self, security_group: str, port: int) -> None:
        """Take away every opening of a TCP port from a security group."""
        ec2 = self.client("ec2")
        rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [security_group]}])
        ids = [
            rule["SecurityGroupRuleId"]
            for rule in rules["SecurityGroupRules"]
            if not rule["IsEgress"] and rule.get("FromPort") == port
        ]
        ec2.revoke_security_group_ingress(GroupId=security_group, SecurityGroupRuleIds=ids)

    def delete_listener(self, port: int) -> None:
        """Delete the listener on a port."""
        self.client("elbv2").delete_listener(ListenerArn=self.listeners.pop(port))

    def set_default_action(self, port: int, action: dict[str, Any]) -> None:
        """Change what a listener does with requests that no rule takes."""
        self.client("elbv2").modify_listener(ListenerArn=self.listeners[port], DefaultActions=[action])


def build(world: World, plan: Plan) -> Shop:
    """Build a site: network, server, zone, certificate, balancer; then what the plan changes about it."""
    builder = Builder(world.aws)
    network = builder.network(
        target_ports=plan.target_ports, world=plan.open_to_world, balancer_ports=plan.balancer_ports
    )
    machine = builder.instance(network)
    world.hosts.run(machine.id, plan.servers)
    zone = builder.zone(plan.domain)
    world.registry.register(Domain(plan.domain, nameservers=zone.name_servers))
    names = plan.certificate_names or (plan.domain, f"www.{plan.domain}")
    builder.validation_records(zone, names)
    certificate = builder.certificate(names)
    subnets = network.private_subnets if plan.private_subnets else ()
    balancer = builder.balancer(network, internal=plan.internal, subnets=subnets)
    group = builder.target_group(
        network,
        [machine],
        name=plan.group.name,
        protocol=plan.group.protocol,
        port=plan.group.port,
        **plan.group.health,
    )
    builder.alias(zone, plan.domain, balancer)
    listeners = {
        80: builder.listener(balancer, redirect(), port=80),
        443: builder.listener(balancer, group, certificate=certificate),
    }
    shop = Shop(world, plan, builder, network, machine, zone, certificate, balancer, group, listeners)
    for change in plan.then:
        change(shop)
    if plan.visited:
        world.ground.traffic(host=plan.domain)
    return shop
