"""What the commands take is parsed into structs: a field for each option, and no option without one."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
import pytest

from albdoctor.commands.collect import collect
from albdoctor.commands.given import CollectGiven, Given, InitGiven, ScanGiven, parsed
from albdoctor.commands.init import init
from albdoctor.commands.scan import scan


@pytest.mark.parametrize(("command", "kind"), [(scan, ScanGiven), (collect, CollectGiven), (init, InitGiven)])
def test_every_option_has_a_field(command: click.Command, kind: type[Given]) -> None:
    assert {option.name for option in command.params} == set(kind.__struct_fields__)


def test_values_come_in_the_types_that_they_say() -> None:
    words = ["--domain", "shop.example", "--fail-on", "info", "--wait", "5", "--facts", "one", "two", "--timeout", "2"]
    with scan.make_context("scan", words) as context:
        given = parsed(ScanGiven, context.params)
    assert (given.domains, given.fail_on, given.wait, given.timeout) == (("shop.example",), "info", 5.0, 2.0)
    assert (given.facts_files, given.names, given.output) == ((Path("one"),), ("two",), None)


def test_an_option_that_nobody_reads_is_a_mistake_of_ours() -> None:
    with scan.make_context("scan", []) as context, pytest.raises(msgspec.ValidationError, match="unknown field `new`"):
        parsed(ScanGiven, context.params | {"new": 1})
