"""Machine formats point at the line of the domain, or with --iac at the block that makes the resource."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from albdoctor.cli import main
from albdoctor.facts.files import decode
from albdoctor.facts.known import Kind, Ref
from albdoctor.iac.block import Thing
from albdoctor.iac.things import thing_of
from albdoctor.tables import domain_lines
from tests.support.korean import english

FACTS = Path(__file__).parents[1] / "cases" / "alb401.json"
ELB = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012"
CONFIG = """\
fail-on = "warning"

[[domain]]
name = "api.shop.example"

[[domain]]
path = ["/", "/cart"]
name = "shop.example"   # the shop
"""
GROUP = 'resource "aws_lb_target_group" "web" {\n  name = "web-http"\n}\n'


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "web.tf").write_text(GROUP)
    return tmp_path


def places(*words: str) -> list[Any]:
    main(["scan", "--facts", str(FACTS), "--format", "sarif=out.sarif", *words])
    (run,) = json.loads(Path("out.sarif").read_text())["runs"]
    found = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert len(found) == 3
    return list({json.dumps(one): one for one in found}.values())


def at(file: str, line: int, end: int) -> dict[str, object]:
    return {
        "artifactLocation": {"uri": file, "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": line, "endLine": end},
    }


SITE = {"artifactLocation": {"uri": "shop.example"}, "region": {"startLine": 1}}


def test_the_line_of_the_domain(here: Path) -> None:
    assert places() == [SITE]
    (here / "albdoctor.toml").write_text(CONFIG)
    assert places() == [at("albdoctor.toml", 8, 8)]
    (here / "albdoctor.toml").rename(here / "other.toml")
    assert places("--config", "other.toml") == [at("other.toml", 8, 8)]


def test_a_domain_that_the_configuration_does_not_name_is_not_in_it(here: Path) -> None:
    (here / "albdoctor.toml").write_text('[[domain]]\nname = "api.shop.example"\n')
    assert places() == [SITE]
    (here / "albdoctor.toml").write_text('domain = [{name = "shop.example"}]\n')
    assert places() == [at("albdoctor.toml", 1, 1)], "a table without a header: the file is right"


def test_paths_are_told_from_the_root_of_the_repository(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / ".git").mkdir()
    monkeypatch.chdir(here / "infra")
    Path("pyproject.toml").write_text('[[tool.albdoctor.domain]]\nname = "shop.example"\n')
    assert places() == [at("infra/pyproject.toml", 2, 2)]
    assert places("--iac", ".") == [at("infra/web.tf", 1, 3)]


def test_what_lies_outside_of_the_repository_is_no_place(tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "web.tf").write_text(GROUP)
    assert places("--iac", str(outside)) == [SITE]


def test_the_block_is_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("text", "html", "json", "markdown", "junit", "github", "ocsf")
    files = [f"--format={name}=out.{name}" for name in names]
    assert places("--iac", "infra", *files) == [at("infra/web.tf", 1, 3)]
    for name in names:
        told = Path(f"out.{name}").read_text()
        assert "infra/web.tf" in told, name
        assert "aws_lb_target_group.web" in told.replace("\\_", "_") or name in ("github", "ocsf"), name
    assert capsys.readouterr().err == ""


def test_a_state_that_is_named(here: Path) -> None:
    (here / "infra" / "web.tf").write_text(GROUP.replace('"web-http"', "var.name"))
    assert places("--iac", "infra") == [SITE]
    (finding, *_) = json.loads(Path("out.sarif").read_text())["runs"][0]["results"]
    arn = finding["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].partition("/")[2]
    instance = {"attributes": {"arn": arn}}
    made = {"type": "aws_lb_target_group", "name": "web", "instances": [instance]}
    (here / "pulled.json").write_text(json.dumps({"version": 4, "resources": [made]}))
    assert places("--iac", "infra", "--iac-state", "pulled.json") == [at("infra/web.tf", 1, 3)]


def test_a_redacted_report_tells_no_file(here: Path) -> None:
    (here / "albdoctor.toml").write_text(CONFIG)
    assert "web.tf" not in json.dumps(places("--redact", "--iac", "infra"))
    assert "albdoctor.toml" not in Path("out.sarif").read_text()


@pytest.mark.parametrize(
    ("words", "en", "ko"),
    [
        (["--iac", "gone"], "Error: --iac gone: it is no folder", "오류: --iac gone: 폴더가 아닙니다"),
        (["--iac-state", "x"], "Error: --iac-state goes with --iac", "오류: --iac-state는 --iac와 함께 씁니다"),
        (["--iac", "infra", "--iac-state", "x"], "Error: cannot read the file x", "오류: 파일 x 읽기 실패"),
    ],
)
def test_what_cannot_be_is_said(words: list[str], en: str, ko: str, capsys: pytest.CaptureFixture[str]) -> None:
    for lang, said in (("en", en), ("ko", ko)):
        assert main(["scan", "--facts", str(FACTS), "--lang", lang, *words]) == 2
        assert said in capsys.readouterr().err


def test_files_that_cannot_be_read_are_named_and_no_name_acts(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(7):
        (here / "infra" / f"\x1b[2J\n{number}.tf").write_text('resource "aws_lb" "b" {')
    assert places("--iac", "infra", "--lang", "ko") == [at("infra/web.tf", 1, 3)]
    lines = capsys.readouterr().err.splitlines()
    assert (len(lines), lines[-1]) == (6, "albdoctor: 그 밖에 읽지 못한 파일 2개")
    assert lines[0].startswith('albdoctor: infra/\\x1b[2J\\n0.tf: 읽지 못했습니다. "Unexpected')
    assert not any("\x1b" in line or english(line.partition('"')[0].partition(".tf")[2]) for line in lines)


def test_without_the_extra_it_is_said_how_to_get_it() -> None:
    program = "import sys; sys.modules['hcl2'] = None; from albdoctor.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "scan", "--facts", str(FACTS), "--iac", "infra", "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--iac needs packages that are not installed: pip install '.[iac]'" in done.stderr


def test_what_the_facts_know_of_a_subject() -> None:
    (facts,) = decode(FACTS.read_bytes(), "facts")

    def thing(kind: Kind, start: str) -> Thing:
        ids = [one.id for one in (*refs(kind),) if start in one.id]
        found = thing_of(facts, Ref(kind, ids[0]))
        assert found is not None
        return found

    def refs(kind: Kind) -> list[Ref]:
        seen: dict[Kind, Any] = {
            Kind.LISTENER: facts.listeners,
            Kind.RULE: facts.rules,
            Kind.CERTIFICATE: facts.certificates,
            Kind.HOSTED_ZONE: facts.hosted_zones,
        }
        return [one.ref for one in seen[kind].value]

    listener = thing(Kind.LISTENER, "listener")
    assert (listener.port, listener.of and listener.of.called) == (80, "web")
    assert thing(Kind.CERTIFICATE, "arn").called == thing(Kind.HOSTED_ZONE, "Z").called == "shop.example"
    assert thing(Kind.RULE, "").kind is Kind.LISTENER, "a default rule is written in its listener"
    record = thing_of(facts, Ref(Kind.RECORD, "ZGP36YZ2AOHO7ADRQS4R5F/www.shop.example/A"))
    assert record is not None
    assert (record.id, record.type) == ("ZGP36YZ2AOHO7ADRQS4R5F_www.shop.example_A", "A")
    assert record.of is not None
    assert record.of.called == "shop.example"
    target = thing_of(facts, Ref(Kind.TARGET, f"{ELB}:targetgroup/web-http/978ba989292f150f#i-0abc:80"))
    assert target == Thing(kind=Kind.TARGET, id="i-0abc")
    assert thing_of(facts, Ref(Kind.DOMAIN, "shop.example")) is None


def test_lines_of_domains() -> None:
    assert domain_lines(CONFIG) == [4, 8]
    assert domain_lines('[[ domain ]]\n[[suppress]]\nname = "x"\n') == [1]
    assert domain_lines("") == []
