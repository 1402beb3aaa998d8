"""What `deploy/` holds: templates that cfn-lint passes, the policy of `iam-policy`, and a state machine that runs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tests.support.aws_organization import balancer_in
from tests.support.aws_shop import client
from tests.support.step_functions import Fault, Functions, Steps, step_functions

pytestmark = pytest.mark.process

DEPLOY = Path(__file__).parents[1] / "deploy"
BUCKET = "albdoctor-facts"
WEB = "200000000000"
"""The account with a load balancer."""


def test_cfn_lint_has_nothing_to_say() -> None:
    templates = [str(DEPLOY / name) for name in ("template.yaml", "role.yaml", "batch.yaml")]
    run = (str(Path(sys.executable).parent / "cfn-lint"), *templates)
    done = subprocess.run(run, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_roles_have_exactly_the_policy_that_the_command_prints() -> None:
    run = (sys.executable, str(DEPLOY / "generate.py"), "--check")
    done = subprocess.run(run, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "")


class _Cfn(yaml.SafeLoader):
    """Reads a template; intrinsic functions become their argument."""


def _argument(loader: yaml.SafeLoader, _tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


cast("Any", _Cfn).add_multi_constructor("!", _argument)


def definition(at_once: int = 4) -> str:
    """The state machine of the template, as CloudFormation would fill it in."""
    template: Any = yaml.load((DEPLOY / "template.yaml").read_text(), Loader=_Cfn)  # noqa: S506 - a SafeLoader
    text: str = template["Resources"]["StateMachine"]["Properties"]["DefinitionString"]
    values = {"Partition": "aws", "Bucket": BUCKET, "AtOnce": str(at_once)}
    values |= {
        name: f"arn:aws:lambda:us-east-1:123456789012:function:{name.lower()}" for name in ("Plan", "Shard", "Merge")
    }
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    assert "${" not in text
    json.loads(text)
    return text


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Steps]:
    with step_functions(tmp_path_factory.mktemp("steps")) as steps:
        client(steps.moto_port, "s3", "us-east-1").create_bucket(Bucket=BUCKET)
        balancer_in(steps.moto_port, WEB)
        yield steps


def settings(steps: Steps, accounts: int, regions: list[str]) -> dict[str, str]:
    """The environment of the handlers in a simulated organisation."""
    return steps.environment(
        ALBDOCTOR_BUCKET=BUCKET,
        ALBDOCTOR_ROLE="albdoctor",
        ALBDOCTOR_ACCOUNTS=",".join(f"2{number:011d}" for number in range(accounts)),
        ALBDOCTOR_REGIONS=",".join(regions),
        ALBDOCTOR_OPTIONS="--no-probe --no-metrics --dns-root 127.0.0.1:1 --resolver 127.0.0.1:1 --select ALB404",
        ALBDOCTOR_MERGE_OPTIONS="--select ALB404",
    )


def execute(steps: Steps, name: str, accounts: int, regions: list[str], fault: Fault) -> dict[str, Any]:
    """Run the state machine over a simulated organisation; give its output and what was invoked."""
    environment = settings(steps, accounts, regions)
    steps.functions = Functions(environment, steps.folder / f"{name}.log", fault, count=3)
    machine = client(steps.moto_port, "stepfunctions", "us-east-1")
    made = machine.create_state_machine(
        name=name, definition=definition(), roleArn="arn:aws:iam::123456789012:role/steps"
    )
    run = machine.start_execution(stateMachineArn=made["stateMachineArn"], name=f"run-{name}")["executionArn"]
    until = time.monotonic() + 1800
    try:
        while (told := machine.describe_execution(executionArn=run))["status"] == "RUNNING":
            assert time.monotonic() < until
            time.sleep(0.5)
    finally:
        steps.functions.close()
    log = (steps.folder / f"{name}.log").read_text()
    assert told["status"] == "SUCCEEDED", (told, log[-3000:])
    output: dict[str, Any] = json.loads(told["output"])
    return output


def report(steps: Steps, name: str) -> list[dict[str, Any]]:
    s3 = client(steps.moto_port, "s3", "us-east-1")
    body = s3.get_object(Bucket=BUCKET, Key=f"runs/run-{name}/report/reports.jsonl")["Body"].read()
    return [json.loads(line) for line in body.decode().splitlines()]


def text(steps: Steps, name: str) -> str:
    s3 = client(steps.moto_port, "s3", "us-east-1")
    content: bytes = s3.get_object(Bucket=BUCKET, Key=f"runs/run-{name}/report/report.txt")["Body"].read()
    return content.decode()


@pytest.mark.lab
@pytest.mark.parametrize(
    ("name", "accounts", "regions"),
    [
        ("few", 3, ["ap-northeast-2", "us-east-1"]),
        pytest.param(
            *("organization", 40, ["ap-northeast-2", "us-east-1", "us-west-2", "eu-west-1", "eu-central-1"]),
            marks=pytest.mark.sweep,
        ),
    ],
)
def test_shards_are_retried_and_the_one_that_fails_for_ever_is_named(
    steps: Steps, name: str, accounts: int, regions: list[str]
) -> None:
    """One shard's function dies twice, one's whenever it is called: the first is scanned, the other is named."""
    twice, never = (WEB, "ap-northeast-2"), ("200000000001", "us-east-1")
    died = Counter[tuple[str, str]]()

    def fault(function: str, event: dict[str, Any]) -> str:
        if function != "shard":
            return ""
        one = (event["shard"]["account"], event["shard"]["region"])
        if one == never or (one == twice and died[one] < 2):
            died[one] += 1
            return "Sandbox.Timedout"
        return ""

    output = execute(steps, name, accounts, regions, fault)
    count = accounts * len(regions)
    lost = "-".join(never)
    assert {key: output[key] for key in ("exit_code", "shards", "lost")} == {
        "exit_code": 3,
        "shards": count,
        "lost": [lost],
    }
    assert output["report"] == f"s3://{BUCKET}/runs/run-{name}/report/index.html"
    assert died == {twice: 2, never: 4}
    invoked = Counter(
        (event["shard"]["account"], event["shard"]["region"])
        for function, event in steps.functions.invoked
        if function == "shard"
    )
    assert len(invoked) == count
    assert {one: times for one, times in invoked.items() if times > 1} == {twice: 3, never: 4}
    s3 = client(steps.moto_port, "s3", "us-east-1")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"runs/run-{name}/")
    keys = [each["Key"].split("/", 2)[2] for page in pages for each in page["Contents"]]
    assert sum(key.startswith("facts/2") for key in keys) == count - 1
    assert [key for key in keys if key.startswith("lost/")] == [f"lost/{lost}.txt"]
    (one,) = report(steps, name)
    assert one["scan"]["accounts"] == [WEB]
    told = text(steps, name)
    assert f"shard {never[0]} {never[1]}" in told
    assert "no facts came of this shard: Sandbox.Timedout" in told


@pytest.mark.lab
@pytest.mark.parametrize("variable", ["AWS_BATCH_JOB_ARRAY_INDEX", "JOB_COMPLETION_INDEX"])
def test_an_array_of_programs_takes_every_shard_once(steps: Steps, tmp_path: Path, variable: str) -> None:
    """What AWS Batch and Kubernetes start: the same words, an index in the environment."""
    job: Any = yaml.safe_load((DEPLOY / "kubernetes.yaml").read_text())["spec"]
    (container,) = job["template"]["spec"]["containers"]
    assert {each["name"]: each["value"] for each in container["env"]}["ALBDOCTOR_SIZE"] == str(job["completions"])
    batch: Any = yaml.load((DEPLOY / "batch.yaml").read_text(), Loader=_Cfn)  # noqa: S506 - a SafeLoader
    command = batch["Resources"]["Job"]["Properties"]["ContainerProperties"]["Command"]
    assert command == ["python", "handlers.py", "Ref::step", "Ref::run"]
    run = f"run-{variable}"

    def program(step: str, **also: str) -> str:
        named = {"Ref::step": step, "Ref::run": run}
        words = [named.get(str(word), str(word)) for word in command[2:]]
        environment = settings(steps, 2, ["ap-northeast-2", "us-east-1"]) | also
        done = subprocess.run(
            (sys.executable, str(DEPLOY / command[1]), *words),
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout

    assert json.loads(program("plan"))["shards"] == 4
    s3 = client(steps.moto_port, "s3", "us-east-1")
    for index in range(3):
        program("shards", **{variable: str(index), "ALBDOCTOR_SIZE": "3"})
        listed = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"runs/{run}/facts/2")
        assert listed["KeyCount"] == (2, 3, 4)[index]
    assert json.loads(program("merge").splitlines()[-1])["lost"] == []
