"""What a configuration agrees on: which file holds, what is scanned, and that the command line wins."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from albdoctor.cli import main
from albdoctor.commands.given import ScanGiven, parsed
from albdoctor.commands.named import scans_of
from albdoctor.commands.options import settled
from albdoctor.commands.scan import scan
from albdoctor.commands.schema import schema_of
from albdoctor.config import Config, load
from albdoctor.errors import BadOptionError
from albdoctor.exits import Exit
from albdoctor.language import language, listen

RECORDED = Path(__file__).parents[1] / "recorded"
AGREED = """
profile = ["dns", "web"]
region = ["ap-northeast-2"]
format = ["text", "json=reports/one.json"]
baseline = "known.json"
fail-on = "warning"
select = ["target"]

[[domain]]
name = "shop.example"
path = ["/", "/login"]
balancer = "web"

[[domain]]
name = "https://한국.kr/a"

[[domain]]
name = "api.shop.example"
path = "/health"
"""
SHOP = [("shop.example", "/", "web"), ("shop.example", "/login", "web")]
OTHERS = [("xn--3e0b707e.kr", "/a", ""), ("api.shop.example", "/health", "")]


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def given(*words: str) -> tuple[ScanGiven, Config]:
    with scan.make_context("scan", [*words]) as context:
        told = parsed(ScanGiven, context.params)
    config, _ = load(told.config)
    return settled(told, config), config


@pytest.mark.parametrize(
    ("words", "scanned"),
    [
        ((), [*SHOP, *OTHERS]),
        (("--path", "/x"), [("shop.example", "/x", "web"), *((host, "/x", "") for host, _, _ in OTHERS)]),
        (("--balancer", "new", "shop.example"), [(host, path, "new") for host, path, _ in SHOP]),
        (("SHOP.example.",), SHOP),
        (("https://shop.example/cart",), [("shop.example", "/cart", "web")]),
        (("https://shop.example/",), [("shop.example", "/", "web")]),
        (("shop.example", "--path", "/cart"), [("shop.example", "/cart", "web")]),
        (("other.example",), [("other.example", "/", "")]),
        (("--domain", "api.shop.example", "other.example"), [("other.example", "/", ""), OTHERS[1]]),
    ],
)
def test_what_is_scanned(words: tuple[str, ...], scanned: list[tuple[str, str, str]], here: Path) -> None:
    (here / "albdoctor.toml").write_text(AGREED)
    assert [(one.host, one.path, one.balancer) for one in scans_of(*given(*words))] == scanned


def test_the_command_line_wins(here: Path) -> None:
    (here / "albdoctor.toml").write_text(AGREED)
    told, _ = given()
    assert (told.profiles, told.regions, told.select) == (("dns", "web"), ("ap-northeast-2",), ("target",))
    assert (told.formats, told.fail_on, told.baseline) == (
        ("text", "json=reports/one.json"),
        "warning",
        Path("known.json"),
    )
    told, _ = given(
        *[
            "--profile",
            "p",
            "--region",
            "us-east-1",
            "--format",
            "short",
            "--fail-on",
            "never",
            "--baseline",
            "b",
            "--select",
            "ALB4",
        ]
    )
    assert (told.profiles, told.regions, told.select) == (("p",), ("us-east-1",), ("ALB4",))
    assert (told.formats, told.fail_on, told.baseline) == (("short",), "never", Path("b"))


def test_files_are_told_from_the_folder_of_a_named_file(here: Path) -> None:
    (here / "ci").mkdir()
    (here / "ci" / "shop.toml").write_text(AGREED)
    told, _ = given("--config", "ci/shop.toml")
    assert (told.formats, told.baseline) == (("text", "json=ci/reports/one.json"), Path("ci/known.json"))


def test_without_a_domain_nothing_is_scanned(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "albdoctor.toml").write_text("timeout = 7\n")
    assert main(["scan"]) == Exit.COULD_NOT_RUN
    assert "name what to scan" in capsys.readouterr().err


def test_a_pyproject_holds_where_there_is_no_file_of_our_own(here: Path) -> None:
    ours = '[project]\nname = "albdoctor-site"\n[tool.albdoctor]\ntimeout = 7\nlang = "ko"\n'
    (here / "pyproject.toml").write_text(ours)
    config, file = load(None)
    assert (config.timeout, file, load(Path("pyproject.toml"))[0].timeout) == (7.0, "pyproject.toml", 7.0)
    listen(["scan"])
    assert language() == "ko"
    (here / "albdoctor.toml").write_text("timeout = 9\n")
    config, file = load(None)
    assert (config.timeout, file) == (9.0, "albdoctor.toml")
    listen(["scan"])
    assert language() == "en"


@pytest.mark.parametrize(
    "content", ['[project]\nname = "albdoctor"\n', "[tool]\nruff = 1\n", "tool = 1 # albdoctor\n", "= no TOML"]
)
def test_a_pyproject_that_is_not_about_us_says_nothing(here: Path, content: str) -> None:
    (here / "pyproject.toml").write_text(content)
    assert load(None) == (Config(), "albdoctor.toml")
    listen(["scan"])
    assert language() == "en"


def test_a_pyproject_may_not_lead_elsewhere_either(here: Path) -> None:
    (here / "pyproject.toml").write_text('[tool.albdoctor]\nresolver = ["192.0.2.1"]\n')
    with pytest.raises(BadOptionError, match=r"resolver holds only in a file that is named: --config pyproject\.toml"):
        load(None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("tool.albdoctor = {fail_on = 'x'}", "there is no key 'fail_on'; did you mean fail-on?"),
        ("tool.albdoctor.xyzzy = 1", "there is no key 'xyzzy'; there are domain, profile, "),
        (
            "[[tool.albdoctor.domain]]\nname='a.kr'\npaths='/'",
            "there is no key 'domain.paths'; did you mean domain.path?",
        ),
        ("[[tool.albdoctor.suppress]]\ncheck='a'\nresaon='b'", "key 'suppress.resaon'; did you mean suppress.reason?"),
        ("[[tool.albdoctor.suppress]]\ncheck='a'\nreason=' '", "the suppression of a gives no reason"),
        ("[[tool.albdoctor.domain]]\npath='/'", "Object missing required field `name` - at `$.domain[0]`"),
        ("[[tool.albdoctor.domain]]\nname='a.kr'\npath='x'", "at `$.domain[0].path`"),
        ("[tool.albdoctor.severity]\nALB401='fatal'", "Invalid enum value 'fatal' - at `$.severity[...]`"),
        ("[tool.albdoctor]\nfail-on='x", "pyproject.toml: "),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(here: Path, content: str, said: str) -> None:
    (here / "pyproject.toml").write_text(content)
    with pytest.raises(BadOptionError, match=re.escape(said)):
        load(None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[severity]\nALB4O1 = 'info'", "there is no check 'ALB4O1'; did you mean "),
        ("[[suppress]]\ncheck = 'tg-port-not-servd'\nreason = 'x'", "did you mean tg-port-not-served"),
        ("[[domain]]\nname = 'shop..example'", "shop..example' has an empty label"),
        ("[[domain]]\nname = 'shop.example'\npath = '/a b'", "--path '/a b' is no path"),
        ("format = ['pdf']", "there is no format 'pdf'"),
        ("profile = ['xyzzy']\n[[domain]]\nname = 'shop.example'", "there is no AWS profile 'xyzzy'"),
    ],
)
def test_a_scan_refuses_it_before_anything_is_asked(
    here: Path, content: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "albdoctor.toml").write_text(content)
    assert main(["scan"]) == Exit.COULD_NOT_RUN
    assert said in capsys.readouterr().err


def test_a_regraded_scan_ends_by_the_grade(here: Path) -> None:
    saved = str(RECORDED / "keep-alive-race.json")
    (here / "albdoctor.toml").write_text('format = ["json=one.json"]\n[severity]\nALB710 = "error"\n')
    assert main(["scan", "--facts", saved]) == Exit.FINDINGS
    report = json.loads((here / "one.json").read_text())
    assert (report["verdict"], report["findings"][0]["regraded_from"]) == ("at-risk", "warning")


def test_the_schema_fits_what_is_read() -> None:
    import tomllib

    schema = schema_of("config")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(tomllib.loads(AGREED), schema)
    for wrong in ({"fail_on": "error"}, {"domain": [{"path": "/"}]}, {"severity": {"ALB401": "fatal"}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)
