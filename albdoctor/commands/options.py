"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec.structs import replace

from albdoctor.collect.options import BadOptionError, Options, parse_connect_to, split_address
from albdoctor.text import Lang

Command = TypeVar("Command", bound=Callable[..., Any])

LOOKING = (
    click.option("--domain", "domains", multiple=True, metavar="D", help="Host name or URL to follow; repeatable."),
    click.option("--path", help="Path to request (default /, or the URL's)."),
    click.option("--balancer", default="", metavar="NAME|ARN", help="The load balancer that is meant."),
    click.option("--profile", "profiles", multiple=True, help="AWS profile; repeatable (DNS may live apart)."),
    click.option("--region", "regions", multiple=True, help="AWS Region to look in besides the one the name tells."),
    click.option("--timeout", type=click.FloatRange(min=1, max=3600), help="Seconds for the whole scan (default 60)."),
    click.option("--no-probe", is_flag=True, help="Send nothing to the domain."),
    click.option("--no-metrics", is_flag=True, help="Ask CloudWatch nothing."),
    click.option(
        "--inspect-hosts", is_flag=True, help="Read listening sockets on EC2 targets, by a command through SSM."
    ),
    click.option("--resolver", "resolvers", multiple=True, metavar="ADDR[:PORT]", help="Recursive resolver."),
    click.option("--dns-root", "dns_roots", multiple=True, metavar="ADDR[:PORT]", help="Root server to start from."),
    click.option("--ca-bundle", type=click.Path(path_type=Path), help="PEM file of the authorities to trust."),
    click.option("--redact", is_flag=True, help="Replace names, addresses, ids and accounts in all that is written."),
    click.option("--connect-to", multiple=True, metavar="H:P:H2:P2", help="Connect elsewhere, as curl does."),
)
CHOOSING = (
    click.option("--select", multiple=True, metavar="CHECK", help="Only these checks (id, slug, id prefix or stage)."),
    click.option("--ignore", multiple=True, metavar="CHECK", help="Not these checks."),
    click.option("--config", type=click.Path(path_type=Path), help="Configuration file (default ./albdoctor.toml)."),
)


def shared(*groups: tuple[Callable[[Command], Command], ...]) -> Callable[[Command], Command]:
    """Put groups of options on a command, in their order."""
    options = [option for group in groups for option in group]
    return lambda command: reduce(lambda made, option: option(made), reversed(options), command)


def looking(domain: str, given: dict[str, Any], timeout: float | None) -> Options:
    """Make the options of one domain's scan; a value that cannot be used is a `BadOptionError`."""
    from albdoctor.collect.domain import asked_domain

    asked = asked_domain(domain)
    path = given["path"] or asked.path or "/"
    if not path.startswith("/") or any(ord(character) < 33 for character in path):
        raise BadOptionError(f"--path {path!r} is no path: it starts with / and holds no blanks")
    return replace(
        looking_anywhere(given, timeout),
        domain=asked.domain,
        host=asked.host,
        registrable=asked.registrable,
        path=path,
        balancer=given["balancer"],
    )


def looking_anywhere(given: dict[str, Any], timeout: float | None) -> Options:
    """Make what is the same for every domain; a value that cannot be used is a `BadOptionError`."""
    return Options(
        domain="",
        host="",
        registrable="",
        profiles=given["profiles"],
        regions=given["regions"],
        timeout=given["timeout"] or timeout or 60.0,
        probe=not given["no_probe"],
        metrics=not given["no_metrics"],
        inspect_hosts=given["inspect_hosts"],
        resolvers=tuple(_server(text, "--resolver") for text in given["resolvers"]),
        dns_roots=tuple(_server(text, "--dns-root") for text in given["dns_roots"]),
        ca_bundle=_ca_bundle(given["ca_bundle"]),
        connect_to=parse_connect_to(given["connect_to"]),
    )


def _server(text: str, option: str) -> tuple[str, int]:
    address, port = split_address(text, f"{option} {text}", default_port=53)
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise BadOptionError(f"{option} {text!r}: {address!r} is no IP address") from None
    return address, port


def _ca_bundle(path: Path | None) -> str:
    if path is None:
        return ""
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except (OSError, ssl.SSLError) as error:
        raise BadOptionError(f"--ca-bundle {path} holds no certificates that can be read: {error}") from error
    return str(path)


def language(wanted: str | None) -> Lang:
    """The language that was asked for, or else the locale's."""
    if wanted in ("en", "ko"):
        return "ko" if wanted == "ko" else "en"
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "ko" if locale.lower().startswith("ko") else "en"
