"""The command `mcp`. The SDK, which the extra of the same name brings, is imported when it runs."""

from __future__ import annotations

import ipaddress
from importlib.util import find_spec
from pathlib import Path

import click

from albdoctor import config as configuration
from albdoctor.commands.errors import told
from albdoctor.errors import BadOptionError, system_words
from albdoctor.exits import Exit
from albdoctor.help import command, option
from albdoctor.language import language
from albdoctor.text import Text

NEEDED = ("mcp", "uvicorn")
MISSING = Text(
    en="Serving assistants needs packages that are not installed: pip install '.[mcp]' in the folder that albdoctor"
    " came from",
    ko="어시스턴트 연결에 필요한 패키지가 없습니다. albdoctor를 받은 폴더에서 설치하세요: pip install '.[mcp]'",
)
LOOPBACK = "127.0.0.1"
PORT = 8765
NO_ADDRESS = Text(
    en="--http {text}: {host} is no IP address of this machine's (nor localhost)",
    ko="--http {text}: 이 컴퓨터의 IP 주소(또는 localhost)가 아닙니다: {host}",
)
EVERY = Text(
    en="--http {text}: name one address, not every address of this machine",
    ko="--http {text}: 모든 주소가 아니라 주소 하나를 지정하세요",
)
REMOTE = Text(
    en="--http {text}: others could reach {host}, and scan with your credentials without any password. If a proxy"
    " asks for one, add --allow-remote",
    ko="--http {text}: 다른 컴퓨터가 {host} 주소에 접속해 암호 없이 이 자격 증명으로 스캔할 수 있습니다. 인증하는"
    " 프록시가 앞에 있으면 --allow-remote를 추가하세요",
)
TAKEN = Text(en="cannot listen on {text}: {why}", ko="{text} 주소에서 수신할 수 없습니다: {why}")


@command(
    ko="""
    AI 어시스턴트의 스캔 요청을 MCP로 처리합니다. 읽기 전용입니다.

    stdin과 stdout을 사용합니다. --http를 쓰면 Streamable HTTP를 사용합니다.
    """
)
@option(
    "--http",
    "listen",
    is_flag=False,
    flag_value=f"{LOOPBACK}:{PORT}",
    metavar="[HOST:PORT]",
    help=Text(
        en=f"Serve Streamable HTTP, by default on {LOOPBACK}:{PORT}.",
        ko=f"Streamable HTTP를 사용합니다(기본값 {LOOPBACK}:{PORT}).",
    ),
)
@option(
    "--allow-remote",
    is_flag=True,
    help=Text(
        en="Listen on an address that other machines reach. Whoever reaches it may scan.",
        ko="다른 컴퓨터가 접속할 수 있는 주소도 허용합니다. 접속하는 누구나 스캔할 수 있습니다.",
    ),
)
@option(
    "--config",
    type=click.Path(path_type=Path),
    help=Text(
        en="Configuration file (default ./albdoctor.toml, or [tool.albdoctor] in ./pyproject.toml).",
        ko="설정 파일(기본값 ./albdoctor.toml 또는 ./pyproject.toml의 [tool.albdoctor]).",
    ),
)
@option(
    "--lang",
    type=click.Choice(["en", "ko"]),
    help=Text(en="Language (default: the locale's).", ko="언어(기본값은 로캘의 언어)."),
)
def mcp(listen: str | None, allow_remote: bool, config: Path | None, lang: str | None) -> int:
    """Serve AI assistants by the Model Context Protocol: scan, explain, judge_facts, list_checks. Read-only.

    Over stdin and stdout, or with --http over Streamable HTTP.
    """
    if any(find_spec(name) is None for name in NEEDED):
        raise click.ClickException(MISSING.of(language(lang)))
    with told():
        place = address_of(listen, allow_remote=allow_remote) if listen is not None else None
        settings, config_file = configuration.load(config)
        from albdoctor.mcp.server import serve_http, serve_stdio
        from albdoctor.mcp.tools import Setting

        setting = Setting(config=settings, config_file=config_file)
        setting.policy(None).refuse_unknown()
        if place is None:
            serve_stdio(setting)
            return int(Exit.SOUND)
        try:
            serve_http(setting, *place, language(lang))
        except OSError as error:
            raise BadOptionError(TAKEN, text=listen, why=system_words(error)) from error
    return int(Exit.SOUND)


def address_of(text: str, *, allow_remote: bool) -> tuple[str, int]:
    """Read HOST:PORT; a `BadOptionError` for what is no address, is all of them, or is reached by others."""
    from albdoctor.collect.options import split_address

    host, port = split_address(text, f"--http {text}", PORT)
    try:
        address = ipaddress.ip_address(LOOPBACK if host == "localhost" else host)
    except ValueError:
        raise BadOptionError(NO_ADDRESS, text=repr(text), host=repr(host)) from None
    if address.is_unspecified:
        raise BadOptionError(EVERY, text=repr(text))
    if not (address.is_loopback or allow_remote):
        raise BadOptionError(REMOTE, text=repr(text), host=str(address))
    return str(address), port
