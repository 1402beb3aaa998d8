"""The guide and the skill say what there is."""

from __future__ import annotations

import json
import re

from albdoctor.mcp.cli import LOOPBACK, PORT
from albdoctor.mcp.questions import MOST_FACTS, MOST_SECONDS
from albdoctor.mcp.tools import TOOLS
from albdoctor.report.model import FindingReport, FixReport, Report
from tests.mcp.asking import ROOT

GUIDE = (ROOT / "docs" / "guides" / "assistants.md").read_text()
SKILL = (ROOT / "docs" / "skills" / "albdoctor" / "SKILL.md").read_text()
FIELDS = {name for kind in (Report, FindingReport, FixReport) for name in kind.__struct_fields__}


def test_the_guide_names_every_tool_and_its_bounds() -> None:
    assert re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE) == [tool.name for tool in TOOLS]
    assert f"http://{LOOPBACK}:{PORT}/mcp" in GUIDE
    assert f"up to {MOST_FACTS // 1024**2} MiB" in GUIDE
    assert f"(up to {MOST_SECONDS})" in GUIDE
    assert f"refused in words after {TOOLS[0].limit:.0f}" in GUIDE


def test_the_client_s_file_can_be_read() -> None:
    [written] = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    assert json.loads(written)["mcpServers"]["albdoctor"]["args"] == ["mcp"]


def test_the_skill_names_fields_that_a_report_has() -> None:
    head, page = SKILL.removeprefix("---\n").split("---\n", 1)
    assert [line.partition(": ")[0] for line in head.splitlines()] == ["name", "description"]
    named = set(re.findall(r"`(?:fix\.)?([a-z_]+)(?:: true)?`", page)) - {tool.name for tool in TOOLS}
    words = {"asked", "saw", "broken", "at-risk", "sound", "unknown", "likely", "profiles", "regions"}
    assert named - words <= FIELDS
    assert {"script", "impact", "side_effects", "verify", "root_cause", "vanishes", "step", "decide"} <= named
