"""The Action's steps, run as a runner runs them: bash, the environment that its file names, the runner's own files."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct, field

ROOT = Path(__file__).parents[2]
FILE = ROOT / "action.yml"
EXPRESSION = re.compile(r"\$\{\{ ([^}]+) \}\}")


class Input(Struct, forbid_unknown_fields=True):
    description: str
    required: bool = False
    default: str | None = None


class Output(Struct, forbid_unknown_fields=True):
    description: str
    value: str


class Step(Struct, forbid_unknown_fields=True):
    name: str
    id: str = ""
    shell: str = ""
    run: str = ""
    uses: str = ""
    condition: str = field(default="", name="if")
    continue_on_error: bool = field(default=False, name="continue-on-error")
    given: dict[str, str] = field(default_factory=dict[str, str], name="with")
    env: dict[str, str] = field(default_factory=dict[str, str])


class Runs(Struct, forbid_unknown_fields=True):
    using: str
    steps: list[Step]


class Action(Struct, forbid_unknown_fields=True):
    name: str
    description: str
    branding: dict[str, str]
    inputs: dict[str, Input]
    outputs: dict[str, Output]
    runs: Runs


ACTION: Action = msgspec.yaml.decode(FILE.read_bytes(), type=Action)
INSTALL, ROLE, SCAN, KEEP, COMMENT = ACTION.runs.steps


class Runner:
    """A job on a runner: a folder to work in, a folder for temporary things, files that steps write into."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        """Prepare the folders; `environment` is the job's own."""
        self.work, self.temp = folder / "work", folder / "it's $HOME"
        self.summary, self._output = folder / "summary.md", folder / "output"
        self.work.mkdir()
        self.temp.mkdir()
        self._job = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | dict(environment or {})
        self.outputs: dict[str, str] = {}

    def installed(self, program: str = "") -> None:
        """Put this Python's environment where the first step makes one; `program`: a script in place of albdoctor."""
        made = self.temp / "albdoctor"
        if not program:
            made.symlink_to(sys.prefix)
            return
        (made / "bin").mkdir(parents=True)
        for name in ("pyvenv.cfg", "lib"):
            (made / name).symlink_to(Path(sys.prefix) / name)
        (made / "bin" / "python").symlink_to(Path(sys.executable).resolve())
        (made / "bin" / "albdoctor").write_text(program)
        (made / "bin" / "albdoctor").chmod(0o700)

    def run(
        self, step: Step, /, inputs: Mapping[str, str] | None = None, **job: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a step to its end."""
        self._output.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.run],
            cwd=self.work,
            env=self._job
            | {
                "RUNNER_TEMP": str(self.temp),
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_STEP_SUMMARY": str(self.summary),
                "GITHUB_OUTPUT": str(self._output),
            }
            | job
            | {name: self._valued(text, inputs or {}) for name, text in step.env.items()},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if step.id:
            self.outputs = _read(self._output.read_text())
        return done

    def _valued(self, text: str, inputs: Mapping[str, str]) -> str:
        known = {f"inputs.{name}": one.default or "" for name, one in ACTION.inputs.items()}
        known |= {f"inputs.{name}": value for name, value in inputs.items()}
        known |= {f"steps.scan.outputs.{name}": value for name, value in self.outputs.items()}
        return EXPRESSION.sub(lambda one: known[one[1]], text.replace("${{ github.token }}", "the-jobs-token"))


def _read(text: str) -> dict[str, str]:
    """What a step wrote into GITHUB_OUTPUT, as the runner reads it: NAME<<END, lines, END."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, end = line.split("<<", 1)
        value: list[str] = []
        for inner in lines:
            if inner == end:
                break
            value.append(inner)
        found[name] = "\n".join(value)
    return found
