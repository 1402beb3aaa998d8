"""`albdoctor.toml`: what a team agreed on, so that nobody has to type it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from albdoctor.checkup.suppressions import Suppression
from albdoctor.errors import BadOptionError, quoted
from albdoctor.exits import FailOn
from albdoctor.files import CONFIGURATION, read
from albdoctor.text import Lang, Text

DEFAULT = "albdoctor.toml"
WRONG = Text(en="configuration {path}: {why}", ko="설정 파일 {path} 오류: {why}")


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The settings of a configuration file; a flag on the command line wins."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: FailOn = "error"
    allow_gaps: bool = False
    lang: Lang | None = None
    timeout: Annotated[float, msgspec.Meta(ge=1, le=3600)] | None = None
    """Seconds for the whole scan."""
    suppress: tuple[Suppression, ...] = ()


def load(path: Path | None) -> tuple[Config, str]:
    """Read the named file, or ./albdoctor.toml when there is one; give the settings and the file's name."""
    if path is None:
        path = Path(DEFAULT)
        if not path.is_file():
            return Config(), DEFAULT
    try:
        return msgspec.convert(tomllib.loads(read(path, CONFIGURATION).decode()), Config), str(path)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, msgspec.ValidationError) as error:
        raise BadOptionError(WRONG, path=path, why=quoted(error)) from error
