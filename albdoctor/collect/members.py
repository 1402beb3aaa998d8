"""The accounts of an organisation, as a file names them: a list of ids, what Organizations printed, or c7n-org's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import cast

from msgspec import Struct, ValidationError, convert

from albdoctor.errors import BadOptionError, quoted, system_words
from albdoctor.facts.numbers import has_digits_only
from albdoctor.text import Text

ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
ROLE_NAME = re.compile(r"(?:[\w+=,.@-]+/)*[\w+=,.@-]{1,64}", re.ASCII)
"""A role's name, its path before it (IAM API reference, Role)."""
ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):role/" + ROLE_NAME.pattern, re.ASCII)
EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
"""STS API reference, AssumeRole."""
REGION = re.compile(r"[a-z]{2,5}(-[a-z0-9]+)+", re.ASCII)

CANNOT_READ = Text(en="cannot read --accounts {path}: {why}", ko="--accounts {path} 읽기 실패: {why}")
NO_ACCOUNTS = Text(
    en="--accounts {path} names no account: an id of 12 digits on each line, or c7n-org's accounts.yml",
    ko="--accounts {path}: 계정이 없습니다. 한 줄에 12자리 계정 ID 하나씩 쓰거나 c7n-org의 accounts.yml을 쓰세요",
)
NO_ID = Text(
    en="--accounts {path}: {text} is no account id (12 digits)",
    ko="--accounts {path}: 12자리 계정 ID가 아닙니다: {text}",
)
NO_ROLE = Text(
    en="{text} is no role: give its name, or its ARN in {option}",
    ko="역할이 아닙니다: {text}. 역할 이름이나 {option} 안의 ARN을 쓰세요",
)
NO_EXTERNAL_ID = Text(
    en="{text} is no external id: 2 to 1224 letters, digits and =,.@:/-",
    ko="외부 ID가 아닙니다: {text}. 영문자, 숫자, =,.@:/- 2~1224자여야 합니다",
)
NO_REGION = Text(en="--accounts {path}: {text} is no AWS Region", ko="--accounts {path}: AWS 리전이 아닙니다: {text}")
UNREACHED = Text(
    en="--accounts {path}: account {account} has neither role nor profile there: give --role NAME",
    ko="--accounts {path}: 계정 {account}에 역할도 프로필도 없습니다. --role NAME을 지정하세요",
)


class Member(Struct, frozen=True, kw_only=True):
    """One account, and how it is reached."""

    account: str
    name: str = ""
    """What its owner calls it."""
    roles: tuple[str, ...] = ()
    """ARNs or names of roles, each assumed with the credentials of the one before; empty: `profile`."""
    external_id: str = ""
    profile: str = ""
    regions: tuple[str, ...] = ()
    """Empty: those that the account has enabled."""


class Wide(Struct, frozen=True, kw_only=True):
    """What a user says of many accounts."""

    members: tuple[Member, ...] = ()
    """Empty: Organizations is asked."""
    role: str = ""
    """Name of the role that each account has, where the member names none."""
    external_id: str = ""

    @property
    def organization(self) -> bool:
        """Whether Organizations lists the accounts."""
        return not self.members


class _Entry(Struct, kw_only=True):
    """An account in c7n-org's file: what concerns us of it."""

    account_id: str
    name: str = ""
    role: str | tuple[str, ...] | None = None
    external_id: str = ""
    profile: str = ""
    regions: tuple[str, ...] | None = None


class _Listed(Struct, kw_only=True, rename="pascal"):
    """An account as `aws organizations list-accounts` prints it."""

    id: str
    name: str = ""
    state: str = "ACTIVE"


def wide(path: str, text: str | None, role: str, external_id: str) -> Wide:
    """Put together what a command line says; what cannot be used is a `BadOptionError`.

    `text` is what the file at `path` holds, None where Organizations is to be asked.
    """
    _check_role((role,) if role else (), "--accounts")
    _check_external_id(external_id)
    if text is None:
        return Wide(role=role, external_id=external_id)
    members = tuple({each.account: each for each in members_in(path, text)}.values())
    if not members:
        raise BadOptionError(NO_ACCOUNTS, path=path)
    for member in members:
        _check(path, member)
        if not (member.roles or member.profile or role):
            raise BadOptionError(UNREACHED, path=path, account=member.account)
    return Wide(members=members, role=role, external_id=external_id)


def read_accounts(path: str) -> str:
    """What a file of accounts holds; one that cannot be read is a `BadOptionError`."""
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - also a pipe, as the shell names it
            return file.read()
    except OSError as error:
        raise BadOptionError(CANNOT_READ, path=path, why=system_words(error)) from error
    except UnicodeError as error:
        raise BadOptionError(CANNOT_READ, path=path, why=quoted(error)) from error


def members_in(path: str, text: str) -> Iterator[Member]:
    """The accounts that a file names: YAML (JSON is YAML) with a list of them, or an id and a name on each line."""
    document = _document(path, text)
    if isinstance(document, dict):
        named = cast("dict[str, object]", document)
        document = named.get("accounts", named.get("Accounts"))
    if not isinstance(document, list):
        yield from _lines(path, text)
        return
    for one in cast("list[object]", document):
        yield from _member(path, one)


def _document(path: str, text: str) -> object:
    import yaml

    try:
        # The base loader makes texts of all values, and nothing else: an id that begins with 0 is no octal number.
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes no objects
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if any(has_digits_only(line[:1]) for line in text.splitlines()):
            return None  # a list of ids whose names are no YAML
        raise BadOptionError(CANNOT_READ, path=path, why=quoted(error)) from error


def _lines(path: str, text: str) -> Iterator[Member]:
    for line in text.splitlines():
        account, _, name = line.partition("#")[0].strip().partition(" ")
        if account:
            yield Member(account=_id(path, account.rstrip(",")), name=name.strip())


def _member(path: str, one: object) -> Iterator[Member]:
    if isinstance(one, str):
        yield Member(account=_id(path, one))
        return
    try:
        if isinstance(one, dict) and "Id" in one:
            listed = convert(one, _Listed)
            if listed.state == "ACTIVE":
                yield Member(account=listed.id, name=listed.name)
            return
        entry = convert(one, _Entry)
    except ValidationError as error:
        raise BadOptionError(CANNOT_READ, path=path, why=quoted(error)) from error
    roles = (entry.role,) if isinstance(entry.role, str) else entry.role or ()
    yield Member(
        account=entry.account_id,
        name=entry.name,
        roles=tuple(filter(None, roles)),
        external_id=entry.external_id,
        profile=entry.profile,
        regions=tuple(each for each in entry.regions or () if each != "all"),
    )


def _check(path: str, member: Member) -> None:
    _id(path, member.account)
    _check_role(member.roles, f"--accounts {path}")
    _check_external_id(member.external_id)
    for region in member.regions:
        if not REGION.fullmatch(region):
            raise BadOptionError(NO_REGION, path=path, text=repr(region))


def _id(path: str, text: str) -> str:
    if not ACCOUNT.fullmatch(text):
        raise BadOptionError(NO_ID, path=path, text=repr(text))
    return text


def _check_role(roles: Iterable[str], option: str) -> None:
    for role in roles:
        if not (ROLE_ARN.fullmatch(role) or ROLE_NAME.fullmatch(role)):
            raise BadOptionError(NO_ROLE, text=repr(role), option=option)


def _check_external_id(external_id: str) -> None:
    if external_id and not EXTERNAL_ID.fullmatch(external_id):
        raise BadOptionError(NO_EXTERNAL_ID, text=repr(external_id))
