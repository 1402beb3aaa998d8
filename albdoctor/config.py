"""`albdoctor.toml`: what a team agreed on, so that nobody has to type it. docs/configuration.md shows each key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeAlias, cast

import msgspec
from msgspec import Meta
from msgspec.structs import fields, replace

from albdoctor import tables
from albdoctor.checkup.finding import Severity
from albdoctor.checkup.suppressions import Suppression
from albdoctor.errors import BadOptionError, quoted
from albdoctor.exits import FailOn
from albdoctor.files import CONFIGURATION, read
from albdoctor.tables import DEFAULT as DEFAULT
from albdoctor.text import Lang, Text

WRONG = Text(en="configuration {path}: {why}", ko="설정 파일 {path} 오류: {why}")
NOT_NAMED = Text(
    en="configuration {path}: {key} holds only in a file that is named: --config {path}",
    ko="설정 파일 {path} 오류: {key} 설정은 파일을 직접 지정할 때만 쓸 수 있습니다: --config {path}",
)
OUTSIDE = Text(
    en="configuration {path}: {key} may leave this folder only in a file that is named: {file} (--config {path})",
    ko="설정 파일 {path} 오류: {key} 설정은 파일을 직접 지정할 때만 이 폴더 밖을 쓸 수 있습니다: {file}"
    " (--config {path})",
)
NO_KEY = Text(
    en="configuration {path}: there is no key {key}; there are {keys}",
    ko="설정 파일 {path} 오류: 없는 키입니다: {key}. 쓸 수 있는 키: {keys}",
)
MEANT_KEY = Text(
    en="configuration {path}: there is no key {key}; did you mean {near}?",
    ko="설정 파일 {path} 오류: 없는 키입니다: {key}. 혹시 이 키인가요? {near}",
)
NO_REASON = Text(
    en="configuration {path}: the suppression of {check} gives no reason",
    ko="설정 파일 {path} 오류: {check} 예외에 이유(reason)가 없습니다",
)
REQUESTED: TypeAlias = Annotated[str, Meta(pattern="^/")]


class Domain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[domain]]` table: what `albdoctor scan` without a NAME scans."""

    name: Annotated[str, Meta(min_length=1, description="Host name or URL, as after `albdoctor scan`.")]
    path: Annotated[
        REQUESTED | tuple[REQUESTED, ...], Meta(description="Path to request, or several, each a scan. Default: /")
    ] = ()
    balancer: Annotated[str, Meta(description="Name or ARN of the load balancer that is meant.")] = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """Each path to request; an empty one is the URL's own."""
        return (self.path,) if isinstance(self.path, str) else self.path or ("",)


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Configuration of albdoctor: albdoctor.toml, or [tool.albdoctor] in pyproject.toml. Command-line flags win."""

    domain: Annotated[tuple[Domain, ...], Meta(description="What `scan` without a NAME scans.")] = ()
    profile: Annotated[tuple[str, ...], Meta(description="AWS profiles; empty: the usual credentials.")] = ()
    region: Annotated[
        tuple[str, ...], Meta(description="AWS Regions to look in besides the one that the name tells.")
    ] = ()
    format: Annotated[
        tuple[str, ...], Meta(description="FORMAT or FORMAT=FILE; FILE is told from this file's folder.")
    ] = ()
    fail_on: Annotated[FailOn, Meta(description="The severity from which findings make exit code 1.")] = "error"
    allow_gaps: Annotated[
        bool | tuple[str, ...], Meta(description="Gaps that make no exit code 3: all (true), or these kinds.")
    ] = False
    select: Annotated[tuple[str, ...], Meta(description="Only these checks: ids, slugs, id prefixes or stages.")] = ()
    ignore: Annotated[tuple[str, ...], Meta(description="Not these checks.")] = ()
    severity: Annotated[
        dict[str, Severity], Meta(description="What a check's findings count as; the verdict stays as it is.")
    ] = {}
    suppress: Annotated[
        tuple[Suppression, ...], Meta(description="Findings to live with, each with a reason and a last day.")
    ] = ()
    baseline: Annotated[
        str, Meta(description="JSON report whose findings are known; told from this file's folder.")
    ] = ""
    lang: Annotated[Lang | None, Meta(description="Language of everything that is told.")] = None
    timeout: Annotated[float, Meta(ge=1, le=3600, description="Seconds for the whole scan: 60.")] | None = None
    resolver: Annotated[tuple[str, ...], Meta(description="ADDR[:PORT] of recursive resolvers.")] = ()
    dns_root: Annotated[tuple[str, ...], Meta(description="ADDR[:PORT] of DNS root servers.")] = ()
    trust_anchor: Annotated[
        str, Meta(description="File of that root's DS or DNSKEY records; told from this file's folder.")
    ] = ""
    ca_bundle: Annotated[
        str, Meta(description="PEM file of the authorities to trust; told from this file's folder.")
    ] = ""
    connect_to: Annotated[
        tuple[str, ...], Meta(description="HOST:PORT:HOST2:PORT2 rules; the command line's come before these.")
    ] = ()
    inspect_hosts: Annotated[
        bool, Meta(description="Read sockets and firewall of EC2 targets through SSM; each run asks, or needs --yes.")
    ] = False


NAMED_ONLY = ("resolver", "dns_root", "trust_anchor", "ca_bundle", "connect_to", "inspect_hosts")
"""What sends questions elsewhere, trusts somebody or runs a command: never by a file that merely lies about.

