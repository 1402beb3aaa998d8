"""The deploy gate's Lambda handlers as Lambda calls them: a package in a folder, the lab as account and site."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from albdoctor.lab.clients import configuration
from albdoctor.lab.scenarios import find
from albdoctor.lab.shop import Shop
from albdoctor.lab.site import build
from albdoctor.lab.world import World
from tests.support.codedeploy_api import CodeDeploy, codedeploy

pytestmark = pytest.mark.lab

HANDLER = Path(__file__).parents[2] / "examples" / "deploy_gate" / "handler.py"
RUNTIME = """
import importlib, json, sys, time
class Context:
    def __init__(self, seconds):
        self.end = time.monotonic() + seconds
    def get_remaining_time_in_millis(self):
        return int((self.end - time.monotonic()) * 1000)
sys.path.insert(0, sys.argv[1])
module, function = sys.argv[2].split(".")
answer = getattr(importlib.import_module(module), function)(json.load(sys.stdin), Context(float(sys.argv[3])))
print("ANSWER" + json.dumps(answer))
"""
"""What Lambda does: it loads the handler of the package's folder and calls it with the event."""
ECS = {
    "executionDetails": {
        "serviceArn": "arn:aws:ecs:ap-northeast-2:123456789012:service/shop/web",
        "targetServiceRevisionArn": "arn:aws:ecs:ap-northeast-2:123456789012:service-revision/shop/web/1",
    },
    "lifecycleStage": "POST_PRODUCTION_TRAFFIC_SHIFT",
}
HOOK = {"DeploymentId": "d-ABCDEF123", "LifecycleEventHookExecutionId": "eyJlbmMiOiJBMTI4" * 8}


class Function:
    """A Lambda function that was deployed."""

    def __init__(self, folder: Path, world: World, deployment: CodeDeploy) -> None:
        """Package it: the handler and a configuration."""
        folder.mkdir()
        self._folder = folder
        shutil.copy(HANDLER, folder)
        said = configuration(world, str(world.authority.bundle), str(world.trust_anchor), inspect_hosts=False)
        self.configure(said + '[[domain]]\nname = "shop.example"\n')
        self._environment = world.environment | {"AWS_ENDPOINT_URL_CODEDEPLOY": deployment.address}

    def configure(self, text: str) -> None:
        """Put another configuration into the package."""
        (self._folder / "albdoctor.toml").write_text(text)

    def call(self, name: str, event: object, seconds: float = 300, **variables: str) -> dict[str, Any]:
        """Invoke it; gives the answer, or `{"error": …}` where it raises."""
        done = subprocess.run(
            [sys.executable, "-c", RUNTIME, str(self._folder), f"handler.{name}", str(seconds)],
            cwd="/",
            input=json.dumps(event),
            env=self._environment | variables,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        self.log = done.stdout + done.stderr
        answers = [line for line in done.stdout.splitlines() if line.startswith("ANSWER")]
        return json.loads(answers[0].removeprefix("ANSWER")) if answers else {"error": done.stderr}


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with World() as world:
        yield build(world, find("no-targets").plan)


@pytest.fixture
def deployment() -> Iterator[CodeDeploy]:
    with codedeploy() as api:
        yield api


def empty(shop: Shop) -> None:
    targets = [{"Id": shop.machine.id}]
    shop.client("elbv2").deregister_targets(TargetGroupArn=shop.group, Targets=targets)


def test_ecs_calls_again_until_it_is_sound_or_too_late(tmp_path: Path, shop: Shop, deployment: CodeDeploy) -> None:
    function = Function(tmp_path / "task", shop.world, deployment)
    empty(shop)
    before = time.time()
    first = function.call("ecs", ECS | {"hookDetails": {"stage": "green"}}, ALBDOCTOR_WAIT="600")
    assert (first["hookStatus"], first["callBackDelay"]) == ("IN_PROGRESS", 30), function.log
    assert "tg-no-targets" in function.log, "the report is in the log"
    details = first["hookDetails"]
    assert details["stage"] == "green"
    assert before + 600 <= details["albdoctorUntil"] <= time.time() + 600
    late = function.call("ecs", ECS | {"hookDetails": {**details, "albdoctorUntil": time.time() + 20}})
    assert late == {"hookStatus": "FAILED"}
    shop.builder.register(shop.group, shop.machine)
    assert function.call("ecs", ECS | {"hookDetails": details}) == {"hookStatus": "SUCCEEDED"}, function.log
    assert function.call("ecs", ECS) == {"hookStatus": "SUCCEEDED"}, "hookDetails need not be there"
    assert (deployment.reported, deployment.others) == ([], [])


def test_a_service_says_in_its_hook_what_is_scanned(tmp_path: Path, shop: Shop, deployment: CodeDeploy) -> None:
    function = Function(tmp_path / "task", shop.world, deployment)
    shop.builder.register(shop.group, shop.machine)
    nowhere = {"hookDetails": {"domain": "shop.example nowhere.example"}}
    assert function.call("ecs", ECS | nowhere, ALBDOCTOR_WAIT="1") == {"hookStatus": "FAILED"}
    assert "nowhere.example" in function.log
    option = {"hookDetails": {"domain": "--fail-on=never"}}
    assert function.call("ecs", ECS | option, ALBDOCTOR_WAIT="600") == {"hookStatus": "FAILED"}, "no option, no waiting"


def test_codedeploy_is_told_once_it_is_sound(tmp_path: Path, shop: Shop, deployment: CodeDeploy) -> None:
    function = Function(tmp_path / "task", shop.world, deployment)
    empty(shop)
    rollout = threading.Timer(8, shop.builder.register, (shop.group, shop.machine))
    rollout.start()
    try:
        assert function.call("codedeploy", HOOK) == {"status": "Succeeded"}, function.log
    finally:
        rollout.join()
    assert deployment.reported == [
        {
            "deploymentId": HOOK["DeploymentId"],
            "lifecycleEventHookExecutionId": HOOK["LifecycleEventHookExecutionId"],
            "status": "Succeeded",
        }
    ]
    assert deployment.others == []


def test_codedeploy_is_told_whatever_happens(tmp_path: Path, shop: Shop, deployment: CodeDeploy) -> None:
    function = Function(tmp_path / "task", shop.world, deployment)
    empty(shop)
    assert function.call("codedeploy", HOOK, ALBDOCTOR_WAIT="1") == {"status": "Failed"}
    shop.builder.register(shop.group, shop.machine)
    assert function.call("codedeploy", HOOK, seconds=10.5) == {"status": "Failed"}
    assert "the scan did not end in time" in function.log
    function.configure("no-such-key = 1\n")
    assert function.call("codedeploy", HOOK) == {"status": "Failed"}
    assert "no-such-key" in function.log
    assert "ValueError" in function.call("codedeploy", HOOK, ALBDOCTOR_WAIT="soon")["error"]
    assert [one["status"] for one in deployment.reported] == ["Failed"] * 4


def test_what_could_not_be_seen_is_never_taken_for_sound(tmp_path: Path, shop: Shop, deployment: CodeDeploy) -> None:
    function = Function(tmp_path / "task", shop.world, deployment)
    shop.builder.register(shop.group, shop.machine)
    shop.world.aws.denied.add("elasticloadbalancing:DescribeLoadBalancers")
    try:
        answer = function.call("ecs", ECS, ALBDOCTOR_WAIT="1")
    finally:
        shop.world.aws.denied.clear()
    assert answer == {"hookStatus": "FAILED"}
    assert "elasticloadbalancing:DescribeLoadBalancers" in function.log
