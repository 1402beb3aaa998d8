"""`--redact` on the command line: every output and the facts file; suppressions and baselines still hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from albdoctor.api import judge
from albdoctor.cli import main
from albdoctor.facts.files import decode, encode
from tests.redact.test_snapshot import shop, verdicts

SECRETS = ("shop.", "1234567890", "123456789012", "50dc6c49", "i-0abc", "10.0.1.23")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A facts file with many faults."""
    path = tmp_path / "facts.json"
    path.write_bytes(encode((shop(),)))
    return path


def _scan(saved: Path, *arguments: str) -> int:
    return main(["scan", "--facts", str(saved), *arguments])


def test_no_output_names_anybody(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again, fixes = tmp_path / "again.json", tmp_path / "fixes"
    formats = [f"--format=html={tmp_path / 'page.html'}", f"--format=json={tmp_path / 'report.json'}", "--format=text"]
    assert _scan(saved, "--redact", *formats, "--save-facts", str(again), "--fix-dir", str(fixes)) == 1
    told = [capsys.readouterr().out.replace(str(tmp_path), "")]
    told += [path.read_text().replace(str(tmp_path), "") + path.name for path in tmp_path.rglob("*") if path.is_file()]
    told.remove(saved.read_text() + saved.name)
    assert len(told) > 4
    assert [(secret, one[:80]) for secret in SECRETS for one in told if secret in one] == []
    assert verdicts(decode(again.read_bytes(), "again")[0]) == verdicts(shop())


def test_the_exit_code_and_the_findings_are_the_same(saved: Path, tmp_path: Path) -> None:
    plain, redacted = tmp_path / "plain.json", tmp_path / "redacted.json"
    assert _scan(saved, f"--format=json={plain}") == _scan(saved, "--redact", f"--format=json={redacted}")
    one, other = (json.loads(path.read_bytes()) for path in (plain, redacted))
    assert [finding["check"] for finding in one["findings"]] == [finding["check"] for finding in other["findings"]]


def test_a_baseline_of_the_originals_still_holds(saved: Path, tmp_path: Path) -> None:
    plain, redacted = tmp_path / "plain.json", tmp_path / "redacted.json"
    _scan(saved, f"--format=json={plain}")
    _scan(saved, "--redact", "--baseline", str(plain), f"--format=json={redacted}")
    report = json.loads(redacted.read_bytes())
    assert report["findings"] == []
    assert len(report["suppressed"]) == len(judge(shop()).findings)


@pytest.mark.parametrize(("until", "left"), [("2999-01-01", 0), ("2020-01-01", 1)])
def test_a_suppression_of_an_original_still_holds(saved: Path, tmp_path: Path, until: str, left: int) -> None:
    finding = next(one for one in judge(shop()).findings if one.slug == "tg-port-not-served")
    config, report = tmp_path / "albdoctor.toml", tmp_path / "report.json"
    subject = f"{finding.subject.kind}/{finding.subject.id}"
    config.write_text(
        f'[[suppress]]\ncheck = "{finding.check}"\nsubject = "{subject}"\n'
        f'reason = "for shop.example"\nuntil = {until}\n'
    )
    _scan(saved, "--redact", "--config", str(config), f"--format=json={report}")
    written = report.read_text()
    assert [secret for secret in SECRETS if secret in written] == []
    told = json.loads(written)
    assert [one["check"] for one in told["findings"]].count(finding.check) == left
    assert [one["check"] for one in told["findings"]].count("ALB002") == left
    assert len(told["suppressed"]) == 1 - left
