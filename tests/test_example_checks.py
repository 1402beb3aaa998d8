"""The package in examples/ is installed as any third party's, and judges as the guide about it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PLUGIN = ROOT / "examples" / "albdoctor-shop-checks"
FACTS = ROOT / "tests" / "cases" / "base.json"
BALANCER = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/web/ae25baa2f1d0650a"
pytestmark = pytest.mark.lab
PIP = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--no-cache-dir")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, installed by pip into a folder of its own, from a copy: a build writes beside its sources."""
    folder = tmp_path_factory.mktemp("plugin")
    for path in PLUGIN.rglob("*"):
        if path.suffix in (".py", ".toml", ".md"):
            copy = folder / "source" / path.relative_to(PLUGIN)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    _run(folder, *PIP, "--target", str(folder / "site"), str(folder / "source"))
    return folder / "site"


def _run(folder: Path, *words: str, code: int = 0) -> str:
    env = os.environ | {"PYTHONPATH": os.pathsep.join((str(folder), str(ROOT), str(ROOT / "checks")))}
    done = subprocess.run((sys.executable, *words), env=env, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def _scanned(folder: Path, *words: str, code: int = 0) -> dict[str, Any]:
    asked = ("-m", "albdoctor", "scan", "--select", "SHOP9", "--format", "json", *words)
    report: dict[str, Any] = json.loads(_run(folder, *asked, code=code))
    return report


def _facts(to: Path, path: str, protected: str) -> Path:
    """The facts of a sound site with another health check and attributes of its load balancer."""
    facts = json.loads(FACTS.read_text())
    facts["target_groups"]["value"][0]["HealthCheckPath"] = path
    attributes = [{"Key": "deletion_protection.enabled", "Value": protected}]
    value = [{"load_balancer_arn": BALANCER, "attributes": attributes}]
    facts["balancers_attributes"] = {"state": "known", "value": value}
    to.write_text(json.dumps(facts))
    return to


def test_the_list_of_checks_has_them(installed: Path) -> None:
    listed = _run(installed, "-m", "albdoctor", "checks", "--lang", "ko")
    assert "SHOP901  shop-health-check-on-home-page" in listed
    assert "로드 밸런서 <balancer>에 삭제 방지가 꺼져 있습니다" in listed
    assert "SHOP902" in _run(installed, "-m", "albdoctor", "explain", "SHOP902")


def test_what_is_not_as_the_team_wants_is_found(installed: Path, tmp_path: Path) -> None:
    facts = _facts(tmp_path / "facts.json", "/", "false")
    report = _scanned(installed, "--facts", str(facts), "--fail-on", "info", code=1)
    told = {one["check"]: one for one in report["findings"]}
    assert {check: one["severity"] for check, one in told.items()} == {"SHOP901": "warning", "SHOP902": "info"}
    assert told["SHOP901"]["message"] == "The health check of target group web-http asks for the home page (/)"
    assert "curl -i http://127.0.0.1:80/healthz" in told["SHOP901"]["fix"]["by_hand"]
    assert f"--load-balancer-arn {BALANCER}" in told["SHOP902"]["fix"]["script"]
    assert "첫 화면" in _scanned(installed, "--facts", str(facts), "--lang", "ko")["findings"][0]["message"]


def test_what_is_as_the_team_wants_passes(installed: Path, tmp_path: Path) -> None:
    report = _scanned(installed, "--facts", str(_facts(tmp_path / "facts.json", "/healthz", "true")))
    assert report["findings"] == []
    assert {one["check"]: one["outcome"] for one in report["checks"]} == {"SHOP901": "passed", "SHOP902": "passed"}


def test_what_was_not_seen_is_skipped(installed: Path) -> None:
    outcomes = {one["check"]: one["outcome"] for one in _scanned(installed, "--facts", str(FACTS))["checks"]}
    assert outcomes == {"SHOP901": "found", "SHOP902": "skipped"}


def test_its_own_tests_pass(installed: Path, tmp_path: Path) -> None:
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tmp_path))
    assert "9 passed" in _run(installed, *words, str(PLUGIN / "tests"))
