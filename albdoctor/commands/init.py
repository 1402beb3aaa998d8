"""`albdoctor init`: writes a commented `albdoctor.toml`, from a scan where a name is given."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from albdoctor import config as configuration
from albdoctor import tables
from albdoctor.api import collect_all, judge
from albdoctor.checkup.own import OWN
from albdoctor.commands.asked import telling_what_was_asked
from albdoctor.commands.config_file import Agreed, Site, Standing, written
from albdoctor.commands.consent import consented
from albdoctor.commands.errors import told
from albdoctor.commands.given import InitGiven, parsed
from albdoctor.commands.named import scans_of
from albdoctor.commands.options import CHOOSING, LOOKING, NAMES, settled, shared
from albdoctor.commands.profiles import refuse_unknown
from albdoctor.commands.signing import signing_in
from albdoctor.config import Config
from albdoctor.errors import BadOptionError
from albdoctor.exits import Exit
from albdoctor.facts.known import Known
from albdoctor.facts.snapshot import Facts
from albdoctor.files import check_writable, write_atomic
from albdoctor.help import command, option
from albdoctor.language import language
from albdoctor.policy import Policy
from albdoctor.report.safe import plain
from albdoctor.streams import say, tell
from albdoctor.text import Lang, Text, fill

if TYPE_CHECKING:
    from albdoctor.report.model import Report

LASTS = timedelta(days=90)
"""How long a suppression lasts."""
THERE = Text(
    en="{path} is there already and stays as it is: --output FILE writes another",
    ko="{path}: 이미 있으므로 그대로 둡니다. 다른 파일에 쓰려면 --output FILE을 사용하세요",
)
IN_PYPROJECT = Text(
    en="{path} holds [tool.albdoctor], which a new {new} would put out of force: --output FILE writes another",
    ko="{path} 파일에 [tool.albdoctor]가 있습니다. {new} 파일이 생기면 무시되므로 만들지 않습니다. 다른 파일에 쓰려면"
    " --output FILE을 사용하세요",
)
NOT_THERE = Text(
    en="{name} is not in the saved facts; there are: {names}",
    ko="저장한 수집 파일에 없는 이름입니다: {name}. 있는 이름: {names}",
)
UNSEEN = Text(
    en="{name}: no load balancer was seen; it and its Region are left out.",
    ko="{name}: 로드 밸런서를 확인하지 못해 로드 밸런서와 리전을 적지 않았습니다.",
)
WROTE = Text(
    en="wrote {path}; domains: {domains}; findings of today, as suppressions that are off: {findings}",
    ko="{path} 파일을 저장했습니다. 도메인 {domains}개, 꺼진 예외로 적은 현재 문제 {findings}건",
)
WROTE_TEMPLATE = Text(
    en="wrote {path}, a template; `albdoctor init shop.example` fills it in from a scan",
    ko="{path} 템플릿을 저장했습니다. `albdoctor init shop.example`처럼 이름을 주면 스캔 결과로 채웁니다",
)


@command(
    ko="""
    설명이 달린 albdoctor.toml 파일을 만듭니다.

    NAME을 주면 스캔해서 도메인, 리전, 로드 밸런서를 채우고, 현재 문제는 꺼진 예외로 적습니다. NAME을 생략하면 템플릿만
    저장합니다. 이미 있는 파일은 덮어쓰지 않습니다.
    """
)
@shared(NAMES, LOOKING, CHOOSING)
@option(
    "--facts",
    "facts_files",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=Text(
        en="Take saved facts instead of a scan: no network needed.",
        ko="스캔하지 않고 저장한 수집 파일을 사용합니다. 네트워크가 필요 없습니다.",
    ),
)
@option(
    "--output",
    type=click.Path(path_type=Path),
    default=tables.DEFAULT,
    help=Text(en="File to write (default ./albdoctor.toml).", ko="저장할 파일(기본값 ./albdoctor.toml)."),
)
@option(
    "--lang",
    type=click.Choice(["en", "ko"]),
    help=Text(en="Language of the file (default: the locale's).", ko="파일의 언어(기본값은 로캘의 언어)."),
)
@option(
    "-v",
    "--verbose",
    is_flag=True,
    help=Text(en="Tell what was asked, and how long it took.", ko="무엇을 질의했는지, 얼마나 걸렸는지 알려 줍니다."),
)
def init(**options: object) -> int:
    """Write a commented albdoctor.toml.

    With a NAME from a scan: its domain, Regions and load balancer, and what stands today as suppressions that are off.
    Without one, a template. A file that is there already is never overwritten.
    """
    given = parsed(InitGiven, options)
    with told():
        return _init(given)


def _init(given: InitGiven) -> int:
    _refuse_existing(given.output)
    check_writable(given.output)
    config = configuration.load(given.config)[0] if given.config else Config()
    given = settled(given, config)
    policy = Policy(lang=language(given.lang), select=given.select, ignore=given.ignore)
    seen = _seen(given, replace(config, domain=()), policy)
    reports = [judge(facts, policy) for facts in seen]
    for facts, report in zip(seen, reports, strict=True):
        if not report.scan.balancers:
            tell(f"albdoctor: {_unseen(facts, report, policy.lang)}")
    agreed = _agreed(given, seen, reports)
    _refuse_existing(given.output)  # a scan takes a while
    write_atomic(given.output, written(agreed, policy.lang).encode())
    said = WROTE if seen else WROTE_TEMPLATE
    counts = {"domains": len(agreed.sites), "findings": len(agreed.standing)}
    say(fill(said.of(policy.lang), {"path": str(given.output), **counts}))
    return int(Exit.SOUND)


def _unseen(facts: Facts, report: Report, lang: Lang) -> str:
    why = report.access.sentence if report.access else ""
    return plain(f"{fill(UNSEEN.of(lang), {'name': facts.scan.domain})} {why}".rstrip())


def _refuse_existing(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise BadOptionError(THERE, path=path)
    if path == Path(tables.DEFAULT) and configuration.load(None)[1] == tables.PYPROJECT:
        raise BadOptionError(IN_PYPROJECT, path=tables.PYPROJECT, new=path)


def _seen(given: InitGiven, config: Config, policy: Policy) -> tuple[Facts, ...]:
    """What is known of the names; nothing without one."""
    if given.facts_files:
        return _saved(given)
    scans = scans_of(given, config)
    if not scans:
        return ()
    groups = policy.groups()  # an unknown check is refused before anything is asked
    refuse_unknown(given.profiles, policy.lang)
    scans = consented(given, scans, groups, policy.lang)
    with signing_in(given.profiles), telling_what_was_asked(shown=given.verbose, lang=policy.lang):
        seen = collect_all(scans, policy)
    return _redacted(seen) if given.redact else seen


def _saved(given: InitGiven) -> tuple[Facts, ...]:
    """The saved snapshots of the names, or of all sites that have one."""
    from albdoctor.collect.domain import asked_domain
    from albdoctor.commands.shards import Shards

    with Shards(given.facts_files) as shards:
        seen = tuple(facts for facts in shards.merged() if facts.scan.named)
    wanted = {asked_domain(name).host: name for name in (*given.names, *given.domains)}
    there = dict.fromkeys(facts.scan.host for facts in seen)
    for host, name in wanted.items():
        if host not in there:
            raise BadOptionError(NOT_THERE, name=name, names=", ".join(there))
    chosen = tuple(facts for facts in seen if not wanted or facts.scan.host in wanted)
    return _redacted(chosen) if given.redact else chosen


def _redacted(seen: tuple[Facts, ...]) -> tuple[Facts, ...]:
    from albdoctor.redact.snapshot import redact_all

    return redact_all(seen)


def _agreed(given: InitGiven, seen: tuple[Facts, ...], reports: list[Report]) -> Agreed:
    regions = (
        one.region for facts in seen if isinstance(facts.load_balancers, Known) for one in facts.load_balancers.value
    )
    return Agreed(
        sites=tuple(_site(given, facts, report) for facts, report in zip(seen, reports, strict=True)),
        profiles=given.profiles,
        regions=tuple(dict.fromkeys((*given.regions, *regions))),
        lang=given.lang,
        standing=tuple({(one.check, one.subject): one for one in _standing(reports)}.values()),
        until=datetime.now(UTC).date() + LASTS,
    )


def _site(given: InitGiven, facts: Facts, report: Report) -> Site:
    """One that is not seen to be served may lead to a wrong balancer: then it is only suggested."""
    known = facts.load_balancers.value if isinstance(facts.load_balancers, Known) else ()
    only = known[0].load_balancer_name if len(known) == 1 else ""
    return Site(
        name=facts.scan.domain,
        path=facts.scan.path,
        balancer=given.balancer or only,
        pinned=bool(given.balancer) or report.request.served == "yes",
    )


def _standing(reports: Iterable[Report]) -> Iterator[Standing]:
    """What is on the way; what albdoctor says of itself is nothing to live with."""
    own = {check.id for check in OWN}
    for one in (finding for report in reports for finding in report.findings):
        if not one.is_beside and one.check not in own:
            subject = glob.escape(f"{one.subject.kind}/{one.subject.id}")
            yield Standing(check=one.check, slug=one.slug, subject=subject, message=one.message)
