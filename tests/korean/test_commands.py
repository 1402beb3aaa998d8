"""Help pages, refusals and what else commands print, in Korean: by `--lang ko`, by the configuration, by the locale."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from albdoctor.checkup import registry
from albdoctor.cli import COMMANDS, main
from albdoctor.commands.explain import parts
from albdoctor.commands.symptom_page import page
from albdoctor.exits import Exit
from albdoctor.help import Group, Option, cells
from albdoctor.lookup.symptoms import SYMPTOMS
from albdoctor.report.format import FORMATS
from tests.support.korean import HANGUL, english

CALLED = re.compile("(?<=^사용법: )albdoctor[a-z -]*")
"""The words that call a command."""
SAVED = Path(__file__).parents[1] / "recorded" / "name-missing.json"


def command(name: str) -> click.Command:
    found: click.Command = getattr(importlib.import_module(COMMANDS[name].module), name.replace("-", "_"))
    return found


def beneath(found: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command and all that stand under it, each with the words that call it."""
    yield words, found
    if isinstance(found, Group):
        for name, one in found.commands.items():
            yield from beneath(one, (*words, name))


OURS = {" ".join(words): one for name in COMMANDS for words, one in beneath(command(name), (name,))}
"""Every command, the lab's own too."""


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments]) == Exit.SOUND
    return capsys.readouterr().out


