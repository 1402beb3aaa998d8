"""Turns each declared severity, impact and chosen fix once and names those whose tests do not notice.

`python scripts/mutate_declarations.py [--jobs 2] [WORD...]` takes all checks and what they share, or the files whose
name holds a word. A mutant lives in a child process, where it is imported instead of the file: nothing is written. Of
`tests/checks` only the files run that import, however far around, what is turned; those that are named after it first.
Exits 1 when a mutant survives, 2 when the tests fail without one.
"""

from __future__ import annotations

import argparse
import ast
import os
import pkgutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import pytest

import albdoctor.derive
import tests.support
from albdoctor.checkup.fix import Fix
from scripts.mutants import mutants
from scripts.turned import use

ROOT = Path(__file__).parents[1]
CHECKS = ROOT / "checks" / "albdoctor_checks"
TESTS = ROOT / "tests" / "checks"
NOTICED = (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)
"""A test failed, or the mutant was refused when it was imported."""


class Job(NamedTuple):
    """Tests to run in a child process, with a mutant or (module "") without one."""

    name: str
    tests: tuple[Path, ...]
    module: str = ""
    fixes: tuple[str, ...] = ()
    number: int = -1


def main() -> int:
    """Run, name the survivors, and say whether there were any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("words", nargs="*", metavar="WORD")
    given = parser.parse_args()
    began = time.monotonic()
    for package in (tests.support, albdoctor.derive):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)  # once, for every child
    jobs = list(_jobs(given.words))
    files = sorted({file for job in jobs for file in job.tests[:1]})
    failing = [job.name for job, code in _run([Job(file.name, (file,)) for file in files], given.jobs) if code]
    if failing:
        print("fail without a mutant:", *failing)
        return 2
    survivors = 0
    for job, code in _run(jobs, given.jobs):
        if code not in NOTICED:
            survivors += 1
            print(job.name, "" if code == pytest.ExitCode.OK else f"(tests ended with {code})", flush=True)
    print(f"{len(jobs)} mutants, {survivors} survived, {time.monotonic() - began:.0f} s")
    return 1 if survivors else 0


def _jobs(words: list[str]) -> Iterator[Job]:
    files = {".".join(path.relative_to(CHECKS.parent).with_suffix("").parts): path for path in CHECKS.rglob("*.py")}
    imports = {module: _imported(path, files) for module, path in files.items()}
    behind: dict[str, set[str]] = {}
    for module in TopologicalSorter(imports).static_order():
        behind[module] = {module}.union(*(behind[other] for other in imports[module]))
    tested = {path: _imported(path, files) for path in sorted(TESTS.glob("test_*.py"))}
    for module, path in files.items():
        if words and not any(word in path.name for word in words):
            continue
        meant = [file for file in tested if any(module in behind[one] for one in tested[file])]
        # The file of its own first, those that import everything last.
        named = path.stem.split("_")[0]
        meant.sort(key=lambda file: (named not in file.name, len(tested[file]), file))
        fixes = _fixes(module)
        for number, mutant in enumerate(mutants(ast.parse(path.read_text()), fixes)):
            yield Job(f"{path.name}:{mutant.node.lineno} {mutant.what}", tuple(meant), module, fixes, number)


def _imported(path: Path, known: Iterable[str]) -> set[str]:
    """The modules of the checks that a file imports."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    modules = {node.module or "" for node in nodes}
    below = {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}
    return (modules | below) & set(known)


def _fixes(module: str) -> tuple[str, ...]:
    """The names of a module that hold a Fix. Asked in a child: this process must not have imported it."""

    def ask() -> str:
        use(module, (), -1)
        return " ".join(name for name, value in vars(import_module(module)).items() if isinstance(value, Fix))

    reader, writer = os.pipe()
    child = _fork(lambda: os.write(writer, ask().encode()) * 0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        names = answer.read()
    if os.waitpid(child, 0)[1]:
        raise SystemExit(f"{module} cannot be imported")
    return tuple(names.split())


def _run(jobs: Iterable[Job], at_once: int) -> Iterator[tuple[Job, int]]:
    """Run every job in a child of its own; gives pytest's exit codes as they come."""
    running: dict[int, Job] = {}
    for job in jobs:
        running[_fork(partial(_tested, job))] = job
        if len(running) >= at_once:
            yield _ended(running)
    while running:
        yield _ended(running)


def _ended(running: dict[int, Job]) -> tuple[Job, int]:
    child, status = os.wait()
    return running.pop(child), os.waitstatus_to_exitcode(status)


def _tested(job: Job) -> int:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    if job.module:
        use(job.module, job.fixes, job.number)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # they take longer than the tests
    for file in job.tests:
        if code := pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--noconftest", str(file)]):
            return int(code)
    return 0


def _fork(work: Callable[[], int]) -> int:
    child = os.fork()
    if child:
        return child
    code = 70  # an internal error
    try:
        code = work()
    finally:
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
