"""Every outcome in every format: the same exit code, and each format says it in its own way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from albdoctor.cli import main
from albdoctor.report.format import FORMATS

pytestmark = pytest.mark.process

TESTS = Path(__file__).parents[1]
SOUND, AT_RISK, BROKEN = "cases/base", "cases/failopen-200", "cases/alb401"
GAPS, GAPS_AND_ERRORS, GAPS_AND_WARNINGS = (
    "cases/source-ip-probed",
    "recorded/name-missing",
    "recorded/old-server-answers",
)
SUPPRESSED = """
[[suppress]]
check = "{check}"
subject = "*"
reason = "known"
until = {until}
"""
LATER, PAST = "2099-01-01", "2020-01-01"

OUTCOMES: dict[str, tuple[int, str, list[str], str]] = {
    "sound": (0, SOUND, [], ""),
    "at risk": (0, AT_RISK, [], ""),
    "at risk, from warnings on": (1, AT_RISK, ["--fail-on", "warning"], ""),
    "broken": (1, BROKEN, [], ""),
    "broken, never fails": (0, BROKEN, ["--fail-on", "never"], ""),
    "gaps": (3, GAPS, [], ""),
    "gaps, and a note that fails": (1, GAPS, ["--fail-on", "info"], ""),
    "gaps, allowed": (0, GAPS, ["--allow-gaps"], ""),
    "gaps, others allowed": (3, GAPS, ["--allow-gaps=registration"], ""),
    "gaps and errors": (1, GAPS_AND_ERRORS, [], ""),
    "gaps and errors, never fails": (3, GAPS_AND_ERRORS, ["--fail-on", "never"], ""),
    "gaps and errors, never fails, allowed": (0, GAPS_AND_ERRORS, ["--fail-on", "never", "--allow-gaps"], ""),
    "gaps and warnings": (3, GAPS_AND_WARNINGS, [], ""),
    "suppressed": (0, BROKEN, [], SUPPRESSED.format(check="ALB401", until=LATER)),
    "suppressed, another": (1, BROKEN, [], SUPPRESSED.format(check="ALB405", until=LATER)),
    "suppressed till yesterday": (1, BROKEN, [], SUPPRESSED.format(check="ALB401", until=PAST)),
    "known": (0, BROKEN, ["--baseline", "known.json"], ""),
    "not selected": (0, BROKEN, ["--ignore", "ALB401"], ""),
    "selected": (1, BROKEN, ["--select", "ALB401"], ""),
    "regraded down": (0, BROKEN, [], '[severity]\nALB401 = "warning"\n'),
    "regraded down, from warnings on": (1, BROKEN, ["--fail-on", "warning"], '[severity]\nALB401 = "warning"\n'),
    "regraded up": (1, "recorded/keep-alive-race", [], '[severity]\nALB710 = "error"\n'),
}
"""Code, facts, options, configuration."""
MISUSED: dict[str, tuple[list[str], str]] = {
    "no such level": (["--fail-on", "fatal"], ""),
    "no such option": (["--nothing"], ""),
    "no such check": (["--select", "nothing"], ""),
    "no such gap": (["--allow-gaps=nothing"], ""),
    "no such baseline": (["--baseline", "gone.json"], ""),
    "no such key": ([], "fail_on = 'error'\n"),
    "no reason": ([], '[[suppress]]\ncheck = "ALB401"\nsubject = "*"\nreason = ""\nuntil = 2099-01-01\n'),
}


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _told(code: int) -> Callable[[str], bool]:
    return lambda told: re.search(rf"\bexit {code}: ", told) is not None


def _sarif(code: int, report: Any) -> Callable[[str], bool]:
    def holds(told: str) -> bool:
        (run,) = json.loads(told)["runs"]
        return [one["exitCode"] for one in run["invocations"]] == [code] and [
            one["level"].replace("note", "info") for one in run["results"]
        ] == [one["severity"] for one in report["findings"]]

    return holds


def _junit(code: int, report: Any) -> Callable[[str], bool]:
    def holds(told: str) -> bool:
        (suite,) = ET.fromstring(told)  # noqa: S314 - our own
        failed, skipped = (int(suite.get(name, "")) for name in ("failures", "skipped"))
        judged = (failed > 0) == (code == 1)
        # What nobody could judge is skipped, whether that is allowed or not.
        return judged and (skipped > 0 or code != 3) and len(suite) == len(report["checks"])

    return holds


def _ocsf(told: str, report: Any) -> bool:
    severities = {"error": "High", "warning": "Medium", "info": "Informational"}
    events = {one["finding_info"]["uid"]: one["severity"] for one in json.loads(told)}
    return events == {one["fingerprint"]: severities[one["severity"]] for one in report["findings"]}


def says(name: str, code: int, report: Any) -> Callable[[str], bool]:
    """Whether a document of a format says this outcome."""
    special: dict[str, Callable[[str], bool]] = {
        "json": lambda told: json.loads(told)["exit_code"] == code,
        "jsonl": lambda told: [json.loads(line)["exit_code"] for line in told.splitlines()] == [code],
        "sarif": _sarif(code, report),
        "junit": _junit(code, report),
        "ocsf": lambda told: _ocsf(told, report),
    }
    return special.get(name, _told(code))


def run(facts: str, words: list[str], *formats: str) -> int:
    asked = [f"--format={name}=out.{name}" for name in formats]
    return main(["scan", "--lang", "en", "--facts", str(TESTS / f"{facts}.json"), *words, *asked])


@pytest.mark.parametrize(("code", "facts", "words", "config"), OUTCOMES.values(), ids=OUTCOMES)
def test_every_format_ends_the_same_and_says_so(
    code: int, facts: str, words: list[str], config: str, here: Path
) -> None:
    if "--baseline" in words:
        run(facts, [], "json")
        (here / "out.json").rename(here / "known.json")
    (here / "albdoctor.toml").write_text(config)
    assert run(facts, words, *FORMATS) == code
    told = {name: (here / f"out.{name}").read_text() for name in FORMATS}
    report = json.loads(told["json"])
    assert [name for name in FORMATS if not says(name, code, report)(told[name])] == []
    for name in FORMATS:
        (here / f"out.{name}").unlink()
        assert run(facts, words, name) == code, name
        assert (here / f"out.{name}").read_text() == told[name], name


@pytest.mark.parametrize(("words", "config"), MISUSED.values(), ids=MISUSED)
def test_what_is_misused_ends_with_2_and_writes_nothing(words: list[str], config: str, here: Path) -> None:
    (here / "albdoctor.toml").write_text(config)
    assert {run(BROKEN, words, name) for name in FORMATS} == {2}
    assert sorted(one.name for one in here.iterdir()) == ["albdoctor.toml"]


@pytest.mark.parametrize("codes", [(0, 0), (0, 1), (0, 3), (3, 1), (1, 1)])
def test_of_several_scans_the_worst_code_holds_in_every_format(codes: tuple[int, int], here: Path) -> None:
    names = {0: SOUND, 1: BROKEN, 3: GAPS}
    lines = [json.dumps(json.loads((TESTS / f"{names[code]}.json").read_text())) for code in codes]
    lines[1] = lines[1].replace("shop.example", "other.example")
    for number, line in enumerate(lines):
        (here / f"{number}.json").write_text(line)
    worst = 1 if 1 in codes else max(codes)
    asked = [f"--format={name}=out.{name}" for name in FORMATS]
    assert main(["scan", "--lang", "en", "--facts", "0.json", "1.json", *asked]) == worst
    found = [one["exit_code"] for one in json.loads((here / "out.json").read_text())["reports"]]
    assert sorted(found) == sorted(codes)
    told = [
        one["exitCode"] for run_ in json.loads((here / "out.sarif").read_text())["runs"] for one in run_["invocations"]
    ]
    assert sorted(told) == sorted(codes)
    for name in ("markdown", "github"):
        assert sorted(map(int, re.findall(r"exit (\d): ", (here / f"out.{name}").read_text()))) == sorted(codes)
