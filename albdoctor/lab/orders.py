"""What a person can ask a running lab to do where no AWS API reaches: the registrar's panel, the server, visitors."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from albdoctor.text import Lang, Text

Port: TypeAlias = Annotated[int, Meta(ge=1, le=65535)]
Kind: TypeAlias = Literal["http", "tls", "redirect", "login", "slow", "crash"]
Address: TypeAlias = Literal["0.0.0.0", "127.0.0.1"]  # noqa: S104 - a word; the lab itself binds loopback only
KINDS: tuple[Kind, ...] = ("http", "tls", "redirect", "login", "slow", "crash")
ADDRESSES: tuple[Address, ...] = ("0.0.0.0", "127.0.0.1")  # noqa: S104 - as above


class _Order(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="order"):
    pass


class SetNameServers(_Order, frozen=True, kw_only=True, tag="set-name-servers"):
    """Type these name servers into the registrar's panel, in place of those there."""

    domain: str
    name_servers: tuple[str, ...]


class Renew(_Order, frozen=True, kw_only=True, tag="renew"):
    """Pay or answer the registrar."""

    domain: str


class RemoveDs(_Order, frozen=True, kw_only=True, tag="remove-ds"):
    """Take the DS records away from the delegation."""

    domain: str


class SetDs(_Order, frozen=True, kw_only=True, tag="set-ds"):
    """Enter these DS records at the registrar, in place of those there."""

    domain: str
    ds: tuple[str, ...]


class SignAgain(_Order, frozen=True, kw_only=True, tag="sign-again"):
    """Let who runs the domain's name servers sign its zone anew, with the same key."""

    domain: str


class SetRecord(_Order, frozen=True, kw_only=True, tag="set-record"):
    """Write a record at the other DNS provider."""

    name: str
    type: str
    values: tuple[str, ...]


class Start(_Order, frozen=True, kw_only=True, tag="start"):
    """Start a process on a port, in place of the one there."""

    port: Port
    kind: Kind = "http"
    on: str = ""
    """Instance id; empty: the only server."""


class Stop(_Order, frozen=True, kw_only=True, tag="stop"):
    """End the process on a port."""

    port: Port
    on: str = ""


class Listen(_Order, frozen=True, kw_only=True, tag="listen"):
    """Bind the process on a port to another address."""

    port: Port
    address: Address
    on: str = ""


class Answer(_Order, frozen=True, kw_only=True, tag="answer"):
    """Let the process on a port answer one path with this status, at once."""

    port: Port
    path: Annotated[str, Meta(pattern=r"^/[!-~]*$")]
    status: Annotated[int, Meta(ge=200, le=599)]
    on: str = ""


class Visit(_Order, frozen=True, kw_only=True, tag="visit"):
    """Let visitors send requests, which CloudWatch counts."""

    count: Annotated[int, Meta(ge=1, le=100)] = 3


class Show(_Order, frozen=True, kw_only=True, tag="show"):
    """Tell what the registrar's panel and the servers show."""


class Spoil(_Order, frozen=True, kw_only=True, tag="spoil"):
    """Tell what is broken."""


class Down(_Order, frozen=True, kw_only=True, tag="down"):
    """End the lab."""


Order: TypeAlias = (
    SetNameServers
    | Renew
    | RemoveDs
    | SetDs
    | SignAgain
    | SetRecord
    | Start
    | Stop
    | Listen
    | Answer
    | Visit
    | Show
    | Spoil
    | Down
)


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order as it travels."""

    order: Order
    lang: Lang = "en"


class Done(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of it."""

    said: tuple[str, ...]
    refused: bool = False
    """Nothing was done; `said` tells why."""


class Listed(Struct, frozen=True, kw_only=True):
    """An order as people read of it."""

    example: str
    """What is typed after `albdoctor lab do`."""
    about: Text


LISTED: dict[str, Listed] = {
    "show": Listed(
        example="show",
        about=Text(
            en="What the registrar's panel and the servers show.",
            ko="등록 기관 관리 화면과 서버의 현재 상태를 보여 줍니다.",
        ),
    ),
    "set-name-servers": Listed(
        example="set-name-servers shop.example ns-1.awsdns-00.com ns-2.awsdns-01.net",
        about=Text(
            en="The registrar's panel: replace the domain's name servers by these.",
            ko="등록 기관 관리 화면: 도메인의 네임서버를 이것으로 바꿉니다.",
        ),
    ),
    "renew": Listed(
        example="renew shop.example",
        about=Text(
            en="The registrar: pay, or answer its question; a domain that is free is bought again.",
            ko="등록 기관: 비용을 내거나 확인 요청에 답합니다. 등록이 끝난 도메인은 다시 구입합니다.",
        ),
    ),
    "remove-ds": Listed(
        example="remove-ds shop.example",
        about=Text(
            en="The registrar's panel: take the domain's DS records away.",
            ko="등록 기관 관리 화면: 도메인의 DS 레코드를 지웁니다.",
        ),
    ),
    "set-ds": Listed(
        example="set-ds shop.example '12345 13 2 DIGEST'",
        about=Text(
            en="The registrar's panel: replace the domain's DS records by these.",
            ko="등록 기관 관리 화면: 도메인의 DS 레코드를 이것으로 바꿉니다.",
        ),
    ),
    "sign-again": Listed(
        example="sign-again shop.example",
        about=Text(
            en="The DNS provider: sign the domain's zone anew, with the same key.",
            ko="DNS 업체: 같은 키로 영역에 다시 서명합니다.",
        ),
    ),
    "set-record": Listed(
        example="set-record www.shop.example CNAME web-1.ap-northeast-2.elb.amazonaws.com",
        about=Text(
            en="The panel of the other DNS provider, where the domain is there: write a record.",
            ko="다른 DNS 업체 관리 화면(도메인이 그곳에 있을 때): 레코드를 씁니다.",
        ),
    ),
    "start": Listed(
        example="start 80 --kind http",
        about=Text(
            en="The server: start a process on a port, in place of the one there.",
            ko="서버: 포트에 프로세스를 시작합니다. 실행 중인 것은 대체됩니다.",
        ),
    ),
    "stop": Listed(
        example="stop 80",
        about=Text(en="The server: end the process on a port.", ko="서버: 포트의 프로세스를 끝냅니다."),
    ),
    "listen": Listed(
        example="listen 80 0.0.0.0",
        about=Text(
            en="The server: bind the process on a port to all addresses, or to 127.0.0.1 only.",
            ko="서버: 포트의 프로세스를 모든 주소 또는 127.0.0.1에만 바인딩합니다.",
        ),
    ),
    "answer": Listed(
        example="answer 80 /health 200",
        about=Text(
            en="The server: let the process on a port answer a path with this status.",
            ko="서버: 포트의 프로세스가 경로에 이 상태 코드로 응답하게 합니다.",
        ),
    ),
    "visit": Listed(
        example="visit",
        about=Text(
            en="Visitors: send a few requests, which CloudWatch counts.",
            ko="방문자: 요청을 몇 번 보냅니다. CloudWatch에 집계됩니다.",
        ),
    ),
    "spoil": Listed(
        example="spoil",
        about=Text(en="Tell what is broken.", ko="무엇이 고장 났는지 알려 줍니다."),
    ),
}
"""In the order in which they are listed; `down` is a command of its own."""
