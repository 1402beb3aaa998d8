"""The GitHub Action: its file is one, its steps run as plain shell, no input is code, its comment is its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from albdoctor.commands.output import outputs
from albdoctor.commands.scan import scan
from tests.support.action_steps import ACTION, COMMENT, EXPRESSION, FILE, INSTALL, KEEP, ROLE, ROOT, SCAN, Runner
from tests.support.github_api import BOT, GitHub, github

pytestmark = pytest.mark.process

RECORDER = '#!/bin/sh\nprintf "%s\\0" "$@" > "$0.arguments"\n'
HOSTILE = ["--help", "a b; touch OWNED", "$(touch OWNED)", "`touch OWNED`", "'; touch OWNED; '", "${{ github.token }}"]


def _words(runner: Runner) -> list[str]:
    """What the scan step called albdoctor with."""
    return (runner.temp / "albdoctor" / "bin" / "albdoctor.arguments").read_text().split("\0")[:-1]


def _parsed(words: list[str]) -> dict[str, Any]:
    assert words[0] == "scan"
    return scan.make_context("scan", words[1:]).params


def test_the_action_is_composite_and_every_input_and_output_is_used() -> None:
    used = set(re.findall(r"\binputs\.([a-z-]+)", FILE.read_text()))
    assert (ACTION.runs.using, used) == ("composite", set(ACTION.inputs))
    assert {name: one.value for name, one in ACTION.outputs.items()} == {
        name: f"${{{{ steps.{SCAN.id}.outputs.{name} }}}}" for name in ACTION.outputs
    }


def test_no_input_is_part_of_a_script() -> None:
    """GitHub pastes `${{ }}` into a script as it is: a domain could then be code."""
    ours = [step for step in ACTION.runs.steps if not step.uses]
    assert [step.name for step in ours if "${{" in step.run or step.shell != "bash"] == []


def test_the_role_is_assumed_only_where_one_is_given() -> None:
    assert (ROLE.condition, ROLE.given["role-to-assume"]) == ("${{ inputs.role != '' }}", "${{ inputs.role }}")
    assert ROLE.uses.startswith("aws-actions/configure-aws-credentials@")


def test_what_follows_the_scan_runs_after_a_failure_too_and_fails_nothing() -> None:
    """A step's condition without a status function is `success() && …`."""
    assert [step.name for step in (KEEP, COMMENT) if "!cancelled()" not in step.condition] == []
    assert (KEEP.continue_on_error, COMMENT.continue_on_error, SCAN.continue_on_error) == (True, True, False)
    files = set(EXPRESSION.findall(KEEP.given["path"]))
    assert files == {f"steps.scan.outputs.{name}" for name in ("html", "json", "sarif", "markdown")}


