"""`albdoctor schema`: the JSON Schema of what the tool writes, and of its configuration."""

from __future__ import annotations

import json
from typing import Any

import click

from albdoctor.help import command
from albdoctor.streams import say


@command(ko="보고서, 여러 보고서, 수집 파일 각 줄, 설정 파일의 JSON 스키마를 출력합니다.")
@click.argument("what", type=click.Choice(["report", "reports", "facts", "survey", "config"]))
def schema(what: str) -> int:
    """Print the JSON Schema of a report, of several, of the lines of a facts file, or of the configuration."""
    say(json.dumps(schema_of(what), indent=2))
    return 0


def schema_of(what: str) -> dict[str, Any]:
    """Make the schema; it names its draft, so that any validator reads it the same way."""
    import msgspec

    from albdoctor.config import Config
    from albdoctor.facts.snapshot import Facts
    from albdoctor.facts.survey import Surveyed
    from albdoctor.report.model import Report, Reports

    types = {"report": Report, "reports": Reports, "facts": Facts, "survey": Surveyed, "config": Config}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(types[what])}
