"""`albdoctor lab up`: a lab to practise on, its files beside it, until somebody ends it."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from albdoctor.errors import BadOptionError
from albdoctor.lab import clients
from albdoctor.lab.control import Control
from albdoctor.lab.folder import ANCHOR, AUTHORITY, CONFIGURATION, CURL, ENVIRONMENT, Folder
from albdoctor.lab.orders import Asked, Done
from albdoctor.lab.places import Places
from albdoctor.lab.play import Player, spoiled
from albdoctor.lab.scenario import Scenario
from albdoctor.lab.site import build
from albdoctor.lab.verify import INSPECT
from albdoctor.lab.world import World
from albdoctor.shell import quote
from albdoctor.streams import say, tell
from albdoctor.text import Lang, Text, fill

UP = Text(
    en="""\
https://{domain}/ is up on this machine, with an AWS account, DNS, a registrar and servers of its own.
Nothing leaves the machine. In another terminal (bash or zsh):""",
    ko="""\
https://{domain}/ 사이트가 이 컴퓨터 안에 준비되었습니다. AWS 계정, DNS, 등록 기관, 서버가 모두 들어 있습니다.
외부로 나가는 통신은 없습니다. 다른 터미널(bash 또는 zsh)에서 실행하세요:""",
)
TRY = """\
  source {folder}/lab.env
  albdoctor scan {domain} --config {folder}/lab.toml{consent}
  curl -K {folder}/lab.curl https://{domain}/
  aws elbv2 describe-load-balancers
  dig @{host} -p {port} {domain}"""
CONSENT = "--yes"
PLAY = Text(
    en="""\
Scripts of the report are pasted there as they are. What no AWS API reaches (the registrar, the server) you play:""",
    ko="""\
보고서의 스크립트는 그대로 붙여 넣으면 됩니다. AWS API로 할 수 없는 일(등록 기관, 서버)은 이렇게 합니다:""",
)
DO = """\
  albdoctor lab do
  albdoctor lab do show
  albdoctor lab do spoil
  albdoctor lab down"""
END = Text(
    en="It ends by the last of these, by Ctrl-C here, or after {minutes} min; its files in {folder} go with it.",
    ko="마지막 명령, 여기에서 Ctrl-C, 또는 {minutes}분 뒤에 끝납니다. {folder} 폴더의 파일도 함께 지워집니다.",
)
BUILDING = Text(en="Building the lab ...", ko="실습 환경을 만드는 중입니다 ...")
WRONG = Text(en="Error: {why}", ko="오류: {why}")
ENDED = Text(en="The lab has ended.", ko="실습 환경이 끝났습니다.")


def stay_up(scenario: Scenario, path: Path, seconds: float, lang: Lang, *, spoil: bool) -> None:
    """Build a scenario, write its clients' files, tell how to use it, and wait for its end."""
    ended = threading.Event()
    with ExitStack() as stack:
        folder = stack.enter_context(Folder(path))
        if sys.stderr.isatty():
            tell(BUILDING.of(lang))
        world = stack.enter_context(World())
        shop = build(world, scenario.plan)
        inspect_hosts = INSPECT in scenario.options
        files = _Files(world, folder, stack.enter_context(Places()), lang, inspect_hosts=inspect_hosts)
        player = Player(shop, scenario, ended.set)

        def carry_out(asked: Asked) -> Done:
            done = player.carry_out(asked.order, asked.lang)
            files.refresh()
            return done

        files.write()
        world.aws.on_change.append(files.refresh)
        control = stack.enter_context(Control(carry_out))
        folder.announce(control.port, control.token)
        _tell_how(world, scenario, path, seconds, lang)
        if spoil:
            tell_what(scenario, lang, say)
        sys.stdout.flush()
        ended.wait(seconds)
    say(ENDED.of(lang))


def tell_what(scenario: Scenario, lang: Lang, write: Callable[[str], None]) -> None:
    """Say what is broken in a scenario."""
    for text, values in spoiled(scenario):
        write(fill(text.of(lang), values, lang))


def any_broken(scenarios: tuple[Scenario, ...]) -> Scenario:
    """Choose one in which visitors get an error."""
    return random.choice([one for one in scenarios if one.verdict == "broken"])  # noqa: S311 - no secret


class _Files:
    """The files of the folder: written when a lab is up, and again when a change moves what they tell."""

    def __init__(self, world: World, folder: Folder, nowhere: Places, lang: Lang, *, inspect_hosts: bool) -> None:
        self._world = world
        self._folder = folder
        self._nowhere = nowhere
        self._lang: Lang = lang
        self._inspect_hosts = inspect_hosts
        self._lock = threading.Lock()

    def write(self) -> None:
        """Write all of them; a `BadOptionError` when that fails."""
        path = self._folder.path.absolute()
        self._folder.write(AUTHORITY, self._world.authority.bundle.read_bytes())
        self._folder.write(ANCHOR, self._world.anchor.encode())
        self._folder.write(ENVIRONMENT, clients.environment(self._world, path).encode())
        self._write_places()

    def refresh(self) -> None:
        """Write those again that differ now. The lab itself goes on when its folder cannot be written to."""
        with self._lock:
            try:
                self._write_places()
            except BadOptionError as error:
                tell(fill(WRONG.of(self._lang), {"why": error.of(self._lang)}))

    def _write_places(self) -> None:
        authority = self._folder.path.absolute() / AUTHORITY
        names = clients.names_of(self._world)
        curl = clients.curl(self._world, authority, names, self._nowhere)
        self._folder.write(CURL, curl.encode())
        configuration = clients.configuration(self._world, AUTHORITY, ANCHOR, inspect_hosts=self._inspect_hosts)
        self._folder.write(CONFIGURATION, configuration.encode())


def _tell_how(world: World, scenario: Scenario, path: Path, seconds: float, lang: Lang) -> None:
    domain = scenario.plan.scanned
    host, port = world.resolver_place
    say(fill(UP.of(lang), {"domain": domain}))
    say()
    consent = f" {CONSENT}" if CONSENT in scenario.options else ""
    say(_typed(TRY.replace("{consent}", consent), folder=str(path), domain=domain, host=host, port=str(port)))
    say()
    say(PLAY.of(lang))
    say()
    say(DO)
    say()
    say(fill(END.of(lang), {"minutes": max(1, round(seconds / 60)), "folder": str(path)}))


def _typed(template: str, **values: str) -> str:
    """Fill values into lines that are typed; a path keeps what follows it in one word."""
    return "\n".join(
        line.format(**{name: quote(value) for name, value in values.items()}) for line in template.split("\n")
    )
