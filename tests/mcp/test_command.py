"""The command itself: where it listens, what it refuses, what it writes where."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from albdoctor.cli import main
from albdoctor.errors import BadOptionError
from albdoctor.exits import Exit
from albdoctor.mcp.cli import address_of
from tests.mcp.asking import ALBDOCTOR, ENVIRONMENT, NOWHERE, by_http

pytestmark = pytest.mark.process


@pytest.mark.parametrize(
    ("text", "remote", "place"),
    [
        ("127.0.0.1:8765", False, ("127.0.0.1", 8765)),
        ("127.0.0.1", False, ("127.0.0.1", 8765)),
        ("localhost:99", False, ("127.0.0.1", 99)),
        ("[::1]:99", False, ("::1", 99)),
        ("10.0.0.5:99", True, ("10.0.0.5", 99)),
    ],
)
def test_where_it_listens(text: str, remote: bool, place: tuple[str, int]) -> None:
    assert address_of(text, allow_remote=remote) == place


@pytest.mark.parametrize(
    ("text", "remote", "said"),
    [
        ("10.0.0.5:99", False, "--allow-remote"),
        ("0.0.0.0:99", False, "name one address"),
        ("0.0.0.0:99", True, "name one address"),
        ("[::]:99", True, "name one address"),
        ("shop.example:99", True, "no IP address"),
        ("127.0.0.1:port", False, "port"),
    ],
)
def test_where_it_does_not(text: str, remote: bool, said: str) -> None:
    with pytest.raises(BadOptionError, match=said):
        address_of(text, allow_remote=remote)


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    # The last one leaves this process in the locale's language, as it was.
    for words, said in ((("--lang", "ko"), "설치하세요"), (("--lang", "en"), "not installed"), ((), "'.[mcp]'")):
        assert main(["mcp", *words]) == Exit.COULD_NOT_RUN
        out, err = capsys.readouterr()
        assert (out, said in err, "pip install '.[mcp]'" in err) == ("", True, True)


def test_a_port_that_is_taken_and_a_wrong_configuration_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with by_http(tmp_path) as url:
        assert main(["mcp", "--http", httpx.URL(url).netloc.decode()]) == Exit.COULD_NOT_RUN
        assert "cannot listen on" in capsys.readouterr().err
    (tmp_path / "albdoctor.toml").write_text('select = ["none-such"]\n')
    assert main(["mcp"]) == Exit.COULD_NOT_RUN
    assert "none-such" in capsys.readouterr().err


def test_a_page_of_another_site_is_refused(tmp_path: Path) -> None:
    with by_http(tmp_path) as url:
        ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        accept = {"Accept": "application/json, text/event-stream"}
        assert httpx.post(url, json=ask, headers={**accept, "Host": "evil.example"}).status_code == 421
        assert httpx.post(url, json=ask, headers={**accept, "Origin": "http://evil.example"}).status_code == 403


class Raw:
    """A server without a client's library: each line as it is."""

    def __init__(self, folder: Path, config: str) -> None:
        """Start it and begin as clients do."""
        (folder / "given.toml").write_text(config)
        self.process = subprocess.Popen(
            [*ALBDOCTOR, "mcp", "--config", "given.toml"],
            cwd=folder,
            env={**os.environ, **ENVIRONMENT},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        version = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        self.send("initialize", version, 1)
        assert self.answer()["result"]["serverInfo"]["name"] == "albdoctor"
        self.send("notifications/initialized", {})

    def send(self, method: str, params: Mapping[str, object], number: int | None = None) -> None:
        head = {"jsonrpc": "2.0", "method": method, "params": params}
        assert self.process.stdin
        self.process.stdin.write(json.dumps(head if number is None else {**head, "id": number}) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())


def scanning(timeout: int) -> dict[str, object]:
    return {"name": "scan", "arguments": {"domain": "shop.example", "timeout": timeout}}


def test_stdout_is_the_protocol_alone(tmp_path: Path) -> None:
    server = Raw(tmp_path, NOWHERE)
    with server.process as process:
        server.send("tools/call", scanning(1), 2)
        assert server.answer()["id"] == 2
        assert process.communicate(timeout=20) == ("", "")
        assert process.returncode == Exit.SOUND


def test_the_end_of_stdin_is_the_end_also_of_a_scan_under_way(tmp_path: Path) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{silent.getsockname()[1]}"
        server = Raw(tmp_path, f'resolver = ["{nobody}"]\ndns-root = ["{nobody}"]\n')
        with server.process as process:
            server.send("tools/call", scanning(100), 2)
            silent.settimeout(20)
            assert silent.recv(4096)  # the scan has begun
            closed = time.monotonic()
            out, err = process.communicate(timeout=20)
            assert ([json.loads(line)["id"] for line in out.splitlines()], err) == ([2], "")  # that it is over
            assert (process.returncode, time.monotonic() - closed < 3) == (Exit.SOUND, True)
