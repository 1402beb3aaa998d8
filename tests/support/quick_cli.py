"""The AWS CLI without its start: a process that has loaded it forks for each command.

Loading takes most of a command's time. What runs is the CLI itself, with the caller's arguments, environment, folder
and open files; only `python aws_client.py SOCKET` stands where `aws` stood.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from shlex import quote

HERE = Path(__file__).parent
SERVER, CLIENT = HERE / "aws_server.py", HERE / "aws_client.py"


@cache
def command() -> str:
    """How a shell script calls the CLI; the process behind it ends with this one."""
    folder = tempfile.TemporaryDirectory(prefix="albdoctor-cli-")
    socket = Path(folder.name) / "socket"
    server = subprocess.Popen([sys.executable, str(SERVER), str(socket)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdout
    assert server.stdout.readline() == b"ready\n"
    atexit.register(_end, server, folder)
    return f"{quote(sys.executable)} -S -E {quote(str(CLIENT))} {quote(str(socket))}"


def _end(server: subprocess.Popen[bytes], folder: tempfile.TemporaryDirectory[str]) -> None:
    assert server.stdin
    server.stdin.close()
    server.wait(10)
    folder.cleanup()
