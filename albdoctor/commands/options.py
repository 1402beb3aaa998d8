"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click

from albdoctor.collect.keywords import Keywords
from albdoctor.commands import completion
from albdoctor.commands.given import Given
from albdoctor.commands.seconds import Seconds
from albdoctor.config import Config
from albdoctor.streams import can_write
from albdoctor.text import Lang

Command = TypeVar("Command", bound=Callable[..., Any])

NAMES = (
    click.argument("names", nargs=-1, metavar="[NAME]..."),
    click.option("--domain", "domains", multiple=True, metavar="NAME", help="The same as NAME; repeatable."),
)
LOOKING = (
    click.option("--path", help="Path to request (default /, or the URL's)."),
    click.option("--balancer", default="", metavar="NAME|ARN", help="The load balancer that is meant."),
    click.option("--profile", "profiles", multiple=True, help="AWS profile; repeatable (DNS may live apart)."),
    click.option("--region", "regions", multiple=True, help="AWS Region to look in besides the one the name tells."),
    click.option("--timeout", type=Seconds(min=1, max=3600), help="Seconds for the whole scan (default 60)."),
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
    click.option(
        "--select",
        multiple=True,
        metavar="CHECK",
        shell_complete=completion.checks,
        help="Only these checks (id, slug, id prefix or stage).",
    ),
    click.option(
        "--ignore", multiple=True, metavar="CHECK", shell_complete=completion.checks, help="Not these checks."
    ),
    click.option("--config", type=click.Path(path_type=Path), help="Configuration file (default ./albdoctor.toml)."),
)


def shared(*groups: tuple[Callable[[Command], Command], ...]) -> Callable[[Command], Command]:
    """Put groups of options on a command, in their order."""
    options = [option for group in groups for option in group]
    return lambda command: reduce(lambda made, option: option(made), reversed(options), command)


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
        ca_bundle=given.ca_bundle or config.ca_bundle,
        connect_to=(*given.connect_to, *config.connect_to),
    )


def language(wanted: str | None) -> Lang:
    """The language that was asked for, or else the locale's, if stdout can write it."""
    if wanted in ("en", "ko"):
        return "ko" if wanted == "ko" else "en"
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "ko" if locale.lower().startswith("ko") and can_write("한국어") else "en"
