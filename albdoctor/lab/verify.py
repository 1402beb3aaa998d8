"""Prove a scenario: build, scan, compare every finding, fix as printed, scan again."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext

import msgspec

from albdoctor.facts.snapshot import CARDS
from albdoctor.lab import loaded
from albdoctor.lab.complaints import told
from albdoctor.text import Lang, Text

OK, FAIL = Text(en="ok", ko="통과"), Text(en="FAIL", ko="실패")
SECONDS = Text(en=" s", ko="초")
SCENARIO_SECONDS = 600
INSPECT = "--inspect-hosts"
"""The option with which a scan may ask for more."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one scenario."""

    scenario: str
    complaints: tuple[str, ...] = ()
    """One sentence each, in English; empty: the scenario holds."""
    seconds: float = 0.0
    asked: tuple[str, ...] = ()
    """IAM actions that the scans asked for, sorted, each once."""

    @property
    def holds(self) -> bool:
        """Whether everything was as expected."""
        return not self.complaints

    def line(self, lang: Lang) -> str:
        """One line for people."""
        line = f"{(OK if self.holds else FAIL).of(lang)} {self.scenario} {self.seconds:.1f}{SECONDS.of(lang)}"
        said = "; ".join(told(complaint, lang) for complaint in self.complaints)
        return line if self.holds else f"{line}: {said}"


def prove(name: str) -> Proof:
    """Prove one scenario in this process: the emulated AWS is one per process, so one at a time."""
    from albdoctor.lab.actors import RepairError
    from albdoctor.lab.healing import heal, unsound
    from albdoctor.lab.scanning import ScanError, scan
    from albdoctor.lab.scenarios import find
    from albdoctor.lab.site import build
    from albdoctor.lab.world import World

    scenario = find(name)
    started = time.monotonic()
    complaints: list[str] = []
    asked: list[str] = []
    try:
        with World() as world:
            asked = world.aws.scanned
            shop = build(world, scenario.plan)
            look = partial(scan, world, scenario.plan.scanned, options=scenario.options)
            first = look()
            complaints += scenario.complaints(first)
            complaints += unsound(heal(shop, scenario, first, look))
    except (ScanError, RepairError) as error:
        complaints.append(str(error))
    seen = tuple(sorted(set(asked)))
    beyond = {*seen} - allowed(scenario.options)
    complaints += [f"asked for {one}, which iam-policy does not allow" for one in sorted(beyond)]
    return Proof(scenario=name, complaints=tuple(complaints), seconds=time.monotonic() - started, asked=seen)


def allowed(options: Sequence[str] = ()) -> frozenset[str]:
    """The IAM actions that `albdoctor iam-policy` prints for scans with these options."""
    from albdoctor.checkup import registry
    from albdoctor.commands.policy import needed, policy

    statements = policy(needed(registry.load()), inspect_hosts=INSPECT in options)["Statement"]
    return frozenset(action for statement in statements for action in statement["Action"])


def never_asked(proofs: Sequence[Proof]) -> tuple[str, ...]:
    """Actions that the policy allows and none of these scans asked for: over all scenarios there must be none.

    What AWS checks besides an action that is asked for is asked for with it.
    """
    asked = {one for proof in proofs for one in proof.asked}
    besides = {more for card in CARDS.values() if asked & {*card.actions} for more in card.checked_too}
    return tuple(sorted(allowed((INSPECT,)) - asked - besides))


def prove_all(names: Sequence[str], jobs: int) -> Iterator[Proof]:
    """Prove scenarios in child processes, `jobs` at a time; give the proofs in the order asked."""
    pool = ThreadPoolExecutor(jobs)
    with loaded.shared():
        try:
            yield from pool.map(_prove_in_child, names)
        finally:
            pool.shutdown(cancel_futures=True)


def _prove_in_child(name: str) -> Proof:
    started = time.monotonic()
    processes = _processes()
    answer, given = processes.Pipe(duplex=False)
    child = processes.Process(target=_tell, args=(name, given, loaded.place()), name=f"scenario {name}")
    child.start()
    given.close()  # so that the end of the child is the end of the pipe
    try:
        became = answer.recv() if answer.poll(SCENARIO_SECONDS) else f"not done after {SCENARIO_SECONDS} s"
    except EOFError:
        child.join()
        became = f"the lab itself ended with {child.exitcode}"
    child.kill()
    child.join()
    if isinstance(became, Proof):
        return became
    return Proof(scenario=name, complaints=(str(became),), seconds=time.monotonic() - started)


@cache
def _processes() -> ForkServerContext | SpawnContext:
    """How children begin: as copies of a process that has imported the lab, which takes longer than to scan."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    processes = get_context("forkserver")
    processes.set_forkserver_preload(["albdoctor.lab.healing", "albdoctor.lab.scenarios", "albdoctor.lab.site"])
    return processes


def _tell(name: str, to: Connection, programs: str) -> None:
    """Prove a scenario in a child, and say what became of it: a proof, or why there is none."""
    loaded.use(programs)
    try:
        to.send(prove(name))
    except Exception:  # noqa: BLE001 - whatever the lab itself dies of is told, with its place
        to.send(f"the lab itself failed: {traceback.format_exc().strip()[-1900:]}")


def to_json(proofs: Sequence[Proof]) -> str:
    """Write proofs as JSON: one object for each scenario."""
    listed = [{"holds": proof.holds, **msgspec.to_builtins(proof)} for proof in proofs]
    return msgspec.json.format(msgspec.json.encode(listed)).decode()
