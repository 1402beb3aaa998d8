"""What the guides of CI and deploy gate print is what there is: inputs, JSON that AWS takes, YAML, links, handlers."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from tests.support.action_steps import ACTION
from tests.support.guides import ROOT, blocks, guide, runs, yaml

CI, GATE = guide("ci.md"), guide("deploy-gate.md")


def test_every_input_and_output_of_the_action_is_told() -> None:
    rows = [line.split("|")[1] for line in CI.splitlines() if line.startswith("| `")]
    told = [name for row in rows for name in re.findall(r"`([a-z-]+)`", row)]
    assert sorted(told) == sorted(ACTION.inputs)
    [outputs] = re.findall(r"^Outputs: (.*?)\n\n", CI, re.DOTALL | re.MULTILINE)
    assert sorted(re.findall(r"`([a-z-]+)`", outputs)) == sorted(ACTION.outputs)


def test_the_workflow_uses_the_action_as_it_is() -> None:
    workflow = yaml(blocks(CI, "yaml")[0])
    [ours] = [step for step in workflow["jobs"]["scan"]["steps"] if step["uses"] == "./albdoctor"]
    assert set(ours["with"]) <= set(ACTION.inputs)
    assert ours["with"]["domain"].splitlines() == ["shop.example", "https://shop.example/login"]
    used = re.findall(r"steps\.albdoctor\.outputs\.([a-z-]+)", blocks(CI, "yaml")[0])
    assert used
    assert set(used) <= set(ACTION.outputs)


@pytest.mark.parametrize("block", [*blocks(CI, "json"), *blocks(GATE, "json")])
def test_json_is_json(block: str) -> None:
    assert json.loads(block)


def test_the_hook_is_one_that_amazon_ecs_takes() -> None:
    [configuration] = [json.loads(one) for one in blocks(GATE, "json") if "lifecycleHooks" in one]
    model: Any = botocore.session.get_session().get_service_model("ecs")
    request = model.operation_model("UpdateService").input_shape
    given = {"service": "web", "deploymentConfiguration": configuration}
    assert ParamValidator().validate(given, request).generate_report() == ""
    stages = model.shape_for("DeploymentLifecycleHookStage").enum
    named = set(re.findall(r"\b[A-Z_]+_TRAFFIC_SHIFT\b", GATE))
    assert named
    assert named <= set(stages)


def test_the_handlers_are_there() -> None:
    file = ROOT / "examples" / "deploy_gate" / "handler.py"
    spec = importlib.util.spec_from_file_location("deploy_gate_handler", file)
    assert spec
    assert spec.loader
    handler = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(handler)
    named = set(re.findall(r"`handler\.([a-z]+)`", GATE))
    assert named == {"ecs", "codedeploy"}
    assert all(callable(getattr(handler, name)) for name in named)


def test_the_one_thing_that_is_written_is_the_hooks_status() -> None:
    """The policy in the guide names the one call of the handler, and there is no other."""
    code = (ROOT / "examples" / "deploy_gate" / "handler.py").read_text()
    assert re.findall(r"boto3\.client\(\"(\w+)\"\)", code) == ["codedeploy"]
    assert re.findall(r"_codedeploy_api\(\)\.(\w+)\(", code) == ["put_lifecycle_event_hook_execution_status"]
    [policy] = [json.loads(one) for one in blocks(GATE, "json") if "Statement" in one]
    assert [one["Action"] for one in policy["Statement"]] == ["codedeploy:PutLifecycleEventHookExecutionStatus"]


@pytest.mark.parametrize("page", [CI, GATE], ids=["ci", "deploy-gate"])
def test_links_lead_somewhere(page: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", page) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / "docs" / "guides" / link).exists()] == []


@pytest.mark.parametrize("script", [*runs(CI), *runs(GATE), (ROOT / "action" / "install.sh").read_text()])
def test_shell_lines_are_sound(script: str) -> None:
    linter = str(Path(sys.executable).with_name("shellcheck"))
    done = subprocess.run([linter, "--shell=bash", "-"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_every_shell_block_runs_in_a_test() -> None:
    for page in (CI, GATE):
        assert len(runs(page)) == len(blocks(page, "sh"))