def test_the_smallest_scan_leaves_all_to_the_configuration(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    runner.installed(RECORDER)
    assert runner.run(SCAN, {"domain": "shop.example"}).returncode == 0
    given = _parsed(_words(runner))
    assert (given["domains"], given["fail_on"], given["allow_gaps"], given["config"]) == (
        ("shop.example",),
        None,
        None,
        None,
    )
    formats = ["github", "html", "json", "sarif", "markdown"]
    assert [one.format for one in outputs(given["formats"], None)] == formats


@pytest.mark.parametrize("domain", ["shop.example", *HOSTILE])
def test_every_input(tmp_path: Path, domain: str) -> None:
    runner = Runner(tmp_path)
    runner.installed(RECORDER)
    inputs = {
        "domain": f"{domain}\n\n  https://api.shop.example/health \r\n",
        "path": "/a b",
        "balancer": "web",
        "config": "a b.toml",
        "region": "eu-west-1\nus-west-2",
        "iac": "in fra",
        "wait": "300",
        "baseline": "known $(touch OWNED).json",
        "fail-on": "never",
        "allow-gaps": "denied,dns",
        "language": "ko",
        "redact": "true",
        "reports": "out $(touch OWNED)",
    }
    runner.run(SCAN, inputs)
    given = _parsed(_words(runner))
    assert given["domains"] == (domain, "https://api.shop.example/health")
    assert (given["path"], given["balancer"], given["regions"]) == ("/a b", "web", ("eu-west-1", "us-west-2"))
    assert (str(given["config"]), str(given["baseline"])) == ("a b.toml", "known $(touch OWNED).json")
    assert (given["wait"], given["fail_on"], given["allow_gaps"], given["lang"]) == (300, "never", "denied,dns", "ko")
    assert given["redact"]
    assert given["iac"] == Path("in fra")
    assert given["formats"][1] == f"html={runner.work}/out $(touch OWNED)/report.html"
    assert runner.outputs["reports"] == f"{runner.work}/out $(touch OWNED)"
    assert list(tmp_path.rglob("OWNED")) == []


@pytest.mark.parametrize(("said", "gaps"), [("", None), ("false", None), ("true", "all"), ("dns", "dns")])
def test_gaps(tmp_path: Path, said: str, gaps: str | None) -> None:
    runner = Runner(tmp_path)
    runner.installed(RECORDER)
    runner.run(SCAN, {"domain": "shop.example", "allow-gaps": said})
    assert _parsed(_words(runner))["allow_gaps"] == gaps


@pytest.mark.parametrize("domain", HOSTILE)
def test_a_domain_that_is_none_is_refused_and_told(tmp_path: Path, domain: str) -> None:
    runner = Runner(tmp_path)
    runner.installed()
    done = runner.run(SCAN, {"domain": domain, "language": "ko"})
    assert (done.returncode, runner.outputs["exit-code"]) == (2, "2"), done.stderr
    assert "html" not in runner.outputs
    assert "verdict" not in runner.outputs
    assert "albdoctor를 실행하지 못했습니다(종료 코드 2)" in runner.summary.read_text()
    assert "albdoctor를 실행하지 못했습니다" in Path(runner.outputs["comment"]).read_text()
    assert list(tmp_path.rglob("OWNED")) == []


def test_what_an_earlier_run_left_in_the_folder_is_not_told_again(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    runner.installed(RECORDER)
    (runner.work / "out").mkdir()
    for name in ("report.html", "report.json", "report.md", "kept.txt"):
        (runner.work / "out" / name).write_text("old")
    runner.run(SCAN, {"domain": "shop.example", "reports": "out"})
    assert runner.outputs.keys() == {"exit-code", "reports", "comment"}
    assert sorted(path.name for path in (runner.work / "out").iterdir()) == ["comment.md", "kept.txt"]


def test_what_is_installed_is_the_checkout_that_the_action_stands_in_by_hash(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(
        '#!/bin/sh\ntest "$1" = -m || exit 0\nmkdir -p "$3/bin"\n'
        'printf \'#!/bin/sh\\nprintf "%%s\\\\n" "$*" >> "$0.arguments"\\n\' > "$3/bin/python"\n'
        'chmod +x "$3/bin/python"\n'
    )
    python.chmod(0o700)
    done = runner.run(INSTALL, PATH=f"{python.parent}:/usr/bin:/bin")
    assert done.returncode == 0, done.stderr
    pip = "-m pip install --quiet --disable-pip-version-check"
    assert (runner.temp / "albdoctor" / "bin" / "python.arguments").read_text().splitlines() == [
        f"{pip} --require-hashes --requirement {ROOT}/requirements.scan.lock",
        f"{pip} --no-deps --no-build-isolation {ROOT}",
    ]


def test_an_old_python_is_told(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o700)
    done = runner.run(INSTALL, PATH=f"{python.parent}:/usr/bin:/bin")
    assert (done.returncode, done.stderr) == (2, "albdoctor needs Python 3.11 or newer as python3\n")


@pytest.fixture
def api() -> Iterator[GitHub]:
    with github() as served:
        yield served


def _job(tmp_path: Path, api: GitHub, report: str, event: str = "pull_request") -> tuple[Runner, dict[str, str]]:
    """A job whose scan has written a Markdown report, and what the comment step sees."""
    runner = Runner(tmp_path)
    (tmp_path / "report").write_text(report)
    copy = f"cp '{tmp_path}/report' \"${{word#*=*=}}\""
    runner.installed(f"#!/bin/sh\nfor word; do case $word in --format=markdown=*) {copy};; esac; done\nexit 1\n")
    (tmp_path / "event.json").write_text(json.dumps({"pull_request": {"number": 7}}))
    return runner, {
        "GITHUB_API_URL": api.address,
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_RUN_ID": "42",
        "GITHUB_WORKFLOW": "site",
        "GITHUB_JOB": "scan",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
    }


def _scan_and_comment(runner: Runner, job: dict[str, str], domain: str = "shop.example") -> str:
    """Run both steps; gives what the second said."""
    assert runner.run(SCAN, {"domain": domain}, **job).returncode == 1
    return _comment(runner, job)


def _comment(runner: Runner, job: dict[str, str]) -> str:
    done = runner.run(COMMENT, {}, **job)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


REPORT = "## https://shop\\.example/ is broken\n\n### 1. No targets\n\n```bash\naws elbv2\n```\n"


def test_a_comment_is_written_and_the_next_run_writes_over_it(tmp_path: Path, api: GitHub) -> None:
    runner, job = _job(tmp_path, api, REPORT)
    said = _scan_and_comment(runner, job)
    assert said == f"albdoctor: the comment is {api.address}/acme/shop/pull/7#1\n"
    [comment] = api.comments
    mark, *body = comment["body"].splitlines()
    assert re.fullmatch(r"<!-- albdoctor [0-9a-f]{16} -->", mark)
    assert "\n".join(body).startswith(REPORT.rstrip())
    assert body[-1] == "<sub>albdoctor, [this run](https://github.example/acme/shop/actions/runs/42)</sub>"
    (tmp_path / "report").write_text("## it is sound\n")
    _scan_and_comment(runner, job)
    assert [one["body"].splitlines()[:2] for one in api.comments] == [[mark, "## it is sound"]]
    _scan_and_comment(runner, job, "other.example")
    assert len(api.comments) == 2, "another scan has a comment of its own"


def test_only_its_own_comment_is_changed(tmp_path: Path, api: GitHub) -> None:
    """Anybody can write a comment that begins as ours; and ours may stand on the second page."""
    runner, job = _job(tmp_path, api, REPORT)
    _scan_and_comment(runner, job)
    mark = api.comments.pop()["body"].splitlines()[0]
    api.commented("mallory", f"{mark}\nmine")
    api.commented(None, f"{mark}\nof a deleted account")
    api.commented(BOT, "another tool's")
    api.commented(BOT, f"another tool's, which quotes\n{mark}")
    for _ in range(120):
        api.commented("somebody", "hello")
    before = [one["body"] for one in api.comments]
    _scan_and_comment(runner, job)
    _scan_and_comment(runner, job)
    assert [one["body"] for one in api.comments[:-1]] == before
    assert api.comments[-1]["body"].startswith(mark)
    assert api.asked[-3:] == [
        "GET /repos/acme/shop/issues/7/comments?per_page=100&page=1",
        "GET /repos/acme/shop/issues/7/comments?per_page=100&page=2",
        "PATCH /repos/acme/shop/issues/comments/125",
    ]


def test_a_long_report_is_shortened_between_sections(tmp_path: Path, api: GitHub) -> None:
    script = "```bash\n### no heading\n" + "echo 문제\n" * 1000 + "```\n"
    runner, job = _job(tmp_path, api, "## many\n\n" + "".join(f"### {n}. one\n\n{script}" for n in range(20)))
    _scan_and_comment(runner, job)
    body = api.comments[0]["body"]
    assert 50_000 < len(body) < 60_000
    assert body.count("```bash\n") * 2 == body.count("```"), "every script is whole"
    shown = body.count("### ") - body.count("### no heading")
    assert f"*There is no room for {20 - shown} more sections" in body
    assert runner.summary.read_text().count("```bash\n") == 20, "the summary has room for all"
    (tmp_path / "report").write_text("".join(f"### {n}. one\n\n{script}" for n in range(100)))
    runner.summary.unlink()
    _scan_and_comment(runner, job)
    summary = runner.summary.read_text()
    assert 800_000 < len(summary.encode()) < 900_000
    assert summary.count("```bash\n") * 2 == summary.count("```")
    (tmp_path / "report").write_text(f"### one that is too long\n\n{'a' * 2_000_000}")
    _scan_and_comment(runner, job)
    assert "*There is no room for 1 more sections" in api.comments[0]["body"]


@pytest.mark.parametrize("event", ["push", "schedule", "workflow_dispatch"])
def test_without_a_pull_request_there_is_nothing_to_comment_on(tmp_path: Path, api: GitHub, event: str) -> None:
    runner, job = _job(tmp_path, api, REPORT, event)
    assert _scan_and_comment(runner, job) == ""
    assert api.asked == []


def test_a_comment_that_cannot_be_written_changes_no_exit_code(tmp_path: Path, api: GitHub) -> None:
    runner, job = _job(tmp_path, api, REPORT)
    notice = "::notice title=albdoctor::no comment was written ({})\n"
    assert runner.run(SCAN, {"domain": "shop.example"}, **job).returncode == 1
    api.status = 403
    assert "(HTTP 403): the job needs the permission pull-requests: write, which" in _comment(runner, job)
    with github() as elsewhere:
        api.status, api.location = 302, f"{elsewhere.address}/"
        assert _comment(runner, job) == notice.format("HTTP 302")
        assert elsewhere.asked == [], "the token goes nowhere else"
    api.status, api.location = 0, ""
    for garbage in (b"<html>", b"{}", b"[1]", b'["x"]', b"\xff", b"null"):
        api.garbage = garbage
        assert _comment(runner, job).startswith("::notice title=albdoctor::no comment was written (")
    job["GITHUB_API_URL"] = "http://127.0.0.1:1"
    assert _comment(runner, job) == notice.format("URLError")
    (tmp_path / "event.json").write_text("{}")
    assert _comment(runner, job) == notice.format("KeyError")
    assert api.comments == []
