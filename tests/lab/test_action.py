"""The Action's steps over the lab, as a job runs them: several domains, baseline, wait, reports and the comment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from albdoctor.lab.clients import configuration
from albdoctor.lab.scenarios import find
from albdoctor.lab.shop import Shop
from albdoctor.lab.site import build
from albdoctor.lab.world import World
from tests.support.action_steps import COMMENT, SCAN, Runner
from tests.support.github_api import github

pytestmark = pytest.mark.lab

TWO = {"domain": "shop.example\nhttps://www.shop.example/health\n", "config": "lab.toml"}
"""The second name leads nowhere."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with World() as world:
        yield build(world, find("no-targets").plan)


def job(folder: Path, world: World) -> Runner:
    """A job that has the lab's account and knows where its DNS is."""
    kept = {name: value for name, value in world.environment.items() if name not in ("PATH", "LANG")}
    runner = Runner(folder, kept)
    runner.installed()
    said = configuration(world, str(world.authority.bundle), str(world.trust_anchor), inspect_hosts=False)
    (runner.work / "lab.toml").write_text(said)
    return runner


def test_a_job_is_told_of_each_domain_and_its_reports_are_kept(tmp_path: Path, shop: Shop) -> None:
    runner = job(tmp_path, shop.world)
    done = runner.run(SCAN, TWO | {"language": "ko", "reports": "out"})
    assert (done.returncode, done.stderr) == (1, "")
    told = runner.outputs
    assert (told["verdict"], told["exit-code"]) == ("broken", "1")
    reports = json.loads(Path(told["json"]).read_bytes())["reports"]
    assert [report["scan"]["domain"] for report in reports] == ["shop.example", "www.shop.example"]
    findings = [finding for report in reports for finding in report["findings"]]
    assert "tg-no-targets" in {finding["slug"] for finding in findings}
    assert told["findings"] == str(len(findings))
    assert told["root-causes"] == str(sum(finding["root_cause"] for finding in findings))
    assert "::error title=ALB404 tg-no-targets::" in done.stdout
    assert json.loads(Path(told["sarif"]).read_bytes())["version"] == "2.1.0"
    assert '<html lang="ko"' in Path(told["html"]).read_text()
    assert Path(told["html"]).parent == runner.work / "out"
    summary = runner.summary.read_text()
    assert summary == Path(told["markdown"]).read_text().rstrip("\n") + "\n"
    assert "대상 그룹" in summary


def test_what_is_known_fails_nothing_and_a_comment_follows_the_pull_request(tmp_path: Path, shop: Shop) -> None:
    runner = job(tmp_path, shop.world)
    (tmp_path / "event.json").write_text('{"pull_request": {"number": 7}}')
    one = {"domain": "shop.example", "config": "lab.toml"}
    with github() as api:
        pull = {"GITHUB_API_URL": api.address, "GITHUB_REPOSITORY": "acme/shop", "GITHUB_EVENT_NAME": "pull_request"}
        pull["GITHUB_EVENT_PATH"] = str(tmp_path / "event.json")
        assert runner.run(SCAN, one | {"reports": "before"}, **pull).returncode == 1
        runner.run(COMMENT, {}, **pull)
        assert "ALB404 tg-no-targets" in api.comments[0]["body"]
        known = runner.run(SCAN, one | {"baseline": "before/report.json", "redact": "true"}, **pull)
        assert (known.returncode, runner.outputs["verdict"], runner.outputs["findings"]) == (0, "broken", "0")
        assert "shop.example" not in Path(runner.outputs["markdown"]).read_text()
        shop.builder.register(shop.group, shop.machine)
        done = runner.run(SCAN, one | {"wait": "60"}, **pull)
        assert (done.returncode, runner.outputs["verdict"], runner.outputs["findings"]) == (0, "sound", "0"), (
            done.stdout
        )
        runner.run(COMMENT, {}, **pull)
        assert len(api.comments) == 1
        assert "ALB404" not in api.comments[0]["body"]
        assert "exit 0: " in api.comments[0]["body"]
