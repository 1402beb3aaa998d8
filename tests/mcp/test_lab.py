"""A site of the lab, scanned for an assistant over each transport: what the command finds, the assistant is told."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult

from albdoctor.lab.scanning import scan as by_command
from albdoctor.lab.scenarios import find
from albdoctor.lab.site import build
from albdoctor.lab.world import World
from tests.mcp.asking import asked, by_http, by_stdio, text

pytestmark = pytest.mark.lab


def configuration(world: World) -> str:
    """The lab's flags as a configuration."""
    flags = world.flags
    said: dict[str, list[str]] = {}
    for option, value in zip(flags[::2], flags[1::2], strict=True):
        said.setdefault(option.removeprefix("--"), []).append(value)
    one = ("trust-anchor", "ca-bundle")
    return "".join(f"{key} = {json.dumps(value[0] if key in one else value)}\n" for key, value in said.items())


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_an_assistant_is_told_the_root_cause(transport: str, tmp_path: Path) -> None:
    with World() as world, ExitStack() as stack:
        shop = build(world, find("founding-story").plan)
        (tmp_path / "lab.toml").write_text(configuration(world))
        words = ("--config", "lab.toml")
        server: StdioServerParameters | str = by_stdio(tmp_path, *words, environment=world.environment)
        if transport == "http":
            server = stack.enter_context(by_http(tmp_path, *words, environment=world.environment))

        async def work(client: Client) -> CallToolResult:
            await client.list_tools()
            return await client.call_tool("scan", {"domain": shop.domain, "lang": "en"})

        result = asked(server, work)
        printed = by_command(world, shop.domain)
    assert result.structured_content
    assert result.structured_content["verdict"] == "broken"
    causes = [one["fingerprint"] for one in result.structured_content["findings"] if one["root_cause"]]
    assert causes == [one.fingerprint for one in printed.root_causes]
    assert all(f"{one.check} {one.slug}" in text(result) for one in printed.root_causes)
