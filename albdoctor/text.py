"""Words for people, in English and Korean, and the one way to fill values into them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

Lang: TypeAlias = Literal["en", "ko"]
Value: TypeAlias = str | int | tuple[str, ...]
Values: TypeAlias = Mapping[str, Value]

# A shell's ${NAME} and JSON's {"key": ...} are no placeholders.
PLACEHOLDER = re.compile(r"(?<!\$)\{([a-z][a-z0-9_]*)\}")


class Text(Struct, frozen=True):
    """One text in both languages; `{name}` stands for a value of the finding."""

    en: str
    ko: str

    def of(self, lang: Lang) -> str:
        """Give the text in one language."""
        return self.ko if lang == "ko" else self.en


def same(words: str) -> Text:
    """Make a text of words that no language changes: API names, addresses, record data."""
    return Text(en=words, ko=words)


def placeholders(template: str) -> frozenset[str]:
    """List the names that a template wants filled in."""
    return frozenset(PLACEHOLDER.findall(template))


def show(template: str) -> str:
    """Write a template for people who have no finding yet: each placeholder as <name>."""
    return PLACEHOLDER.sub(r"<\1>", template)


def fill(template: str, values: Values) -> str:
    """Fill values into a template for people; a name without a value is a KeyError."""
    return _fill(template, values, separator=", ", form=str)


def fill_script(template: str, values: Values) -> str:
    """Fill values into shell lines, each quoted for the shell; a tuple becomes several words."""
    return _fill(template, values, separator=" ", form=shlex.quote)


def _fill(template: str, values: Values, separator: str, form: Callable[[str], str]) -> str:
    def value_of(match: re.Match[str]) -> str:
        value = values[match[1]]
        parts = value if isinstance(value, tuple) else (str(value),)
        return separator.join(form(part) for part in parts)

    return PLACEHOLDER.sub(value_of, template)
