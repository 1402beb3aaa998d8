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

import click
from click.shell_completion import shell_complete

from albdoctor import interrupt, streams
from albdoctor.exits import Exit
from albdoctor.version import VERSION

LAB = "albdoctor.lab.cli"
COMMANDS = {
    "scan": ("albdoctor.commands.scan", "Follow one request to a domain, name what breaks it, print the fix."),
    "collect": ("albdoctor.commands.collect", "Only look: write down what a scan would judge."),
    "diff": ("albdoctor.commands.diff", "What changed between two scans: reports or saved facts."),
    "explain": ("albdoctor.commands.explain", "Explain a check, or find checks by words (English or Korean)."),
    "checks": ("albdoctor.commands.checks", "List the checks."),
    "iam-policy": ("albdoctor.commands.policy", "Print the least-privilege IAM policy of a scan."),
    "schema": ("albdoctor.commands.schema", "Print the JSON Schema of the report or of the facts."),
    "demo": (LAB, "The founding story on this machine: broken, diagnosed, fixed, sound."),
    "lab": (LAB, "An AWS account, a DNS tree and servers on loopback, with faults to practise on."),
}
FIRST = "scan"
"""The command that a name alone means."""
COMPLETE = "_ALBDOCTOR_COMPLETE"
"""The variable by which a shell asks for its completion script, or for the words that fit."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What writing says when no more fits."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in COMMANDS and _is_a_name(args[0]):
            args = [FIRST, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            meant = f"; did you mean {close[0]}?" if close else "; `albdoctor --help` lists them"
            raise click.UsageError(f"there is no command {args[0]!r}{meant}", ctx) from None

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if COMMANDS[cmd_name][0] == LAB:
            interrupt.unwind()  # the lab stops its servers and removes its folders
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in COMMANDS.items()])


def _is_a_name(word: str) -> bool:
    """Whether a word that is no command means a site: it has a dot or a scheme, and is no option."""
    return not word.startswith("-") and ("." in word or "://" in word)


@click.command(cls=_Lazy, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
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
        with contextlib.suppress(OSError):  # of a stderr that takes no more
            error.show()
        return int(Exit.COULD_NOT_RUN)
    except (BrokenPipeError, SystemExit):
        # the reader went away (click exits then): nothing is left to tell
        return _stdout_ended()
    except Exception as error:  # noqa: BLE001 - a crash of our own is told in one sentence
        if isinstance(error, OSError) and error.errno in FULL and error.filename is None:
            streams.tell(f"Error: cannot write to standard output: {error.strerror}")
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
    hint = "" if verbose else " (-v shows where)"
    streams.tell(f"albdoctor crashed, which is its own fault: {type(error).__name__}: {error}{hint}")
    return int(Exit.COULD_NOT_RUN)
