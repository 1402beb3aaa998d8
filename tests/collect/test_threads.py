"""Answers are mapped to facts in many threads at once."""

from __future__ import annotations

import subprocess
import sys

RACE = """
import sys, threading, types
from albdoctor.collect.gaps import read

FIELDS = "".join(f"    f{number}: int | None = None\\n" for number in range(40))
SOURCE = f"from __future__ import annotations\\nfrom msgspec import Struct\\nclass Inner(Struct):\\n{FIELDS}"
SOURCE += "".join(f"class {name}(Struct):\\n    first: Inner\\n" for name in "AB")

sys.setswitchinterval(1e-5)
for turn in range(100):
    module = sys.modules["shapes"] = types.ModuleType("shapes")
    exec(SOURCE, vars(module))
    start = threading.Barrier(4)
    seen = []

    def work(type_):
        start.wait()
        seen.append(read({"first": {"f3": turn}}, type_, "asked").first.f3)

    threads = [threading.Thread(target=work, args=(getattr(module, name),)) for name in "AAAB"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [turn] * 4, seen
"""


def test_a_type_is_read_for_the_first_time_in_several_threads_at_once() -> None:
    """Two threads that find out at once what a class looks like crash msgspec 0.22, and the process."""
    run = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", RACE], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
