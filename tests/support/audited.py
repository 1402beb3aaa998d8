"""Runs albdoctor and writes down what Python's own audit events say it did: `python -m tests.support.audited LOG ...`.

Nothing of the tool is replaced: the interpreter tells of every connection, program and file (PEP 578).
https://docs.python.org/3/library/audit_events.html
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

CONNECTIONS = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname")
PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.spawn")
CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink", "os.truncate", "os.chmod", "shutil.rmtree")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
QUIET = {"PYTHONDONTWRITEBYTECODE": "1"}


class Done(Struct, frozen=True):
    """What one run did."""

    code: int
    out: str
    connections: tuple[tuple[str, int], ...]
    """Where sockets went, each once: host and port."""
    lookups: tuple[str, ...]
    """Names that the system was asked to look up."""
    programs: tuple[str, ...]
    written: tuple[str, ...]
    """Files that were opened to be written, made, renamed or removed."""


def run(folder: Path, *words: str, environment: Mapping[str, str] | None = None) -> Done:
    """Run albdoctor in a home and working directory of its own, `home` below `folder`."""
    home, log = folder / "home", folder / "audit.jsonl"
    home.mkdir(parents=True, exist_ok=True)
    environ = {**(environment or os.environ), **QUIET, "HOME": str(home), "TMPDIR": str(home)}
    environ["PYTHONPATH"] = str(Path.cwd())
    program = [sys.executable, "-m", "tests.support.audited", str(log), *words]
    done = subprocess.run(program, cwd=home, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    events: list[tuple[str, list[Any]]] = [json.loads(line) for line in log.read_text().splitlines()]
    places = [arguments[-1] for event, arguments in events if event in CONNECTIONS[:3]]
    return Done(
        done.returncode,
        done.stdout + done.stderr,
        tuple(dict.fromkeys((str(place[0]), int(place[1])) for place in places if place)),
        tuple(dict.fromkeys(str(arguments[0]) for event, arguments in events if event in CONNECTIONS[3:])),
        tuple(f"{event} {arguments}" for event, arguments in events if event in PROGRAMS),
        tuple(f"{event} {arguments[0]}" for event, arguments in events if event in (*CHANGES, "open")),
    )


def _main(log: str, words: list[str]) -> int:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            _, mode, flags = arguments
            if not (flags & WRITES if isinstance(flags, int) else set(mode or "") & set("wax+")):
                return
        elif event not in (*CONNECTIONS, *PROGRAMS, *CHANGES):
            return
        told: list[Any] = [each if isinstance(each, str | int | tuple | list) else str(each) for each in arguments]
        os.write(descriptor, json.dumps([event, told], default=str).encode() + b"\n")

    from albdoctor.cli import main

    sys.addaudithook(note)
    return main(words)


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1], sys.argv[2:]))
