"""One pass: everything that a scan asks DNS of one domain, in the order of what needs what.

    python benchmarks/dns_asked.py < options.json

It imports what a scan needs for that and nothing of the lab: a process of it is compared with other tools' processes.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "checks")]

from albdoctor.collect.dns.questions import Dns  # noqa: E402 - after the path
from albdoctor.collect.options import Options  # noqa: E402 - after the path
from albdoctor.facts.known import Known, Observed  # noqa: E402 - after the path

DOMAIN, WWW = "shop.example", "www.shop.example"
PROOF = ("_x1.shop.example", "_y1.acm-validations.aws")


def measured(options: Options) -> float:
    """Seconds of one pass."""
    begin = time.perf_counter()
    asyncio.run(one_pass(options))
    return time.perf_counter() - begin


async def one_pass(options: Options) -> None:
    """Ask everything, in the order of what needs what; a gap is a crash."""
    dns = Dns(options)

    async def from_the_root() -> None:
        delegation = value(await dns.delegation(keys=True, records=True))
        answers, _ = await asyncio.gather(dns.host_answers(delegation), dns.served_records(delegation))
        chain = await dns.chain(delegation, value(answers))
        if [zone.zone for zone in chain.zones] != [".", "example", DOMAIN]:
            raise SystemExit(f"the chain of trust has not three links: {chain.zones}")

    _, resolvers, caa, proofs = await asyncio.gather(
        from_the_root(), dns.resolver_answers(), dns.caa_sets((DOMAIN, WWW)), dns.validation_answers((PROOF,))
    )
    if not value(resolvers)[0].a.authenticated or not all(one.records for one in value(caa)) or not value(proofs):
        raise SystemExit("the tree is not sound")


def value(observed: Observed[Any]) -> Any:  # noqa: ANN401 - any group's
    """What is known."""
    if isinstance(observed, Known):
        return observed.value
    raise SystemExit(f"a gap in a healthy tree: {observed}")


if __name__ == "__main__":
    measured(msgspec.json.decode(sys.stdin.read(), type=Options))
