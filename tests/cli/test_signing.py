"""MFA codes are asked for on a terminal, before the clock runs; whatever ends the prompt, the terminal echoes again."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from albdoctor.exits import Exit
from tests.collect.test_credentials import is_running
from tests.support.aws_api import Reply, Request, denied, serving

pytestmark = pytest.mark.process

CONFIG = """\
[profile mfa]
region=ap-northeast-2
role_arn=arn:aws:iam::123456789012:role/r
source_profile=keys
mfa_serial=arn:aws:iam::123456789012:mfa/me
[profile keys]
aws_access_key_id=AKIDKEYS
aws_secret_access_key=s
"""
PROMPT = "Enter MFA code for arn:aws:iam::123456789012:mfa/me: "
ROLE = (
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s"
    "</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
    "</AssumeRoleResult></AssumeRoleResponse>"
)
SCAN = (
    *(sys.executable, "-m", "albdoctor", "scan", "shop.example", "--profile", "mfa", "--timeout", "3", "--no-probe"),
    *("--dns-root", "127.0.0.1:1", "--resolver", "127.0.0.1:1", "--lang", "en"),
)


class Terminal:
    """A terminal with a scan on it."""

    def __init__(self, process: subprocess.Popen[bytes], ours: int, theirs: int) -> None:
        """Begin with nothing shown."""
        self.process, self.ours, self.theirs, self.shown = process, ours, theirs, ""

    def read_until(self, words: str, seconds: float = 20.0) -> None:
        until = time.monotonic() + seconds
        while words not in self.shown and time.monotonic() < until:
            self._read()
        assert words in self.shown, self.shown

    def _read(self) -> bool:
        if not select.select([self.ours], [], [], 0.1)[0]:
            return False
        self.shown += os.read(self.ours, 65536).decode(errors="replace")
        return True

    def type(self, line: str) -> None:
        os.write(self.ours, f"{line}\n".encode())

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.theirs)[3] & termios.ECHO)

    def ended(self) -> int:
        until = time.monotonic() + 20
        while self.process.poll() is None and time.monotonic() < until:
            self._read()
        while self._read():
            pass
        return self.process.wait(1)


@contextmanager
def on_terminal(monkeypatch: pytest.MonkeyPatch, folder: Path, config: str = CONFIG) -> Generator[Terminal]:
    (folder / "config").write_text(config)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("HOME", str(folder))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        SCAN, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=os.environ | {"TERM": "xterm"}
    )
    try:
        yield Terminal(process, ours, theirs)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)


def role(request: Request) -> Reply:
    return Reply(200, ROLE.encode()) if request.action == "sts:AssumeRole" else denied(request)


def test_the_code_is_asked_for_once_before_the_clock_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with serving(monkeypatch, role) as api, on_terminal(monkeypatch, tmp_path) as terminal:
        terminal.read_until(PROMPT)
        time.sleep(3.5)  # longer than the whole scan may take
        assert "\x1b" not in terminal.shown  # no spinner yet
        terminal.type("987650")
        assert terminal.ended() != Exit.COULD_NOT_RUN
        assert "987650" not in terminal.shown
        assert terminal.echoes
        assert terminal.shown.count("MFA") == 1
        signed = [request for request in api.requests if request.action == "sts:AssumeRole"]
        assert [parse_qs(request.body.decode())["TokenCode"] for request in signed] == [["987650"]]
        others = {request.key for request in api.requests if request.action != "sts:AssumeRole"}
        assert others == {"ASIAROLE"}


def test_a_wrong_code_is_told_and_the_scan_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with serving(monkeypatch, denied), on_terminal(monkeypatch, tmp_path) as terminal:
        terminal.read_until(PROMPT)
        terminal.type("000000")
        assert terminal.ended() != Exit.COULD_NOT_RUN
        assert "albdoctor: AccessDenied: User is not authorized to perform: sts:AssumeRole" in terminal.shown
        assert "shop.example" in terminal.shown.split("sts:AssumeRole", 1)[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_the_prompt_leaves_a_terminal_that_echoes(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serving(monkeypatch, role), on_terminal(monkeypatch, tmp_path) as terminal:
        terminal.read_until(PROMPT)
        assert not terminal.echoes
        os.kill(terminal.process.pid, number)
        assert terminal.ended() == Exit.INTERRUPTED
        assert terminal.echoes


def test_a_signal_ends_the_program_that_a_profile_waits_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program, file = tmp_path / "program", tmp_path / "pid"
    program.write_text(f"#!/bin/bash\necho $$ >{file}.new; mv {file}.new {file}\nexec sleep 600\n")
    program.chmod(0o700)
    config = f"[profile mfa]\ncredential_process={program}\n"
    with serving(monkeypatch, denied), on_terminal(monkeypatch, tmp_path, config) as terminal:
        until = time.monotonic() + 20
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)  # its number is known to whoever started it a moment later
        os.kill(terminal.process.pid, signal.SIGTERM)
        assert terminal.ended() == Exit.INTERRUPTED
        assert not is_running(int(file.read_text()))
