"""Merges snapshots that are all in memory, as `albdoctor.commands.shards` merges those of files."""

from __future__ import annotations

from collections.abc import Iterable

from albdoctor.facts.snapshot import Facts
from albdoctor.merge.shards import outline, plan
from albdoctor.merge.snapshots import merge


def merge_all(snapshots: Iterable[Facts]) -> tuple[Facts, ...]:
    """Merge the snapshots of any number of shards; give one for each request, in the order in which they come first."""
    every = tuple(snapshots)
    return tuple(
        merge(tuple(every[place] for place in job.shards), tuple(every[place] for place in job.lenders))
        for job in plan(map(outline, every))
    )
