"""The library: `scan` and `judge` do what the commands do, without printing."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from albdoctor.checkup import registry
from albdoctor.collect.keywords import Keywords, options_for
from albdoctor.collect.options import Options
from albdoctor.errors import BadFactsError, BadOptionError, system_words
from albdoctor.facts.files import decode
from albdoctor.facts.snapshot import Facts
from albdoctor.policy import Policy
from albdoctor.text import Text

if TYPE_CHECKING:
    from albdoctor.report.model import Report

CANNOT_READ = Text(en="cannot read {path}: {why}", ko="{path} 읽기 실패: {why}")
SEVERAL = Text(
    en="facts file {path} holds {count} snapshots, not one",
    ko="수집 파일 {path} 안의 수집 결과가 한 개가 아니라 {count}개입니다",
)


def judge(facts: Facts, policy: Policy | None = None) -> Report:
    """Judge a snapshot: no network, no credentials, no clock; see `albdoctor.judging`."""
    from albdoctor import judging  # what only judging needs is loaded while a scan waits for answers

    return judging.judge(facts, policy)


def load_facts(path: str | PathLike[str]) -> Facts:
    """Read the snapshot of one scan that `--save-facts` wrote, for `judge`.

    Raises `BadFactsError` for a file that holds no snapshot, or several, and `BadOptionError` for one that cannot be
    read.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise BadOptionError(CANNOT_READ, path=path, why=system_words(error)) from error
    snapshots = decode(content, str(path))
    if len(snapshots) != 1:
        raise BadFactsError(SEVERAL, path=path, count=len(snapshots))
    return snapshots[0]


def collect(options: Options, policy: Policy | None = None, progress: Callable[[str], None] | None = None) -> Facts:
    """See what the selected checks need; what cannot be seen is `Unknown` in the facts."""
    return collect_all((options,), policy, progress)[0]


def collect_all(
    scans: tuple[Options, ...], policy: Policy | None = None, progress: Callable[[str], None] | None = None
) -> tuple[Facts, ...]:
    """See several names beside each other, with the profiles and before the deadline of the first; none asks twice."""
    from albdoctor.collect import run as seeing

    wanted = (policy or Policy()).groups()
    return seeing.now(lambda: seeing.collect_all(scans, wanted, progress, _loading()))


def _loading() -> Iterator[None]:
    """Import what judging needs, in small steps."""
    yield from registry.loading()
    importlib.import_module("albdoctor.judging")


def scan(domain: str, *, policy: Policy | None = None, **keywords: Unpack[Keywords]) -> Report:
    """Follow one request to `domain` (a host name or URL) and diagnose it; `Keywords` lists what else can be said.

    Raises `BadOptionError` for a domain or a value that cannot be used, and `UnknownCheckError` for an unknown check.
    """
    return judge(collect(options_for(domain, **keywords), policy), policy)
