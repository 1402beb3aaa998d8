"""`albdoctor scan --all`: every load balancer of the profiles and Regions, each name that leads to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from albdoctor.collect.members import Wide, read_accounts, wide
from albdoctor.collect.options import Options
from albdoctor.commands.documents import Documents, documents
from albdoctor.commands.errors import misused
from albdoctor.commands.given import ScanGiven
from albdoctor.commands.journal import Journal
from albdoctor.commands.output import Output
from albdoctor.commands.progress import Told, many_progress
from albdoctor.commands.sources import Sources
from albdoctor.facts.known import Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.survey import Surveyed
from albdoctor.judging import groups_of_balancers
from albdoctor.policy import Policy, groups_for
from albdoctor.streams import tell
from albdoctor.text import Text, fill

NO_DOMAIN = Text(
    en="--all looks for every load balancer itself: name no domain",
    ko="--all은 모든 로드 밸런서를 직접 찾습니다. 도메인을 빼세요",
)
LEAVE_OUT = Text(
    en="--all looks for every load balancer itself: leave {option} out",
    ko="--all은 모든 로드 밸런서를 직접 찾습니다. 빼야 할 옵션: {option}",
)
RESUME = Text(
    en="--resume goes on from the file of --save-facts, which --redact would make useless",
    ko="--resume은 --save-facts 파일에서 이어 갑니다. --redact와 함께 쓸 수 없습니다",
)
OF_ACCOUNTS = Text(
    en="{option} goes with --accounts or --organization", ko="{option}: --accounts나 --organization과 함께 씁니다"
)
ONE_OF_BOTH = Text(
    en="--accounts and --organization both say which accounts: give one of them",
    ko="--accounts와 --organization 가운데 하나만 쓰세요",
)
WITHOUT_ROLE = Text(
    en="--organization needs --role NAME: the role that every account has for this scan",
    ko="--organization에는 --role NAME이 필요합니다. 모든 계정에 있는 스캔용 역할입니다",
)
ONE_PROFILE = Text(
    en="with --accounts or --organization give one --profile: whose credentials assume the roles",
    ko="--accounts나 --organization에는 --profile을 하나만 쓰세요. 역할을 맡을 자격 증명입니다",
)
THERE = Text(en="{count} scans are there already, {left} to go", ko="이미 끝난 스캔 {count}개, 남은 스캔 {left}개")
ONE_THERE = Text(en="1 scan is there already, {left} to go", ko=THERE.ko)


def refuse(given: ScanGiven) -> None:
    """Say which options have no meaning with --all."""
    without = {
        "balancer": given.balancer,
        "path": given.path,
        "facts": given.facts_files,
        "wait": given.wait,
    }
    if given.names or given.domains:
        raise misused(NO_DOMAIN)
    for name, value in without.items():
        if value:
            raise misused(LEAVE_OUT, option=f"--{name}")
    if given.resume and (given.redact or not given.save_facts):
        raise misused(RESUME)


def wide_of(given: ScanGiven) -> Wide | None:
    """The accounts that a command line means beside those of the profiles; None: it names none."""
    named = [f"--{name}" for name, value in (("role", given.role), ("external-id", given.external_id)) if value]
    if not (given.accounts or given.organization):
        if named:
            raise misused(OF_ACCOUNTS, option=named[0])
        return None
    if given.accounts and given.organization:
        raise misused(ONE_OF_BOTH)
    if given.organization and not given.role:
        raise misused(WITHOUT_ROLE)
    if len(given.profiles) > 1:
        raise misused(ONE_PROFILE)
    path = str(given.accounts or "")
    return wide(path, read_accounts(path) if path else None, given.role, given.external_id)


def scan_all(given: ScanGiven, options: Options, policy: Policy, wanted: tuple[Output, ...], sources: Sources) -> int:
    """Scan the whole fleet; `options` are without a domain."""
    meant = wide_of(given)
    outputs = documents(given, wanted, policy, fleet=True)
    with ExitStack() as stack:
        sink = (
            _Redacting(outputs, policy, sources, given.save_facts) if given.redact else _Sink(outputs, policy, sources)
        )
        stack.enter_context(outputs)
        if given.save_facts and not given.redact:
            sink.journal = stack.enter_context(Journal(given.save_facts, resume=given.resume))
        shown = not given.quiet and not outputs.on_terminal
        with many_progress(shown=shown, lang=policy.lang) as progress:
            surveyed = _see(options, policy, sink, progress, meant)
        sink.finish(surveyed)
        return int(outputs.finish())


class _Sink:
    """Judges snapshots as they come; none is kept."""

    journal: Journal | None = None

    def __init__(self, outputs: Documents, policy: Policy, sources: Sources) -> None:
        self._outputs, self._policy, self._sources = outputs, policy, sources

    def before(self, fits: Callable[[Facts], bool]) -> Iterator[Facts]:
        """What an interrupted run saw that is part of this one too, judged already."""
        for facts in self.journal.before(fits) if self.journal else ():
            self._outputs.add(self._sources.judge(facts, self._policy))
            yield facts

    def add(self, facts: Facts) -> None:
        """Take the next snapshot."""
        if self.journal:
            self.journal.add(facts)
        self._outputs.add(self._sources.judge(facts, self._policy))

    def finish(self, surveyed: tuple[Surveyed, ...]) -> None:
        """Keep what was looked through: whoever judges the facts must know what could not be listed."""
        if self.journal:
            for one in surveyed:
                self.journal.add(one)

    def missed(self, gap: Unknown) -> None:
        """Take what could not be listed."""
        self._outputs.missed(gap)


class _Redacting(_Sink):
    """Keeps every snapshot: what a name becomes must be the same in all of them."""

    def __init__(self, outputs: Documents, policy: Policy, sources: Sources, path: Path | None) -> None:
        super().__init__(outputs, policy, sources)
        self._path = path
        self._kept: list[Facts] = []

    def add(self, facts: Facts) -> None:
        self._kept.append(facts)

    def missed(self, gap: Unknown) -> None:
        """AWS's words name who was denied: told at the end, redacted, out of what the survey says."""

    def finish(self, surveyed: tuple[Surveyed, ...]) -> None:
        from albdoctor.commands.redaction import redacted_all
        from albdoctor.facts.files import encode
        from albdoctor.files import PRIVATE, write_atomic

        made, surveys, policy = redacted_all(tuple(self._kept), surveyed, self._policy)
        if self._path:
            write_atomic(self._path, encode((*made, *surveys)), PRIVATE)
        for gap in (gap for one in surveys for gap in one.gaps):
            self._outputs.missed(gap)
        for facts in made:
            self._outputs.add(self._sources.judge(facts, policy))


