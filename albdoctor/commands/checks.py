"""`albdoctor checks`: what is checked."""

from __future__ import annotations

import json

import click

from albdoctor.checkup import registry
from albdoctor.commands.errors import told
from albdoctor.commands.options import language
from albdoctor.streams import say
from albdoctor.text import show


@click.command()
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@click.option("--lang", type=click.Choice(["en", "ko"]), help="Language (default: the locale's).")
def checks(format_: str, lang: str | None) -> int:
    """List the checks, in the order of the path, each with what it says where it finds something."""
    spoken = language(lang)
    with told():
        loaded = registry.load()
    for name, why in registry.loaded().broken.items():
        click.echo(f"Warning: checks of {name} do not load: {why}", err=True)
    if format_ == "json":
        rows = [
            {
                "check": check.id,
                "slug": check.slug,
                "stage": check.stage.value,
                "severity": check.severity.value,
                "message": show(check.message.of(spoken)),
                "summary": check.summary,
                "explains": sorted(other.slug for other in loaded if check.causes(other)),
                "since": check.since,
            }
            for check in loaded
        ]
        say(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    width = max((len(check.slug) for check in loaded), default=0)
    for check in loaded:
        say(f"{check.id}  {check.slug:{width}}  {check.severity:7}  {show(check.message.of(spoken))}")
    return 0
