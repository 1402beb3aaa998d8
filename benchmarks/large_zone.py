"""A scan in a hosted zone of 100,000 record sets against the same scan in one of ten. Goal: at most 1.3 times as long.

The lab answers every question 150 ms late; record sets come from a server of their own, as late, in the order and the
pages of Route 53: 300 at a time, so that the large zone has 334 pages, one after the other. The scan is the command
itself, in a process of its own. Besides the times, the questions for record sets must be few, and as many for 100,000
as for 1,000; with `--pages`, all pages of the large zone are read once as well, for comparison: 50 s of waiting alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "checks")]

import msgspec  # noqa: E402 - after the path

from albdoctor.collect.aws.account import Account, Asking  # noqa: E402 - after the path
from albdoctor.collect.aws.calls import Limits  # noqa: E402 - after the path
from albdoctor.collect.aws.pool import DaemonPool  # noqa: E402 - after the path
from albdoctor.collect.aws.zone_records import every_record  # noqa: E402 - after the path
from albdoctor.facts.known import Known  # noqa: E402 - after the path
from albdoctor.facts.route53 import RecordValue, ResourceRecordSet  # noqa: E402 - after the path
from albdoctor.lab.scanning import command  # noqa: E402 - after the path
from albdoctor.lab.scenarios import find  # noqa: E402 - after the path
from albdoctor.lab.site import build  # noqa: E402 - after the path
from albdoctor.lab.world import World  # noqa: E402 - after the path
from tests.support.aws_api import Request  # noqa: E402 - after the path
from tests.support.large_zone import LargeZone  # noqa: E402 - after the path

if TYPE_CHECKING:
    from collections.abc import Iterator

GOAL = 1.3
MOST_QUESTIONS = 6
VALUE = (RecordValue(value="203.0.113.9"),)


def tenants(many: int) -> Iterator[ResourceRecordSet]:
    """Names of other customers."""
    for number in range(many):
        yield ResourceRecordSet(name=f"tenant-{number:06}.shop.example.", type="A", t_t_l=60, resource_records=VALUE)


@contextmanager
def serving(zone: LargeZone, lab: str, delay: float) -> Iterator[str]:
    """Route 53 on loopback: record sets of the zone, late; everything else is the lab's. Gives the endpoint."""
    behind = urlsplit(lab)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if "/rrset" in self.path:
                asked = Request("", "", "route53:ListResourceRecordSets", self.path, b"", "")
                reply = zone.answer(asked)
                time.sleep(delay)
                self._say(200, reply.body if reply else b"")
                return
            connection = HTTPConnection(behind.hostname or "", behind.port, timeout=30)
            connection.request("GET", self.path, headers=dict(self.headers))
            answer = connection.getresponse()
            self._say(answer.status, answer.read())
            connection.close()

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """The figures are told at the end."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def measure(name: str, many: int, delay: float, runs: int) -> tuple[float, int, list[str], str]:
    """Seconds of the fastest scan, questions for record sets in it, what was found, and the verdict."""
    scenario = find(name)
    with World() as world:
        shop = build(world, scenario.plan)
        own = shop.client("route53").list_resource_record_sets(HostedZoneId=shop.zone.id)["ResourceRecordSets"]
        zone = LargeZone((*msgspec.convert(own, tuple[ResourceRecordSet, ...]), *tenants(many)))
        environment = world.environment | {"PYTHONPATH": os.pathsep.join(sys.path[:2])}
        world.distance.seconds = delay
        with serving(zone, world.aws.environment()["AWS_ENDPOINT_URL"], delay) as endpoint:
            environment |= {"AWS_ENDPOINT_URL_ROUTE_53": endpoint}
            words = command(world, scenario.plan.scanned, ("--format", "json"))
            took: list[float] = []
            said: Mapping[str, Any] = {}
            for _ in range(runs + 1):  # the first one fills the disk's cache; not counted
                zone.asked.clear()
                begin = time.perf_counter()
                done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
                took.append(time.perf_counter() - begin)
                said = json.loads(done.stdout)
        return min(took[1:]), len(zone.asked), [one["slug"] for one in said["findings"]], said["verdict"]


async def all_pages(many: int, delay: float) -> tuple[float, int]:
    """Seconds and questions of reading such a zone page by page."""
    zone = LargeZone(tenants(many))
    with serving(zone, "http://127.0.0.1:1", delay) as endpoint:
        os.environ |= {"AWS_ENDPOINT_URL_ROUTE_53": endpoint, "AWS_REGION": "us-east-1"}
        os.environ |= {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
        pool, limits = DaemonPool(4, "pages"), Limits.of(600)
        account = Account("", Asking(pool=pool, limits=lambda: limits, timeout=600, told=lambda _line: None))
        begin = time.perf_counter()
        held = await every_record(account, "Z1")
        took = time.perf_counter() - begin
        account.close()
        pool.shutdown()
    if not isinstance(held.records, Known) or len(held.records.value) != many:
        raise SystemExit(f"not all pages were read: {held.records}")
    return took, len(zone.asked)


def main() -> None:
    """Measure a sound site and one without its record, in zones of three sizes; print one JSON object last."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--delay", type=float, default=0.15, help="seconds before every answer (0.15)")
    parser.add_argument("--runs", type=int, default=3, help="scans of each zone (3)")
    parser.add_argument("--many", type=int, default=100_000, help="record sets of the huge zone (100000)")
    parser.add_argument("--pages", action="store_true", help="read all pages of it once, too")
    asked = parser.parse_args()
    told: dict[str, Any] = {}
    worst, met = (0.0, 0.0, 0.0), True
    for name in ("healthy", "record-missing"):
        sizes = {many: measure(name, many, asked.delay, asked.runs) for many in (10, 1000, asked.many)}
        for many, (seconds, questions, found, verdict) in sizes.items():
            print(f"{name}, {many:,} names: {seconds:.2f} s, {questions} questions for record sets, {verdict} {found}")
            told[f"{name} {many}"] = {"seconds": round(seconds, 3), "questions": questions, "verdict": verdict}
        small, large, huge = sizes.values()
        worst = max(worst, (huge[0] / small[0], huge[0], small[0]))
        met = met and huge[1] == large[1] <= MOST_QUESTIONS and huge[2:] == small[2:]
    if asked.pages:
        seconds, questions = asyncio.run(all_pages(asked.many, asked.delay))
        print(f"all pages of {asked.many:,} names: {seconds:.1f} s, {questions} questions")
        told["all pages"] = {"seconds": round(seconds, 1), "questions": questions}
    ratio, measured, reference = worst
    result = {"benchmark": "large_zone", "measured": round(measured, 3), "reference": round(reference, 3)}
    print(json.dumps(result | {"ratio": round(ratio, 3), "goal": GOAL, "met": met and ratio <= GOAL, "zones": told}))


if __name__ == "__main__":
    main()
