"""What bad input gets: one clear sentence, exit 2, nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from albdoctor.cli import main
from albdoctor.collect.keywords import options_for
from albdoctor.errors import BadOptionError
from albdoctor.facts.files import encode
from albdoctor.facts.snapshot import Facts
from albdoctor.report.format import FORMATS
from tests.support.stories import story

DOMAIN = ["scan", "--domain", "shop.example"]
SAVED = encode((story(),))


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code = main(list(arguments))
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert "Traceback" not in captured.err
    return captured.err.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "domain",
    [
        "",
        " ",
        "shop..example",
        "-shop.example",
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 5),
        "192.0.2.1",
        "::1",
        "[::1]",
        "co.kr",
        "localhost",
        "shop_example",
        "shop.example:8443",
        "http://user@shop.example",
        "ftp://shop.example",
        "\x1b[31m.example",
        "web-1.ap-northeast-2.elb.amazonaws.com",
        "shop.example\nX: y",
        "*.example.com",
        "shop.example:²",
        "shop.example:" + "9" * 5000,
        "a" * 120_000,
        "a." * 60_000 + "example",
        "shop.example." + "9" * 5000,
        "한" * 60_000,
        "https://shop.example:" + "9" * 5000 + "/",
        "https://[shop.example/",
    ],
)
def test_a_domain_that_cannot_be_scanned(capsys: pytest.CaptureFixture[str], domain: str) -> None:
    told = _refused(capsys, "scan", "--domain", domain)
    assert told.startswith("Error: ")
    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["scan"], "Error: name what to scan: albdoctor scan shop.example (or --facts FILE)"),
        ([*DOMAIN, "--select", "NOPE"], "Error: there is no check 'NOPE'; `albdoctor checks` lists them"),
        ([*DOMAIN, "--format", "pdf"], f"Error: there is no format 'pdf'; it is one of {', '.join(FORMATS)}"),
        ([*DOMAIN, "--format", "html="], "Error: --format html=: the file's name is missing"),
        (
            [*DOMAIN, "--format", "text", "--format", "json"],
            "Error: two formats cannot both go to stdout; write --format FORMAT=FILE",
        ),
        ([*DOMAIN, "--output", "/nowhere/r.txt"], "Error: cannot write /nowhere/r.txt: there is no folder /nowhere"),
        (
            [*DOMAIN, "--save-facts", "/nowhere/f.json"],
            "Error: cannot write /nowhere/f.json: there is no folder /nowhere",
        ),
        ([*DOMAIN, "--connect-to", "a:b"], "Error: --connect-to 'a:b' is not HOST:PORT:HOST2:PORT2"),
        (
            [*DOMAIN, "--connect-to", "a:443:b:²"],
            "Error: 'a:443:b:²': '²' is no port (1-65535)",
        ),
        ([*DOMAIN, "--resolver", "192.0.2.1:-1"], "Error: '--resolver 192.0.2.1:-1': '-1' is no port (1-65535)"),
        ([*DOMAIN, "--resolver", "dns.google"], "Error: --resolver 'dns.google': 'dns.google' is no IP address"),
        ([*DOMAIN, "--dns-root", "192.0.2.1:0"], "Error: '--dns-root 192.0.2.1:0': '0' is no port (1-65535)"),
        (
            [*DOMAIN, "--config", "/nowhere.toml"],
            "Error: cannot read the configuration /nowhere.toml: No such file or directory",
        ),
        (
            ["scan", "--facts", "/nowhere.json"],
            "Error: cannot read the facts file /nowhere.json: No such file or directory",
        ),
        (
            [*DOMAIN, "--baseline", "/nowhere.json"],
            "Error: cannot read the baseline /nowhere.json: No such file or directory",
        ),
        ([*DOMAIN, "--path", "nope"], "Error: --path 'nope' is no path: it starts with / and holds no blanks"),
        (["explain", "xyzzy"], "Error: no check speaks of 'xyzzy'; `albdoctor checks` lists them"),
    ],
)
def test_options_that_cannot_be_used(capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    assert _refused(capsys, *arguments) == told


@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "-1", "1e999", "NaN", "9" * 5000])
@pytest.mark.parametrize("option", ["--timeout", "--wait"])
def test_seconds_that_are_none(capsys: pytest.CaptureFixture[str], option: str, seconds: str) -> None:
    assert f"Invalid value for '{option}'" in _refused(capsys, *DOMAIN, option, seconds)


@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "-1", "0", "true", "'60'"])
def test_seconds_of_the_configuration_that_are_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seconds: str
) -> None:
    config = tmp_path / "albdoctor.toml"
    config.write_text(f"timeout = {seconds}\n")
    told = _refused(capsys, *DOMAIN, "--config", str(config))
    assert told.startswith(f"Error: configuration {config}: ")
    assert told.endswith("at `$.timeout`")


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0, 0, "60", None])
def test_seconds_of_the_library_that_are_none(seconds: Any) -> None:
    with pytest.raises(BadOptionError, match=r"^timeout .* is no number of seconds up to 3600$"):
        options_for("shop.example", timeout=seconds)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"{}", "holds no facts of albdoctor; this albdoctor reads albdoctor/facts/1"),
        (b"[]", "does not fit: Expected `object`, got `array`"),
        (b"\xff\xfe", "is cut off or damaged"),
        (SAVED[: len(SAVED) // 2], "is cut off or damaged: Input data was truncated"),
        (
            SAVED.replace(b"facts/1", b"facts/9"),
            "is of version 'albdoctor/facts/9'; this albdoctor reads albdoctor/facts/1",
        ),
        (SAVED.replace(b'"Port":443', b'"Port":"x"'), "Expected `int`, got `str` - at `$.listeners.value[0].Port`"),
        (
            SAVED.replace(b'"taken_at":"2026', b'"taken_at":"x'),
            "Invalid RFC3339 encoded datetime - at `$.scan.taken_at`",
        ),
        (b'{"a":' * 100_000, "is cut off or damaged"),
    ],
)
def test_facts_files_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "facts.json"
    file.write_bytes(content)
    assert told in _refused(capsys, "scan", "--facts", str(file), "--output", str(tmp_path / "report.txt"))
    assert not (tmp_path / "report.txt").exists()


@pytest.mark.parametrize("content", ["fail-on = 3", "nope = 1", "[[suppress]]\ncheck='x'", "="])
def test_a_bad_configuration(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str) -> None:
    file = tmp_path / "albdoctor.toml"
    file.write_text(content)
    assert f"configuration {file}: " in _refused(capsys, *DOMAIN, "--config", str(file))


def test_good_facts_are_judged_and_written(tmp_path: Path) -> None:
    facts, report, copy = (tmp_path / name for name in ("facts.json", "report.json", "copy.json"))
    facts.write_bytes(SAVED)
    arguments = ["--select", "ALB404", "--format", "json", "--output", str(report), "--save-facts", str(copy)]
    assert main(["scan", "--facts", str(facts), *arguments]) == 0
    assert report.read_bytes().startswith(b'{\n  "schema": "albdoctor/report/1"')
    assert (copy.read_bytes(), copy.stat().st_mode & 0o777) == (SAVED, 0o600)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.json", "facts.json", "report.json"]


def test_facts_survive_the_way_to_a_file_and_back(tmp_path: Path) -> None:
    from albdoctor.facts.files import decode

    seen: tuple[Facts, ...] = (story(), story("healthy"))
    assert decode(encode(seen), str(tmp_path)) == seen
