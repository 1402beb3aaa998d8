"""`albdoctor collect`: only look, judge later (`albdoctor scan --facts FILE`)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from albdoctor import config as configuration
from albdoctor.api import collect_all
from albdoctor.commands.asked import telling_what_was_asked
from albdoctor.commands.consent import consented
from albdoctor.commands.errors import misused, told
from albdoctor.commands.given import CollectGiven, parsed
from albdoctor.commands.named import scans_of
from albdoctor.commands.options import CHOOSING, LOOKING, NAMES, language, settled, shared
from albdoctor.commands.profiles import refuse_unknown
from albdoctor.commands.signing import signing_in
from albdoctor.exits import Exit
from albdoctor.facts.files import encode
from albdoctor.files import PRIVATE, check_distinct, check_writable, write_atomic
from albdoctor.help import command, option
from albdoctor.policy import Policy
from albdoctor.redact.snapshot import redact_all
from albdoctor.text import Text

NAME_IT = Text(
    en="name what to look at: albdoctor collect shop.example",
    ko="수집할 이름을 지정하세요: albdoctor collect shop.example",
)


@command(ko="수집만 합니다. 스캔이 판정할 내용을 파일로 저장합니다.")
@shared(NAMES, LOOKING, CHOOSING)
@option(
    "--output",
    type=click.Path(path_type=Path),
    help=Text(en="File for the facts (default: stdout).", ko="수집 결과를 저장할 파일(기본값은 표준 출력)."),
)
@option(
    "-v",
    "--verbose",
    is_flag=True,
    help=Text(en="Tell what was asked, and how long it took.", ko="무엇을 질의했는지, 얼마나 걸렸는지 알려 줍니다."),
)
def collect(**options: object) -> int:
    """Only look: write down what a scan would judge."""
    given = parsed(CollectGiven, options)
    with told():
        config, config_file = configuration.load(given.config)
        given = settled(given, config)
        policy = Policy(select=given.select, ignore=given.ignore)
        if given.output:
            check_writable(given.output)
            read = (config_file, given.trust_anchor, config.trust_anchor, given.ca_bundle, config.ca_bundle)
            check_distinct([given.output], [Path(path) for path in read if path])
        scans = scans_of(given, config)
        if not scans:
            raise misused(NAME_IT)
        refuse_unknown(given.profiles, language(None))
        scans = consented(given, scans, policy.groups(), language(None))
        with signing_in(given.profiles), telling_what_was_asked(shown=given.verbose, lang=language(None)):
            seen = collect_all(scans, policy)
        content = encode(redact_all(seen) if given.redact else seen)
        if given.output:
            write_atomic(given.output, content, PRIVATE)
        else:
            sys.stdout.buffer.write(content)
        return int(Exit.SOUND)
