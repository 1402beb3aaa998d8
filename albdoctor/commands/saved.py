"""`albdoctor scan --facts FILE...`: judges what was saved, by one scan or by many shards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from albdoctor.commands.documents import documents
from albdoctor.commands.given import ScanGiven
from albdoctor.commands.output import Output
from albdoctor.commands.shards import Shards
from albdoctor.commands.sources import Sources
from albdoctor.facts.files import encode
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.survey import still_missing
from albdoctor.files import PRIVATE, growing
from albdoctor.policy import Policy
from albdoctor.streams import tell

Finish = Callable[[tuple[Facts, ...], Policy], int]
"""Judges a few snapshots and writes each report whole."""


def judge_saved(
    files: tuple[Path, ...],
    given: ScanGiven,
    wanted: tuple[Output, ...],
    policy: Policy,
    sources: Sources,
    finish: Finish,
) -> int:
    """Merge the snapshots of the files and judge them: a few as scans of several domains are, a fleet as --all is."""
    with Shards(files) as shards:
        if apart := shards.hours_apart(policy.lang):
            tell(f"albdoctor: {apart}")
        if shards.surveys or (len(files) > 1 and len(shards.jobs) > 1):
            return _judge_fleet(shards, given, wanted, policy, sources)
        return finish(tuple(shards.merged()), policy)


def _judge_fleet(shards: Shards, given: ScanGiven, wanted: tuple[Output, ...], policy: Policy, sources: Sources) -> int:
    """Judge one snapshot after the other; none is kept, unless they are to be redacted, which must be done alike."""
    surveys, merged = shards.surveys, shards.merged()
    if given.redact:
        from albdoctor.commands.redaction import redacted_all

        made, surveys, policy = redacted_all(tuple(merged), surveys, policy)
        merged = iter(made)
    outputs = documents(given, wanted, policy, fleet=True)
    with ExitStack() as stack:
        stack.enter_context(outputs)
        save = stack.enter_context(growing(given.save_facts, PRIVATE)) if given.save_facts else _nowhere
        save(encode(surveys))
        for gap in still_missing(surveys):
            outputs.missed(gap)
        for facts in merged:
            save(encode((facts,)))
            outputs.add(sources.judge(facts, policy))
        return int(outputs.finish())


def _nowhere(_content: bytes) -> None:
    """Nothing is to be saved."""
