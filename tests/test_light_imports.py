"""`--version`, `--help`, `checks` and `explain` start without the heavy libraries."""

from __future__ import annotations

import subprocess
import sys

import pytest

ALWAYS = ["boto3", "botocore", "dns", "httpx", "jinja2", "rich", "cryptography", "publicsuffixlist"]
OF_EXTRAS = ["moto", "mcp", "uvicorn"]
HEAVY = ALWAYS + OF_EXTRAS
PROGRAM = f"""
import sys
from albdoctor.cli import main
code = main(sys.argv[1:])
print("loaded:", *[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["checks"],
        ["explain", "ALB404"],
        ["explain", "502"],
        ["explain", "네임서버"],
        ["scan", "--help"],
        ["init", "--help"],
        ["mcp", "--help"],
        ["schema", "config"],
    ],
)
def test_no_heavy_library_is_imported(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "loaded:\n")
