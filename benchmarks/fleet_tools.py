"""The other tools of the fleet benchmark, each in an environment of its own, and how a process is measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REGION = "ap-northeast-2"
POLICIES = Path(__file__).with_name("fleet_policies.yml")
PATIENCE = 900
"""Seconds after which a run is given up."""


@dataclass(frozen=True)
class Tool:
    """A tool from PyPI."""

    name: str
    requirement: str
    """Or several, with a space between."""
    program: str
    arguments: tuple[str, ...] = ()
    checks: int = 0
    """Checks that it makes for a balancer."""
    start: tuple[str, ...] = ("--help",)
    """With these it starts and does nothing."""

    def install(self) -> Path:
        """Give its program, installed below build/bench; a CalledProcessError or OSError when that cannot be done."""
        home = ROOT / "build" / "bench" / self.name
        program = home / "bin" / self.program
        if not program.exists():
            subprocess.run([sys.executable, "-m", "venv", home], check=True)
            subprocess.run(
                [home / "bin" / "pip", "install", "--quiet", "--quiet", *self.requirement.split()], check=True
            )
        # The first start compiles the modules: that is nobody's speed.
        subprocess.run([program, *self.start], check=True, stdout=subprocess.DEVNULL)
        return program


OTHERS = (
    Tool("alb-lint", "alb-lint==0.1.0", "alb-lint", ("--all", "--region", REGION), 4),
    Tool("c7n", "c7n==0.9.53", "custodian", ("run", "-s", "out", "-r", REGION, str(POLICIES)), 10),
)


@dataclass(frozen=True)
class Run:
    """What one whole process took, from its start to its end, imports included."""

    seconds: float
    cpu: float
    """User and system seconds of the process."""
    peak_mb: float
    actions: Mapping[str, int]
    """What the server answered meanwhile, by IAM action."""
    throttled: int
    """Questions that it refused because AWS's limit was used up; the tool had to ask them again."""
    server_cpu: float
    """CPU seconds that the server took to answer them."""
    code: int
    errors: str
    """The end of its stderr."""

    @property
    def asked(self) -> int:
        """How many questions the server was asked."""
        return sum(self.actions.values())

    @property
    def asked_of_elb(self) -> int:
        """Those that count for Elastic Load Balancing's limit: AWS refills 10 a second (its user guide, "Request throttling")."""
        return sum(number for action, number in self.actions.items() if action.startswith("elasticloadbalancing:"))


class Server:
    """The moto server's process."""

    def __init__(self) -> None:
        """Start it."""
        program = Path(__file__).with_name("fleet_server.py")
        self._process = subprocess.Popen(
            [sys.executable, program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout  # noqa: S101 - for the type
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError("the moto server did not start: is the extra `lab` installed?")

    def close(self) -> None:
        """Stop it."""
        self._process.communicate()

    def asked(self) -> tuple[Counter[str], int, float]:
        """Questions that were answered by IAM action, questions that were refused, and CPU seconds so far."""
        told = self._of("asked")
        return Counter(told["asked"]), told["throttled"], told["cpu"]

    def limit(self, *, keep: bool) -> None:
        """Keep AWS's limit for Elastic Load Balancing from now on, with a full bucket; or keep none."""
        self._of("limited" if keep else "unlimited")

    def _of(self, word: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/fleet/{word}") as answer:  # noqa: S310 - our own server
            told: dict[str, Any] = json.load(answer)
        return told

    def environment(self, home: Path) -> dict[str, str]:
        """Give variables with which any AWS client uses this server and nothing else; files go to `home`."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PYTHONFAULTHANDLER": "1",
            # A checkout that is not installed works as well, if its dependencies are there.
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'checks'}",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "AKIAFLEETFLEETFLEET1",
            "AWS_SECRET_ACCESS_KEY": "opens-nothing",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1",
        }


def run(command: list[str | Path], server: Server, home: Path) -> Run:
    """Run a command in `home` and measure it.

    The system counts this process's own memory as a child's until the child has begun its program, so keep this one small.
    """
    before, refused_before, cpu_before = server.asked()
    complaints = home / "stderr"
    begin = time.perf_counter()
    with complaints.open("w") as stderr, (home / "stdout").open("w") as stdout:
        process = subprocess.Popen(command, cwd=home, env=server.environment(home), stdout=stdout, stderr=stderr)
        giving_up = threading.Timer(PATIENCE, process.kill)
        giving_up.start()
        _, status, used = os.wait4(process.pid, 0)
        giving_up.cancel()
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    after, refused_after, cpu_after = server.asked()
    # Linux tells kilobytes, macOS bytes.
    peak = used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Run(
        seconds=seconds,
        cpu=used.ru_utime + used.ru_stime,
        peak_mb=peak,
        actions=after - before,
        throttled=refused_after - refused_before,
        server_cpu=cpu_after - cpu_before,
        code=process.returncode,
        errors=complaints.read_text()[-3000:],
    )
