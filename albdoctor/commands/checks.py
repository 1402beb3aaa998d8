"""`albdoctor checks`: what is checked."""

from __future__ import annotations

import json
from typing import Any

import click

from albdoctor.checkup import registry
from albdoctor.checkup.check import Check
from albdoctor.commands.errors import told
from albdoctor.errors import quoted
from albdoctor.help import command, option
from albdoctor.language import language
from albdoctor.streams import say, tell
from albdoctor.text import Lang, Text, fill, show

NOT_LOADED = Text(
    en="Warning: checks of {name} do not load: {why}", ko="경고: 점검을 불러오지 못했습니다: {name}: {why}"
)


@command(ko="모든 점검을 요청 경로 순서로, 문제를 찾았을 때의 문구와 함께 나열합니다.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@option(
    "--lang",
    type=click.Choice(["en", "ko"]),
    help=Text(en="Language (default: the locale's).", ko="언어(기본값은 로캘의 언어)."),
)
def checks(format_: str, lang: str | None) -> int:
    """List the checks, in the order of the path, each with what it says where it finds something."""
    spoken = language(lang)
    with told():
        loaded = registry.load()
    for name, why in registry.loaded().broken.items():
        tell(fill(NOT_LOADED.of(spoken), {"name": name, "why": quoted(why)}, spoken))
    if format_ == "json":
        say(json.dumps(rows(loaded, spoken), indent=2, ensure_ascii=False))
        return 0
    width = max((len(check.slug) for check in loaded), default=0)
    for check in loaded:
        say(f"{check.id}  {check.slug:{width}}  {check.severity:7}  {show(check.message.of(spoken))}")
    return 0


def rows(loaded: tuple[Check, ...], lang: Lang) -> list[dict[str, Any]]:
    """What machines are told of each check."""
    return [
        {
            "check": check.id,
            "slug": check.slug,
            "stage": check.stage.value,
            "severity": check.severity.value,
            "message": show(check.message.of(lang)),
            "summary": check.summary,
            "explains": sorted(other.slug for other in loaded if check.causes(other)),
            "since": check.since,
        }
        for check in loaded
    ]
