"""albdoctor and the AWS CLI without their start: processes that have loaded them fork for each command.

Loading takes most of a command's time, and a proof starts several. What runs is the program itself, with the caller's
arguments, environment, folder and open files; only `python loaded_client.py SOCKET` stands where its name stood. On
Linux alone: elsewhere the system's own libraries forbid a fork without a new start.
"""

from __future__ import annotations

import atexit
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

PROGRAMS = {"albdoctor": (sys.executable, "-m", "albdoctor"), "aws": ("aws",)}
"""How each begins where it has to be loaded."""
COMMANDS = "bin"
SERVER, CLIENT = "albdoctor.lab.loaded_server", Path(__file__).with_name("loaded_client.py")


class _Shared:
    """The folder of the sockets of programs that somebody started for this process; empty: nobody did."""

    folder = ""


def words(program: str) -> tuple[str, ...]:
    """How a command of a program begins. The process behind it ends with this one, or with who shared it."""
    if sys.platform != "linux":
        return PROGRAMS[program]
    return _client(Path(_Shared.folder) / program if _Shared.folder else _own(program))


def ahead(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which a script finds the programs that somebody shared; else as it is."""
    commands = [str(Path(_Shared.folder) / COMMANDS)] if _Shared.folder else []
    return dict(environment) | {"PATH": os.pathsep.join((*commands, environment["PATH"]))}


def place() -> str:
    """What a process needs to `use` the programs that this one shares."""
    return _Shared.folder


def use(place: str) -> None:
    """Use, in this process, what another one shares."""
    _Shared.folder = place


@contextmanager
def shared() -> Generator[None]:
    """Start every program, for this process and those that are told the `place`."""
    if sys.platform != "linux":
        yield
        return
    with tempfile.TemporaryDirectory(prefix="albdoctor-loaded-") as name:
        folder = Path(name)
        (folder / COMMANDS).mkdir()
        started = [_start(program, folder) for program in PROGRAMS]
        command = folder / COMMANDS / "aws"
        command.write_text(f'#!/bin/sh\nexec {shlex.join(_client(folder / "aws"))} "$@"\n')
        command.chmod(0o700)
        use(name)
        try:
            yield
        finally:
            use("")
            for one in started:
                _end(one)


@cache
def _own(program: str) -> Path:
    folder = tempfile.TemporaryDirectory(prefix="albdoctor-loaded-")
    atexit.register(folder.cleanup)
    atexit.register(_end, _start(program, Path(folder.name)))  # before the folder goes
    return Path(folder.name) / program


def _client(place: Path) -> tuple[str, ...]:
    return sys.executable, "-S", "-E", str(CLIENT), str(place)


def _start(program: str, folder: Path) -> subprocess.Popen[bytes]:
    """Start one; whoever connects before it has loaded waits."""
    server = subprocess.Popen(  # noqa: S603 - our own module
        (sys.executable, "-m", SERVER, program, str(folder / program)), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    if server.stdout is None or server.stdout.readline() != b"ready\n":
        raise RuntimeError(f"{program} does not load")
    return server


def _end(server: subprocess.Popen[bytes]) -> None:
    """Close its standard input, at which it ends."""
    server.communicate(timeout=10)
