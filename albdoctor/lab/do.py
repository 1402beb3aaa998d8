"""`albdoctor lab do`: play the registrar, the server and the visitors of the lab that is up."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from albdoctor.commands.errors import Refused, misused, told
from albdoctor.commands.options import language
from albdoctor.errors import BadOptionError, quoted
from albdoctor.help import group, option
from albdoctor.lab import orders
from albdoctor.lab.control import send
from albdoctor.lab.folder import DEFAULT, Running, folder_of, running
from albdoctor.lab.orders import ADDRESSES, KINDS, LISTED, Asked, Order
from albdoctor.report.safe import plain
from albdoctor.streams import say
from albdoctor.text import Lang, Text

Command = TypeVar("Command", bound=Callable[..., Any])
HEAD = Text(
    en="What no AWS API reaches, in the lab that is up (`albdoctor lab up SCENARIO`). An example each:",
    ko="AWS API로 할 수 없는 일을 실행 중인 실습 환경(`albdoctor lab up SCENARIO`)에서 합니다. 예:",
)
NO_LAB = Text(
    en="No lab is up in {folder}: start one with `albdoctor lab up any`, or name its folder with --dir.",
    ko="{folder}: 실행 중인 실습 환경이 없습니다. `albdoctor lab up any`로 시작하거나 --dir로 폴더를 지정하세요.",
)
BUILDING = Text(
    en="The lab in {folder} is still being built: try again in a moment.",
    ko="{folder}의 실습 환경을 만드는 중입니다. 잠시 뒤 다시 실행하세요.",
)
STAYS = Text(
    en="The lab in {folder} has not ended after {seconds} s.",
    ko="{folder}: 실습 환경이 {seconds}초가 지나도 끝나지 않았습니다.",
)
NOT_TAKEN = Text(en="the lab does not take this: {why}", ko="실습 환경이 받지 않는 값입니다: {why}")
END_SECONDS = 60
LOOK_AGAIN_SECONDS = 0.1


def _reaching(command: Command) -> Command:
    """The options with which every order finds its lab."""
    folder = option(
        "--dir",
        "folder",
        type=click.Path(path_type=Path),
        help=Text(en=f"Folder of the lab (default ./{DEFAULT}).", ko=f"실습 환경의 폴더(기본값 ./{DEFAULT})."),
    )
    lang = option(
        "--lang",
        type=click.Choice(["en", "ko"]),
        help=Text(en="Language (default: the locale's).", ko="언어(기본값은 로캘의 언어)."),
    )
    return folder(lang(command))


def _server(command: Command) -> Command:
    """The port that is meant, and the server, for orders about a process."""
    on = option(
        "--on",
        default="",
        metavar="INSTANCE",
        help=Text(
            en="The server that is meant (default: the only one).",
            ko="대상 서버(서버가 하나뿐이면 생략할 수 있습니다).",
        ),
    )
    return click.argument("port", type=click.IntRange(1, 65535))(on(command))


@group(
    invoke_without_command=True,
    ko="""
    실행 중인 실습 환경에서 등록 기관, 서버, 방문자의 역할을 합니다.

    명령 없이 실행하면 할 수 있는 일을 모두 보여 줍니다.
    """,
)
@_reaching
@click.pass_context
def do(context: click.Context, folder: Path | None, lang: str | None) -> None:
    """Play the registrar, the server and the visitors of the lab that is up; alone it lists what can be done."""
    context.obj = (folder, lang)
    if context.invoked_subcommand is None:
        say(HEAD.of(language(lang)))
        for one in LISTED.values():
            say()
            say(f"  albdoctor lab do {one.example}")
            say(f"    {one.about.of(language(lang))}")


def _give(order: Callable[[], Order]) -> None:
    """Give an order to the lab that is meant, and tell what it says."""
    context = click.get_current_context()
    folder, lang = (
        context.params[name] or general for name, general in zip(("folder", "lang"), context.obj, strict=True)
    )
    with told():
        try:
            asked = Asked(order=msgspec.convert(msgspec.to_builtins(order()), Order), lang=language(lang))
        except msgspec.ValidationError as error:
            raise misused(NOT_TAKEN, why=quoted(error)) from error
        _tell(folder_of(folder), asked)


def _tell(folder: Path, asked: Asked) -> None:
    state = _up(folder)
    try:
        done = send(state.port, state.token, asked)
    except OSError as error:
        raise BadOptionError(NO_LAB, folder=folder) from error
    if done.refused:
        raise Refused(" ".join(done.said))
    for line in done.said:
        say(plain(line))


def _up(folder: Path) -> Running:
    state = running(folder)
    if state is None:
        raise BadOptionError(NO_LAB, folder=folder)
    if not state.port:
        raise BadOptionError(BUILDING, folder=folder)
    return state


def end(given: Path | None, lang: Lang) -> None:
    """End the lab that is meant, and wait until its files are gone."""
    folder = folder_of(given)
    before = _up(folder)
    _tell(folder, Asked(order=orders.Down(), lang=lang))
    until = time.monotonic() + END_SECONDS
    while running(folder) == before:
        if time.monotonic() > until:
            raise BadOptionError(STAYS, folder=folder, seconds=END_SECONDS)
        time.sleep(LOOK_AGAIN_SECONDS)


def _order(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command of an order; its help is the order's own words."""
    return lambda function: do.command(name, help=LISTED[name].about.en, ko=LISTED[name].about.ko)(_reaching(function))


