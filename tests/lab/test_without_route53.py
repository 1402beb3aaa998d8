"""Scans of broken names without AWS credentials: DNS alone names what is broken, and a sound one is not accused."""

from __future__ import annotations

import os

import pytest

from albdoctor.api import collect, judge
from albdoctor.collect.keywords import options_for
from albdoctor.commands.given import ScanGiven, parsed
from albdoctor.commands.options import keywords
from albdoctor.commands.scan import scan as command
from albdoctor.config import Config
from albdoctor.lab.scenarios import find
from albdoctor.lab.site import build
from albdoctor.lab.world import World
from albdoctor.policy import Policy
from albdoctor.report.model import Report

ROOTS = {
    "stale-hosted-zone": "delegation-stale-hosted-zone",
    "registrar-ns-mixed": "delegation-mixed",
    "registrar-ns-two-of-four": "delegation-partial",
    "registrar-ns-mistyped": "delegation-ns-unresolvable",
    "registrar-ns-missing": "registrar-no-nameservers",
    "domain-parked": "registrar-verification-parking",
    "sub-zone-made-again": "delegation-stale-hosted-zone",
    "apex-ns-edited": "zone-apex-ns-edited",
    "cname-at-apex": "zone-cname-at-apex",
    "private-address": "resolve-private-address",
    "lame-server": "delegation-server-lame",
    "silent-server": "delegation-server-unreachable",
    "ds-left-behind": "dnssec-ds-without-dnskey",
    "ds-of-an-old-key": "dnssec-ds-mismatch",
    "signatures-expired": "dnssec-signature-invalid",
    "no-address": "zone-cname-broken",
}
"""What is named, by scenario; each is a root cause."""
ACCUSED_OF_NOTHING = (
    "healthy",
    "signed-domain",
    "sub-zone",
    "dns-at-another-provider",
    "network-load-balancer-in-front",
)


def scanned(name: str, patch: pytest.MonkeyPatch) -> Report:
    """The report of a scan of the scenario's name by somebody without credentials."""
    for variable in [one for one in os.environ if one.startswith("AWS_")]:
        patch.delenv(variable)
    for variable, value in {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}.items():
        patch.setenv(variable, value)
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    plan = find(name).plan
    with World() as world:
        build(world, plan)
        words = ["--domain", plan.scanned, "--timeout", "30", *world.flags]
        with command.make_context("scan", words) as context:
            options = options_for(plan.scanned, **keywords(parsed(ScanGiven, context.params), Config()))
        return judge(collect(options, Policy()))


def told(report: Report) -> set[str]:
    """The root causes that are worse than information, but for what stands last in line."""
    roots = (one for one in report.findings if one.root_cause and one.severity != "info")
    return {one.slug for one in roots}


@pytest.mark.lab
@pytest.mark.parametrize("name", ROOTS)
def test_a_broken_name_is_named_without_an_account(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    report = scanned(name, monkeypatch)
    assert ROOTS[name] in told(report)
    assert {one.asked for one in report.needed} >= {"route53:ListHostedZonesByName"}, "what is left open is said"


@pytest.mark.lab
@pytest.mark.parametrize("name", ACCUSED_OF_NOTHING)
def test_a_sound_name_is_not_accused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    report = scanned(name, monkeypatch)
    assert told(report) == set()
    assert report.request.served == "yes"