@pytest.mark.parametrize("name", [None, *OURS])
def test_a_help_page_in_korean(name: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    page_ = shown(capsys, "--lang", "ko", *(name or "").split(), "--help")
    assert page_.startswith("사용법: albdoctor")
    lines = page_.splitlines()
    assert [line for line in lines if english(CALLED.sub("§", line)) or cells(line) > 80] == []
    assert not re.search("Usage|Options|Commands|default|Show this", page_)
    assert all(line == line.rstrip() for line in page_.splitlines())


@pytest.mark.parametrize("name", OURS)
def test_every_option_is_explained_in_both_languages(name: str) -> None:
    for parameter in OURS[name].params:
        if isinstance(parameter, click.Option) and parameter.help:
            assert isinstance(parameter, Option), parameter.name
            assert HANGUL.search(parameter.ko), parameter.name
            assert not HANGUL.search(parameter.help), parameter.name


def test_an_english_help_page_is_as_click_writes_it(capsys: pytest.CaptureFixture[str]) -> None:
    page_ = shown(capsys, "scan", "--help")
    assert page_.startswith("Usage: albdoctor scan [OPTIONS] [NAME]...\n\n  Follow one request to NAME")
    assert "\nOptions:\n  --domain NAME                   The same as NAME; repeatable.\n" in page_
    assert not HANGUL.search(page_)


def test_the_language_is_that_of_the_option_the_configuration_the_locale(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert "사용법" in shown(capsys, "--help")
    (tmp_path / "albdoctor.toml").write_text('lang = "en"\n')
    assert "Usage" in shown(capsys, "--help")
    (tmp_path / "other.toml").write_text('lang = "ko"\n')
    assert "사용법" in shown(capsys, "scan", "--config", "other.toml", "--help")
    assert "Usage" in shown(capsys, "scan", "--config=other.toml", "--lang=en", "--help")
    assert "사용법" in shown(capsys, "scan", "--lang", "en", "--lang", "ko", "--help")
    (tmp_path / "albdoctor.toml").write_text("lang = [")
    assert "사용법" in shown(capsys, "--help")


WRONG = [
    ["scan"],
    ["scam"],
    ["xyzzy"],
    ["scan", "--facts", str(SAVED), "--nope"],
    ["scan", "--facts", str(SAVED), "--formt", "text"],
    ["scan", "shop.example", "--wait", "abc"],
    ["scan", "shop.example", "--wait", "nan"],
    ["scan", "shop.example", "--timeout", "0"],
    ["scan", "shop.example", "--fail-on", "x"],
    ["scan", "shop.example", "--fail-on"],
    ["scan", "shop.example", "--quiet=1"],
    ["scan", "shop.example", "--format", "pdf"],
    ["scan", "shop.example", "--format", "html="],
    ["scan", "shop.example", "--format", "text", "--format", "json"],
    ["scan", "shop.example", "--format", "text", "--format", "json", "--output", "x"],
    ["scan", "shop.example", "--output", "/nowhere/x"],
    ["scan", "shop.example", "--output", "/"],
    ["scan", "shop.example", "--fix-dir", str(SAVED)],
    ["scan", "shop.example", "--select", "NOPE"],
    ["scan", "shop.example", "--select", "ALB4O1"],
    ["scan", "shop.example", "--baseline", "/nowhere"],
    ["scan", "shop.example", "--baseline", str(SAVED)],
    ["scan", "shop.example", "--config", "/nowhere"],
    ["scan", "shop.example", "--config", str(SAVED)],
    ["scan", "shop.example", "--ca-bundle", str(SAVED)],
    ["scan", "shop.example", "--connect-to", "a:b"],
    ["scan", "shop.example", "--resolver", "x"],
    ["scan", "shop.example", "--resolver", "192.0.2.1:x"],
    ["scan", "shop.example", "--path", "x"],
    ["scan", "shop.example", "--resume"],
    ["scan", "--all", "shop.example"],
    ["scan", "--all", "--path", "/x"],
    ["scan", "--all", "--resume"],
    ["scan", "--facts", "/nowhere"],
    ["scan", "--facts", "/"],
    ["scan", "--facts", __file__],
    ["scan", "--facts", str(SAVED), "--domain", "shop.example"],
    ["scan", str(SAVED)],
    *(["scan", name] for name in ("", "a..b", "192.0.2.1", "localhost", "co.kr", "a.b:1", "a@b.kr", "a.b/c", "-.kr")),
    *(["scan", url] for url in ("ftp://a.kr", "http://u@a.kr", "http://a.kr:1", "http://", "http://a.kr/ b")),
    *(["scan", name] for name in ("a" * 64 + ".kr", "a" * 5_000, ".".join(["a" * 60] * 5), "x.elb.amazonaws.com")),
    ["collect"],
    ["init", "--output", str(SAVED)],
    ["init", "--facts", "/nowhere"],
    ["init", "--facts", str(SAVED), "other.example"],
    ["init", "shop..example"],
    ["diff", "a"],
    ["diff", "a", "b", "c"],
    ["diff", "/nowhere", "b"],
    ["diff", str(SAVED), __file__],
    ["explain"],
    ["explain", "xyzzyxyzzy"],
    ["lab", "nope"],
    ["lab", "run"],
    ["lab", "run", "helthy"],
    ["lab", "up", "xyzzy"],
    ["lab", "up", "healthy", "--for", "0"],
    ["lab", "up", "healthy", "--dir", str(SAVED)],
    ["lab", "up", "healthy", "--dir", str(SAVED / "there")],
    ["lab", "verify", "helthy"],
    ["lab", "verify", "--jobs", "0"],
    ["lab", "down"],
    ["lab", "down", "--dir", str(SAVED.parent)],
    ["lab", "do", "nope"],
    ["lab", "do", "show"],
    ["lab", "do", "renew"],
    ["lab", "do", "start", "0"],
    ["lab", "do", "start", "80", "--kind", "x"],
    ["lab", "do", "answer", "80", "health", "200"],
    ["demo", "--nope"],
    ["schema"],
    ["schema", "x"],
]


@pytest.mark.parametrize("arguments", WRONG, ids=lambda arguments: " ".join(arguments)[:40])
def test_a_refusal_in_korean(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "ko", *arguments]) == Exit.COULD_NOT_RUN
    out, err = capsys.readouterr()
    last = next(line for line in err.splitlines() if line.startswith("오류: "))
    assert (out, [line for line in err.splitlines() if english(CALLED.sub("§", line))]) == ("", [])
    assert HANGUL.search(last.removeprefix("오류: "))


@pytest.mark.parametrize(("lang", "begins"), [("en", "Usage: albdoctor lab "), ("ko", "사용법: albdoctor lab ")])
def test_a_group_alone_shows_its_help_and_no_error(lang: str, begins: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", lang, "lab"]) == Exit.COULD_NOT_RUN
    out, err = capsys.readouterr()
    assert (out, err.startswith(begins), "verify" in err, re.findall("Error|오류:", err)) == ("", True, True, [])


def _explained() -> Iterator[str]:
    checks = registry.load()
    for check in checks:
        yield check.message.ko
        yield from (line for title, lines, code in parts(check, checks, "ko") if not code for line in (title, *lines))
    for symptom in SYMPTOMS:
        yield from (line for line in page(symptom, (), "ko").splitlines() if not line.startswith("  albdoctor "))


def test_what_explain_says_in_korean() -> None:
    lines = [line for text in _explained() for line in text.split("\n") if not line.startswith("  ")]
    assert len(lines) > 1_000
    assert [line for line in lines if english(line)] == []


def test_lists_and_comparisons_in_korean(capsys: pytest.CaptureFixture[str]) -> None:
    listed = shown(capsys, "checks", "--lang", "ko")
    assert [line for line in listed.splitlines() if english(line)] == []
    compared = shown(capsys, "diff", str(SAVED), str(SAVED), "--lang", "ko")
    assert [line for line in compared.splitlines() if english(line)] == []
    assert [line for line in shown(capsys, "--lang", "ko").splitlines() if english(line)] == []


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"json", "jsonl", "html", "sarif", "ocsf"}))
def test_every_format_for_people_in_korean(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["scan", "--facts", str(SAVED), "--lang", "ko", "--format", form])
    told = capsys.readouterr().out
    commands = re.compile(r"(dig|aws|curl|whois) .*")
    assert HANGUL.search(told)
    assert [line for line in told.splitlines() if english(commands.sub("§", line))] == []
