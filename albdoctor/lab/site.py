"""Builds a site from its plan, through the emulated AWS API."""

from __future__ import annotations

from albdoctor.lab.build import Builder, redirect
from albdoctor.lab.plan import Plan
from albdoctor.lab.registry import Domain
from albdoctor.lab.shop import Shop
from albdoctor.lab.world import World


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
    shop = Shop(world, plan.domain, builder, network, machine, zone, certificate, balancer, group, listeners)
    for change in plan.then:
        change(shop)
    if plan.visited:
        world.ground.traffic(host=plan.scanned)
    return shop
