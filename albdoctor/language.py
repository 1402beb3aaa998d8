"""The language in which this process speaks: `--lang`, or else the configuration's, or else the locale's.

Help and usage errors are told before any option is read, so the arguments are looked through for `--lang` alone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from albdoctor import tables
from albdoctor.streams import can_write

if TYPE_CHECKING:
    from albdoctor.text import Lang


class _State:
    """One for the process, as its streams are; None: nobody has said it."""

    spoken: Lang | None = None


def listen(arguments: Sequence[str]) -> None:
    """Take the language from a command line; for the entry point only, never for the library."""
    words = [*arguments[: arguments.index("--")]] if "--" in arguments else [*arguments]
    asked = _last(words, "--lang")
    _State.spoken = _known(asked) if asked else _known(_of_configuration(_last(words, "--config")))


def language(wanted: str | None = None) -> Lang:
    """The language that is wanted, or else this process's, or else the locale's, if stdout can write it."""
    return _known(wanted) or _State.spoken or _of_locale()


def _last(words: Sequence[str], option: str) -> str:
    """What an option is given, the last time; empty: nothing."""
    values = [""]
    for word, following in zip(words, (*words[1:], ""), strict=False):
        if word == option:
            values.append(following)
        elif word.startswith(f"{option}="):
            values.append(word.removeprefix(f"{option}="))
    return values[-1]


def _known(name: object) -> Lang | None:
    return "ko" if name == "ko" else "en" if name == "en" else None


def _of_configuration(name: str) -> object:
    """What the configuration says; one that cannot be read is refused where it is read as a whole."""
    try:
        path = Path(name) if name else tables.lying_about()
        return tables.table_of(path, path.read_bytes()).get("lang") if path and path.is_file() else None
    except (OSError, ValueError, RecursionError):
        return None


def _of_locale() -> Lang:
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "ko" if locale.lower().startswith("ko") and can_write("한국어") else "en"
