"""The command line. Commands are loaded when they are named, so that `--version` and `--help` stay light."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from types import FrameType

import click

import albdoctor
from albdoctor.exits import Exit

COMMANDS = {
    "scan": ("albdoctor.commands.scan", "Follow one request to a domain, name what breaks it, print the fix."),
    "collect": ("albdoctor.commands.collect", "Only look: write down what a scan would judge."),
    "explain": ("albdoctor.commands.explain", "Explain a check, or find checks by words (English or Korean)."),
    "checks": ("albdoctor.commands.checks", "List the checks."),
    "iam-policy": ("albdoctor.commands.policy", "Print the least-privilege IAM policy of a scan."),
    "schema": ("albdoctor.commands.schema", "Print the JSON Schema of the report or of the facts."),
    "demo": ("albdoctor.lab.cli", "The founding story on this machine: broken, diagnosed, fixed, sound."),
    "lab": ("albdoctor.lab.cli", "An AWS account, a DNS tree and servers on loopback, with faults to practise on."),
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in COMMANDS.items()])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(albdoctor.__version__, prog_name="albdoctor", message="%(prog)s %(version)s")
def cli() -> None:
    """Why does https://your-domain not work on an AWS Application Load Balancer, and what do I type to fix it?"""


class _Terminated(BaseException):
    """SIGTERM came."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code: 0 sound, 1 findings, 2 could not run, 3 gaps, 130 interrupted."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    try:
        signal.signal(signal.SIGTERM, _terminate)
        result = cli.main(arguments, prog_name="albdoctor", standalone_mode=False)
        return result if isinstance(result, int) else int(Exit.SOUND)
    except (KeyboardInterrupt, click.Abort, _Terminated):
        return int(Exit.INTERRUPTED)
    except click.ClickException as error:
        error.show()
        return int(Exit.COULD_NOT_RUN)
    except BrokenPipeError:
        # the reader went away: nothing is left to tell, and Python must not complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.COULD_NOT_RUN)
    except Exception as error:  # noqa: BLE001 - a crash of our own is told in one sentence
        return _own_crash(error, verbose=any(word in ("-v", "--verbose") for word in arguments))


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise _Terminated


def _own_crash(error: Exception, *, verbose: bool) -> int:
    if verbose:
        traceback.print_exception(error)
    hint = "" if verbose else " (-v shows where)"
    click.echo(f"albdoctor crashed, which is its own fault: {type(error).__name__}: {error}{hint}", err=True)
    return int(Exit.COULD_NOT_RUN)
