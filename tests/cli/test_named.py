"""`scan NAME...`: names without an option are scanned as those of `--domain`."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from albdoctor.commands.collect import collect
from albdoctor.commands.given import CollectGiven, ScanGiven, parsed
from albdoctor.commands.named import files_of, names_of
from albdoctor.commands.scan import scan


def test_names_stand_anywhere_and_each_is_scanned_once() -> None:
    words = ["shop.example", "--domain", "shop.example", "--no-probe", "https://b.example/x", "--domain", "c.example"]
    with scan.make_context("scan", words) as context:
        given = parsed(ScanGiven, context.params)
    assert names_of(given) == ("shop.example", "https://b.example/x", "c.example")
    assert files_of(given) == ()


def test_collect_takes_them_too() -> None:
    with collect.make_context("collect", ["shop.example"]) as context:
        assert names_of(parsed(CollectGiven, context.params)) == ("shop.example",)


def test_a_file_of_the_sites_name_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a folder of virtual hosts; only saved facts are taken for what they are."""
    monkeypatch.chdir(tmp_path)
    for name in ("shop.example", "facts.json"):
        Path(name).write_text("server {}")
    with scan.make_context("scan", ["shop.example"]) as context:
        assert names_of(parsed(ScanGiven, context.params)) == ("shop.example",)
    with scan.make_context("scan", ["facts.json"]) as context, pytest.raises(click.UsageError, match="is a file"):
        names_of(parsed(ScanGiven, context.params))
