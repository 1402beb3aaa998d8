"""Scans of a lab through the real command line, in a process of their own with the lab's environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import msgspec

from albdoctor.exits import Exit
from albdoctor.lab import loaded
from albdoctor.lab.world import World
from albdoctor.language import language
from albdoctor.report.model import Report
from albdoctor.text import Lang

SCAN_SECONDS = 180


class ScanError(Exception):
    """A scan gave no report; the message holds what it said instead."""


def command(world: World, domain: str, arguments: Sequence[str] = ()) -> list[str]:
    """Give the words of a scan command: as `albdoctor scan --domain ...` with the lab's flags.

    What somebody configured for sites of their own (profiles, formats) holds in no lab, unless they name it.
    """
    return [sys.executable, "-m", "albdoctor", *_words(world, domain, arguments)]


def _words(world: World, domain: str, arguments: Sequence[str]) -> list[str]:
    return ["scan", "--config", os.devnull, "--domain", domain, *world.flags, *arguments]


def scan(world: World, domain: str, lang: Lang = "en", options: Sequence[str] = ()) -> Report:
    """Scan the lab and read the JSON report; a `ScanError` when none comes."""
    done = subprocess.run(  # noqa: S603 - our own command line
        [*loaded.words("albdoctor"), *_words(world, domain, ("--format", "json", "--lang", lang, *options))],
        env=world.environment,
        capture_output=True,
        text=True,
        timeout=SCAN_SECONDS,
        check=False,
    )
    if done.returncode == Exit.COULD_NOT_RUN or not done.stdout.strip():
        raise ScanError(f"the scan ended with exit code {done.returncode}: {done.stderr.strip() or 'no output'}")
    try:
        return msgspec.json.decode(done.stdout, type=Report)
    except msgspec.DecodeError as error:
        raise ScanError(f"the scan's report cannot be read: {error}") from error


def show(world: World, domain: str, arguments: Sequence[str] = ()) -> int:
    """Scan the lab with this process's own output streams; give the exit code."""
    return subprocess.run(  # noqa: S603 - our own command line
        command(world, domain, ("--lang", language(), *arguments)), env=world.environment, check=False
    ).returncode
