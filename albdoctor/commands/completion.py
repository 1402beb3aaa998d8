"""What a shell may offer: names of checks, symptoms and scenarios.

A key press waits for it, so names are read from the names and texts of files: no check of ours and no part of the
lab is imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click
from click.shell_completion import CompletionItem

FILE = re.compile(r"(?P<id>[a-z]{3,8}[0-9]{3})_(?P<slug>[a-z0-9_]+)")
SCENARIO = re.compile(r"Scenario\(\s*name=\"(?P<name>[a-z0-9-]+)\"")


def checks(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer ids and slugs; of a list what comes after its last comma."""
    before, comma, last = begun.rpartition(",")
    return [CompletionItem(before + comma + one.value, help=one.help) for one in _fitting(last, sorted(_checks()))]


def explained(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer ids and slugs, and the names of symptoms."""
    from albdoctor.lookup.symptoms import SYMPTOMS

    symptoms = [(symptom.name, symptom.title.en) for symptom in SYMPTOMS]
    return _fitting(begun, [*sorted(_checks()), *symptoms])


def scenarios(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the lab's scenarios, those that are named already left out."""
    named = context.params.get(parameter.name or "") or ()
    return [one for one in _fitting(begun, [(name, "") for name in _scenarios()]) if one.value not in named]


def _checks() -> Iterator[tuple[str, str]]:
    """Our own by the names of their files; somebody else's have to be loaded."""
    for path in _folder("albdoctor_checks").glob("*/*.py"):
        named = FILE.fullmatch(path.stem)
        if named:
            check_id, slug = named["id"].upper(), named["slug"].replace("_", "-")
            yield check_id, slug
            yield slug, check_id
    from albdoctor.checkup import registry

    if registry.foreign():
        for check in registry.load():
            if not check.judge.__module__.startswith("albdoctor_checks."):
                yield check.id, check.slug
                yield check.slug, check.id


def _scenarios() -> list[str]:
    texts = (path.read_text(encoding="utf-8") for path in sorted((_folder("albdoctor.lab") / "scenarios").glob("*.py")))
    return [found["name"] for text in texts for found in SCENARIO.finditer(text)]


def _folder(package: str) -> Path:
    spec = find_spec(package)
    places = (spec.submodule_search_locations if spec else None) or ()
    return Path(next(iter(places), "."))


def _fitting(begun: str, names: list[tuple[str, str]]) -> list[CompletionItem]:
    return [CompletionItem(name, help=about) for name, about in names if name.lower().startswith(begun.lower())]
