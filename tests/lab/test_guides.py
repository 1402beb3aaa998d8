"""The shell lines of the guides of CI and deploy gate, run as they are printed over the lab."""

from __future__ import annotations

import json
import re
import textwrap
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from albdoctor.lab.plan import Plan
from albdoctor.lab.shop import Shop
from albdoctor.lab.site import build
from albdoctor.lab.world import World
from tests.support.guides import Job, blocks, guide, runs, yaml

pytestmark = pytest.mark.lab

CI, GATE = guide("ci.md"), guide("deploy-gate.md")
_, GITLAB, CODEBUILD = blocks(CI, "yaml")
PIP = "-m pip install --quiet --disable-pip-version-check"


def installing(job: Job) -> list[str]:
    """What pip is asked for by action/install.sh."""
    checkout = job.folder / "albdoctor"
    return [
        f"{PIP} --require-hashes --requirement {checkout}/requirements.scan.lock",
        f"{PIP} --no-deps --no-build-isolation {checkout}",
    ]


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with World() as world:
        yield build(world, Plan())


@pytest.fixture
def job(tmp_path: Path, shop: Shop) -> Job:
    shop.builder.register(shop.group, shop.machine)
    return Job(tmp_path, shop.world.environment, shop.world.flags)


def empty(shop: Shop) -> None:
    targets = [{"Id": shop.machine.id}]
    shop.client("elbv2").deregister_targets(TargetGroupArn=shop.group, Targets=targets)


def gitlab() -> tuple[str, str]:
    """The lines of the job, which one bash runs; the shell."""
    return "\n".join(yaml(GITLAB)["albdoctor"]["script"]), "bash"


def jenkins() -> tuple[str, str]:
    """The step's lines: Jenkins runs them with `sh -xe`."""
    [step] = re.findall(r"sh '''\n(.*?)'''", blocks(CI, "groovy")[0], re.DOTALL)
    return textwrap.dedent(step), "sh"


def codebuild() -> tuple[str, str]:
    """The commands of all phases."""
    return "\n".join(line for phase in yaml(CODEBUILD)["phases"].values() for line in phase["commands"]), "sh"


@pytest.mark.parametrize("system", [gitlab, jenkins, codebuild])
def test_a_ci_system_installs_scans_and_keeps_the_reports(
    job: Job, shop: Shop, system: Callable[[], tuple[str, str]]
) -> None:
    script, shell = system()
    variables: dict[str, str] = {}
    if system is gitlab:  # the one whose lines bring credentials: a role, by the job's token
        job.without_keys()
        variables = yaml(GITLAB)["albdoctor"]["variables"] | {"AWS_TOKEN": "a-token"}
    sound = job.run(script, shell, **variables)
    assert sound.returncode == 0, sound.stderr
    assert job.installed == installing(job)
    assert "shop.example" in sound.stdout
    empty(shop)
    broken = job.run(script, shell, **variables)
    assert (broken.returncode, "tg-no-targets" in broken.stdout) == (1, True), broken.stderr
    assert list(ET.parse(job.folder / "albdoctor.xml").getroot().iter("failure"))  # noqa: S314 - our own report
    assert "tg-no-targets" in (job.folder / "albdoctor.html").read_text()


def test_any_shell_and_what_is_known(job: Job, shop: Shop) -> None:
    whole, baseline = runs(CI)
    sound = job.run(whole, "sh")
    assert (sound.returncode, sound.stdout.splitlines()[-1]) == (0, "go on"), sound.stderr
    empty(shop)
    broken = job.run(whole, "sh")
    assert broken.returncode == 1
    assert broken.stdout.splitlines()[-1] == "stop: the report names the root cause and the fix"
    known = job.run(baseline, "sh")
    assert known.returncode == 0, known.stdout + known.stderr
    shop.world.aws.denied.add("elasticloadbalancing:DescribeLoadBalancers")
    try:
        blind = job.run(whole, "sh")
    finally:
        shop.world.aws.denied.clear()
    assert blind.returncode in (1, 3)
    assert blind.stdout.splitlines()[-1].startswith("stop: ")


def test_the_gate_fails_for_what_the_rollout_broke_only(job: Job, shop: Shop) -> None:
    before, after, _ = (step.replace("albdoctor scan", ".albdoctor/bin/albdoctor scan") for step in runs(GATE))
    after = after.replace("--wait 300", "--wait 1")
    assert job.run("bash albdoctor/action/install.sh .albdoctor").returncode == 0
    assert job.run(before, "sh").returncode == 0
    assert json.loads((job.folder / "before.json").read_bytes())["verdict"] == "sound"
    passed = job.run(after, "sh")
    assert passed.returncode == 0, passed.stdout
    empty(shop)
    stopped = job.run(after, "sh")
    assert (stopped.returncode, "tg-no-targets" in stopped.stdout) == (1, True)
    assert "tg-no-targets" in (job.folder / "gate.html").read_text()
    assert job.run(before, "sh").returncode == 0
    known = job.run(after, "sh")
    assert known.returncode == 0, "what was there before the rollout is not the rollout's"


def test_the_package_holds_handler_and_configuration(job: Job) -> None:
    (job.folder / "package").mkdir()  # pip makes it
    (job.folder / "albdoctor.toml").write_text('[[domain]]\nname = "shop.example"\n')
    done = job.run(runs(GATE)[2])
    assert done.returncode == 0, done.stderr
    asked = job.installed[len(installing(job)) :]
    assert len(asked) == 2
    assert all("--target package" in line for line in asked)
    assert "--require-hashes --requirement albdoctor/requirements.scan.lock" in asked[0]
    with zipfile.ZipFile(job.folder / "gate.zip") as package:
        assert sorted(package.namelist()) == ["albdoctor.toml", "handler.py"]
