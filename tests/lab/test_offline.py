"""A saved scan, judged again without network or credentials, says the same; its JSON fits the published schema."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from albdoctor.commands.schema import schema_of

WITHOUT_SOCKETS = """
import socket, sys

class Refused(socket.socket):
    def __init__(self, *args, **kwargs):
        raise AssertionError("judging opened a socket")

socket.socket = socket.SocketType = Refused
from albdoctor.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.lab
@pytest.mark.parametrize(("scenario", "code"), [("founding-story", 1), ("healthy", 0)])
def test_saved_facts_give_the_same_report_with_sockets_blocked(tmp_path: Path, scenario: str, code: int) -> None:
    live, again, facts = (tmp_path / name for name in ("live.json", "again.json", "facts.json"))
    run = [sys.executable, "-m", "albdoctor", "lab", "run", scenario, "--save-facts", str(facts)]
    assert subprocess.run([*run, "--format", f"json={live}"], check=False).returncode == code
    nothing = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    judge = [sys.executable, "-c", WITHOUT_SOCKETS, "scan", "--facts", str(facts), "--format", f"json={again}"]
    assert subprocess.run(judge, check=False, env=nothing).returncode == code
    assert json.loads(live.read_text()) == json.loads(again.read_text())
    jsonschema.validate(json.loads(live.read_text()), schema_of("report"))
    jsonschema.validate(json.loads(facts.read_text()), schema_of("facts"))
