"""The worked example of docs/guides/fleet.md, run as it is printed: two Regions as plain processes, then the merge."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from albdoctor.lab.aws import ACCESS_KEY, SECRET_KEY, AwsApi
from albdoctor.lab.build import Builder
from albdoctor.lab.plan import Plan
from albdoctor.lab.site import build
from albdoctor.lab.world import World

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "fleet.md"
STEPS = re.findall(r"<!-- run -->\n```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
OTHER_REGION = "us-west-2"


class InRegion:
    """The lab's account, but another Region."""

    def __init__(self, api: AwsApi, region: str) -> None:
        """Stand in another Region of the account."""
        self._api, self.region, self.requests = api, region, api.requests

    def client(self, service: str, region: str | None = None) -> Any:
        return self._api.client(service, region or self.region)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        build(world, Plan())
        elsewhere = Builder(cast("AwsApi", InRegion(world.aws, OTHER_REGION)))
        network = elsewhere.network()
        balancer = elsewhere.balancer(network, name="empty")
        elsewhere.listener(balancer, elsewhere.target_group(network, name="empty"), port=80)
        keys = f"aws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n"
        (world.folder / "credentials").write_text("".join(f"[{name}]\n{keys}" for name in ("seoul", "oregon")))
        yield world


@pytest.fixture
def environment(world: World, tmp_path: Path) -> dict[str, str]:
    """The lab's environment with profiles, and an `albdoctor` that knows where the lab's DNS is."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "albdoctor"
    real = f"{shlex.quote(sys.executable)} -m albdoctor"
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *--all*) exec {real} "$@" {shlex.join(world.flags)};; *) exec {real} "$@";; esac\n'
    )
    program.chmod(0o755)
    kept = {name: value for name, value in world.environment.items() if not name.startswith("AWS_ACCESS_KEY")}
    path = os.pathsep.join((str(folder), kept["PATH"]))
    return kept | {"PATH": path, "AWS_SHARED_CREDENTIALS_FILE": str(world.folder / "credentials"), "LANG": "C.UTF-8"}


def run(step: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-euc", step], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.lab
def test_the_guides_example_runs_as_printed(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    listing, shards, merging = STEPS
    assert run(listing, folder, environment).returncode == 0
    done = run(shards, folder, environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in (folder / "facts").iterdir()) == [
        "oregon-us-west-2.jsonl",
        "seoul-ap-northeast-2.jsonl",
    ]
    merged = run(merging, folder, {"PATH": environment["PATH"], "LANG": "C.UTF-8"})
    assert (merged.returncode, merged.stderr) == (1, "")
    reports = [json.loads(line) for line in (folder / "reports.jsonl").read_text().splitlines()]
    told = {
        (report["scan"]["domain"].split("-")[0], report["scan"]["named"]): [
            finding["slug"] for finding in report["findings"]
        ]
        for report in reports
    }
    assert told == {("shop.example", True): [], ("empty", False): ["tg-no-targets"]}
    assert "tg-no-targets" in (folder / "index.html").read_text()


@pytest.mark.lab
def test_a_shard_that_may_not_list_is_a_gap_of_the_fleet_until_it_may(
    world: World, tmp_path: Path, environment: dict[str, str]
) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    run(STEPS[0], folder, environment)
    world.aws.denied.add("elasticloadbalancing:DescribeLoadBalancers")
    try:
        assert run(STEPS[1], folder, environment).returncode == 0
    finally:
        world.aws.denied.clear()
    (folder / "facts").rename(folder / "denied")
    judge = "albdoctor scan --facts {} --format json --fail-on never"
    blind = run(judge.format("denied/*"), folder, environment)
    assert blind.returncode == 3
    assert told(blind) == (["shop.example"], [("denied", "elasticloadbalancing:DescribeLoadBalancers")])
    assert run(STEPS[1], folder, environment).returncode == 0
    half = run(judge.format("denied/* facts/seoul*"), folder, environment)
    assert half.returncode == 3
    assert told(half) == (["shop.example"], [("denied", "elasticloadbalancing:DescribeLoadBalancers")])
    both = run(judge.format("denied/* facts/*"), folder, environment)
    assert both.returncode == 0
    assert told(both) == (["empty", "shop.example"], [])


def told(done: subprocess.CompletedProcess[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The names that were judged, up to the first hyphen, and what could not be listed."""
    whole = json.loads(done.stdout)
    names = sorted(report["scan"]["domain"].split("-")[0] for report in whole["reports"])
    return names, [(gap["gap"], gap["asked"]) for gap in whole.get("gaps", ())]
