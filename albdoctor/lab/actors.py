"""Who fixes what no AWS API reaches: the person at the registrar's panel, the operator on the host, the owner."""

from __future__ import annotations

import re
from collections.abc import Mapping

from albdoctor.facts.known import Kind
from albdoctor.lab import loaded
from albdoctor.lab.apps import Service
from albdoctor.lab.build import redirect
from albdoctor.lab.scenario import Repair
from albdoctor.lab.shop import Shop
from albdoctor.lab.terminal import paste
from albdoctor.report.model import FindingReport
from albdoctor.text import Text

SCRIPT_SECONDS = 120
NAME_SERVER = re.compile(r"\bns-\d+\.awsdns-\d+\.(?:com|net|org|co\.uk)(?![\w.-]*\w)")


class RepairError(Exception):
    """A fix could not be done as the report says it; the message says why."""


def run_script(shop: Shop, finding: FindingReport) -> None:
    """Paste a printed fix script into a terminal, as a user does it; a `RepairError` when it fails."""
    done = paste(finding.fix.script, loaded.ahead(shop.world.environment), seconds=SCRIPT_SECONDS)
    if done.status != 0:
        last = [line.strip() for line in done.shown.splitlines() if line.strip()][-4:]
        raise RepairError(f"the script of {finding.slug} ended with {done.status}: {' / '.join(last)}")


def type_name_servers(shop: Shop, finding: FindingReport) -> None:
    """Type the name servers that the finding's instructions list into the registrar's panel."""
    names = tuple(dict.fromkeys(NAME_SERVER.findall(finding.fix.by_hand)))
    if not names:
        raise RepairError(f"the instructions of {finding.slug} name no name server of Route 53")
    shop.world.registry.set_nameservers(shop.domain, names)


def start(service: Service, *ports: int) -> Repair:
    """Start this process on these ports of the instance (and stop what ran there)."""

    def repair(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
        for port in ports:
            shop.serve(port, service)

    return repair


def register_instance(shop: Shop, finding: FindingReport) -> None:
    """Choose the target: the owner registers the instance in the group that the finding is about."""
    group = finding.subject.id if finding.subject.kind is Kind.TARGET_GROUP else shop.group
    shop.builder.register(group, shop.machine)


def replace_by_public_balancer(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Make an internet-facing balancer in place of the internal one: a scheme cannot be changed."""
    shop.client("elbv2").delete_load_balancer(LoadBalancerArn=shop.balancer.arn)
    shop.balancer = shop.builder.balancer(shop.network, name="web-public")
    shop.listeners = {
        80: shop.builder.listener(shop.balancer, redirect(), port=80),
        443: shop.builder.listener(shop.balancer, shop.group, certificate=shop.certificate),
    }
    shop.builder.alias(shop.zone, shop.domain, shop.balancer)


AT_THE_PANEL = (
    "registrar-default-nameservers",
    "registrar-no-nameservers",
    "delegation-missing",
    "delegation-other-provider",
    "delegation-to-foreign-account",
    "registrar-verification-parking",
    "delegation-stale-hosted-zone",
    "delegation-partial",
    "delegation-mixed",
    "delegation-ns-unresolvable",
)
PANEL: Mapping[str, Repair] = dict.fromkeys(AT_THE_PANEL, type_name_servers)
"""What a person does at Gabia."""

WHO: Mapping[Repair, Text] = {
    run_script: Text(
        en="the printed script, through bash and the AWS CLI", ko="출력된 스크립트를 bash와 AWS CLI로 실행"
    ),
    type_name_servers: Text(en="a person at the registrar's panel", ko="도메인 등록 기관 관리 화면에 직접 입력"),
    register_instance: Text(en="the owner, who knows the server", ko="서버를 아는 담당자가 등록"),
}
BY_HAND = Text(en="a person on the server", ko="서버에서 직접 작업")


def repair_of(finding: FindingReport, repairs: Mapping[str, Repair]) -> Repair | None:
    """Choose who fixes a finding: its script first, then the scenario's own actor, then the panel."""
    if finding.fix.script:
        return run_script
    return repairs.get(finding.slug) or PANEL.get(finding.slug)
