"""A site as it stands in the emulated account, and its parts, which a scenario changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from albdoctor.lab.apps import Service
from albdoctor.lab.build import BalancerBuilt, Builder, Machine, Network, ZoneBuilt
from albdoctor.lab.ca import Bought
from albdoctor.lab.signing import Signer
from albdoctor.lab.world import World


@dataclass
class Shop:
    """A site and its parts."""

    world: World
    domain: str
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
        self.world.registry.set_nameservers(self.domain, name_servers)

    def sign(self) -> Signer:
        """Sign the domain's zone, wherever it is, and publish its DS record at the registry."""
        signer = self.world.tree.signers[self.domain] = Signer(self.domain)
        self.publish_ds(signer.ds)
        return signer

    def publish_ds(self, *ds: str) -> None:
        """Enter these DS records at the registrar in place of those there, as a person in its panel does."""
        registry = self.world.registry
        domain = registry.find(self.domain)
        if domain is not None:
            registry.register(replace(domain, ds=ds, changed=datetime.now(UTC)))

    def delete_records(self, *types: str, zone: ZoneBuilt | None = None) -> None:
        """Delete records of these types from a zone (the shop's own by default), whatever their name."""
        self._delete_records((zone or self.zone).id, lambda record: record["Type"] in types)

    def delete_record(self, name: str, type_: str) -> None:
        """Delete one record of the shop's zone."""
        self._delete_records(self.zone.id, lambda one: (one["Name"].rstrip("."), one["Type"]) == (name, type_))

    def _delete_records(self, zone_id: str, unwanted: Callable[[Mapping[str, str]], bool]) -> None:
        route53 = self.client("route53")
        for record in route53.list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]:
            if unwanted(record):
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

    def import_certificate(self, bought: Bought, arn: str = "") -> str:
        """Import a certificate into ACM, or over the one of this ARN; give its ARN."""
        request: dict[str, Any] = {"Certificate": bought.certificate, "PrivateKey": bought.key}
        if bought.chain:
            request["CertificateChain"] = b"".join(bought.chain)
        if arn:
            request["CertificateArn"] = arn
        imported: str = self.client("acm").import_certificate(**request)["CertificateArn"]
        return imported

    def set_certificate(self, arn: str) -> None:
        """Make a certificate the default one of the HTTPS listener."""
        certificates = [{"CertificateArn": arn}]
        self.client("elbv2").modify_listener(ListenerArn=self.listeners[443], Certificates=certificates)

    def delete_listener(self, port: int) -> None:
        """Delete the listener on a port."""
        self.client("elbv2").delete_listener(ListenerArn=self.listeners.pop(port))

    def set_default_action(self, port: int, action: dict[str, Any]) -> None:
        """Change what a listener does with requests that no rule takes."""
        self.client("elbv2").modify_listener(ListenerArn=self.listeners[port], DefaultActions=[action])
