"""A lab for tests: an AWS account, the ground it stands on, and a shop built as most people build theirs."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from albdoctor.lab.apps import Service, plain
from albdoctor.lab.aws import AwsApi
from albdoctor.lab.build import BalancerBuilt, Builder, Machine, Network, redirect
from albdoctor.lab.ca import CertificateAuthority
from albdoctor.lab.ground import Ground
from albdoctor.lab.hosts import Host
from albdoctor.lab.loop import Loop
from albdoctor.lab.places import Places


@dataclass(frozen=True)
class Shop:
    """HTTPS:443 and HTTP:80 on a balancer, a group, one instance."""

    network: Network
    machine: Machine
    balancer: BalancerBuilt
    group: str
    https: str
    http: str
    certificate: str


@dataclass(frozen=True)
class RunningLab:
    """Everything a test of the lab touches."""

    api: AwsApi
    ground: Ground
    build: Builder
    internet: Places
    authority: CertificateAuthority

    def shop(self, services: dict[int, Service] | None = None, **group: Any) -> Shop:
        """Build a shop; `group` changes the target group (HTTP:80, health check on traffic-port)."""
        network = self.build.network()
        machine = self.build.instance(network)
        balancer = self.build.balancer(network)
        arn = self.build.target_group(network, [machine], **group)
        certificate = self.build.certificate(["shop.example"])
        https = self.build.listener(balancer, arn, certificate=certificate)
        http = self.build.listener(balancer, redirect(), port=80)
        self.ground.hosts.run(machine.id, {80: plain()} if services is None else services)
        return Shop(network, machine, balancer, arn, https, http, certificate)

    def host(self, shop: Shop) -> Host:
        """The shop's machine."""
        return self.ground.hosts.host(shop.machine.id)

    def health(self, group: str) -> str:
        """The health of a group's targets as DescribeTargetHealth answers it."""
        answer = self.api.client("elbv2").describe_target_health(TargetGroupArn=group)
        return "; ".join(
            " ".join(
                (
                    target["TargetHealth"]["State"],
                    target["TargetHealth"].get("Reason", "-"),
                    target["HealthCheckPort"],
                    target["TargetHealth"].get("Description", "-"),
                )
            )
            for target in answer["TargetHealthDescriptions"]
        )


@contextlib.contextmanager
def lab() -> Generator[RunningLab]:
    """Run a lab."""
    with (
        tempfile.TemporaryDirectory() as folder,
        AwsApi() as api,
        Loop("test-lab") as loop,
        Places() as internet,
    ):
        authority = CertificateAuthority(Path(folder))

        def certificate_for(arn: str) -> tuple[str, str]:
            file = str(authority.certificate_for(arn, api.names_of(arn)))
            return file, file

        with Ground(api, loop, internet, certificate_for) as ground:
            yield RunningLab(api, ground, Builder(api), internet, authority)
