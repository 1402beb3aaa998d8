"""Consent to `--inspect-hosts`: what would run on hosts is shown, and somebody says yes, here or by `--yes` before.

A configuration file may want hosts inspected, but consents to nothing. The library has its caller's word.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

import click
from msgspec.structs import replace

from albdoctor.collect.options import Options
from albdoctor.commands.given import Given
from albdoctor.errors import BadOptionError
from albdoctor.facts.hosts import LISTENING_SOCKETS
from albdoctor.report.safe import plain
from albdoctor.streams import tell
from albdoctor.text import Lang, Text, fill

MOST_NAMES = 5
YES = ("y", "yes")
ABOUT = Text(
    en="""\
albdoctor: --inspect-hosts runs a command on EC2 instances, by Run Command of AWS Systems Manager, as root (SYSTEM on
Windows). It lists listening TCP sockets and the rules of the host's own firewall, and changes nothing.
Where: on running instances that target groups of {balancers} have as targets by
their ids; of each target group on {most} at most, those that are not healthy first.""",
    ko="""\
albdoctor: --inspect-hosts는 AWS Systems Manager의 Run Command로 EC2 인스턴스에서 명령을 실행합니다(root 권한,
Windows에서는 SYSTEM). 수신 대기 중인 TCP 소켓과 호스트 자체 방화벽의 규칙을 읽기만 하고 아무것도 바꾸지 않습니다.
실행 위치: {balancers}의 대상 그룹에 ID로 등록되어 실행 중인 인스턴스.
대상 그룹마다 최대 {most}개이며, 정상이 아닌 대상부터 실행합니다.""",
)
OF_NAMES = Text(en="the load balancers behind {names}", ko="{names}의 로드 밸런서")
OF_MORE = Text(en="the load balancers behind {names} and {more} more", ko="{names} 외 {more}개의 로드 밸런서")
OF_ALL = Text(en="all scanned load balancers", ko="스캔하는 모든 로드 밸런서")
LINUX = Text(en="On Linux, with the document {document}:", ko="Linux에서 실행할 명령(문서 {document}):")
WINDOWS = Text(en="On Windows, with the document {document}:", ko="Windows에서 실행할 명령(문서 {document}):")
QUESTION = Text(en="Run it there? [y/N]", ko="실행할까요? [y/N]")
LEFT_OUT = Text(
    en="albdoctor: no host is looked into; the scan goes on without it",
    ko="albdoctor: 호스트 내부는 점검하지 않고 스캔을 계속합니다",
)
NOBODY = Text(
    en="--inspect-hosts runs a command on hosts, and there is no terminal on which to ask: --yes says that it may",
    ko="--inspect-hosts는 호스트에서 명령을 실행하는데, 물어볼 터미널이 없습니다. 실행해도 되면 --yes를 함께 쓰세요",
)


def consented(given: Given, scans: tuple[Options, ...], groups: frozenset[str], lang: Lang) -> tuple[Options, ...]:
    """Give the scans with or without a look into hosts, as somebody decides; a `BadOptionError` where nobody can.

    Nobody is asked where none of the groups of facts that are wanted needs it.
    """
    if LISTENING_SOCKETS.name not in groups or not any(one.inspect_hosts for one in scans):
        return scans
    for line in _shown(given, scans, lang):
        tell(line)
    if given.yes:
        return scans
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadOptionError(NOBODY)
    if _asked(lang):
        return scans
    tell(LEFT_OUT.of(lang))
    return tuple(replace(one, inspect_hosts=False, declined=True) for one in scans)


def _shown(given: Given, scans: tuple[Options, ...], lang: Lang) -> Iterator[str]:
    """What would be run, by what and where; commands are whole, each line as it is sent."""
    from albdoctor.collect.aws import command, windows_command
    from albdoctor.collect.aws.ssm import TARGETS_PER_GROUP

    balancers = _balancers(
        () if given.redact else tuple(dict.fromkeys(one.domain for one in scans if one.domain)), lang
    )
    yield from fill(ABOUT.of(lang), {"balancers": balancers, "most": TARGETS_PER_GROUP}).split("\n")
    for title, document, sent in (
        (LINUX, command.DOCUMENT, command.COMMAND),
        (WINDOWS, windows_command.DOCUMENT, windows_command.COMMAND),
    ):
        yield fill(title.of(lang), {"document": document})
        yield from (f"    {line}" for line in sent.split("\n"))


def _balancers(names: tuple[str, ...], lang: Lang) -> str:
    if not names:
        return OF_ALL.of(lang)
    said = OF_MORE if len(names) > MOST_NAMES else OF_NAMES
    some = ", ".join(map(plain, names[:MOST_NAMES]))
    return fill(said.of(lang), {"names": some, "more": len(names) - MOST_NAMES})


def _asked(lang: Lang) -> bool:
    """Ask; anything but a yes is a no. Not by `click.confirm`, which complains of other answers in English."""
    # Before 8.3 click writes a blank to stdout, which is the report's.
    with contextlib.redirect_stdout(sys.stderr):
        answer: str = click.prompt(QUESTION.of(lang), default="n", show_default=False, prompt_suffix=" ", err=True)
    return answer.strip().lower() in YES
