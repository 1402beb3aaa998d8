"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec.structs import replace

from albdoctor.collect.keywords import Keywords
from albdoctor.commands import completion
from albdoctor.commands.given import G, Given, ScanGiven
from albdoctor.commands.seconds import Seconds
from albdoctor.config import Config
from albdoctor.help import option
from albdoctor.language import language as language  # the lab has it from here
from albdoctor.text import Text

Command = TypeVar("Command", bound=Callable[..., Any])

NAMES = (
    click.argument("names", nargs=-1, metavar="[NAME]..."),
    option(
        "--domain",
        "domains",
        multiple=True,
        metavar="NAME",
        help=Text(en="The same as NAME; repeatable.", ko="NAME과 같습니다. 여러 번 쓸 수 있습니다."),
    ),
)
LOOKING = (
    option(
        "--path",
        help=Text(en="Path to request (default /, or the URL's).", ko="요청할 경로(기본값은 / 또는 URL의 경로)."),
    ),
    option(
        "--balancer",
        default="",
        metavar="NAME|ARN",
        help=Text(en="The load balancer that is meant.", ko="대상으로 삼을 로드 밸런서."),
    ),
    option(
        "--profile",
        "profiles",
        multiple=True,
        help=Text(
            en="AWS profile; repeatable (DNS may live apart).",
            ko="AWS 프로필. 여러 번 쓸 수 있습니다(DNS가 다른 계정에 있어도 됩니다).",
        ),
    ),
    option(
        "--region",
        "regions",
        multiple=True,
        help=Text(
            en="AWS Region to look in besides the one the name tells.",
            ko="이름에서 알 수 있는 리전 외에 더 찾아볼 AWS 리전.",
        ),
    ),
    option(
        "--timeout",
        type=Seconds(min=1, max=3600),
        help=Text(en="Seconds for the whole scan (default 60).", ko="스캔 전체의 제한 시간(초, 기본값 60)."),
    ),
    option(
        "--no-probe",
        is_flag=True,
        help=Text(en="Send nothing to the domain.", ko="도메인에 아무 요청도 보내지 않습니다."),
    ),
    option("--no-metrics", is_flag=True, help=Text(en="Ask CloudWatch nothing.", ko="CloudWatch를 조회하지 않습니다.")),
    option(
        "--inspect-hosts",
        is_flag=True,
        help=Text(
            en="Read sockets and firewall of EC2 targets, by a command through SSM.",
            ko="EC2 대상의 소켓과 방화벽을 SSM 명령으로 읽습니다.",
        ),
    ),
    option(
        "--yes",
        is_flag=True,
        help=Text(
            en="Consent to the command of --inspect-hosts; without it a terminal is asked.",
            ko="--inspect-hosts 명령의 실행에 동의합니다. 없으면 터미널에서 묻습니다.",
        ),
    ),
    option(
        "--resolver",
        "resolvers",
        multiple=True,
        metavar="ADDR[:PORT]",
        help=Text(en="Recursive resolver.", ko="사용할 DNS 리졸버."),
    ),
    option(
        "--dns-root",
        "dns_roots",
        multiple=True,
        metavar="ADDR[:PORT]",
        help=Text(en="Root server to start from.", ko="조회를 시작할 루트 서버."),
    ),
    option(
        "--trust-anchor",
        type=click.Path(path_type=Path),
        help=Text(
            en="Keys of that root, for DNSSEC: its DS or DNSKEY records, as in a zone file.",
            ko="그 루트의 DNSSEC 키. 영역 파일 형식의 DS 또는 DNSKEY 레코드.",
        ),
    ),
    option(
        "--ca-bundle",
        type=click.Path(path_type=Path),
        help=Text(en="PEM file of the authorities to trust.", ko="신뢰할 인증 기관의 PEM 파일."),
    ),
    option(
        "--redact",
        is_flag=True,
        help=Text(
            en="Replace names, addresses, ids and accounts in all that is written.",
            ko="출력하는 모든 곳에서 이름, 주소, ID, 계정을 가립니다.",
        ),
    ),
    option(
        "--connect-to",
        multiple=True,
        metavar="H:P:H2:P2",
        help=Text(en="Connect elsewhere, as curl does.", ko="curl처럼 다른 곳으로 연결합니다."),
    ),
)
CHOOSING = (
    option(
        "--select",
        multiple=True,
        metavar="CHECK,...",
        shell_complete=completion.checks,
        help=Text(
            en="Only these checks: ids, slugs, id prefixes or stages, with commas between.",
            ko="이 점검만 실행합니다. ID, 슬러그, ID 앞부분 또는 단계를 쉼표로 구분합니다.",
        ),
    ),
    option(
        "--ignore",
        multiple=True,
        metavar="CHECK,...",
        shell_complete=completion.checks,
        help=Text(en="Not these checks.", ko="이 점검은 제외합니다."),
    ),
    option(
        "--config",
        type=click.Path(path_type=Path),
        help=Text(
            en="Configuration file (default ./albdoctor.toml, or [tool.albdoctor] in ./pyproject.toml).",
            ko="설정 파일(기본값 ./albdoctor.toml 또는 ./pyproject.toml의 [tool.albdoctor]).",
        ),
    ),
)


def shared(*groups: tuple[Callable[[Command], Command], ...]) -> Callable[[Command], Command]:
    """Put groups of options on a command, in their order."""
    options = [option for group in groups for option in group]
    return lambda command: reduce(lambda made, option: option(made), reversed(options), command)


def settled(given: G, config: Config) -> G:
    """What a command line says, and where it is silent the configuration."""
    given = replace(
        given,
        profiles=given.profiles or config.profile,
        regions=given.regions or config.region,
        select=given.select or config.select,
        ignore=given.ignore or config.ignore,
    )
    if not isinstance(given, ScanGiven):
        return given
    return replace(
        given,
        formats=given.formats or config.format,
        fail_on=given.fail_on or config.fail_on,
        baseline=given.baseline or (Path(config.baseline) if config.baseline else None),
    )


def keywords(given: Given, config: Config) -> Keywords:
    """Say the options of `LOOKING` as the library takes them, with the configuration's where none was given."""
    return Keywords(
        path=given.path or "",
        balancer=given.balancer,
        profiles=given.profiles,
        regions=given.regions,
        timeout=given.timeout or config.timeout or 60.0,
        probe=not given.no_probe,
        metrics=not given.no_metrics,
        inspect_hosts=given.inspect_hosts or config.inspect_hosts,
        resolvers=given.resolvers or config.resolver,
        dns_roots=given.dns_roots or config.dns_root,
        trust_anchor=given.trust_anchor or config.trust_anchor,
        ca_bundle=given.ca_bundle or config.ca_bundle,
        connect_to=(*given.connect_to, *config.connect_to),
    )
