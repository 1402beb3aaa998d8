"""The command line. Commands are loaded when they are named, so that `--version` and `--help` stay light."""

from __future__ import annotations

import contextlib
import difflib
import errno
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click
from click.shell_completion import shell_complete

from albdoctor import interrupt, streams
from albdoctor.exits import Exit
from albdoctor.help import Group, Option, refusal
from albdoctor.language import language, listen
from albdoctor.version import VERSION

LAB = "albdoctor.lab.cli"


class Listed(NamedTuple):
    """A command in the list of all: the module that has it, and what it is for."""

    module: str
    en: str
    ko: str


COMMANDS = {
    "scan": Listed(
        "albdoctor.commands.scan",
        "Follow one request to a domain, name what breaks it, print the fix.",
        "도메인으로 가는 요청 하나를 따라가 끊긴 곳을 찾고 해결 방법을 보여 줍니다.",
    ),
    "collect": Listed(
        "albdoctor.commands.collect",
        "Only look: write down what a scan would judge.",
        "수집만 합니다. 스캔이 판정할 내용을 파일로 저장합니다.",
    ),
    "diff": Listed(
        "albdoctor.commands.diff",
        "What changed between two scans: reports or saved facts.",
        "두 스캔(보고서 또는 수집 파일) 사이에 바뀐 것을 보여 줍니다.",
    ),
    "explain": Listed(
        "albdoctor.commands.explain",
        "Explain a check, or find checks by words (English or Korean).",
        "점검을 설명하거나 단어(한국어, 영어)로 점검을 찾습니다.",
    ),
    "checks": Listed("albdoctor.commands.checks", "List the checks.", "모든 점검을 나열합니다."),
    "iam-policy": Listed(
        "albdoctor.commands.policy",
        "Print the least-privilege IAM policy of a scan.",
        "스캔에 필요한 최소 권한의 IAM 정책을 출력합니다.",
    ),
    "schema": Listed(
        "albdoctor.commands.schema",
        "Print the JSON Schema of the report, the facts or the configuration.",
        "보고서, 수집 파일, 설정 파일의 JSON 스키마를 출력합니다.",
    ),
    "init": Listed(
        "albdoctor.commands.init",
        "Write a commented albdoctor.toml, from a scan where a name is given.",
        "설명이 달린 albdoctor.toml을 만듭니다. 이름을 주면 스캔 결과로 채웁니다.",
    ),
    "demo": Listed(
        LAB,
        "The founding story on this machine: broken, diagnosed, fixed, sound.",
        "이 컴퓨터에서 체험합니다: 고장, 진단, 수정, 정상 확인까지.",
    ),
    "lab": Listed(
        LAB,
        "An AWS account, a DNS tree and servers on loopback, with faults to practise on.",
        "고장을 연습하는 실습 환경입니다. AWS 계정, DNS, 서버가 모두 이 컴퓨터에 있습니다.",
    ),
    "mcp": Listed(
        "albdoctor.mcp.cli",
        "Serve AI assistants by the Model Context Protocol; read-only.",
        "AI 어시스턴트의 스캔 요청을 MCP로 처리합니다. 읽기 전용입니다.",
    ),
}
FIRST = "scan"
"""The command that a name alone means."""
COMPLETE = "_ALBDOCTOR_COMPLETE"
"""The variable by which a shell asks for its completion script, or for the words that fit."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What writing says when no more fits."""


class _Lazy(Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and _is_a_name(args[0]):
            args = [FIRST, *args]
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            raise click.UsageError(_no_command(repr(args[0]), *close), ctx) from None

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if COMMANDS[cmd_name].module == LAB:
            interrupt.unwind()  # the lab stops its servers and removes its folders
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name].module), cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _in(language(), one.en, one.ko)) for name, one in COMMANDS.items()])


def _in(lang: str, en: str, ko: str) -> str:
    """What `Text` does, which would have to be imported."""
    return ko if lang == "ko" else en


def _no_command(name: str, close: str = "") -> str:
    if language() == "ko":
        return f"없는 명령입니다: {name}. " + (
            f"혹시 이 명령인가요? {close}" if close else "전체 명령은 `albdoctor --help`로 봅니다"
        )
    return f"there is no command {name}; " + (f"did you mean {close}?" if close else "`albdoctor --help` lists them")


def _is_a_name(word: str) -> bool:
    """Whether a word that is no command means a site: it has a dot or a scheme, and is no option."""
    return not word.startswith("-") and ("." in word or "://" in word)


@click.command(
    cls=_Lazy,
    ko="Application Load Balancer에서 https://도메인이 열리지 않는 이유와 고치는 방법을 알려 줍니다.",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--lang",
    cls=Option,
    type=click.Choice(["en", "ko"]),
    expose_value=False,  # `listen` has heard it
    help="Language (default: the locale's).",
    ko="언어(기본값은 로캘의 언어).",
)
@click.version_option(VERSION, prog_name="albdoctor", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> int:
    """Why does https://your-domain not work on an AWS Application Load Balancer, and what do I type to fix it?"""
    if context.invoked_subcommand is None:
        importlib.import_module("albdoctor.commands.welcome").welcome()
    return int(Exit.SOUND)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code: 0 sound, 1 findings, 2 could not run, 3 gaps, 130 interrupted."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    listen(arguments)
    code = _run(arguments)
    return int(Exit.INTERRUPTED) if interrupt.came() else code


def _run(arguments: Sequence[str]) -> int:
    try:
        if os.environ.get(COMPLETE):
            return shell_complete(cli, {}, "albdoctor", COMPLETE, os.environ[COMPLETE])
        result = cli.main(arguments, prog_name="albdoctor", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else int(Exit.SOUND)
    except (KeyboardInterrupt, click.Abort):
        return int(Exit.INTERRUPTED)
    except click.ClickException as error:
        streams.tell(refusal(error))
        return int(Exit.COULD_NOT_RUN)
    except (BrokenPipeError, SystemExit):
        # the reader went away (click exits then): nothing is left to tell
        return _stdout_ended()
    except Exception as error:  # noqa: BLE001 - a crash of our own is told in one sentence
        if isinstance(error, OSError) and error.errno in FULL and error.filename is None:
            streams.tell(_stdout_full(error))
            return _stdout_ended()
        return _own_crash(error, verbose=any(word in ("-v", "--verbose") for word in arguments))


def _stdout_ended() -> int:
    """Give what could not be printed to nobody, or else Python complains about it at its end."""
    with contextlib.suppress(OSError), Path(os.devnull).open("wb") as nobody:
        os.dup2(nobody.fileno(), sys.stdout.fileno())
    return int(Exit.COULD_NOT_RUN)


def _own_crash(error: Exception, *, verbose: bool) -> int:
    if verbose:
        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}"
    en = f"albdoctor crashed, which is its own fault: {what}" + ("" if verbose else " (-v shows where)")
    ko = f'albdoctor가 비정상 종료했습니다. albdoctor 자체의 결함입니다: "{what}"' + (
        "" if verbose else " (-v 옵션으로 위치를 볼 수 있습니다)"
    )
    streams.tell(_in(language(), en, ko))
    return int(Exit.COULD_NOT_RUN)


def _stdout_full(error: OSError) -> str:
    from albdoctor.errors import system_words

    lang = language()
    said = _in(lang, "Error: cannot write to standard output", "오류: 표준 출력에 쓸 수 없습니다")
    return f"{said}: {system_words(error).of(lang)}"
