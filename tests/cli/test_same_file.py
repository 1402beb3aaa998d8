"""A file that is named twice: nothing is written over what is read, nothing is written twice."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from albdoctor.cli import main
from albdoctor.exits import Exit

SAVED = Path(__file__).parents[1] / "recorded" / "name-missing.json"
NOBODY = ("--no-probe", "--timeout", "1", "--dns-root", "127.0.0.1:1", "--resolver", "127.0.0.1:1")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    (tmp_path / "saved.json").write_bytes(SAVED.read_bytes())
    (tmp_path / "linked.json").symlink_to("saved.json")
    os.link(tmp_path / "saved.json", tmp_path / "hard.json")
    assert main(["scan", "--facts", "saved.json", "--format", "json=report.json"]) == Exit.FINDINGS
    (tmp_path / "albdoctor.toml").write_text("fail-on = 'error'\n")
    (tmp_path / "roots.pem").write_text("no roots")
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        "--facts saved.json --format json=saved.json",
        "--facts saved.json --format json=./saved.json",
        "--facts saved.json --format json=linked.json",
        "--facts linked.json --format json=saved.json",
        "--facts saved.json --format json=hard.json",
        "--facts saved.json --save-facts saved.json",
        "--facts saved.json --redact --save-facts saved.json",
        "--facts report.json saved.json --format html --output saved.json",
        "--facts saved.json --baseline report.json --format json=report.json",
        "--facts saved.json --config albdoctor.toml --format text=albdoctor.toml",
        "--facts saved.json --format text=albdoctor.toml",
        "shop.example --ca-bundle roots.pem --save-facts roots.pem",
        "shop.example --trust-anchor roots.pem --save-facts roots.pem",
        "--facts saved.json --format json=new --format html=new",
        "--facts saved.json --format json=new --format html=./new",
        "--facts saved.json --save-facts new --format html=new",
    ],
)
def test_what_would_be_lost_is_refused(arguments: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert main(["scan", *arguments.split()]) == Exit.COULD_NOT_RUN
    out, err = capsys.readouterr()
    assert out == ""
    assert "name another file" in err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_collect_does_not_overwrite_what_it_reads(folder: Path) -> None:
    assert main(["collect", "shop.example", "--ca-bundle", "roots.pem", "--output", "roots.pem"]) == Exit.COULD_NOT_RUN
    assert (folder / "roots.pem").read_text() == "no roots"


def test_devices_take_any_number() -> None:
    arguments = ["--facts", "saved.json", "--format", "json=/dev/null", "--format", "html=/dev/null"]
    assert main(["scan", *arguments, "--save-facts", "/dev/null"]) == Exit.FINDINGS


def test_the_same_facts_twice_are_judged_once(folder: Path) -> None:
    twice = ["--facts", "saved.json", "--facts", "saved.json", "--format", "json=new.json"]
    assert main(["scan", *twice]) == Exit.FINDINGS
    assert json.loads((folder / "new.json").read_text())["schema"] == "albdoctor/report/1"


@pytest.mark.parametrize("content", ["{}", "[]", '{"schema":"albdoctor/report/1"}', "", "null", '{"schema":1}'])
def test_a_baseline_is_a_report(content: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "baseline.json").write_text(content)
    assert main(["scan", "--facts", "saved.json", "--baseline", "baseline.json"]) == Exit.COULD_NOT_RUN
    assert "baseline baseline.json is no JSON report of albdoctor" in capsys.readouterr().err


def test_facts_are_no_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--facts", "saved.json", "--baseline", "linked.json"]) == Exit.COULD_NOT_RUN
    assert "is no JSON report of albdoctor" in capsys.readouterr().err


def test_a_report_is_a_baseline_of_one_scan_and_of_several(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_text())
    several = {"schema": "albdoctor/reports/1", "reports": [report, report]}
    (folder / "several.json").write_text(json.dumps(several))
    for name in ("report.json", "several.json"):
        assert main(["scan", "--facts", "saved.json", "--baseline", name]) != Exit.FINDINGS


@pytest.mark.parametrize("again", ["shop.example", "SHOP.example", "https://shop.example/", "shop.example."])
def test_the_same_page_twice_is_one_scan(again: str, folder: Path) -> None:
    main(["scan", "shop.example", again, *NOBODY, "--format", "json=one.json"])
    report = json.loads((folder / "one.json").read_text())
    assert (report["schema"], report["scan"]["domain"]) == ("albdoctor/report/1", "shop.example")


def test_two_pages_of_one_host_are_two_scans(folder: Path) -> None:
    main(["scan", "shop.example", "https://shop.example/api", *NOBODY, "--format", "json=two.json"])
    reports = json.loads((folder / "two.json").read_text())["reports"]
    assert [one["scan"]["path"] for one in reports] == ["/", "/api"]
