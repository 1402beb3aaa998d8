"""Words for people, in English and Korean, and the one way to fill values into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, NewType, TypeAlias

from msgspec import Struct

from albdoctor.literals import Plain, in_hcl, in_yaml, one_line
from albdoctor.shell import words

Lang: TypeAlias = Literal["en", "ko"]

# A shell's ${NAME} and JSON's {"key": ...} are no placeholders.
PLACEHOLDER = re.compile(r"(?<!\$)\{(?P<name>[a-z][a-z0-9_]*)(?P<each>\[\])?\}")
TYPED = "  "
"""What a line begins with that is to be typed."""


class Text(Struct, frozen=True):
    """One text in both languages; `{name}` stands for a value of the finding.

    A line with `{name[]}` is written once for each part of the value; several such names in it go in step.
    """

    en: str
    ko: str

    def of(self, lang: Lang) -> str:
        """Give the text in one language."""
        return self.ko if lang == "ko" else self.en


Value: TypeAlias = str | int | Text | tuple[str | Text, ...]
"""A text is told in the language of the template that it is filled into."""
Values: TypeAlias = Mapping[str, Value]
Writer: TypeAlias = Callable[[Plain, str], str]
"""Writes a value, given what stands before it in its line."""
Command = NewType("Command", str)
"""A shell line that is safe to paste: only filling makes one, so that a type checker refuses any other text."""


def same(words: str) -> Text:
    """Make a text of words that no language changes: API names, addresses, record data."""
    return Text(en=words, ko=words)


def placeholders(template: str) -> frozenset[str]:
    """List the names that a template wants filled in."""
    return frozenset(match["name"] for match in PLACEHOLDER.finditer(template)) if "{" in template else frozenset()


def show(template: str) -> str:
    """Write a template for people who have no finding yet: each placeholder as <name>."""
    return PLACEHOLDER.sub(r"<\g<name>>", template)


def fill(template: str, values: Values, lang: Lang = "en") -> str:
    """Fill values into a text for people; a name without a value is a KeyError.

    A line that begins with two spaces is to be typed, and filled as shell lines are. Every other line is prose: no
    value makes a line more, nor a line to be typed.
    """
    return _fill(template, values, lang, lambda line: words if line.startswith(TYPED) else _prose)


def fill_script(template: str, values: Values) -> Command:
    """Fill values into shell lines, each quoted for the shell; a tuple becomes several words."""
    return Command(_fill(template, values, "en", lambda _: words))


def command(template: str, **values: Value) -> Command:
    """Fill values into one shell line."""
    return fill_script(template, values)


def fill_terraform(template: str, values: Values) -> str:
    """Fill values into Terraform, which reads each of them as it is."""
    return _fill(template, values, "en", lambda _: in_hcl)


def fill_cloudformation(template: str, values: Values) -> str:
    """Fill values into CloudFormation's YAML, which reads each of them as it is."""
    return _fill(template, values, "en", lambda _: in_yaml)


def _fill(template: str, values: Values, lang: Lang, writer_for: Callable[[str], Writer]) -> str:
    def filled(line: str, number: int = 0) -> str:
        def value_of(match: re.Match[str]) -> str:
            value = _told(values[match["name"]], lang)
            return write(_parts(value)[number] if match["each"] else value, line[: match.start()])

        write = writer_for(line)
        whole = PLACEHOLDER.sub(value_of, line)
        # A value at the beginning of a line of prose does not indent it.
        return whole.lstrip(" ") if write is _prose and whole.startswith(TYPED) else whole

    lines: list[str] = []
    for line in template.split("\n"):
        each = [match["name"] for match in PLACEHOLDER.finditer(line) if match["each"]]
        times = max((len(_parts(_told(values[name], lang))) for name in each), default=0)
        lines += [filled(line, number) for number in range(times)] if each else [filled(line)]
    return "\n".join(lines)


def _told(value: Value, lang: Lang) -> Plain:
    if isinstance(value, tuple):
        return tuple(part.of(lang) if isinstance(part, Text) else part for part in value)
    return value.of(lang) if isinstance(value, Text) else value


def _parts(value: Plain) -> tuple[str | int, ...]:
    return value if isinstance(value, tuple) else (value,)


def _prose(value: Plain, before: str) -> str:
    """Between backticks stands what people type too."""
    said, tick, typed = before.rpartition("`")
    if tick and said.count("`") % 2 == 0:
        return words(value, typed)
    return ", ".join(one_line(str(part)) for part in _parts(value))
