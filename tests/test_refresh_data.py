"""The refresh of bundled data, on samples in the form that IANA publishes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from scripts.refresh_data import BadDataError, ages, main, rdap_servers, refresh, root_hints

BOOTSTRAP = {
    "description": "RDAP bootstrap file for Domain Name System registrations",
    "publication": "2026-11-20T20:00:01Z",
    "services": [
        [["net", "COM"], ["https://rdap.verisign.example/"]],
        [["kr"], ["http://rdap.kr.example/", "https://rdap.kr.example/"]],
        [["old"], ["http://only-plain.example/"]],
        [["xn--3e0b707e"], ["https://rdap.kr.example/"]],
    ],
    "version": "1.0",
}
HEAD = """;       This file holds the information on root name servers
;       last update:     November 20, 2026
;       related version of root zone:     2026112001
;
; FORMERLY NS.INTERNIC.NET
;
"""
ROOTS = HEAD + "".join(
    f".                        3600000      NS    {letter}.ROOT-SERVERS.NET.\n"
    f"{letter}.ROOT-SERVERS.NET.      3600000      A     192.0.2.{number}\n"
    f"{letter}.ROOT-SERVERS.NET.      3600000      AAAA  2001:DB8::{number:x}\n;\n"
    for number, letter in enumerate("ABCDEFGHIJKLM", 1)
)


def _bootstrap(**changed: object) -> bytes:
    return json.dumps(BOOTSTRAP | changed).encode()


def test_the_bootstrap_registry() -> None:
    made = rdap_servers(_bootstrap(), fewest=4)
    assert made["date"] == "2026-11-20"
    assert made["servers"] == {
        "https://rdap.kr.example/": "kr xn--3e0b707e",
        "https://rdap.verisign.example/": "com net",
    }


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html>", "no bootstrap registry: JSON is malformed"),
        (b"{}", "missing required field `version`"),
        (_bootstrap(version="2.0"), "version '2.0'"),
        (_bootstrap(), "only 4 TLDs"),
        (_bootstrap(services=[["kr"]]), r"at `\$.services\[0\]\[0\]`"),
    ],
)
def test_a_bootstrap_registry_that_is_none(content: bytes, told: str) -> None:
    with pytest.raises(BadDataError, match=told):
        rdap_servers(content)


def test_the_root_hints() -> None:
    made = root_hints(ROOTS.encode())
    assert (made["date"], len(made["servers"])) == ("2026-11-20", 13)
    assert made["servers"]["b.root-servers.net"] == ["192.0.2.2", "2001:db8::2"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "no 'last update'"),
        (HEAD, "0 root servers"),
        (ROOTS[: len(ROOTS) // 2], "root servers instead of 13"),
        (ROOTS.replace("192.0.2.5\n", "192.0.2.500\n"), "192.0.2.500"),
    ],
)
def test_root_hints_that_are_none(content: str, told: str) -> None:
    with pytest.raises(BadDataError, match=told):
        root_hints(content.encode())


def test_a_refresh_keeps_what_its_source_does_not_hold_and_never_goes_back(tmp_path: Path) -> None:
    file = tmp_path / "rdap_servers.json"
    file.write_text(json.dumps({"source": "x", "date": "2026-07-23", "servers": {}, "overrides": {"https://o/": "de"}}))
    made = rdap_servers(_bootstrap(), fewest=4)
    assert refresh(file, made) == "rdap_servers.json: now of 2026-11-20, 2 servers"
    assert json.loads(file.read_text())["overrides"] == {"https://o/": "de"}
    assert refresh(file, made) == "rdap_servers.json: unchanged of 2026-11-20, 2 servers"
    with pytest.raises(BadDataError, match="is of 2026-11-20 already, which is newer than 2026-01-01"):
        refresh(file, made | {"date": "2026-01-01"})


def test_every_bundled_table_tells_its_date() -> None:
    told = ages(date(2026, 11, 22))
    assert len(told) == 5
    assert told[0].split()[:5] == ["root", "hints", "2023-11-27", "1091", "days"]


def test_a_copy_that_is_no_good_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.html").write_text("<html>")
    assert main(["--root", str(tmp_path / "page.html")]) == 1
    assert capsys.readouterr().err == "not refreshed: no root hints: there is no 'last update' in them\n"
