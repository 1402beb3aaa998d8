"""The founding story, told: broken, diagnosed, fixed as printed, scanned again, sound."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
from rich.text import Text as Line

from albdoctor.exits import Exit
from albdoctor.lab.actors import BY_HAND, WHO
from albdoctor.lab.complaints import told
from albdoctor.lab.healing import heal, unsound
from albdoctor.lab.scanning import ScanError, show
from albdoctor.lab.scenario import Repair
from albdoctor.lab.scenarios import find
from albdoctor.lab.site import build
from albdoctor.lab.world import World
from albdoctor.report.model import FindingReport, Report
from albdoctor.report.screen import screen_on
from albdoctor.text import Lang, Text, fill

STORY = "founding-story"
MOST_LINES = 4
"""A longer script is not printed."""

BUILDING = Text(
    en="Building a lab on this machine: an AWS account, a DNS tree, a registrar, a load balancer, a server."
    " Nothing leaves this machine.",
    ko="이 컴퓨터 안에 실습 환경을 만듭니다: AWS 계정, DNS, 도메인 등록 기관, 로드 밸런서, 서버."
    " 외부로 나가는 통신은 없습니다.",
)
OPENED = Text(
    en="https://{domain} was set up and does not work. This is what `albdoctor scan --domain {domain}` says:",
    ko="https://{domain} 사이트를 만들었지만 접속되지 않습니다. `albdoctor scan --domain {domain}` 결과입니다:",
)
FIXING = Text(
    en="Now each fix is done exactly as the report says.",
    ko="이제 보고서에 적힌 그대로 하나씩 고칩니다.",
)
FIX = Text(en="Fix {number}: {check} {slug}", ko="수정 {number}: {check} {slug}")
DONE_BY = Text(en="Done by: {who}", ko="방법: {who}")
LINES = Text(en="({count} lines; scan with -v to see them)", ko="({count}줄, -v 옵션으로 스캔하면 표시)")
AGAIN = Text(en="The same scan again:", ko="같은 스캔을 다시 실행합니다:")
SOUND = Text(
    en="https://{domain} works. Scan your own domain with: albdoctor scan --domain YOUR.DOMAIN",
    ko="https://{domain} 사이트가 정상입니다. 내 도메인 스캔: albdoctor scan --domain 내.도메인",
)
NOT_SOUND = Text(en="The lab is not sound yet: {why}", ko="아직 정상이 아닙니다: {why}")


class Narrator:
    """Tells what happens, in one language."""

    def __init__(self, lang: Lang) -> None:
        """Choose the language."""
        self.lang: Lang = lang
        self._fixes = 0
        self._screen = screen_on(sys.stdout)

    def say(self, text: Text, **values: str | int) -> None:
        """Say one paragraph."""
        self._tell(Line.assemble(("» ", "bold cyan"), fill(text.of(self.lang), values)))
        self._tell()

    def announce(self, finding: FindingReport, repair: Repair) -> None:
        """Say which fix comes, who does it, and what is typed."""
        self._fixes += 1
        who = WHO.get(repair, BY_HAND)
        self.say(FIX, number=self._fixes, check=finding.check, slug=finding.slug)
        self._tell(f"  {finding.message}")
        self._tell(f"  {fill(DONE_BY.of(self.lang), {'who': who.of(self.lang)})}")
        lines = (finding.fix.script or finding.fix.by_hand).strip().splitlines()
        for line in lines if len(lines) <= MOST_LINES or not finding.fix.script else ():
            self._tell(Line(f"    {line}", style="dim"))
        if finding.fix.script and len(lines) > MOST_LINES:
            self._tell(f"    {fill(LINES.of(self.lang), {'count': len(lines)})}")
        self._tell()

    def shown(self, world: World, domain: str) -> Report:
        """Scan with the report on the terminal, and read its JSON form too."""
        saved = Path(world.folder) / "report.json"
        sys.stdout.flush()  # the scan is a process of its own
        code = show(world, domain, ("--format", "text", "--format", f"json={saved}", "--lang", self.lang))
        self._tell()
        if not saved.exists():
            raise ScanError(f"the scan ended with exit code {code} and wrote no report")
        return msgspec.json.decode(saved.read_bytes(), type=Report)

    def _tell(self, line: Line | str = "") -> None:
        self._screen.tell(line, soft_wrap=True)


def tell(lang: Lang) -> int:
    """Tell the story; 0 when it ends sound, 1 when a fix does not help."""
    scenario, narrator = find(STORY), Narrator(lang)
    narrator.say(BUILDING)
    with World() as world:
        shop = build(world, scenario.plan)
        domain = scenario.plan.domain
        narrator.say(OPENED, domain=domain)
        report = narrator.shown(world, domain)
        narrator.say(FIXING)

        def look() -> Report:
            narrator.say(AGAIN)
            return narrator.shown(world, domain)

        left = unsound(heal(shop, scenario, report, look, narrator.announce))
    if left:
        narrator.say(NOT_SOUND, why="; ".join(told(one, lang) for one in left))
        return int(Exit.FINDINGS)
    narrator.say(SOUND, domain=domain)
    return int(Exit.SOUND)
