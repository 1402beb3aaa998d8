"""Interrupts real scans at random moments and looks at what they leave: `python -m tests.support.interrupting`.

Before each scan its files hold old content; after it each must hold the old or a whole new one, nothing else may lie
about, no process may live on, and nothing may be printed. Against a lab's world, or endpoints that never answer.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, field, json

from albdoctor.commands.fix_files import MANIFEST

OLD = b"old\n"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 30.0
"""Seconds after which a process that was told to end is a failure; the machine may be busy."""


class Place(Struct):
    """Something to scan, and what a scan of it needs."""

    name: str
    words: list[str]
    environment: dict[str, str]
    begun: Callable[[], object] = bool
    """Waits for the scan's first question, where somebody hears it."""


class Moment(Struct):
    """When the signal comes: so long after the start, or after the first file was replaced."""

    signal: signal.Signals
    seconds: float
    writing: bool = False


class Result(Struct):
    """What one interrupted scan did."""

    code: int
    seconds: float
    """From the signal to the end."""
    fresh: int
    """How many of the files were new."""
    wrong: list[str] = field(default_factory=list[str])


class Scans:
    """The scans of one place, in a folder of their own, which starts with the files of a whole scan."""

    def __init__(self, place: Place, folder: Path) -> None:
        """Scan once, undisturbed, to learn which files come and how long that takes."""
        self.place, self.folder, self.temporary = place, folder / "work", folder / "tmp"
        (self.folder / "fixes").mkdir(parents=True)
        self.temporary.mkdir()
        self.length = self.writing = 0.0
        heed()
        begun = time.monotonic()
        scan = self._start()
        self._until_replaced(scan, set())
        first = time.monotonic()
        _, said = scan.communicate(timeout=PATIENCE * 4)
        self.length, self.writing = time.monotonic() - begun, time.monotonic() - first
        assert scan.returncode in (0, 1, 3), said
        self.code = scan.returncode
        self.files = {path: path.stat().st_mode & 0o777 for path in self._there()}

    def interrupt(self, moment: Moment) -> Result:
        """Start a scan, send it the signal at its moment, look at what is left."""
        for path in self.files:
            path.write_bytes(self._old(path))
        before = {path.stat().st_ino for path in self.files}
        scan = self._start()
        if moment.writing:
            self._until_replaced(scan, before)
        with contextlib.suppress(subprocess.TimeoutExpired):
            scan.wait(moment.seconds)  # a pause that ends with the scan
        scan.send_signal(moment.signal)
        sent = time.monotonic()
        out, said = scan.communicate(timeout=PATIENCE)
        seconds = time.monotonic() - sent
        fresh = [path for path in self.files if path.exists() and path.read_bytes() != self._old(path)]
        wrong = [*self._left(scan.pid, fresh), *self._ended(scan.returncode, moment, fresh, out + said)]
        return Result(code=scan.returncode, seconds=seconds, fresh=len(fresh), wrong=wrong)

    def _old(self, path: Path) -> bytes:
        """What an earlier scan left: fixes that it says to be its own."""
        if path.name != MANIFEST:
            return OLD
        names = [other.name for other in self.files if other.parent == path.parent and other != path]
        return json.encode({name: [hashlib.sha256(OLD).hexdigest()] for name in names})

    def _start(self) -> subprocess.Popen[bytes]:
        words = [*self.place.words, "--format", "json", "--output", "report.json", "--save-facts", "facts.json"]
        return subprocess.Popen(
            [sys.executable, "-m", "albdoctor", "scan", *words, "--fix-dir", "fixes"],
            cwd=self.folder,
            env=self.place.environment | {"TMPDIR": str(self.temporary), "PYTHONPATH": str(Path.cwd())},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def _there(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def _until_replaced(self, scan: subprocess.Popen[bytes], before: set[int]) -> None:
        """Wait until facts.json, the first file that a scan writes, is a new one, or the scan has ended."""
        file = self.folder / "facts.json"
        while scan.poll() is None and not (file.exists() and file.stat().st_ino not in before):
            time.sleep(0.0005)

    def _left(self, process: int, fresh: list[Path]) -> list[str]:
        wrong = [f"left behind: {path.name}" for path in self._there() if path not in self.files]
        wrong += [f"missing: {path.name}" for path in self.files if not path.exists()]
        wrong += [f"left behind in the temporary folder: {path.name}" for path in self.temporary.iterdir()]
        wrong += [f"half-made: {path.name}" for path in fresh if not _whole(path)]
        wrong += [f"mode: {path.name}" for path in fresh if path.stat().st_mode & 0o777 != self.files[path]]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process, 0)
            wrong.append("a child process lives on")
        return wrong

    def _ended(self, code: int, moment: Moment, fresh: list[Path], said: bytes) -> list[str]:
        if not fresh and _python_was_starting(code, moment, said):
            return []
        if code == self.code:
            done = len(fresh) == len(self.files) and not said
            return [] if done else [f"ended as if done, but is not done: {said.decode(errors='replace')}"]
        if code != 130 or said:
            return [f"exit code {code}: {said.decode(errors='replace')}"]
        return []


def _python_was_starting(code: int, moment: Moment, said: bytes) -> bool:
    """Whether the signal came before our first line had run: how Python ends then is not ours to say."""
    if re.search(rb"/albdoctor/(?!(__init__|__main__|interrupt)\.py)", said):
        return False
    return code == -moment.signal or said.startswith(b"Fatal Python error: init_import_site")


def _whole(path: Path) -> bool:
    content = path.read_bytes()
    if path.suffix == ".json":
        with contextlib.suppress(ValueError):
            json.decode(content)
            return content.endswith(b"\n")
        return False
    if path.suffix == ".md":
        return content.startswith(b"# ") and content.endswith(b"\n")
    return content.startswith(b"#!/usr/bin/env bash\n") and content.endswith(b"\n")


def moments(scans: Scans, count: int, chance: random.Random) -> Iterable[Moment]:
    """Half of them anywhere from before the start to after the end, half of them while files are written."""
    for number in range(count):
        writing = number % 2 == 1
        longest = scans.writing if writing else scans.length
        yield Moment(
            signal=chance.choice(SIGNALS),
            seconds=chance.uniform(0, longest * 1.1),
            writing=writing,
        )


@contextmanager
def never_answering() -> Generator[Place]:
    """An AWS endpoint that takes connections, a DNS root and a resolver that take packets: none of them answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as aws, socket.socket(type=socket.SOCK_DGRAM) as dns:
        dns.bind(("127.0.0.1", 0))
        dns.settimeout(PATIENCE)
        server = f"127.0.0.1:{dns.getsockname()[1]}"
        yield Place(
            name="never-answering",
            words=["--domain", "shop.example", "--timeout", "1.5", "--dns-root", server, "--resolver", server],
            environment={
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{aws.getsockname()[1]}",
                "AWS_ACCESS_KEY_ID": "x",
                "AWS_SECRET_ACCESS_KEY": "x",
                "AWS_REGION": "ap-northeast-2",
                "HOME": "/nowhere",
            },
            begun=lambda: dns.recv(512),
        )


@contextmanager
def founding_story() -> Generator[Place]:
    """The lab's first scenario."""
    from albdoctor.lab.scenarios import find
    from albdoctor.lab.site import build
    from albdoctor.lab.world import World

    plan = find("founding-story").plan
    with World() as world:
        build(world, plan)
        words = ["--domain", plan.domain, *world.flags]
        yield Place(name="founding-story", words=words, environment=world.environment)


def saved(place: Place, folder: Path) -> Place:
    """Judge what a scan of the place saw: the shortest way to the writing of many files."""
    facts = folder / "saved.json"
    words = [sys.executable, "-m", "albdoctor", "collect", *place.words, "--output", str(facts)]
    subprocess.run(words, env=place.environment | {"PYTHONPATH": str(Path.cwd())}, check=True)
    return Place(name=f"{place.name}, saved", words=["--facts", str(facts)], environment=place.environment)


def heed() -> None:
    """Have this process's children heed every signal, even if a shell started it in the background (`&`)."""
    for number in SIGNALS:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def main() -> int:
    """Interrupt many scans; print what happened; 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="signals for each kind of scan")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as name, never_answering() as silent, founding_story() as story:
        for place in (silent, story, saved(story, Path(name))):
            scans = Scans(place, Path(name, str(place.name)))
            chance, results = random.Random(given.seed), list[Result]()  # noqa: S311 - no secret
            for moment in moments(scans, given.count, chance):
                results.append(scans.interrupt(moment))
                for line in results[-1].wrong:
                    print(f"  {moment}: {line}")
                    wrong += 1
            codes = dict(Counter(result.code for result in results))
            partly = sum(0 < result.fresh < len(scans.files) for result in results)
            longest = max(result.seconds for result in results)
            writing = f"writing {scans.writing * 1000:.0f} ms"
            print(
                f"{place.name}: {given.count} signals over {scans.length:.1f} s, {writing}; exit codes {codes};"
                f" {partly} between two files; longest end {longest * 1000:.0f} ms",
                flush=True,
            )
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
