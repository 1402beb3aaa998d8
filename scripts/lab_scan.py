"""What was packed scans a site of the lab: it must find the one thing that is broken there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from albdoctor.lab.scenarios import find
from albdoctor.lab.site import build
from albdoctor.lab.world import World

SCENARIO, CAUSE = "target-security-group", "ALB501"


def missed(home: Path, *command: str) -> str:
    """Scan with a command, in a home of its own; what it did instead of naming the cause, empty where it named it."""
    scenario = find(SCENARIO)
    with World() as world:
        build(world, scenario.plan)
        done = subprocess.run(
            (*command, "scan", scenario.plan.scanned, *world.flags, "--format", "json"),
            capture_output=True,
            text=True,
            check=False,
            cwd=home,
            env=world.environment | {"HOME": str(home)},
        )
    try:
        first = json.loads(done.stdout)["findings"][0]["check"]
    except (ValueError, LookupError):
        first = "no finding"
    if (done.returncode, first) == (1, CAUSE):
        return ""
    return (
        f"scan of the lab's {SCENARIO}: exit code {done.returncode}, {first} instead of {CAUSE}\n{done.stderr[-1500:]}"
    )