@_order("show")
def _show(**_: object) -> None:
    _give(orders.Show)


@_order("set-name-servers")
@click.argument("domain")
@click.argument("name_servers", nargs=-1, required=True, metavar="NAME_SERVER...")
def _set_name_servers(domain: str, name_servers: tuple[str, ...], **_: object) -> None:
    _give(lambda: orders.SetNameServers(domain=domain, name_servers=name_servers))


@_order("renew")
@click.argument("domain")
def _renew(domain: str, **_: object) -> None:
    _give(lambda: orders.Renew(domain=domain))


@_order("remove-ds")
@click.argument("domain")
def _remove_ds(domain: str, **_: object) -> None:
    _give(lambda: orders.RemoveDs(domain=domain))


@_order("set-ds")
@click.argument("domain")
@click.argument("ds", nargs=-1, required=True, metavar="DS...")
def _set_ds(domain: str, ds: tuple[str, ...], **_: object) -> None:
    _give(lambda: orders.SetDs(domain=domain, ds=ds))


@_order("sign-again")
@click.argument("domain")
def _sign_again(domain: str, **_: object) -> None:
    _give(lambda: orders.SignAgain(domain=domain))


@_order("set-record")
@click.argument("name")
@click.argument("type_", metavar="TYPE")
@click.argument("values", nargs=-1, required=True, metavar="VALUE...")
def _set_record(name: str, type_: str, values: tuple[str, ...], **_: object) -> None:
    _give(lambda: orders.SetRecord(name=name, type=type_, values=values))


@_order("start")
@_server
@option(
    "--kind",
    type=click.Choice(KINDS),
    default="http",
    show_default=True,
    help=Text(en="What it is like.", ko="프로세스의 종류."),
)
def _start(port: int, kind: orders.Kind, on: str, **_: object) -> None:
    _give(lambda: orders.Start(port=port, kind=kind, on=on))


@_order("stop")
@_server
def _stop(port: int, on: str, **_: object) -> None:
    _give(lambda: orders.Stop(port=port, on=on))


@_order("listen")
@_server
@click.argument("address", type=click.Choice(ADDRESSES))
def _listen(port: int, address: orders.Address, on: str, **_: object) -> None:
    _give(lambda: orders.Listen(port=port, address=address, on=on))


@_order("answer")
@_server
@click.argument("path")
@click.argument("status", type=click.IntRange(200, 599))
def _answer(port: int, path: str, status: int, on: str, **_: object) -> None:
    _give(lambda: orders.Answer(port=port, path=path, status=status, on=on))


@_order("visit")
@click.argument("count", type=click.IntRange(1, 100), default=3)
def _visit(count: int, **_: object) -> None:
    _give(lambda: orders.Visit(count=count))


@_order("spoil")
def _spoil(**_: object) -> None:
    _give(orders.Spoil)
