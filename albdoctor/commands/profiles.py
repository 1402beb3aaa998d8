"""AWS profiles that do not exist are refused before anything is asked: a scan without eyes helps nobody."""

from __future__ import annotations

import configparser
import os
import shlex
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from albdoctor.errors import BadOptionError
from albdoctor.report.safe import plain
from albdoctor.text import Lang, Text, fill

CONFIG = ("AWS_CONFIG_FILE", "~/.aws/config")
CREDENTIALS = ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
VARIABLES = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")
"""In which botocore looks, in its order."""
MOST = 20
"""Names that are listed."""

UNKNOWN = Text(
    en="there is no AWS profile {name}{where}.{meant} {known}",
    ko="AWS 프로필이 없습니다: {name}{where}.{meant} {known}",
)
MEANT = Text(en=" Did you mean {near}?", ko=" 혹시 {near}?")
FROM_VARIABLE = Text(en=" ({variable})", ko=" ({variable})")
THESE = Text(en="Configured: {names}", ko="설정된 프로필: {names}")
NONE = Text(
    en="No profile is configured: run `aws configure sso` or `aws configure`",
    ko="설정된 프로필이 없습니다. `aws configure sso` 또는 `aws configure` 명령을 실행하세요",
)


def refuse_unknown(profiles: Iterable[str], lang: Lang) -> None:
    """Raise a `BadOptionError` for the first profile that no file configures, with the names of those that exist.

    Files that cannot be read are told by the first question to AWS, as botocore words it.
    """
    wanted = [(name, "") for name in profiles] or _from_environment()
    missing = [one for one in wanted if one[0] not in _named()]
    if not missing:
        return
    from albdoctor.collect.aws.read_only import configured_profiles

    known = configured_profiles()
    for name, variable in missing:
        if known is not None and name not in known:
            raise BadOptionError(_told(name, variable, sorted(known), lang))


def _told(name: str, variable: str, known: list[str], lang: Lang) -> str:
    near = get_close_matches(name.lower(), known, n=1)
    listed = ", ".join(known[:MOST]) + (", …" if len(known) > MOST else "")
    return plain(
        fill(
            UNKNOWN.of(lang),
            {
                "name": repr(name),
                "where": fill(FROM_VARIABLE.of(lang), {"variable": variable}) if variable else "",
                "meant": fill(MEANT.of(lang), {"near": near[0]}) if near else "",
                "known": fill(THESE.of(lang), {"names": listed}) if known else NONE.of(lang),
            },
        )
    )


def _from_environment() -> list[tuple[str, str]]:
    said = [(os.environ[name], name) for name in VARIABLES if os.environ.get(name)]
    return said[:1]


def _named() -> frozenset[str]:
    """The profiles of both files, read without botocore, which is loaded only to be sure that one is not there."""
    names = set(_sections(*CREDENTIALS))
    for section in _sections(*CONFIG):
        try:
            first, *rest = shlex.split(section)
        except ValueError:
            continue
        if first == "profile" and len(rest) == 1:
            names.add(rest[0])
        elif section == "default":
            names.add(section)
    return frozenset(names)


def _sections(variable: str, usual: str) -> list[str]:
    parser = configparser.RawConfigParser(default_section="")  # none: the section `default` is one as any other
    try:
        parser.read(Path(os.environ.get(variable) or usual).expanduser(), encoding="utf-8")
    except (configparser.Error, OSError, RuntimeError, UnicodeError):
        return []
    return parser.sections()
