"""Words for people, in English and Korean, and the one way to fill values into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from albdoctor.shell import quote

Lang: TypeAlias = Literal["en", "ko"]

# A shell's ${NAME} and JSON's {"key": ...} are no placeholders.
PLACEHOLDER = re.compile(r"(?<!\$)\{(?P<name>[a-z][a-z0-9_]*)(?P<each>\[\])?\}")


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
    """Fill values into a template for people; a name without a value is a KeyError."""
    return _fill(template, values, separator=", ", form=str, lang=lang)


def fill_script(template: str, values: Values) -> str:
    """Fill values into shell lines, each quoted for the shell; a tuple becomes several words."""
    return _fill(template, values, separator=" ", form=quote, lang="en")


def _fill(template: str, values: Values, separator: str, form: Callable[[str], str], lang: Lang) -> str:
    def filled(line: str, number: int = 0) -> str:
        def value_of(match: re.Match[str]) -> str:
            parts = _parts(values[match["name"]], lang)
            return form(parts[number]) if match["each"] else separator.join(map(form, parts))

        return PLACEHOLDER.sub(value_of, line)

    lines: list[str] = []
    for line in template.split("\n"):
        each = [match["name"] for match in PLACEHOLDER.finditer(line) if match["each"]]
        times = max((len(_parts(values[name], lang)) for name in each), default=0)
        lines += [filled(line, number) for number in range(times)] if each else [filled(line)]
    return "\n".join(lines)


def _parts(value: Value, lang: Lang) -> tuple[str, ...]:
    parts = value if isinstance(value, tuple) else (value,)
    return tuple(part.of(lang) if isinstance(part, Text) else str(part) for part in parts)
