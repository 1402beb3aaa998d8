"""`albdoctor scan`: the main job."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from albdoctor import config as configuration
from albdoctor.api import collect_all, judge
from albdoctor.checkup.allowed import ALL, kinds
from albdoctor.collect.keywords import options_of_any
from albdoctor.collect.options import Options
from albdoctor.commands.asked import telling_what_was_asked
from albdoctor.commands.consent import consented
from albdoctor.commands.errors import misused, told
from albdoctor.commands.given import ScanGiven, parsed
from albdoctor.commands.named import files_of, scans_of
from albdoctor.commands.options import CHOOSING, LOOKING, NAMES, keywords, settled, shared
from albdoctor.commands.output import Output, baseline_of, outputs
from albdoctor.commands.profiles import refuse_unknown
from albdoctor.commands.seconds import Seconds
from albdoctor.commands.signing import signing_in
from albdoctor.commands.sources import Sources, sources_of
from albdoctor.exits import Exit
from albdoctor.facts.files import encode
from albdoctor.facts.snapshot import Facts
from albdoctor.files import PRIVATE, check_distinct, check_folder, check_writable, write_atomic
from albdoctor.help import command, option
from albdoctor.interrupt import undoing
from albdoctor.language import language
from albdoctor.policy import Policy
from albdoctor.report.format import FORMATS
from albdoctor.streams import tell
from albdoctor.text import Text

if TYPE_CHECKING:
    from albdoctor.report.model import Report

PAUSE = 5.0
"""Seconds between two scans of --wait."""
KINDS = ", ".join(kinds()[1:])
WITH_ALL = Text(en="{option} goes with --all", ko="{option}: --all과 함께 씁니다")
NAME_IT = Text(
    en="name what to scan: albdoctor scan shop.example (or --facts FILE)",
    ko="스캔할 이름을 지정하세요: albdoctor scan shop.example (또는 --facts FILE)",
)


@command(
    ko="""
    NAME으로 가는 요청 하나를 따라가 끊긴 곳을 찾고 해결 방법을 보여 줍니다.

    NAME은 호스트 이름이나 URL입니다: shop.example, https://shop.example/path. 생략하면 설정 파일의 도메인을 스캔합니다.
    """
)
@shared(NAMES, LOOKING, CHOOSING)
@option(
    "--all",
    "everything",
    is_flag=True,
    help=Text(
        en="Every load balancer, with each name that leads to it.",
        ko="모든 로드 밸런서와 그곳을 가리키는 모든 이름을 스캔합니다.",
    ),
)
@option(
    "--resume",
    is_flag=True,
    help=Text(
        en="With --all: go on from what an interrupted --save-facts left.",
        ko="--all과 함께 쓰며, 중단된 --save-facts 파일에서 이어 갑니다.",
    ),
)
@option(
    "--accounts",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=Text(
        en="With --all: the accounts of a file, an id on each line, or c7n-org's accounts.yml.",
        ko="--all과 함께 쓰며, 파일에 있는 계정을 스캔합니다. 한 줄에 ID 하나, 또는 c7n-org의 accounts.yml.",
    ),
)
@option(
    "--organization",
    is_flag=True,
    help=Text(
        en="With --all: every account that AWS Organizations lists.",
        ko="--all과 함께 쓰며, AWS Organizations의 모든 계정을 스캔합니다.",
    ),
)
@option(
    "--role",
    default="",
    metavar="NAME",
    help=Text(en="Role to assume in each of these accounts.", ko="이 계정들에서 맡을 역할."),
)
@option(
    "--external-id",
    default="",
    metavar="ID",
    help=Text(en="External id that the role wants.", ko="그 역할이 요구하는 외부 ID."),
)
@option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=Text(en=f"{', '.join(FORMATS)}; repeatable.", ko=f"{', '.join(FORMATS)}. 여러 번 쓸 수 있습니다."),
)
@option(
    "--output",
    type=click.Path(path_type=Path),
    help=Text(en="File for the report (with a single format).", ko="보고서 파일(형식이 하나일 때)."),
)
@option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    help=Text(en="Exit 1 from here (error).", ko="종료 코드가 1이 되는 심각도(기본값 error)."),
)
@option(
    "--allow-gaps",
    metavar="[=KIND,...]",
    alone=ALL,
    help=Text(
        en=f"Do not exit 3 for gaps: all, or {KINDS}, an IAM service or action.",
        ko=f"판정하지 못한 것이 있어도 종료 코드 3을 내지 않습니다. 모두 또는 {KINDS}, IAM 서비스나 작업.",
    ),
)
@option(
    "--baseline",
    type=click.Path(path_type=Path),
    help=Text(en="JSON report whose findings are known already.", ko="이미 알고 있는 문제를 담은 JSON 보고서."),
)
@option(
    "--lang",
    type=click.Choice(["en", "ko"]),
    help=Text(en="Language of the report (default: the locale's).", ko="보고서 언어(기본값은 로캘의 언어)."),
)
@option(
    "--wait",
    type=Seconds(min=0, max=86_400),
    default=0,
    help=Text(en="Rescan till sound.", ko="정상이 될 때까지 다시 스캔합니다(최대 시간, 초)."),
)
@option(
    "--facts",
    "facts_files",
    multiple=True,
    metavar="FILE...",
    type=click.Path(path_type=Path),
    help=Text(
        en="Judge saved facts: no network needed. Those of several shards are merged.",
        ko="저장한 수집 파일을 판정합니다. 네트워크가 필요 없으며, 나누어 수집한 파일은 합칩니다.",
    ),
)
@option(
    "--save-facts", type=click.Path(path_type=Path), help=Text(en="Save what was seen.", ko="수집한 내용을 저장합니다.")
)
@option(
    "--fix-dir",
    type=click.Path(path_type=Path),
    help=Text(
        en="Write every fix to a file there, in order, with an index.",
        ko="모든 해결 방법을 순서대로 그 폴더의 파일과 목차로 저장합니다.",
    ),
)
@option(
    "--iac",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help=Text(
        en="Folder of Terraform or CloudFormation: tell the block that makes a thing (SARIF, GitHub, ...).",
        ko="Terraform 또는 CloudFormation 폴더. 리소스를 만드는 블록의 위치를 표시합니다(SARIF, GitHub 등).",
    ),
)
@option(
    "--iac-state",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=Text(
        en="Terraform's state (`terraform state pull`); terraform.tfstate in DIR is read by itself.",
        ko="Terraform 상태 파일(`terraform state pull`). DIR 안의 terraform.tfstate는 자동으로 읽습니다.",
    ),
)
@option(
    "-q",
    "--quiet",
    is_flag=True,
    help=Text(
        en="No progress; of the text report only the last line.",
        ko="진행 상황을 표시하지 않으며, text 보고서는 마지막 줄만 출력합니다.",
    ),
)
@option(
    "-v",
    "--verbose",
    is_flag=True,
    help=Text(
        en="Tell everything, what was asked, and how long it took.",
        ko="모두 보여 주고, 무엇을 질의했는지와 걸린 시간도 알려 줍니다.",
    ),
)
@option("--no-color", is_flag=True, help=Text(en="No colours.", ko="색을 쓰지 않습니다."))
def scan(**options: object) -> int:
    """Follow one request to NAME, name what breaks it, print the fix.

    NAME is a host name or a URL: shop.example, https://shop.example/path. Without one, the configuration's domains.
    """
    given = parsed(ScanGiven, options)
    with told():
        return _scan(given)


def _scan(given: ScanGiven) -> int:
    config, config_file = configuration.load(given.config)
    given = settled(given, config)
    policy = Policy(
        lang=language(given.lang or config.lang),
        fail_on=given.fail_on or "error",
        allow_gaps=config.allow_gaps if given.allow_gaps is None else (given.allow_gaps,),
        select=given.select,
        ignore=given.ignore,
        severity=config.severity,
        suppressions=config.suppress,
        baseline=baseline_of(given.baseline),
        config_file=config_file,
    )
    saved = files_of(given)
    policy.refuse_unknown()
    wanted = outputs(given.formats, given.output)
    writes = [path for path in (given.save_facts, *(output.path for output in wanted)) if path is not None]
    for path in writes:
        check_writable(path)
    trusted = (given.trust_anchor, config.trust_anchor, given.ca_bundle, config.ca_bundle)
    read = (*saved, given.baseline, given.accounts, config_file, *trusted)
    check_distinct(writes, [Path(path) for path in read if path])
    if given.fix_dir is not None:
        check_folder(given.fix_dir)
    sources = sources_of(given, config, config_file, policy.lang)
    if given.everything or not saved:
        refuse_unknown(given.profiles, policy.lang)
    if given.everything:
        from albdoctor.commands.fleet import refuse, scan_all

        refuse(given)
        (options,) = consented(given, (options_of_any(**keywords(given, config)),), policy.groups(), policy.lang)
        with signing_in(given.profiles), telling_what_was_asked(shown=given.verbose, lang=policy.lang):
            return scan_all(given, options, policy, wanted, sources)
    for name, value in (("resume", given.resume), *_of_all(given)):
        if value:
            raise misused(WITH_ALL, option=f"--{name}")
    if saved:
        from albdoctor.commands.saved import judge_saved

        return judge_saved(saved, given, wanted, policy, sources, partial(_finish, given, wanted, sources))
    scans = scans_of(given, config)
    if not scans:
        raise misused(NAME_IT)
    scans = consented(given, scans, policy.groups(), policy.lang)
    with signing_in(given.profiles), telling_what_was_asked(shown=given.verbose, lang=policy.lang):
        seen = _see(given, scans, policy)
    return _finish(given, wanted, sources, seen, policy)


def _of_all(given: ScanGiven) -> tuple[tuple[str, object], ...]:
    """The options that say which accounts to scan, which only --all does."""
    return (
        ("accounts", given.accounts),
        ("organization", given.organization),
        ("role", given.role),
        ("external-id", given.external_id),
    )


def _see(given: ScanGiven, scans: tuple[Options, ...], policy: Policy) -> tuple[Facts, ...]:
    """Look, again and again while --wait lasts and something is not sound."""
    until = time.monotonic() + given.wait
    rounds = _rounds(given, policy)
    while True:
        with _progress(shown=not given.quiet) as show:
            seen = collect_all(scans, policy, show)
        if not given.wait:
            return seen
        reports = [judge(facts, policy) for facts in seen]
        for line in rounds(reports):
            tell(f"albdoctor: {line}")
        if time.monotonic() + PAUSE > until or all(report.exit_code == Exit.SOUND for report in reports):
            return seen
        time.sleep(PAUSE)


def _rounds(given: ScanGiven, policy: Policy) -> Callable[[Iterable[Report]], list[str]]:
    """What is told of each look, where somebody waits at a terminal."""
    if not (given.wait and sys.stderr.isatty()) or given.quiet or given.redact:
        return lambda _reports: []
    from albdoctor.commands.rounds import Rounds

    return Rounds(policy.lang).lines


def _finish(
    given: ScanGiven, wanted: tuple[Output, ...], sources: Sources, seen: tuple[Facts, ...], policy: Policy
) -> int:
    from albdoctor.commands.documents import documents

    if given.redact:
        from albdoctor.commands.redaction import redacted

        seen, policy = redacted(seen, policy)
    if given.save_facts:
        write_atomic(given.save_facts, encode(seen), PRIVATE)
    reports = tuple(sources.judge(facts, policy) for facts in seen)
    with documents(given, wanted, policy) as made:
        for report in reports:
            made.add(report)
        return int(made.finish())


@contextmanager
def _progress(*, shown: bool) -> Generator[Callable[[str], None] | None]:
    """Show a spinner on stderr, on a terminal only."""
    if not shown or not sys.stderr.isatty():
        yield None
        return
    from albdoctor.commands.progress import show_cursor
    from albdoctor.report.screen import screen_on

    screen = screen_on(sys.stderr)
    with undoing(show_cursor), screen.status("albdoctor", spinner=screen.spinner) as status:
        yield lambda message: status.update(f"albdoctor: {message}")
