"""A name's zone in one account, its load balancer in another: each scanned alone and merged, or both at once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from albdoctor.lab.apps import plain
from albdoctor.lab.aws import ACCESS_KEY, SECOND_ACCESS_KEY, SECRET_KEY
from albdoctor.lab.aws_acm import validation_record
from albdoctor.lab.build import BalancerBuilt, Builder, redirect
from albdoctor.lab.registry import Domain
from albdoctor.lab.world import World
from albdoctor.merge.snapshots import OTHER_DOMAIN

HOST = "shop.example"
PROFILES = {"dns": SECOND_ACCESS_KEY, "web": ACCESS_KEY}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        build(world)
        yield world


def build(world: World) -> None:
    """The lab's shop, but its zone is in the second account, and its health check asks for a page that is not there."""
    builder = Builder(world.aws)
    network = builder.network()
    machine = builder.instance(network)
    world.hosts.run(machine.id, {80: plain({"/": 404})})
    certificate = builder.certificate([HOST])
    balancer = builder.balancer(network)
    group = builder.target_group(network, [machine])
    builder.listener(balancer, redirect(), port=80)
    builder.listener(balancer, group, certificate=certificate)
    zone_in_the_second_account(world, balancer)
    keys = "".join(
        f"[{name}]\naws_access_key_id = {key}\naws_secret_access_key = {SECRET_KEY}\n" for name, key in PROFILES.items()
    )
    (world.folder / "credentials").write_text(keys)


def zone_in_the_second_account(world: World, balancer: BalancerBuilt) -> None:
    route53 = world.aws.client("route53", access_key=SECOND_ACCESS_KEY)
    made = route53.create_hosted_zone(Name=HOST, CallerReference="one")
    alias = {"HostedZoneId": balancer.zone_id, "DNSName": balancer.dns_name, "EvaluateTargetHealth": True}
    proof = validation_record(HOST)
    cname = {"Name": proof["Name"], "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": proof["Value"]}]}
    sets = ({"Name": HOST, "Type": "A", "AliasTarget": alias}, cname)
    changes = [{"Action": "CREATE", "ResourceRecordSet": each} for each in sets]
    route53.change_resource_record_sets(HostedZoneId=made["HostedZone"]["Id"], ChangeBatch={"Changes": changes})
    world.registry.register(Domain(HOST, nameservers=tuple(made["DelegationSet"]["NameServers"])))


def albdoctor(world: World, folder: Path, *words: str, code: int) -> dict[str, Any]:
    """Run a scan with the second account's and the balancer's profile; give its JSON report."""
    environment = {name: value for name, value in world.environment.items() if not name.startswith("AWS_ACCESS")}
    environment["AWS_SHARED_CREDENTIALS_FILE"] = str(world.folder / "credentials")
    run = [sys.executable, "-m", "albdoctor", "scan", *words, "--format", "json"]
    done = subprocess.run(run, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (code, "")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def without_time(report: dict[str, Any]) -> dict[str, Any]:
    scan = {name: value for name, value in report["scan"].items() if name not in ("started_at", "seconds")}
    answers = [one | {"seconds": 0} for one in report["request"]["answers"]]
    # Each scan is counted by the next one.
    counters = [one["balancer"] for one in report["counters"]]
    return report | {"scan": scan, "request": report["request"] | {"answers": answers}, "counters": counters}


@pytest.mark.lab
def test_each_account_alone_and_merged_is_as_both_in_one_scan(world: World, tmp_path: Path) -> None:
    look = ("--domain", HOST, *world.flags)
    both = albdoctor(world, tmp_path, *look, "--profile", "dns", "--profile", "web", "--save-facts", "b.json", code=1)
    dns = albdoctor(world, tmp_path, *look, "--profile", "dns", "--save-facts", "dns.json", code=3)
    web = albdoctor(world, tmp_path, *look, "--profile", "web", "--save-facts", "web.json", code=1)
    merged = albdoctor(world, tmp_path, "--facts", "dns.json", "web.json", "--save-facts", "m.json", code=1)
    assert without_time(merged) == without_time(both)
    assert dns["findings"] == []
    broken = {"hc-path-not-found", "tg-all-unhealthy-fail-open"}
    assert {each["slug"] for each in web["findings"]} == broken | {"zone-not-found"}
    assert {each["slug"] for each in merged["findings"]} == broken


@pytest.mark.lab
def test_a_balancer_that_one_account_saw_is_that_of_the_name_that_another_account_saw(
    world: World, tmp_path: Path
) -> None:
    albdoctor(world, tmp_path, "--domain", HOST, *world.flags, "--profile", "dns", "--save-facts", "dns.json", code=3)
    alone = albdoctor(world, tmp_path, "--all", *world.flags, "--profile", "web", "--save-facts", "web.json", code=0)
    assert [report["scan"]["named"] for report in alone["reports"]] == [False]
    (report,) = albdoctor(world, tmp_path, "--facts", "dns.json", "web.json", code=1)["reports"]
    assert report["scan"]["named"]
    assert report["scan"]["domain"] == HOST
    assert {each["slug"] for each in report["findings"]} == {"hc-path-not-found", "tg-all-unhealthy-fail-open"}
    # A scan for no name does not look at certificates: the merged report says that it does not know them.
    assert {(each["gap"], each["asked"], each["detail"]) for each in report["gaps"] if each["needed_by"]} == {
        ("not-asked", asked, OTHER_DOMAIN)
        for asked in (
            "acm:ListCertificates",
            "elasticloadbalancing:DescribeListenerCertificates",
            "DNS answers for ACM validation names",
        )
    }
