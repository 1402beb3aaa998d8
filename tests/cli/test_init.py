"""`albdoctor init`: a file that can be read, that says what is known, and that is never written over another."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from albdoctor import load_facts
from albdoctor.cli import main
from albdoctor.commands.config_file import KEYS, Agreed, Site, Standing, written
from albdoctor.config import Config, Domain, load
from albdoctor.exits import Exit
from albdoctor.text import Lang
from tests.support.korean import HANGUL, english

TESTS = Path(__file__).parents[1]
ILL = str(TESTS / "recorded" / "status-check-failed.json")
SERVED = str(TESTS / "cases" / "failopen-200.json")
NAMELESS = str(TESTS / "recorded" / "name-missing.json")
OFF = re.compile(r"^#(?! )", re.MULTILINE)
"""Before a key that is off; prose has a blank after its #."""
TABLES = {"severity", "domain", "suppress"}


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return tmp_path


def init(*words: str) -> Config:
    assert main(["init", *words]) == Exit.SOUND
    return load(None)[0]


def all_on(file: Path) -> Config:
    """What the file says when every # before a key is taken away."""
    on = file.with_name("on.toml")
    on.write_text(OFF.sub("", file.read_text()))
    return load(on)[0]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_template_explains_every_key_and_sets_none(lang: Lang, here: Path) -> None:
    assert main(["--lang", lang, "init"]) == Exit.SOUND
    assert load(None)[0] == Config()
    assert {*KEYS, *TABLES} == set(Config.__struct_encode_fields__)
    config = all_on(here / "albdoctor.toml")
    for field in Config.__struct_fields__:
        assert getattr(config, field) or field == "fail_on", field
    assert config.suppress[0].until == datetime.now(UTC).date() + timedelta(days=90)


def test_the_korean_file_is_korean(here: Path) -> None:
    assert init("--lang", "ko", "--facts", ILL).lang == "ko"
    prose = [line for line in (here / "albdoctor.toml").read_text().splitlines() if line.startswith("# ")]
    assert [line for line in prose if english(line) or not HANGUL.search(line)] == []


def test_from_saved_facts_without_a_network(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = init("--facts", ILL)
    assert capsys.readouterr().out == (
        "wrote albdoctor.toml; domains: 1; findings of today, as suppressions that are off: 3\n"
    )
    # What is broken today may lead to a wrong load balancer, which is then only suggested.
    assert config == Config(domain=(Domain(name="shop.example", path=()),), region=("ap-northeast-2",))
    on = all_on(here / "albdoctor.toml")
    assert on.domain == (Domain(name="shop.example", path=("/", "/login"), balancer="web"),)
    assert [rule.check for rule in on.suppress] == ["ALB604", "ALB405", "ALB425"]


def test_the_suppressions_hold_what_they_name_and_nothing_else(here: Path) -> None:
    init("--facts", ILL)
    file = here / "albdoctor.toml"
    before, mark, after = file.read_text().partition("# What stands today")
    file.write_text(before + mark + OFF.sub("", after))
    assert main(["scan", "--facts", ILL, "-q"]) == Exit.SOUND
    one = re.sub(r'#?subject = "target/', "\\g<0>x", before + mark + OFF.sub("", after))
    file.write_text(one)
    assert main(["scan", "--facts", ILL, "-q"]) == Exit.FINDINGS


def test_a_served_site_keeps_its_balancer_and_what_is_said_on_the_command_line_too() -> None:
    config = init("--facts", SERVED, "--profile", "web", "--region", "us-east-1", "--lang", "en")
    assert config.domain == (Domain(name="shop.example", balancer="web"),)
    assert (config.profile, config.region, config.lang) == (("web",), ("us-east-1", "ap-northeast-2"), "en")


def test_a_scan_that_sees_nothing_still_gives_its_domain(capsys: pytest.CaptureFixture[str]) -> None:
    nobody = ("--no-probe", "--timeout", "1", "--dns-root", "127.0.0.1:1", "--resolver", "127.0.0.1:1")
    config = init("https://한국.kr/a", "other.example", *nobody)
    assert config == Config(domain=(Domain(name="한국.kr", path="/a"), Domain(name="other.example")))
    assert "albdoctor: other.example: no load balancer was seen; " in capsys.readouterr().err


def test_names_choose_among_saved_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert [one.name for one in init("--facts", ILL, "--facts", NAMELESS, "api.shop.example").domain] == [
        "api.shop.example"
    ]
    assert main(["init", "--facts", ILL, "--output", "x.toml", "nope.example"]) == Exit.COULD_NOT_RUN
    assert "nope.example is not in the saved facts; there are: shop.example" in capsys.readouterr().err
    assert not Path("x.toml").exists()


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
@pytest.mark.parametrize("words", [(), ("--facts", ILL), ("shop.example",)])
def test_what_is_there_stays(kind: str, words: tuple[str, ...], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = here / "albdoctor.toml"
    if kind == "file":
        file.write_text("lang = 'en'\n")
    elif kind == "folder":
        file.mkdir()
    else:
        file.symlink_to("nowhere")
    assert main(["init", *words]) == Exit.COULD_NOT_RUN
    assert capsys.readouterr().err == (
        "Error: albdoctor.toml is there already and stays as it is: --output FILE writes another\n"
    )
    assert kind != "file" or file.read_text() == "lang = 'en'\n"
    assert sorted(path.name for path in here.iterdir()) == ["albdoctor.toml"]


def test_a_table_in_pyproject_is_not_put_out_of_force(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "pyproject.toml").write_text("[tool.albdoctor]\ntimeout = 7\n")
    assert main(["init"]) == Exit.COULD_NOT_RUN
    assert "pyproject.toml holds [tool.albdoctor]" in capsys.readouterr().err
    assert main(["init", "--output", "other.toml"]) == Exit.SOUND
    (here / "pyproject.toml").write_text("[tool.ruff]\n")
    assert init().timeout is None


def test_redacted_it_names_nobody(here: Path) -> None:
    init("--facts", ILL, "--redact")
    text = (here / "albdoctor.toml").read_text()
    known = load_facts(ILL).scan.domain, "123456789012"
    assert [one for one in known if one in text.replace('#name = "shop.example"', "").split("[[domain]]")[1]] == []


@pytest.mark.parametrize(
    "hostile", ['"\n[[suppress]]\n', "a\\", "\x7f\x00\u202e", "*?[!x]", "한국 'x' \U000e0100", "# x"]
)
def test_hostile_names_stay_strings(hostile: str) -> None:
    standing = Standing(check="ALB401", slug="a-b", subject=hostile, message=hostile)
    site = Site(name=hostile, path=hostile, balancer=hostile, pinned=True)
    agreed = Agreed(sites=(site,), profiles=(hostile,), standing=(standing,), until=date(2027, 1, 1))
    text = written(agreed, "en")
    assert tomllib.loads(text) == {
        "profile": [hostile],
        "domain": [{"name": hostile, "path": hostile, "balancer": hostile}],
    }
    today = text.partition("# What stands today")
    assert tomllib.loads(today[1] + OFF.sub("", today[2]))["suppress"][0]["subject"] == hostile


def test_a_subject_with_wildcards_in_it_is_held(here: Path) -> None:
    (here / "odd.json").write_bytes(Path(ILL).read_bytes().replace(b"web-http", b"we[b]?*"))
    init("--facts", "odd.json")
    before, mark, after = (here / "albdoctor.toml").read_text().partition("# What stands today")
    (here / "albdoctor.toml").write_text(before + mark + OFF.sub("", after))
    assert main(["scan", "--facts", "odd.json", "-q"]) == Exit.SOUND
