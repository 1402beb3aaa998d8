"""The words of an overview of many scans, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from albdoctor.checkup.verdict import Word
from albdoctor.exits import Exit, FailOn
from albdoctor.facts.known import Kind
from albdoctor.text import Lang, Text, fill


def counted(one: str, many: str, ko: str) -> tuple[Text, Text]:
    """Make the words for one thing and for any other number of them."""
    return Text(en=f"{{n}} {one}", ko=ko), Text(en=f"{{n}} {many}", ko=ko)


SCANS = counted("scan", "scans", "스캔 {n}건")
BALANCERS = counted("load balancer", "load balancers", "로드 밸런서 {n}개")
PLACES: dict[Kind, tuple[Text, Text]] = {
    Kind.DOMAIN: counted("domain", "domains", "도메인 {n}개"),
    Kind.HOSTED_ZONE: counted("hosted zone", "hosted zones", "호스팅 영역 {n}개"),
    Kind.RECORD: counted("record", "records", "레코드 {n}개"),
    Kind.CERTIFICATE: counted("certificate", "certificates", "인증서 {n}개"),
    Kind.LOAD_BALANCER: BALANCERS,
    Kind.LISTENER: counted("listener", "listeners", "리스너 {n}개"),
    Kind.RULE: counted("rule", "rules", "규칙 {n}개"),
    Kind.TARGET_GROUP: counted("target group", "target groups", "대상 그룹 {n}개"),
    Kind.TARGET: counted("target", "targets", "대상 {n}개"),
    Kind.SCAN: counted("scan", "scans", "스캔 {n}건"),
}
TOTALS: dict[Word, Text] = {
    "broken": Text(en="{n} broken", ko="장애 {n}"),
    "at-risk": Text(en="{n} at risk", ko="위험 {n}"),
    "unknown": Text(en="{n} unknown", ko="판정 불가 {n}"),
    "sound": Text(en="{n} sound", ko="정상 {n}"),
}
OF = Text(en="{scans} of {balancers}", ko="{balancers}, {scans}")
NONE = Text(en="No load balancer was found.", ko="로드 밸런서를 찾지 못했습니다.")
NO_NAME = Text(en="no name known", ko="이름 없음")
NO_NAME_LONG = Text(
    en="No name is known to lead to this load balancer: only what needs no name was judged.",
    ko="이 로드 밸런서로 연결된 이름을 찾지 못해, 이름이 필요 없는 항목만 판정했습니다.",
)
CAUSES = Text(en="Causes over all scans", ko="전체 스캔의 원인")
ON = Text(en="on {places}", ko="{places}")
MET_BY = Text(en="in {scans}", ko="{scans}")
MORE = Text(en="+{n} more", ko="외 {n}건")
SCANNED = Text(en="names", ko="이름")
DETAILS = Text(en="details", ko="상세")
ALL_SCRIPTS = Text(
    en="--fix-dir DIR writes every script, --format html=FILE shows all of them on one page.",
    ko="--fix-dir DIR 옵션은 모든 스크립트를 파일로 저장하고, --format html=FILE 옵션은 한 페이지에 모아 보여 줍니다.",
)
NOT_LISTED = Text(en="Not every load balancer could be listed", ko="일부 로드 밸런서 목록을 조회하지 못함")
POLICY = Text(
    en="albdoctor iam-policy prints a policy that allows everything a scan asks.",
    ko="albdoctor iam-policy 명령은 스캔에 필요한 모든 권한을 담은 정책을 출력합니다.",
)

SHARED = Text(en="The same cause in many places", ko="여러 곳에서 같은 원인")
EVERY_SCAN = Text(en="Every scan, the worst first", ko="전체 스캔(심각한 순서)")
ALL = Text(en="all", ko="전체")
VERDICT = Text(en="Verdict", ko="판정")
NAME = Text(en="Name", ko="이름")
REGION = Text(en="Region", ko="리전")
ACCOUNT = Text(en="Account", ko="계정")
CAUSE = Text(en="Cause", ko="원인")
CAUSES_HERE = Text(en="Causes", ko="원인")
KINDS = counted("kind", "kinds", "{n}가지")
FINDINGS = counted("finding", "findings", "발견 {n}건")

ALL_SOUND = Text(en="everything is sound", ko="모두 정상")
BELOW = Text(en="nothing at or over --fail-on {level}", ko="--fail-on {level} 이상인 항목 없음")
REACHED = Text(
    en="findings at or over --fail-on {level} in {n} of {scans}",
    ko="--fail-on {level} 이상인 항목이 있는 스캔: {scans} 중 {n}건",
)
GAPS_LEFT = Text(
    en="nothing found at or over --fail-on {level}, but {what} (--allow-gaps accepts that)",
    ko="--fail-on {level} 이상인 항목은 없지만 {what} (--allow-gaps 옵션으로 허용 가능)",
)
NOTHING_LISTED = Text(
    en="nothing found at or over --fail-on {level}, but {what}", ko="--fail-on {level} 이상인 항목은 없지만 {what}"
)
"""Nothing was scanned because nobody could list it: no allowance accepts that."""
NOT_WHOLE = Text(
    en="not everything could be judged in {n} of {scans}", ko="{scans} 중 {n}건에서 판정하지 못한 것이 있음"
)
NOT_ALL = Text(en="not every load balancer could be listed", ko="조회하지 못한 로드 밸런서 목록이 있음")
NOTHING = Text(en="no load balancer was found, so nothing was judged", ko="로드 밸런서를 찾지 못해 판정한 것이 없음")


def number(words: tuple[Text, Text], n: int, lang: Lang) -> str:
    """Say how many."""
    return fill(words[n != 1].of(lang), {"n": n})


def exit_reason(code: Exit, codes: Mapping[int, int], *, sound: bool, missed: bool, fail_on: FailOn, lang: Lang) -> str:
    """Say why a run of many scans ends with this code.

    `codes` counts the scans of each code; `sound`: none of them found or lacked anything; `missed`: not every load
    balancer could be listed.
    """
    scans = number(SCANS, sum(codes.values()), lang)
    gaps = codes.get(Exit.GAPS, 0)
    left = [NOT_ALL.of(lang)] if missed else []
    left += [fill(NOT_WHOLE.of(lang), {"n": gaps, "scans": scans})] if gaps else []
    left += [NOTHING.of(lang)] if not codes and not missed else []
    if code is Exit.FINDINGS:
        return fill(REACHED.of(lang), {"level": fail_on, "n": codes[Exit.FINDINGS], "scans": scans})
    if code is Exit.GAPS:
        blind = missed and not codes
        return fill((NOTHING_LISTED if blind else GAPS_LEFT).of(lang), {"level": fail_on, "what": "; ".join(left)})
    if not codes:
        return NOTHING.of(lang)
    return ALL_SOUND.of(lang) if sound and not missed else fill(BELOW.of(lang), {"level": fail_on})