A profile is only the name of something that the user has set up.
"""

FILES = ("baseline", "trust_anchor", "ca_bundle")
BENEATH: Mapping[str, type[msgspec.Struct]] = {"domain": Domain, "suppress": Suppression}
"""Keys whose value is a list of tables."""


def load(path: Path | None) -> tuple[Config, str]:
    """Read the named file, or ./albdoctor.toml or ./pyproject.toml; give the settings and the file's name.

    A `BadOptionError` for a file that cannot be read, for a key that there is not, and, in a file that nobody named,
    for a key of `NAMED_ONLY` and for a file outside the folder or in a hidden one.
    """
    if path is not None:
        return _read(path), str(path)
    try:
        found = tables.lying_about()
    except (OSError, ValueError, RecursionError) as error:
        raise BadOptionError(WRONG, path=tables.PYPROJECT, why=quoted(error)) from error
    if found is None:
        return Config(), DEFAULT
    config = _read(found)
    for name in NAMED_ONLY:
        if getattr(config, name):
            raise BadOptionError(NOT_NAMED, path=found, key=name.replace("_", "-"))
    outputs = ((word.partition("=")[2], "format") for word in config.format)
    for file, key in (*outputs, (config.baseline, "baseline")):
        if file and not _is_inside(Path(file)):
            raise BadOptionError(OUTSIDE, path=found, key=key, file=file)
    return config, str(found)


def _is_inside(path: Path) -> bool:
    """Whether a file is below the working folder, wherever links lead, and in no hidden place of it."""
    here = Path.cwd().resolve()
    there = path.resolve()
    return there.is_relative_to(here) and not any(part.startswith(".") for part in there.relative_to(here).parts)


def _read(path: Path) -> Config:
    try:
        table = tables.table_of(path, read(path, CONFIGURATION))
        _refuse_unknown(path, table)
        config = msgspec.convert(table, Config)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        if isinstance(error, BadOptionError):
            raise
        raise BadOptionError(WRONG, path=path, why=quoted(error)) from error
    for rule in config.suppress:
        if not rule.reason.strip():
            raise BadOptionError(NO_REASON, path=path, check=rule.check)
    named = {name: getattr(config, name) for name in FILES}
    return replace(
        config,
        format=tuple(_placed(word, path.parent) for word in config.format),
        **{name: str(path.parent / file) for name, file in named.items() if file},
    )


def _placed(word: str, folder: Path) -> str:
    """FORMAT=FILE with the file's place told from the folder of the configuration."""
    name, equals, file = word.partition("=")
    return f"{name}={folder / file}" if file else f"{name}{equals}"


def _refuse_unknown(path: Path, table: Mapping[str, Any]) -> None:
    """Name the first key that there is not, and the one that may be meant."""
    _refuse_keys(path, table, Config)
    for name, kind in BENEATH.items():
        several: object = table.get(name)
        for one in cast("list[object]", several) if isinstance(several, list) else ():
            if isinstance(one, dict):
                _refuse_keys(path, cast("dict[str, object]", one), kind, f"{name}.")


def _refuse_keys(path: Path, table: Iterable[str], kind: type[msgspec.Struct], before: str = "") -> None:
    known = [field.encode_name for field in fields(kind)]
    for key in table:
        if key in known:
            continue
        near = get_close_matches(key.lower().replace("_", "-"), known, n=1)
        said = MEANT_KEY if near else NO_KEY
        raise BadOptionError(
            said, path=path, key=repr(before + key), near=before + "".join(near), keys=", ".join(known)
        )
