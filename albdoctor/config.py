"""`albdoctor.toml`: what a team agreed on, so that nobody has to type it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec.structs import replace

from albdoctor.checkup.suppressions import Suppression
from albdoctor.errors import BadOptionError, quoted
from albdoctor.exits import FailOn
from albdoctor.files import CONFIGURATION, read
from albdoctor.text import Lang, Text

DEFAULT = "albdoctor.toml"
WRONG = Text(en="configuration {path}: {why}", ko="설정 파일 {path} 오류: {why}")
NOT_NAMED = Text(
    en="configuration {path}: {key} holds only in a file that is named: --config {path}",
    ko="설정 파일 {path} 오류: {key} 설정은 파일을 직접 지정할 때만 쓸 수 있습니다: --config {path}",
)


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The settings of a configuration file; a flag on the command line wins."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: FailOn = "error"
    allow_gaps: bool | tuple[str, ...] = False
    lang: Lang | None = None
    timeout: Annotated[float, msgspec.Meta(ge=1, le=3600)] | None = None
    """Seconds for the whole scan."""
    suppress: tuple[Suppression, ...] = ()
    resolver: tuple[str, ...] = ()
    dns_root: tuple[str, ...] = ()
    trust_anchor: str = ""
    """Path; in the file it is told from the file's own folder, as the next."""
    ca_bundle: str = ""
    """Path; in the file it is told from the file's own folder."""
    connect_to: tuple[str, ...] = ()
    """Rules of the command line come before these."""
    inspect_hosts: bool = False


NAMED_ONLY = ("resolver", "dns_root", "trust_anchor", "ca_bundle", "connect_to", "inspect_hosts")
"""What sends questions elsewhere, trusts somebody or runs a command: never by a file that merely lies about."""

FILES = ("trust_anchor", "ca_bundle")


def load(path: Path | None) -> tuple[Config, str]:
    """Read the named file, or ./albdoctor.toml when there is one; give the settings and the file's name.

    A `BadOptionError` for a file that cannot be read, and for a key of `NAMED_ONLY` in a file that nobody named.
    """
    if path is not None:
        return _read(path), str(path)
    found = Path(DEFAULT)
    if not found.is_file():
        return Config(), DEFAULT
    config = _read(found)
    for name in NAMED_ONLY:
        if getattr(config, name):
            raise BadOptionError(NOT_NAMED, path=found, key=name.replace("_", "-"))
    return config, DEFAULT


def _read(path: Path) -> Config:
    try:
        config = msgspec.convert(tomllib.loads(read(path, CONFIGURATION).decode()), Config)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, msgspec.ValidationError) as error:
        raise BadOptionError(WRONG, path=path, why=quoted(error)) from error
    named = {name: getattr(config, name) for name in FILES}
    return replace(config, **{name: str(path.parent / file) for name, file in named.items() if file})
