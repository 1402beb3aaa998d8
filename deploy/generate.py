"""Writes what `albdoctor iam-policy --enabled-regions` prints into the templates; --check only compares."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
TEMPLATES = ("role.yaml", "template.yaml")
BEGIN, END = "# BEGIN iam-policy", "# END iam-policy"


def policy() -> str:
    """The policy of the role in each account, as JSON."""
    run = (sys.executable, "-m", "albdoctor", "iam-policy", "--enabled-regions")
    return subprocess.run(run, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own command


def written(template: str, document: str) -> str:
    """The template with the policy between its marks; JSON is YAML."""
    before, rest = template.split(BEGIN)
    _, after = rest.split(END)
    indent = " " * (len(before) - len(before.rstrip(" ")))
    lines = json.dumps(json.loads(document), indent=2).splitlines()
    body = "".join(f"{indent}{'  ' if number else 'PolicyDocument: '}{line}\n" for number, line in enumerate(lines))
    return f"{before}{BEGIN}\n{body}{indent}{END}{after}"


def main() -> int:
    """Write, or with --check tell which template is old."""
    document = policy()
    old = 0
    for name in TEMPLATES:
        path = FOLDER / name
        made = written(path.read_text(), document)
        if made != path.read_text():
            old += 1
            print(f"deploy/{name} is old: run deploy/generate.py" if "--check" in sys.argv else f"deploy/{name}")
            if "--check" not in sys.argv:
                path.write_text(made)
    return int(old > 0 and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