def _see(options: Options, policy: Policy, sink: _Sink, progress: Told, meant: Wide | None) -> tuple[Surveyed, ...]:
    from albdoctor.collect import run as seeing
    from albdoctor.collect.fleet import Fleet, Wanted

    checks = policy.checks()
    wanted = Wanted(named=groups_for(checks), unnamed=groups_of_balancers(checks))
    setting = seeing.Setting(
        profiles=options.profiles,
        timeout=options.timeout,
        many=True,
        inspect_hosts=options.inspect_hosts,
        organization=meant is not None,
    )

    async def see() -> tuple[Surveyed, ...]:
        with seeing.Run(setting) as run:
            fleet = Fleet(run, options, wanted, meant)
            found = await fleet.survey()
            for gap in found.gaps:
                sink.missed(gap)
            progress.found(found.balancers)
            known = {facts.scan.host for facts in sink.before(await fleet.part_of(found))}
            sites = tuple(site for site in found.sites if site.host not in known)
            if known:
                there = (ONE_THERE if len(known) == 1 else THERE).of(policy.lang)
                tell(f"albdoctor: {fill(there, {'count': len(known), 'left': len(sites)})}")
            progress.total(len(sites))
            async for facts in fleet.scans(sites):
                sink.add(facts)
                progress.done(facts.scan.domain)
            return await fleet.surveyed(found)

    return seeing.now(see)
