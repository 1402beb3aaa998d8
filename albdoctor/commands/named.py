"""What is to be scanned: names, or files of saved facts; the words of the command line without an option are either."""

from __future__ import annotations

from pathlib import Path

from albdoctor.collect.keywords import options_for
from albdoctor.collect.options import Options
from albdoctor.commands.errors import misused
from albdoctor.commands.given import Given, ScanGiven
from albdoctor.commands.options import keywords
from albdoctor.config import Config
from albdoctor.errors import BadOptionError
from albdoctor.text import Text

FACTS = (".json", ".jsonl")
"""What saved facts are called. Other files may have the name of a site: web servers keep its configuration so."""

FILE_FOR_NAME = Text(
    en="{word} is a file: name a domain (saved facts stand after --facts)",
    ko="{word}: 파일입니다. 도메인을 지정하세요(저장한 수집 파일은 --facts 뒤에 씁니다)",
)
FACTS_AND_DOMAIN = Text(
    en="--facts judges what was saved: leave --domain out",
    ko="--facts는 저장한 결과를 판정합니다. --domain을 빼세요",
)


def names_of(given: Given) -> tuple[str, ...]:
    """The names that are asked for, each once; saved facts where a name is meant are a usage error."""
    for word in given.names:
        if Path(word).suffix in FACTS and Path(word).is_file():
            raise misused(FILE_FOR_NAME, word=repr(word))
    return tuple(dict.fromkeys((*given.names, *given.domains)))


def scans_of(given: Given, config: Config) -> tuple[Options, ...]:
    """What is to be asked for each name; the same page under two spellings is one scan."""
    scans = [options_for(name, **keywords(given, config)) for name in names_of(given)]
    return tuple({(one.host, one.path): one for one in reversed(scans)}.values())[::-1]


def files_of(given: ScanGiven) -> tuple[Path, ...]:
    """The files of --facts and those that stand after it; empty without --facts."""
    if not given.facts_files:
        return ()
    if given.domains:
        raise BadOptionError(FACTS_AND_DOMAIN)
    return (*given.facts_files, *map(Path, given.names))
