"""`albdoctor collect`: only look, judge later (`albdoctor scan --facts FILE`)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from albdoctor import config as configuration
from albdoctor.api import collect_all
from albdoctor.commands.asked import telling_what_was_asked
from albdoctor.commands.errors import told
from albdoctor.commands.given import CollectGiven, parsed
from albdoctor.commands.named import scans_of
from albdoctor.commands.options import CHOOSING, LOOKING, NAMES, language, shared
from albdoctor.commands.profiles import refuse_unknown
from albdoctor.commands.signing import signing_in
from albdoctor.exits import Exit
from albdoctor.facts.files import encode
from albdoctor.files import PRIVATE, check_distinct, check_writable, write_atomic
from albdoctor.policy import Policy
from albdoctor.redact.snapshot import redact_all


@click.command()
@shared(NAMES, LOOKING, CHOOSING)
@click.option("--output", type=click.Path(path_type=Path), help="File for the facts (default: stdout).")
@click.option("-v", "--verbose", is_flag=True, help="Tell what was asked, and how long it took.")
def collect(**options: object) -> int:
    """Only look: write down what a scan would judge."""
    given = parsed(CollectGiven, options)
    with told():
        config, config_file = configuration.load(given.config)
        policy = Policy(select=given.select or config.select, ignore=given.ignore or config.ignore)
        if given.output:
            check_writable(given.output)
            read = (config_file, given.ca_bundle, config.ca_bundle)
            check_distinct([given.output], [Path(path) for path in read if path])
        scans = scans_of(given, config)
        if not scans:
            raise click.UsageError("name what to look at: albdoctor collect shop.example")
        refuse_unknown(given.profiles, language(None))
        with signing_in(given.profiles), telling_what_was_asked(shown=given.verbose, lang=language(None)):
            seen = collect_all(scans, policy)
        content = encode(redact_all(seen) if given.redact else seen)
        if given.output:
            write_atomic(given.output, content, PRIVATE)
        else:
            sys.stdout.buffer.write(content)
        return int(Exit.SOUND)
