"""Servers in processes of their own, and what is asked of them."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from albdoctor.exits import Exit

T = TypeVar("T")

ALBDOCTOR = (sys.executable, "-m", "albdoctor")
ROOT = Path(__file__).parents[2]
SAVED = ROOT / "tests" / "recorded" / "name-missing.json"
NOWHERE = 'resolver = ["127.0.0.1:1"]\ndns-root = ["127.0.0.1:1"]\n'
"""A configuration with which a scan reaches nothing."""
ENVIRONMENT = {"AWS_EC2_METADATA_DISABLED": "true", "LANG": "C.UTF-8"}
SECONDS = 60


def asked(server: StdioServerParameters | str, work: Callable[[Client], Awaitable[T]], mode: str = "auto") -> T:
    """Connect, ask, disconnect."""

    async def main() -> T:
        async with asyncio.timeout(SECONDS), Client(server, mode=mode) as client:
            return await work(client)

    return asyncio.run(main())


def by_stdio(folder: Path, *words: str, environment: Mapping[str, str] = ENVIRONMENT) -> StdioServerParameters:
    """How the client starts a server, in an empty folder."""
    command, *first = ALBDOCTOR
    return StdioServerParameters(command=command, args=[*first, "mcp", *words], cwd=folder, env=dict(environment))


@contextmanager
def by_http(folder: Path, *words: str, environment: Mapping[str, str] = ENVIRONMENT) -> Generator[str]:
    """Run a server on a port that is free; give its URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*ALBDOCTOR, "mcp", "--http", f"127.0.0.1:{port}", *words]
    with subprocess.Popen(command, cwd=folder, env=dict(environment), stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        try:
            line = server.stderr.readline()
            assert f"http://127.0.0.1:{port}/mcp" in line
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            server.terminate()
            code = server.wait(10)
    assert code == Exit.INTERRUPTED


def text(result: CallToolResult) -> str:
    """The words of an answer."""
    [one] = result.content
    assert isinstance(one, TextContent)
    return one.text
