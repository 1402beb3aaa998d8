"""What a command line says, parsed: a field for each option, by the name under which click knows it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from albdoctor.exits import FailOn
from albdoctor.text import Lang


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the commands share that look: the options of `LOOKING` and `CHOOSING`."""

    names: tuple[str, ...]
    """Words without an option: names, or with `--facts` more files."""
    domains: tuple[str, ...]
    path: str | None
    balancer: str
    profiles: tuple[str, ...]
    regions: tuple[str, ...]
    timeout: float | None
    no_probe: bool
    no_metrics: bool
    inspect_hosts: bool
    yes: bool
    """Whether `--inspect-hosts` has its consent; asked for otherwise."""
    resolvers: tuple[str, ...]
    dns_roots: tuple[str, ...]
    trust_anchor: Path | None
    ca_bundle: Path | None
    redact: bool
    connect_to: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    config: Path | None
    verbose: bool


class CollectGiven(Given, frozen=True, kw_only=True):
    """What `albdoctor collect` is told."""

    output: Path | None


class InitGiven(Given, frozen=True, kw_only=True):
    """What `albdoctor init` is told."""

    facts_files: tuple[Path, ...]
    output: Path
    lang: Lang | None


class ScanGiven(Given, frozen=True, kw_only=True):
    """What `albdoctor scan` is told."""

    everything: bool
    resume: bool
    accounts: Path | None
    organization: bool
    role: str
    external_id: str
    formats: tuple[str, ...]
    output: Path | None
    fail_on: FailOn | None
    allow_gaps: str | None
    """Kinds, with commas between them; None: nothing was said."""
    baseline: Path | None
    lang: Lang | None
    wait: float
    facts_files: tuple[Path, ...]
    save_facts: Path | None
    fix_dir: Path | None
    iac: Path | None
    iac_state: Path | None
    quiet: bool
    no_color: bool


G = TypeVar("G", bound=Given)


def parsed(kind: type[G], options: Mapping[str, object]) -> G:
    """Take over what click read; an option without a field, or a field without its option, is a mistake of ours."""
    return msgspec.convert(options, kind)
