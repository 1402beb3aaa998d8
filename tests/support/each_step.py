"""A program: writes a file again and again, interrupted after every single step that Python takes in doing so.

Arguments: folder, signal number. Prints how many steps there are; exits 1 with a sentence at the first half-made file.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from albdoctor import files, interrupt
from tests.support.interrupting import heed

OLD, NEW = b"old\n" * 1000, b"new\n" * 2000
OURS = {files.__file__, interrupt.__file__}
"""Interrupted before each bytecode instruction; the library's functions that they call, before each line."""


def main(folder: Path, number: int) -> str:
    """Try every step; what is wrong, or how many steps there are."""
    target = folder / "report.json"
    for step in itertools.count(1):
        target.write_bytes(OLD)
        child = os.fork()
        if not child:
            interrupt.install()
            _write(target, step, number)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        code, content = os.waitstatus_to_exitcode(status), target.read_bytes()
        there = [path.name for path in folder.iterdir()]
        if code not in (0, 130) or content not in (OLD, NEW) or there != [target.name]:
            return f"step {step}: exit code {code}, {len(content)} bytes, {there}"
        if code == 0:
            return f"{step - 1} steps" if content == NEW else "not written"
    raise AssertionError


def _write(target: Path, step: int, number: int) -> None:
    steps = itertools.count(1)

    def traced(frame: FrameType, event: str, _argument: object) -> Any:
        frame.f_trace_opcodes = frame.f_code.co_filename in OURS
        if event in ("opcode", "line") and next(steps) == step:
            os.kill(os.getpid(), number)
        return traced

    sys.settrace(traced)
    files.write_atomic(target, NEW, files.PRIVATE)
    sys.settrace(None)


if __name__ == "__main__":
    heed()
    said = main(Path(sys.argv[1]), int(sys.argv[2]))
    print(said)
    sys.exit(0 if said.endswith(" steps") else 1)
