"""What is to be scanned: names, or files of saved facts; the words of the command line without an option are either."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from albdoctor.collect.keywords import Keywords, options_for
from albdoctor.collect.options import Options
from albdoctor.commands.errors import misused
from albdoctor.commands.given import Given, ScanGiven
from albdoctor.commands.options import keywords
from albdoctor.config import Config, Domain
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
    """What is to be asked for each name, or for the configuration's domains; the same page twice is one scan.

    A name that the configuration has is scanned as it says there, unless the command line says otherwise.
    """
    said = keywords(given, config)
    agreed = _agreed(said, config)
    names = names_of(given)
    scans = [scan for name in names for scan in _named(name, said, agreed)] if names else agreed
    return tuple({(one.host, one.path): one for one in reversed(scans)}.values())[::-1]


def named(name: str, said: Keywords, config: Config) -> list[Options]:
    """What is to be asked for one name: as the configuration says, unless `said` says otherwise; at least one scan."""
    return _named(name, said, _agreed(said, config))


def _agreed(said: Keywords, config: Config) -> list[Options]:
    return [scan for table in config.domain for scan in _of_table(table, said)]


def _of_table(table: Domain, said: Keywords) -> list[Options]:
    """The scans of one domain of the configuration."""
    balancer = said.get("balancer") or table.balancer
    paths = dict.fromkeys(said.get("path") or path for path in table.paths)
    return [options_for(table.name, **said | Keywords(path=path, balancer=balancer)) for path in paths]


def _named(name: str, said: Keywords, agreed: list[Options]) -> list[Options]:
    """The scans of a name of the command line: a URL says its path itself."""
    one = options_for(name, **said)
    known = [scan for scan in agreed if scan.host == one.host]
    if known and (said.get("path") or "://" in name):
        return [replace(one, balancer=known[0].balancer)]
    return known or [one]


def files_of(given: ScanGiven) -> tuple[Path, ...]:
    """The files of --facts and those that stand after it; empty without --facts."""
    if not given.facts_files:
        return ()
    if given.domains:
        raise BadOptionError(FACTS_AND_DOMAIN)
    return (*given.facts_files, *map(Path, given.names))
