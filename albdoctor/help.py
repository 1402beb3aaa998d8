"""Help pages and refusals of the command line, in both languages. It stays light: `--help` imports nothing more.

A command's English is its docstring, an option's its `help`; the Korean stands beside it. click's own words are English
sentences, whose Korean is in `CLICK`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, TypeVar

import click

from albdoctor.language import language
from albdoctor.literals import one_line
from albdoctor.phrases import Phrases

if TYPE_CHECKING:
    from albdoctor.text import Text

F = TypeVar("F", bound=Callable[..., Any])

CLICK = Phrases(
    ("Usage:", "사용법:"),
    ("Options", "옵션"),
    ("Commands", "명령"),
    ("Positional arguments", "인수"),
    ("Show this message and exit.", "이 도움말을 보여 줍니다."),
    ("Show the version and exit.", "버전을 보여 줍니다."),
    ("{help}  [{extra}]", "{help}  [{extra}]"),
    ("[{extra}]", "[{extra}]"),
    ("default: {value}", "기본값: {value}"),
    ("default: {value}; {range}", "기본값: {value}; {range}"),
    ("required", "필수"),
    ("Try '{command}' for help.", "도움말: '{command}'"),
    ("Missing command.", "명령이 빠졌습니다."),
    ("Missing argument {name}.", "인수가 빠졌습니다: {name}"),
    ("Missing argument {name}. {more}", "인수가 빠졌습니다: {name}. {more}"),
    ("Missing option {name}.", "옵션이 빠졌습니다: {name}"),
    ("Missing option {name}. {more}", "옵션이 빠졌습니다: {name}. {more}"),
    ("Choose from:\n\t{choices}", "다음 중에서 고르세요:\n\t{choices}"),
    ("Invalid value for {name}: {why}", "{name} 값이 잘못되었습니다: {why}"),
    ("Invalid value: {why}", "값이 잘못되었습니다: {why}"),
    ("{value} is not one of {choices}.", "{value}: 다음 중 하나여야 합니다: {choices}"),
    ("{value} is not {choice}.", "{value} (필요한 값: {choice})"),
    ("{value} is not a valid {kind}.", "{value} (필요한 값: {kind})"),
    ("{value} is not in the range {range}.", "{value}: 범위를 벗어났습니다: {range}"),
    ("{value} is no number of seconds.", "{value}: 초 단위 숫자가 아닙니다"),
    ("seconds", "초 단위 숫자"),
    ("integer", "정수"),
    ("float", "숫자"),
    ("integer range", "정수"),
    ("float range", "숫자"),
    ("No such option {name}.", "없는 옵션입니다: {name}"),
    ("No such option: {name}", "없는 옵션입니다: {name}"),
    ("{message} Did you mean {option}?", "{message}. 혹시 이 옵션인가요? {option}"),
    ("{message} (Did you mean one of: {options}?)", "{message}. 혹시 이 옵션인가요? {options}"),
    ("{message} (Possible options: {options})", "{message}. 혹시 이 옵션인가요? {options}"),
    ("No such command {name}.", "없는 명령입니다: {name}"),
    ("Option {name} requires an argument.", "{name} 옵션에는 값이 필요합니다."),
    ("Option {name} requires {count} arguments.", "{name} 옵션에는 값 {count}개가 필요합니다."),
    ("Option {name} does not take a value.", "{name} 옵션에는 값을 줄 수 없습니다."),
    ("Got unexpected extra argument ({words})", "남는 인수가 있습니다: {words}"),
    ("Got unexpected extra arguments ({words})", "남는 인수가 있습니다: {words}"),
)
"""Of click 8.2 to 8.5; what is missing here is told in English."""


def _told(said: str) -> str:
    return (CLICK.of(said) or said) if language() == "ko" else said


def cells(text: str) -> int:
    """Columns on a screen: Korean takes two for each character."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _folded(text: str, width: int) -> list[str]:
    """Fold one paragraph at blanks; a word that is longer than a line stays whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


class Page(click.HelpFormatter):
    """A page of help; Korean is folded by its width on the screen, which click takes for its length."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Begin the page."""
        super().write_usage(prog, args, prefix or f"{_told('Usage:')} ")

    def write_heading(self, heading: str) -> None:
        """Begin a section."""
        super().write_heading(_told(heading))

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        indent = " " * self.current_indent
        paragraphs = (_folded(part, self.width - self.current_indent) for part in text.split("\n\n"))
        self.write("\n\n".join("\n".join(indent + line for line in lines) for lines in paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of names and what they mean; names are never Korean."""
        told = [(name, _told(meaning)) for name, meaning in rows]
        indent = " " * self.current_indent
        column = min(max((len(name) for name, _ in told), default=0), col_max) + col_spacing
        for name, meaning in told:
            lines = _folded(meaning, max(self.width - len(indent) - column, 10))
            begun = name.ljust(column) if len(name) <= column - col_spacing else f"{name}\n{indent}{' ' * column}"
            beneath = f"\n{indent}{' ' * column}".join(lines)
            self.write(f"{indent}{begun}{beneath}".rstrip() + "\n")


class _Context(click.Context):
    formatter_class = Page


class NoWordsError(click.UsageError):
    """A command that needs words got none: the page of help is the refusal, in every version of click."""


class Option(click.Option):
    """An option that is explained in both languages."""

    def __init__(self, *arguments: Any, ko: str = "", alone: str = "", **attributes: Any) -> None:  # noqa: ANN401 - as click's
        """Take the Korean besides what click takes, and what the option means without `=` and a value."""
        super().__init__(*arguments, **attributes)
        self.ko, self.alone = ko, alone

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Its names, and what it does in the language of this process."""
        record = super().get_help_record(ctx)
        if record is None or language() != "ko" or not self.ko:
            return record
        names, english = record
        extra = english.removeprefix(self.help or "")
        return names, f"{self.ko}  {_told(extra.strip())}".rstrip()


class Command(click.Command):
    """A command that is explained in both languages."""

    context_class = _Context

    def __init__(self, *arguments: Any, ko: str = "", **attributes: Any) -> None:  # noqa: ANN401 - as click's
        """Take the Korean besides what click takes; its first sentence stands in lists."""
        super().__init__(*arguments, **attributes)
        self.ko = cleandoc(ko)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Never take the next word as the value of an option that may stand alone, as click would: it is a name."""
        alone = {
            name: each.alone for each in self.params if isinstance(each, Option) and each.alone for name in each.opts
        }
        ours = args.index("--") if "--" in args else len(args)
        words = [f"{word}={alone[word]}" if word in alone else word for word in args[:ours]]
        if not args and self.no_args_is_help and not ctx.resilient_parsing:
            raise NoWordsError(ctx.get_help(), ctx)
        return super().parse_args(ctx, words + args[ours:])

    def get_short_help_str(self, limit: int = 45) -> str:
        """One line of it."""
        if language() == "ko" and self.ko:
            return self.ko.partition("\n")[0]
        return super().get_short_help_str(limit)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """All of it."""
        if language() != "ko" or not self.ko:
            super().format_help_text(ctx, formatter)
            return
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.ko)


class Group(Command, click.Group):
    """Commands under one name."""

    command_class = Command
    group_class = type


def option(*names: str, help: Text, **attributes: Any) -> Callable[[F], F]:  # noqa: A002, ANN401 - as click's
    """Add an option, explained in both languages."""
    made: Callable[[F], F] = click.option(*names, cls=Option, help=help.en, ko=help.ko, **attributes)
    return made


def command(name: str | None = None, *, ko: str, **attributes: Any) -> Callable[[Callable[..., Any]], Command]:  # noqa: ANN401 - as click's
    """Make a command of a function: its docstring is the help, `ko` the same in Korean."""
    return click.command(name, cls=Command, ko=ko, **attributes)


def group(name: str | None = None, *, ko: str, **attributes: Any) -> Callable[[Callable[..., Any]], Group]:  # noqa: ANN401 - as click's
    """Make a group of commands, explained as a command is."""
    return click.group(name, cls=Group, ko=ko, **attributes)


def refusal(error: click.ClickException) -> str:
    """What is told on stderr: how a command is used, where help is, what was wrong."""
    if isinstance(error, NoWordsError):
        return error.message
    lines: list[str] = []
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        helps = max(context.command.get_help_option_names(context), key=len, default="")
        hint = [_told(f"Try '{context.command_path} {helps}' for help.")] if helps else []
        lines += [context.get_usage(), *hint, ""]
    told = _told(error.format_message())
    said = f"오류: {told}" if language() == "ko" else f"Error: {told}"
    return "\n".join([*lines, *(one_line(line.replace("\t", "  ")) for line in said.split("\n"))])
