"""The report's own words, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from albdoctor.checkup.causes import Diagnosed
from albdoctor.checkup.check import Stage
from albdoctor.checkup.finding import Severity
from albdoctor.checkup.fix import Impact
from albdoctor.checkup.verdict import Word, failing
from albdoctor.exits import Exit, FailOn
from albdoctor.facts.known import Gap
from albdoctor.text import Lang, Text, fill

if TYPE_CHECKING:
    from albdoctor.report.model import FindingReport

STAGES: dict[Stage, Text] = {
    Stage.TOOL: Text(en="albdoctor itself", ko="albdoctor 자체"),
    Stage.DOMAIN: Text(en="Domain and DNS", ko="도메인과 DNS"),
    Stage.CERTIFICATE: Text(en="Certificate", ko="인증서"),
    Stage.BALANCER: Text(en="Load balancer", ko="로드 밸런서"),
    Stage.TARGET_GROUP: Text(en="Target group", ko="대상 그룹"),
    Stage.NETWORK: Text(en="Network", ko="네트워크"),
    Stage.TARGET: Text(en="Target", ko="대상"),
    Stage.RESPONSE: Text(en="Response", ko="응답"),
    Stage.HYGIENE: Text(en="Hygiene", ko="권장 설정"),
    Stage.OWN: Text(en="Your own checks", ko="사용자 정의 점검"),
}

NO_CAUSE = Text(
    en="What causes it is not known yet: these are the causes that are left.",
    ko="원인은 아직 알 수 없습니다. 남은 가능성은 아래와 같습니다.",
)
ONE_CAUSE = Text(en="Fix this one cause.", ko="원인은 하나입니다. 아래와 같이 고치세요.")
CAUSES = Text(en="Fix these {count} causes, in this order.", ko="원인은 {count}가지입니다. 아래 순서대로 고치세요.")
ONE_CAUSE_STEPS = Text(
    en="Fix this one cause, in {steps} steps, in this order.",
    ko="원인은 하나입니다. 아래 {steps}단계를 순서대로 진행하세요.",
)
CAUSES_ONE_STEP = Text(
    en="Fix these {count} causes, in one step.", ko="원인은 {count}가지이며 한 번에 고칠 수 있습니다."
)
CAUSES_STEPS = Text(
    en="Fix these {count} causes, in {steps} steps, in this order.",
    ko="원인은 {count}가지입니다. 아래 {steps}단계를 순서대로 진행하세요.",
)

ACCOUNT = Text(en="Account {accounts}", ko="계정 {accounts}")
NO_ACCOUNT = Text(en="no AWS account seen", ko="확인된 AWS 계정 없음")
TOOK = Text(en="{seconds} s", ko="{seconds}초")

SEVERITIES = {
    "error": Text(en="error", ko="오류"),
    "warning": Text(en="warning", ko="경고"),
    "info": Text(en="info", ko="참고"),
}
REGRADED = Text(en="{severity} (regraded: {judged})", ko="{severity}(심각도 변경, 원래 {judged})")
CERTAINTIES = {"confirmed": Text(en="confirmed", ko="확인됨"), "likely": Text(en="likely", ko="추정")}
VERDICTS: dict[str, Text] = {
    "broken": Text(en="broken", ko="장애"),
    "at-risk": Text(en="at risk", ko="위험"),
    "sound": Text(en="sound", ko="정상"),
    "unknown": Text(en="unknown", ko="판정 불가"),
}
STATUSES = {
    "ok": Text(en="ok", ko="정상"),
    "info": Text(en="info", ko="참고"),
    "warning": Text(en="warning", ko="경고"),
    "error": Text(en="error", ko="오류"),
    "unknown": Text(en="unknown", ko="확인 못함"),
    "not-reached": Text(en="not reached", ko="도달하지 않음"),
}

PATH = Text(en="The path of the request", ko="요청이 지나는 길")
BESIDE = Text(
    en="Also on this load balancer, off the way of this request",
    ko="같은 로드 밸런서의 다른 항목(이번 요청의 경로 밖)",
)
ROOT_CAUSES = Text(en="What to fix, in this order", ko="고칠 것(순서대로)")
AT_A_GLANCE = Text(en="At a glance", ko="한눈에 보기")
TIMES = Text(en="{count} ×", ko="{count}건")
MORE = Text(en="{count} more", ko="외 {count}개")
OUTCOMES = {
    "passed": Text(en="passed", ko="통과"),
    "found": Text(en="found", ko="발견"),
    "empty": Text(en="nothing to judge", ko="해당 없음"),
    "skipped": Text(en="not judged", ko="판정 못함"),
    "crashed": Text(en="crashed", ko="비정상 종료"),
}

SAW = Text(en="saw", ko="근거")
WHY = Text(en="why", ko="이유")
FIX = Text(en="fix", ko="해결")
BY_HAND = Text(en="by hand", ko="직접")
CONSOLE = Text(en="console", ko="콘솔")
MIND = Text(en="note", ko="주의")
VERIFY = Text(en="verify", ko="확인")
COULD_BE = Text(en="or else", ko="다른 가능성")
DECIDE = Text(en="decide", ko="판별")
WRITTEN_IN = Text(en="code", ko="코드")
IN_SHORT = Text(
    en="The other steps in short (--format html=report.html tells them whole)",
    ko="나머지 단계 요약 (전체는 --format html=report.html)",
)
LEADS_TO = Text(en="leads to", ko="이로 인한 증상")
AFTER = Text(en="after", ko="순서")
AFTER_STEPS = Text(
    en="step {steps}: it follows from that, but does not vanish by itself",
    ko="{steps}단계 다음에 하세요. 그 원인에서 비롯되었지만 저절로 사라지지 않습니다",
)
GOES_WITH = Text(en="goes with this fix", ko="이 해결 방법으로 함께 해결됨")
VANISHES = Text(en="vanishes by itself", ko="저절로 사라짐")
STEP = Text(en="step {step}", ko="{step}단계")
SCRIPT_IN_FILE = Text(en="{lines} lines of AWS CLI: {file}", ko="AWS CLI {lines}줄: {file}")
PASTE = Text(en="paste", ko="붙여넣기")
PASTE_WHERE = Text(
    en="the whole block, into bash, zsh or AWS CloudShell; it stops at the first error",
    ko="아래 블록 전체를 bash, zsh 또는 AWS CloudShell에 붙여 넣으세요. 오류가 나면 바로 멈춥니다",
)
PASTE_WINDOWS = Text(
    en="the whole block, into AWS CloudShell, Git Bash or WSL (not PowerShell); it stops at the first error",
    ko="아래 블록 전체를 AWS CloudShell, Git Bash 또는 WSL에 붙여 넣으세요(PowerShell 불가). 오류가 나면 바로 멈춥니다",
)
PASTE_LONG = Text(
    en="{lines} lines (-v shows them). Scan again with --fix-dir fixes and run",
    ko="{lines}줄(-v로 표시). --fix-dir fixes로 다시 스캔한 뒤 실행하세요",
)
PASTE_LONG_WINDOWS = Text(
    en="{lines} lines (-v shows them). Scan again with --fix-dir fixes and run in Git Bash or WSL",
    ko="{lines}줄(-v로 표시). --fix-dir fixes로 다시 스캔한 뒤 Git Bash나 WSL에서 실행하세요",
)
MENDS_TOO = Text(en="mends", ko="함께")
ENDS = Text(en="vanishes", ko="사라짐")
"""Before symptoms that need nothing done."""
MORE_EVIDENCE = Text(en="{count} more with -v", ko="외 {count}건은 -v로 표시")
MORE_SHOWN = Text(
    en="More (reasons, symptoms, console steps): -v, or --format html=report.html",
    ko="더 보기(이유, 증상, 콘솔 절차): -v 또는 --format html=report.html",
)
PASTE_NUMBER = Text(en="script {number} of {count}: {where}", ko="스크립트 {number}/{count}: {where}")
PASTE_AFTER = Text(en="only if the command above confirms it; {where}", ko="위 명령으로 확인된 경우에만, {where}")
STOPPED = Text(
    en="albdoctor: stopped. What stands before this command is done, nothing after it is:",
    ko="albdoctor: 중단했습니다. 아래 명령 앞의 작업은 끝났고 뒤의 작업은 실행하지 않았습니다:",
)
IMPACTS: dict[Impact, Text] = {
    Impact.NONE: Text(en="no interruption", ko="중단 없음"),
    Impact.BRIEF: Text(en="some requests may fail for seconds", ko="몇 초간 일부 요청이 실패할 수 있음"),
    Impact.TRAFFIC: Text(en="changes where traffic goes", ko="트래픽 경로가 바뀜"),
}

LANGUAGE = Text(en="Language", ko="언어")
LANGUAGES: dict[Lang, str] = {"en": "English", "ko": "한국어"}
FORM = Text(en="How to do it", ko="진행 방법")
FORMS = {
    "cli": Text(en="AWS CLI", ko="AWS CLI"),
    "console": Text(en="Console", ko="콘솔"),
    "terraform": Text(en="Terraform", ko="Terraform"),
    "cloudformation": Text(en="CloudFormation", ko="CloudFormation"),
}
COPY = Text(en="Copy", ko="복사")
COPIED = Text(en="Copied", ko="복사됨")
COPY_BY_HAND = Text(en="Not allowed: select and copy", ko="복사 불가: 직접 선택해 복사하세요")
SCRIPT_BELOW = Text(en="Script below ({lines} lines)", ko="아래 스크립트({lines}줄)")
HAND_BELOW = Text(en="By hand, see below", ko="직접 진행(방법은 아래)")
CONSOLE_BELOW = Text(en="In the console, see below", ko="콘솔에서 진행(방법은 아래)")
APPENDIX = Text(en="Appendix", ko="부록")
RESTS_ON = Text(en="What the findings rest on", ko="발견의 근거")
ASKED = Text(en="Facts: what was asked, and what came back", ko="사실: 조회한 내용과 결과")
SEEN = Text(en="{count} seen", ko="{count}건 확인")
NONE_SEEN = Text(en="answered: there is none", ko="응답: 없음")
ANSWERED = Text(en="answered", ko="응답받음")
NOT_WHOLE = Text(en="{count} not wholly", ko="{count}건은 일부만 확인")
NOT_NEEDED = Text(en="Not asked, as no check needed it: {what}", ko="필요한 점검이 없어 조회하지 않음: {what}")
EXPLAIN = Text(en="More about it", ko="자세히")

COUNTED = Text(en="What CloudWatch counted", ko="CloudWatch 집계")
WINDOW = Text(
    en="{balancer}, in the {hours} h before the scan. A bar is {minutes} min; the highest of a row has full height.",
    ko="{balancer}, 스캔 직전 {hours}시간. 막대 하나는 {minutes}분이며, 줄마다 가장 높은 막대를 기준으로 그렸습니다.",
)
WINDOW_TOTALS = Text(en="{balancer}, in the {hours} h before the scan.", ko="{balancer}, 스캔 직전 {hours}시간.")
COUNTER = Text(en="counter", ko="지표")
COURSE = Text(en="course", ko="추이")
NOT_ONCE = Text(en="Not once: {what}", ko="집계 없음: {what}")
TOTAL = Text(en="total", ko="합계")
MOST_IN = Text(en="most in {minutes} min", ko="{minutes}분 최댓값")
MOST_AT = Text(en="{most} from {at} UTC", ko="{most} ({at} UTC부터)")

NOT_JUDGED = Text(en="Not judged", ko="판정하지 못한 항목")
NOT_REQUIRED = Text(en="Not seen (helps, not required)", ko="조회하지 못한 정보 (없어도 판정 가능)")
CHECKS = Text(en="{count} checks", ko="점검 {count}개")
ONE_CHECK = Text(en="1 check", ko="점검 1개")
GAPS: dict[Gap, Text] = {
    Gap.DENIED: Text(en="denied", ko="권한 없음"),
    Gap.UNREACHABLE: Text(en="could not be reached", ko="연결할 수 없음"),
    Gap.THROTTLED: Text(en="throttled", ko="요청 한도 초과"),
    Gap.OUT_OF_TIME: Text(en="out of time", ko="시간 초과"),
    Gap.FAILED: Text(en="not known", ko="알 수 없음"),
    Gap.NOT_ASKED: Text(en="not asked", ko="조회하지 않음"),
}
MISSING = Text(en="Missing permissions ({count}):", ko="없는 권한 ({count}개):")
ALLOW = Text(en="allow", ko="허용")
NOT_SELECTED = Text(
    en="Found, but left out by --select or --ignore: {checks}",
    ko="발견했지만 --select 또는 --ignore로 제외됨: {checks}",
)
SUPPRESSED = Text(en="{count} suppressed", ko="예외 처리 {count}건")

EXIT = Text(en="exit {code}: {reason}", ko="종료 코드 {code}: {reason}")
SOUND = Text(en="sound", ko="정상")
BELOW = Text(en="nothing at or over --fail-on {level}", ko="--fail-on {level} 이상인 항목 없음")
REACHED = Text(en="{counts} at or over --fail-on {level}", ko="--fail-on {level} 이상: {counts}")
GAPS_LEFT = Text(
    en="nothing found at or over --fail-on {level}, but not everything could be judged (--allow-gaps accepts that)",
    ko="--fail-on {level} 이상인 항목은 없지만 판정하지 못한 것이 있음 (--allow-gaps 옵션으로 허용 가능)",
)
BLIND = Text(
    en="nothing found at or over --fail-on {level}, but not even the load balancer could be seen",
    ko="--fail-on {level} 이상인 항목은 없지만 로드 밸런서조차 조회하지 못함",
)
COUNTS = {
    "error": (Text(en="{n} error", ko="오류 {n}건"), Text(en="{n} errors", ko="오류 {n}건")),
    "warning": (Text(en="{n} warning", ko="경고 {n}건"), Text(en="{n} warnings", ko="경고 {n}건")),
    "info": (Text(en="{n} note", ko="참고 {n}건"), Text(en="{n} notes", ko="참고 {n}건")),
}
OF_CAUSES = (
    Text(en="{counts} ({n} cause)", ko="{counts} (원인 {n}가지)"),
    Text(en="{counts} ({n} causes)", ko="{counts} (원인 {n}가지)"),
)


def paste_where(lang: Lang, *, decided_first: bool, where: str = "", windows: bool = False) -> str:
    """Say where a script goes (or which file holds it), and after what."""
    place = where or (PASTE_WINDOWS if windows else PASTE_WHERE).of(lang)
    return fill(PASTE_AFTER.of(lang), {"where": place}) if decided_first else place


def after_steps(numbers: Iterable[int], lang: Lang) -> str:
    """Say after which steps one comes."""
    return fill(AFTER_STEPS.of(lang), {"steps": ", ".join(map(str, numbers))})


class Graded(Protocol):
    """What the configuration may have regraded: a finding, or what an overview keeps of it."""

    @property
    def severity(self) -> Severity:
        """What it counts as."""
        ...

    @property
    def regraded_from(self) -> Severity | None:
        """What it was judged."""
        ...


def severity(finding: Graded, lang: Lang) -> str:
    """What a finding counts as, and what it was judged where the configuration says something else."""
    told = SEVERITIES[finding.severity].of(lang)
    if finding.regraded_from is None:
        return told
    return fill(REGRADED.of(lang), {"severity": told, "judged": SEVERITIES[finding.regraded_from].of(lang)})


def what_becomes(effect: FindingReport, lang: Lang) -> str:
    """Say whether what follows from a cause vanishes with it or goes with its fix, or which step it is."""
    if effect.step is not None:
        return fill(STEP.of(lang), {"step": effect.step})
    return (GOES_WITH if effect.mended_by and effect.root_cause else VANISHES).of(lang)


def exit_reason(
    code: Exit, findings: Iterable[Diagnosed], word: Word, fail_on: FailOn, lang: Lang, *, blind: bool = False
) -> str:
    """Say why a scan ends with this code; `blind`: not even the load balancer could be seen."""
    findings = tuple(findings)
    if code is Exit.FINDINGS:
        return fill(REACHED.of(lang), {"counts": counts(findings, fail_on, lang), "level": fail_on})
    if code is Exit.GAPS:
        return fill((BLIND if blind else GAPS_LEFT).of(lang), {"level": fail_on})
    return SOUND.of(lang) if word == "sound" and not findings else fill(BELOW.of(lang), {"level": fail_on})


def counts(findings: Iterable[Diagnosed], fail_on: FailOn, lang: Lang) -> str:
    """Count the findings that make the scan fail, by severity; of several also the causes, where some follow."""
    shown = list(COUNTS)[: list(COUNTS).index(fail_on) + 1] if fail_on in COUNTS else []
    counted = [item for item in failing(findings) if item.severity.value in shown]
    numbers = [(level, sum(item.severity.value == level for item in counted)) for level in shown]
    told = ", ".join(fill(COUNTS[level][n != 1].of(lang), {"n": n}) for level, n in numbers if n)
    causes = sum(item.is_root_cause for item in counted)
    if causes in (0, len(counted)):
        return told
    return fill(OF_CAUSES[causes != 1].of(lang), {"counts": told, "n": causes})
