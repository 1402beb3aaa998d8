"""Writes docs/checks (one page a check and language) and docs/schema from the code; --check fails on a difference."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from albdoctor.checkup import registry
from albdoctor.checkup.check import Check, Stage
from albdoctor.commands import explain
from albdoctor.commands.schema import schema_of
from albdoctor.report import words
from albdoctor.text import Lang, Text, show

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from docs import fixes

DOCS = Path(__file__).resolve().parent
LANGS: tuple[Lang, ...] = ("en", "ko")
TITLE = Text(en="The checks of albdoctor", ko="albdoctor 점검 목록")
NEEDS = Text(en="Looks at", ko="살펴보는 것")
OPTIONAL = Text(en="(helps, not required)", ko="(있으면 더 정확함)")


def pages() -> Iterator[tuple[Path, str]]:
    """Give every generated file and its content."""
    checks = registry.load()
    for lang in LANGS:
        yield DOCS / "checks" / lang / "README.md", index(checks, lang)
        yield DOCS / "checks" / lang / "FIXES.md", fixes.page(checks, lang)
        for check in checks:
            yield DOCS / "checks" / lang / f"{check.id}.md", page(check, checks, lang)
    for what in ("report", "reports", "facts", "survey", "config"):
        yield DOCS / "schema" / f"{what}.schema.json", json.dumps(schema_of(what), indent=2) + "\n"


def index(checks: tuple[Check, ...], lang: Lang) -> str:
    """List the checks by stage."""
    parts = [f"# {TITLE.of(lang)}\n"]
    for stage in Stage:
        here = [check for check in checks if check.stage is stage]
        if here:
            parts.append(f"\n## {words.STAGES[stage].of(lang)}\n\n")
            parts += [
                f"- [{check.id}]({check.id}.md) `{check.slug}`: {escape(check.message.of(lang))}\n" for check in here
            ]
    return "".join(parts)


def page(check: Check, checks: tuple[Check, ...], lang: Lang) -> str:
    """Write one check's page."""
    severity = words.SEVERITIES[check.severity].of(lang)
    lines = [f"# {check.id} {check.slug}", "", escape(check.message.of(lang)), "", f"`{severity}` · {check.since}", ""]
    for title, said, code in explain.parts(check, checks, lang):
        lines += [f"## {title}", ""]
        lines += [f"```{code}", *said, "```", ""] if code else [*bullets(said), ""]
    lines += [f"## {NEEDS.of(lang)}", ""]
    lines += [f"- `{need.group}`{' ' + OPTIONAL.of(lang) if need.optional else ''}" for need in check.needs]
    return "\n".join(lines) + "\n"


def bullets(said: list[str]) -> Iterator[str]:
    """Write lines as a list; an indented line is to be typed and becomes code."""
    for line in said:
        yield f"  `{show(line.strip())}`  " if line.startswith("  ") else f"- {escape(line)}"


def escape(text: str) -> str:
    """Keep <placeholders> and asterisks from being read as Markdown."""
    return show(text).replace("\\", "\\\\").replace("<", "&lt;").replace("*", "\\*").replace("\n", "  \n  ")


def main(arguments: list[str]) -> int:
    """Write, or with --check only compare."""
    wanted = dict(pages())
    known = [*DOCS.glob("checks/*/*.md"), *DOCS.glob("schema/*.json")]
    stale = [path for path in known if path not in wanted]
    changed = [path for path, content in wanted.items() if not path.exists() or path.read_text() != content]
    if "--check" in arguments:
        for path in [*stale, *changed]:
            print(f"out of date: {path.relative_to(DOCS.parent)} (make docs)")
        return 1 if stale or changed else 0
    for path in stale:
        path.unlink()
    for path, content in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
