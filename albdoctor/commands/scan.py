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
from albdoctor.collect.keywords import options_of_any
from albdoctor.collect.options import Options
from albdoctor.commands.asked import telling_what_was_asked
from albdoctor.commands.errors import told
from albdoctor.commands.given import ScanGiven, parsed
from albdoctor.commands.named import files_of, scans_of
from albdoctor.commands.options import CHOOSING, LOOKING, NAMES, keywords, language, shared
from albdoctor.commands.output import Output, baseline_of, outputs
from albdoctor.commands.profiles import refuse_unknown
from albdoctor.commands.seconds import Seconds
from albdoctor.commands.signing import signing_in
from albdoctor.exits import Exit
from albdoctor.facts.files import encode
from albdoctor.facts.snapshot import Facts
from albdoctor.files import PRIVATE, check_distinct, check_folder, check_writable, write_atomic
from albdoctor.interrupt import undoing
from albdoctor.policy import Policy
from albdoctor.report.format import FORMATS
from albdoctor.streams import tell

if TYPE_CHECKING:
    from albdoctor.report.model import Report

PAUSE = 5.0
"""Seconds between two scans of --wait."""


@click.command()
@shared(NAMES, LOOKING, CHOOSING)
@click.option("--all", "everything", is_flag=True, help="Every load balancer, with each name that leads to it.")
@click.option("--resume", is_flag=True, help="With --all: go on from what an interrupted --save-facts left.")
@click.option("--format", "formats", multiple=True, metavar="FORMAT[=FILE]", help=f"{', '.join(FORMATS)}; repeatable.")
@click.option("--output", type=click.Path(path_type=Path), help="File for the report (with a single format).")
@click.option("--fail-on", type=click.Choice(["error", "warning", "info", "never"]), help="Exit 1 from here (error).")
@click.option("--allow-gaps", is_flag=True, help="Do not exit 3 when something could not be judged.")
@click.option("--baseline", type=click.Path(path_type=Path), help="JSON report whose findings are known already.")
@click.option("--lang", type=click.Choice(["en", "ko"]), help="Language of the report (default: the locale's).")
@click.option("--wait", type=Seconds(min=0, max=86_400), default=0, help="Rescan till sound.")
@click.option(
    "--facts",
    "facts_files",
    multiple=True,
    metavar="FILE...",
    type=click.Path(path_type=Path),
    help="Judge saved facts: no network needed. Those of several shards are merged.",
)
@click.option("--save-facts", type=click.Path(path_type=Path), help="Save what was seen.")
@click.option(
    "--fix-dir", type=click.Path(path_type=Path), help="Write every fix to a file there, in order, with an index."
)
@click.option("-q", "--quiet", is_flag=True, help="No progress; of the text report only the last line.")
@click.option("-v", "--verbose", is_flag=True, help="Tell everything, what was asked, and how long it took.")
@click.option("--no-color", is_flag=True, help="No colours.")
def scan(**options: object) -> int:
    """Follow one request to NAME, name what breaks it, print the fix.

    NAME is a host name or a URL: shop.example, https://shop.example/path.
    """
    given = parsed(ScanGiven, options)
    with told():
        return _scan(given)


def _scan(given: ScanGiven) -> int:
    config, config_file = configuration.load(given.config)
    policy = Policy(
        lang=language(given.lang or config.lang),
        fail_on=given.fail_on or config.fail_on,
        allow_gaps=given.allow_gaps or config.allow_gaps,
        select=given.select or config.select,
        ignore=given.ignore or config.ignore,
        suppressions=config.suppress,
        baseline=baseline_of(given.baseline),
        config_file=config_file,
    )
    saved = files_of(given)
    policy.groups()  # an unknown check is refused before anything is asked
    wanted = outputs(given.formats, given.output)
    writes = [path for path in (given.save_facts, *(output.path for output in wanted)) if path is not None]
    for path in writes:
        check_writable(path)
    read = (*saved, given.baseline, config_file, given.ca_bundle, config.ca_bundle)
    check_distinct(writes, [Path(path) for path in read if path])
    if given.fix_dir is not None:
        check_folder(given.fix_dir)
    if given.everything or not saved:
        refuse_unknown(given.profiles, policy.lang)
    if given.everything:
        from albdoctor.commands.fleet import refuse, scan_all

        refuse(given)
        with signing_in(given.profiles), telling_what_was_asked(shown=given.verbose, lang=policy.lang):
            return scan_all(given, options_of_any(**keywords(given, config)), policy, wanted)
    if given.resume:
        raise click.UsageError("--resume goes with --all")
    if saved:
        from albdoctor.commands.saved import judge_saved

        return judge_saved(saved, given, wanted, policy, partial(_finish, given, wanted))
    scans = scans_of(given, config)
    if not scans:
        raise click.UsageError("name what to scan: albdoctor scan shop.example (or --facts FILE)")
    with signing_in(given.profiles), telling_what_was_asked(shown=given.verbose, lang=policy.lang):
        seen = _see(given, scans, policy)
    return _finish(given, wanted, seen, policy)


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


def _finish(given: ScanGiven, wanted: tuple[Output, ...], seen: tuple[Facts, ...], policy: Policy) -> int:
    from albdoctor.commands.documents import documents

    if given.redact:
        from albdoctor.commands.redaction import redacted

        seen, policy = redacted(seen, policy)
    if given.save_facts:
        write_atomic(given.save_facts, encode(seen), PRIVATE)
    reports = tuple(judge(facts, policy) for facts in seen)
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
