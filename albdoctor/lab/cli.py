"""The commands `demo` and `lab`. Everything heavy is imported when a command runs."""

from __future__ import annotations

import json
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click

from albdoctor.commands import completion
from albdoctor.commands.errors import Refused, misused, told
from albdoctor.commands.options import language
from albdoctor.commands.seconds import Seconds
from albdoctor.exits import Exit
from albdoctor.help import command, group, option
from albdoctor.lab.do import do
from albdoctor.lab.folder import DEFAULT
from albdoctor.streams import say, tell
from albdoctor.text import Text, fill

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
NEVER_ASKED = Text(
    en="FAIL no scan asked for {actions}, which iam-policy allows",
    ko="실패 iam-policy가 허용하지만 어느 스캔도 요청하지 않은 작업: {actions}",
)
LANG = option(
    "--lang",
    type=click.Choice(["en", "ko"]),
    help=Text(en="Language (default: the locale's).", ko="언어(기본값은 로캘의 언어)."),
)
SPOIL = option(SPOIL_OPTION, is_flag=True, help=Text(en="Tell what is broken.", ko="무엇이 고장 났는지 알려 줍니다."))
DIR = option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    help=Text(
        en=f"Folder of the lab's files (default ./{DEFAULT}, or that of the lab.env that was sourced).",
        ko=f"실습 환경의 파일을 둘 폴더(기본값 ./{DEFAULT} 또는 source로 읽은 lab.env의 폴더).",
    ),
)
FORMAT = click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)


def _need_lab(lang: str | None) -> None:
    """Stop with one sentence when the extra is not installed."""
    if any(find_spec(name) is None for name in NEEDED):
        raise click.ClickException(MISSING.of(language(lang)))


@command(ko="이 컴퓨터에서 체험합니다: 고장, 진단, 수정, 정상 확인까지.")
@LANG
def demo(lang: str | None) -> int:
    """The founding story on this machine: broken, diagnosed, fixed, sound."""
    _need_lab(lang)
    from albdoctor.lab import complaints
    from albdoctor.lab.actors import RepairError
    from albdoctor.lab.demo import tell
    from albdoctor.lab.scanning import ScanError

    try:
        return tell(language(lang))
    except (RepairError, ScanError) as error:
        raise Refused(complaints.told(str(error), language(lang))) from error


@group(ko="고장을 연습하는 실습 환경입니다. AWS 계정, DNS, 서버가 모두 이 컴퓨터에 있습니다.")
def lab() -> None:
    """An AWS account, a DNS tree and servers on loopback, with faults to practise on."""


lab.add_command(do)


@lab.command("list", ko="시나리오를 나열합니다. 무엇이 고장 났는지는 --spoil을 쓸 때만 알립니다.")
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


@lab.command(
    context_settings=PASS_ON,
    ko="""
    시나리오(또는 `any`)를 만들어 스캔하고 정리합니다.

    scan의 출력 옵션을 받으며, 종료 코드도 scan과 같습니다.
    """,
)
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


@lab.command(
    ko="""
    시나리오(또는 `any`)를 만들어 켜 둡니다.

    셸, albdoctor, curl에 필요한 파일을 폴더에 씁니다.
    """
)
@click.argument("scenario", shell_complete=completion.scenarios)
@option(
    "--for",
    "seconds",
    type=Seconds(min=1, max=MOST_SECONDS),
    default=3600,
    show_default=True,
    help=Text(en="Stop by itself after so many seconds.", ko="이 시간(초)이 지나면 스스로 끝납니다."),
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


@lab.command(ko="실행 중인 실습 환경을 끝냅니다.")
@DIR
@LANG
def down(folder: Path | None, lang: str | None) -> None:
    """End the lab that is up."""
    from albdoctor.lab.do import end

    with told():
        end(folder, language(lang))


@lab.command(
    ko="""
    시나리오를 증명합니다(기본값은 전체).

    만들고, 스캔하고, 출력된 해결 방법을 실행하고, 다시 스캔합니다. 모두 통과하면 종료 코드 0입니다.
    """
)
@click.argument("scenarios", nargs=-1, shell_complete=completion.scenarios)
@FORMAT
@option(
    "--jobs",
    type=click.IntRange(min=1, max=32),
    default=2,
    show_default=True,
    help=Text(en="How many at a time.", ko="동시에 증명할 개수."),
)
@LANG
def verify(scenarios: tuple[str, ...], format_: str, jobs: int, lang: str | None) -> int:
    """Prove scenarios (all by default): build, scan, run the printed fix, scan again; exit 0 when all hold."""
    _need_lab(lang)
    from albdoctor.lab.scenarios import SCENARIOS
    from albdoctor.lab.verify import never_asked, prove_all, to_json

    names = [_find(name).name for name in scenarios] or [one.name for one in SCENARIOS]
    proofs: list[Proof] = []
    for proof in prove_all(names, jobs):
        proofs.append(proof)
        if format_ == "text":
            say(proof.line(language(lang)))
    if format_ == "json":
        say(to_json(proofs))
    idle = () if scenarios else never_asked(proofs)
    if idle:
        tell(fill(NEVER_ASKED.of(language(lang)), {"actions": idle}))
    return int(Exit.SOUND if all(proof.holds for proof in proofs) and not idle else Exit.FINDINGS)


def _find(name: str) -> Scenario:
    """Find a scenario, or any that is broken; an unknown name is a usage error."""
    from albdoctor.lab.scenarios import SCENARIOS, UnknownScenarioError, find

    if name == ANY:
        from albdoctor.lab.up import any_broken

        return any_broken(SCENARIOS)
    try:
        return find(name)
    except UnknownScenarioError as error:
        raise misused(error.said, **error.values) from error
