"""The commands `demo` and `lab`. Everything heavy is imported when a command runs."""

from __future__ import annotations

import json
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click

from albdoctor.commands import completion
from albdoctor.commands.errors import told
from albdoctor.commands.options import language
from albdoctor.commands.seconds import Seconds
from albdoctor.exits import Exit
from albdoctor.lab.do import do
from albdoctor.lab.folder import DEFAULT
from albdoctor.streams import say, tell
from albdoctor.text import Text

if TYPE_CHECKING:
    from albdoctor.lab.scenario import Scenario
    from albdoctor.lab.verify import Proof

NEEDED = ("moto", "awscli")
MISSING = Text(
    en="The lab needs packages that are not installed: pip install '.[lab]' in the folder that albdoctor came from",
    ko="실습 환경에 필요한 패키지가 없습니다. albdoctor를 받은 폴더에서 설치하세요: pip install '.[lab]'",
)
PASS_ON = {"ignore_unknown_options": True, "allow_interspersed_args": False}
MOST_SECONDS = 86_400

ANY = "any"
"""Stands for a scenario that is broken, and is not told which."""
SPOIL_OPTION = "--spoil"
LISTED = Text(
    en="`albdoctor lab up any` takes one that is broken and does not say which. --spoil tells what is broken in each.",
    ko="`albdoctor lab up any`는 고장 난 시나리오를 알리지 않고 고릅니다. --spoil은 무엇이 고장 났는지 보여 줍니다.",
)
LANG = click.option("--lang", type=click.Choice(["en", "ko"]), help="Language (default: the locale's).")
SPOIL = click.option(SPOIL_OPTION, is_flag=True, help="Tell what is broken.")
DIR = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    help=f"Folder of the lab's files (default ./{DEFAULT}, or that of the lab.env that was sourced).",
)
FORMAT = click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)


def _need_lab(lang: str | None) -> None:
    """Stop with one sentence when the extra is not installed."""
    if any(find_spec(name) is None for name in NEEDED):
        raise click.ClickException(MISSING.of(language(lang)))


@click.command()
@LANG
def demo(lang: str | None) -> int:
    """The founding story on this machine: broken, diagnosed, fixed, sound."""
    _need_lab(lang)
    from albdoctor.lab.actors import RepairError
    from albdoctor.lab.demo import tell
    from albdoctor.lab.scanning import ScanError

    try:
        return tell(language(lang))
    except (RepairError, ScanError) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def lab() -> None:
    """An AWS account, a DNS tree and servers on loopback, with faults to practise on."""


lab.add_command(do)


@lab.command("list")
@LANG
@FORMAT
@SPOIL
def list_(lang: str | None, format_: str, spoil: bool) -> None:
    """List the scenarios; what is broken in each only with --spoil."""
    _need_lab(lang)
    from albdoctor.lab.scenarios import SCENARIOS

    if format_ == "json":
        listed = [
            {"name": one.name} | ({"description": one.about.of(language(lang))} if spoil else {}) for one in SCENARIOS
        ]
        say(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    width = max(len(one.name) for one in SCENARIOS) if spoil else 0
    for one in SCENARIOS:
        say(f"{one.name:<{width}}  {one.about.of(language(lang))}" if spoil else one.name)
    if not spoil:
        tell(LISTED.of(language(lang)))


@lab.command(context_settings=PASS_ON)
@click.argument("scenario", shell_complete=completion.scenarios)
@click.argument("scan_options", nargs=-1, type=click.UNPROCESSED)
@SPOIL
def run(scenario: str, scan_options: tuple[str, ...], spoil: bool) -> int:
    """Build a scenario (or `any`), scan it, tear it down; takes scan's output options and exits as the scan does."""
    _need_lab(None)
    from albdoctor.lab.scanning import show
    from albdoctor.lab.site import build
    from albdoctor.lab.up import tell_what
    from albdoctor.lab.world import World

    found = _find(scenario)
    passed_on = tuple(word for word in scan_options if word != SPOIL_OPTION)
    with World() as world:
        build(world, found.plan)
        code = show(world, found.plan.scanned, (*found.options, *passed_on))
    if spoil or passed_on != scan_options:
        tell_what(found, language(_lang_in(passed_on)), tell)
    return code


def _lang_in(words: tuple[str, ...]) -> str | None:
    """The language that scan's options choose."""
    text = " ".join(words).replace("--lang=", "--lang ").split()
    return next((after for word, after in pairwise(text) if word == "--lang"), None)


@lab.command()
@click.argument("scenario", shell_complete=completion.scenarios)
@click.option(
    "--for",
    "seconds",
    type=Seconds(min=1, max=MOST_SECONDS),
    default=3600,
    show_default=True,
    help="Stop by itself after so many seconds.",
)
@DIR
@SPOIL
@LANG
def up(scenario: str, seconds: float, folder: Path | None, spoil: bool, lang: str | None) -> None:
    """Build a scenario (or `any`) and stay up; writes what a shell, albdoctor and curl need into a folder."""
    _need_lab(lang)
    from albdoctor.lab.up import stay_up

    with told():
        stay_up(_find(scenario), folder or Path(DEFAULT), seconds, language(lang), spoil=spoil)


@lab.command()
@DIR
@LANG
def down(folder: Path | None, lang: str | None) -> None:
    """End the lab that is up."""
    from albdoctor.lab.do import end

    with told():
        end(folder, language(lang))


@lab.command()
@click.argument("scenarios", nargs=-1, shell_complete=completion.scenarios)
@FORMAT
@click.option("--jobs", type=click.IntRange(min=1, max=32), default=2, show_default=True, help="How many at a time.")
def verify(scenarios: tuple[str, ...], format_: str, jobs: int) -> int:
    """Prove scenarios (all by default): build, scan, run the printed fix, scan again; exit 0 when all hold."""
    _need_lab(None)
    from albdoctor.lab.scenarios import SCENARIOS
    from albdoctor.lab.verify import never_asked, prove_all, to_json

    names = [_find(name).name for name in scenarios] or [one.name for one in SCENARIOS]
    proofs: list[Proof] = []
    for proof in prove_all(names, jobs):
        proofs.append(proof)
        if format_ == "text":
            say(proof.line)
    if format_ == "json":
        say(to_json(proofs))
    idle = () if scenarios else never_asked(proofs)
    if idle:
        tell(f"FAIL no scan asked for {', '.join(idle)}, which iam-policy allows")
    return int(Exit.SOUND if all(proof.holds for proof in proofs) and not idle else Exit.FINDINGS)


def _find(name: str) -> Scenario:
    """Find a scenario, or any that is broken; an unknown name is a usage error."""
    from albdoctor.lab.scenarios import SCENARIOS, find

    if name == ANY:
        from albdoctor.lab.up import any_broken

        return any_broken(SCENARIOS)
    try:
        return find(name)
    except LookupError as error:
        raise click.UsageError(str(error.args[0])) from error
