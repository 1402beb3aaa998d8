"""Values written so that their reader gets them as they are: a person in one line, Terraform, YAML."""

from __future__ import annotations

import re
from typing import TypeAlias

Plain: TypeAlias = str | int | tuple[str, ...]
"""A value in one language."""
NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
IN_STRING = NAMED | {'"': '\\"', "\\": "\\\\"}
INTERPOLATION = re.compile(r"([$%])(?=\{)")
UNSEEN = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)
"""Printable code points that show nothing: Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties that are no
format characters (Hangul fillers, variation selectors), and the blank Braille pattern."""
YAML_PLACE = re.compile(r"\s*(- )?([A-Za-z]+: )?")
"""What stands before a whole scalar."""
YAML_PLAIN = re.compile(r"[A-Za-z/](?:[\w./-]|:(?=[\w./-]))*", re.ASCII)
YAML_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
"""What YAML 1.1 does not read as a string."""


def is_seen(text: str) -> bool:
    """Whether every character shows on a screen as what it is."""
    return text.isprintable() and (text.isascii() or UNSEEN.isdisjoint(text))


def one_line(text: str) -> str:
    """Write every character as an escape that could act on a terminal, hide in a text or begin another line.

    Not printable are control and format characters (bidirectional marks, zero width), separators but the
    space, surrogates, private use and unassigned code points (`str.isprintable`), and what shows nothing (`UNSEEN`).
    """
    if is_seen(text):  # nearly always
        return text
    return "".join(one if is_seen(one) else _escape(one) for one in text)


def in_hcl(value: Plain, before: str) -> str:
    """Write a value into a line of Terraform: what `before` leaves open is a string, a comment or an expression."""
    if _is_comment(before):
        return one_line(_joined(value))
    if _is_string(before):
        return _in_hcl_string(_joined(value))
    if isinstance(value, tuple):
        return f"[{', '.join(in_hcl(part, '') for part in value)}]"
    return _number(value) if isinstance(value, int) else f'"{_in_hcl_string(value)}"'


def in_yaml(value: Plain, before: str) -> str:
    """Write a value into a line of YAML: what `before` leaves open is a string, a comment or a whole scalar."""
    if _is_comment(before):
        return one_line(_joined(value))
    if _is_string(before):
        return _in_string(_joined(value))
    if not YAML_PLACE.fullmatch(before):
        raise ValueError(f"a value is a whole scalar or stands in double quotes: {before!r}")
    if isinstance(value, tuple):
        return f"[{', '.join(in_yaml(part, '') for part in value)}]"
    if isinstance(value, int):
        return _number(value)
    return value if YAML_PLAIN.fullmatch(value) and value.lower() not in YAML_WORDS else f'"{_in_string(value)}"'


def in_toml(text: str) -> str:
    """Write a string of TOML, whose escapes are those of the others (TOML 1.0, String); a surrogate is no text."""
    return f'"{_in_string(text.encode(errors="replace").decode())}"'


def _joined(value: Plain) -> str:
    return ", ".join(value) if isinstance(value, tuple) else _number(value) if isinstance(value, int) else value


def _number(value: int) -> str:
    return str(value).lower()  # true and false too


def _is_string(before: str) -> bool:
    return before.count('"') % 2 == 1


def _is_comment(before: str) -> bool:
    return before.lstrip().startswith("#")


def _in_hcl_string(text: str) -> str:
    return INTERPOLATION.sub(r"\1\1", _in_string(text))


def _in_string(text: str) -> str:
    """Inside double quotes, as HCL, JSON and YAML have it alike."""
    return "".join(IN_STRING.get(one) or (one if is_seen(one) else by_number(one)) for one in text)


def by_number(character: str) -> str:
    """Write a character as its code point."""
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _escape(character: str) -> str:
    code = ord(character)
    return NAMED.get(character) or (f"\\x{code:02x}" if code < 0x100 else by_number(character))
