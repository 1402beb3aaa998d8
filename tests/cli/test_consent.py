"""No command runs on a host because a file or a script's option wants it: somebody says yes, or exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from albdoctor.cli import main
from albdoctor.collect.aws import command, windows_command
from albdoctor.exits import Exit
from tests.support.korean import english

NOBODY = ("--dns-root", "127.0.0.1:9", "--resolver", "127.0.0.1:9", "--timeout", "3", "--no-probe")
"""Ports at which nothing answers."""
SAVED = Path(__file__).parents[1] / "recorded" / "name-missing.json"
SENT = (*command.COMMAND.split("\n"), *windows_command.COMMAND.split("\n"))


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_REGION", "eu-west-1"),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    Path("inspect.toml").write_text("inspect-hosts = true\n")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(
    "words",
    [
        ("scan", "shop.example", "--inspect-hosts"),
        ("scan", "shop.example", "--inspect-hosts", "--quiet"),
        ("scan", "shop.example", "--config", "inspect.toml"),
        ("scan", "--all", "--inspect-hosts"),
        ("scan", "--all", "--config", "inspect.toml"),
        ("collect", "shop.example", "--inspect-hosts"),
        ("collect", "shop.example", "--config", "inspect.toml"),
        ("init", "shop.example", "--inspect-hosts"),
        ("init", "shop.example", "--config", "inspect.toml"),
    ],
    ids=" ".join,
)
def test_without_a_terminal_it_is_refused_with_the_option_that_consents(
    words: tuple[str, ...], lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", lang, *words, *NOBODY]) == Exit.COULD_NOT_RUN
    out, err = capsys.readouterr()
    *shown, last = err.splitlines()
    assert (out, Path("albdoctor.toml").exists()) == ("", False)
    assert last.startswith("오류: " if lang == "ko" else "Error: ")
    assert "--yes" in last
    assert [line[4:] for line in shown if line.startswith("    ")] == [*SENT]
    said = [line for line in (*shown, last) if not line.startswith("    ")]
    assert ("shop.example" in " ".join(said)) is ("shop.example" in words)
    if lang == "ko":
        assert [line for line in said if english(line)] == []


@pytest.mark.parametrize("command_", ["scan", "collect"])
def test_yes_is_consent_and_the_commands_are_told_all_the_same(
    command_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command_, "shop.example", "--inspect-hosts", "--yes", *NOBODY]) != Exit.COULD_NOT_RUN
    err = capsys.readouterr().err
    assert [line[4:] for line in err.splitlines() if line.startswith("    ")] == [*SENT]


@pytest.mark.parametrize(
    "words",
    [
        ("scan", "shop.example", "--yes", *NOBODY),
        ("scan", "shop.example", "--inspect-hosts", "--select", "ALB101", *NOBODY),
        ("scan", "--facts", str(SAVED), "--inspect-hosts"),
        ("init", "--config", "inspect.toml"),
    ],
    ids=["not wanted", "no check needs it", "facts are there", "nothing is scanned"],
)
def test_nobody_is_asked_where_nothing_would_run(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words]) != Exit.COULD_NOT_RUN
    assert "Systems Manager" not in capsys.readouterr().err


def test_consent_is_no_key_of_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("inspect.toml").write_text("inspect-hosts = true\nyes = true\n")
    assert main(["scan", "shop.example", "--config", "inspect.toml", *NOBODY]) == Exit.COULD_NOT_RUN
    assert "there is no key 'yes'" in capsys.readouterr().err


def test_names_stay_out_of_it_where_they_are_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["collect", "shop.example", "--redact", "--inspect-hosts", *NOBODY]) == Exit.COULD_NOT_RUN
    assert "shop.example" not in capsys.readouterr().err


def test_many_names_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"www{number}.shop.example" for number in range(8)]
    assert main(["scan", *names, "--inspect-hosts", *NOBODY]) == Exit.COULD_NOT_RUN
    assert "behind www0.shop.example, www1.shop.example" in (err := capsys.readouterr().err)
    assert "www4.shop.example and 3 more" in err
