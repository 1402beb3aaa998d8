"""The text of a new `albdoctor.toml`: every key explained, and set where something is known; else a `#` before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from albdoctor.literals import in_toml, one_line
from albdoctor.text import Lang, Text


class Site(Struct, frozen=True, kw_only=True):
    """A `[[domain]]` table."""

    name: str
    path: str = "/"
    balancer: str = ""
    pinned: bool = False
    """False: the balancer is only a suggestion."""


class Standing(Struct, frozen=True, kw_only=True):
    """A finding of today, as a suppression that is off."""

    check: str
    slug: str
    subject: str
    """As a pattern that fits it alone."""
    message: str


class Agreed(Struct, frozen=True, kw_only=True):
    """What is known."""

    sites: tuple[Site, ...] = ()
    profiles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    lang: Lang | None = None
    standing: tuple[Standing, ...] = ()
    until: date
    """The last day of a suppression."""


HEAD = Text(
    en="""\
What albdoctor is to do here: read by `albdoctor scan` in this folder, or with --config FILE. The command line wins.
A key with a # right before it is off. Keys stand above the first [table]. docs/configuration.md shows each of them.
`albdoctor schema config` prints a JSON Schema, by which an editor checks and completes this file.""",
    ko="""\
이 폴더에서 `albdoctor scan`을 실행하거나 --config FILE을 쓰면 이 설정이 적용됩니다. 명령줄 옵션이 우선합니다.
바로 앞에 #이 붙은 키는 꺼져 있습니다. 키는 첫 [테이블]보다 위에 둡니다. 키마다 예가 있습니다: docs/configuration.ko.md
`albdoctor schema config`가 출력하는 JSON 스키마로 편집기에서 이 파일을 검사하고 자동 완성할 수 있습니다.""",
)
NAMED_ONLY = Text(
    en="The next six hold only in a file that is named with --config: they say whom to ask and whom to trust.",
    ko="다음 여섯 키는 --config로 직접 지정한 파일에서만 쓸 수 있습니다. 물을 곳과 믿을 곳을 정하기 때문입니다.",
)
KEYS: Mapping[str, tuple[str, Text]] = {
    "profile": (
        '["web", "dns"]',
        Text(en="AWS profiles; DNS may live apart.", ko="AWS 프로필. DNS가 다른 계정에 있어도 됩니다."),
    ),
    "region": (
        '["ap-northeast-2"]',
        Text(
            en="AWS Regions to look in besides the one that the name tells.",
            ko="이름에서 알 수 있는 리전 외에 더 찾아볼 AWS 리전.",
        ),
    ),
    "lang": (
        '"en"',
        Text(en="Language: en or ko (default: the locale's).", ko="언어: en 또는 ko(기본값은 로캘의 언어)."),
    ),
    "format": (
        '["text", "html=albdoctor.html"]',
        Text(
            en="Reports: FORMAT or FORMAT=FILE; one of them goes to stdout.",
            ko="보고서: FORMAT 또는 FORMAT=FILE. 그중 하나만 표준 출력으로 나갑니다.",
        ),
    ),
    "fail-on": (
        '"error"',
        Text(
            en="Exit code 1 from here: error, warning, info, never.",
            ko="종료 코드가 1이 되는 심각도: error, warning, info, never.",
        ),
    ),
    "allow-gaps": (
        '["registration"]',
        Text(
            en="No exit code 3 for these gaps: kinds, IAM services or actions; true for all.",
            ko="종료 코드 3을 내지 않을 항목: 종류, IAM 서비스나 작업. true는 모두를 뜻합니다.",
        ),
    ),
    "select": (
        '["domain", "certificate", "ALB4"]',
        Text(
            en="Only these checks: ids, slugs, id prefixes or stages.",
            ko="이 점검만 실행: ID, 슬러그, ID 앞부분 또는 단계.",
        ),
    ),
    "ignore": ('["ALB314"]', Text(en="Not these checks.", ko="이 점검은 제외.")),
    "baseline": (
        '"known.json"',
        Text(
            en="JSON report of an earlier scan: what it found is known.",
            ko="이미 알고 있는 문제를 담은 이전 스캔의 JSON 보고서.",
        ),
    ),
    "timeout": ("60", Text(en="Seconds for the whole scan.", ko="스캔 전체의 제한 시간(초).")),
    "resolver": ('["192.0.2.53"]', Text(en="Recursive resolvers: ADDR[:PORT].", ko="사용할 DNS 리졸버: ADDR[:PORT].")),
    "dns-root": (
        '["192.0.2.1"]',
        Text(en="DNS root servers: ADDR[:PORT].", ko="조회를 시작할 DNS 루트 서버: ADDR[:PORT]."),
    ),
    "trust-anchor": (
        '"root.ds"',
        Text(en="File of that root's DS or DNSKEY records.", ko="그 루트의 DS 또는 DNSKEY 레코드 파일."),
    ),
    "ca-bundle": ('"ca.pem"', Text(en="PEM file of the authorities to trust.", ko="신뢰할 인증 기관의 PEM 파일.")),
    "connect-to": (
        '["shop.example:443:127.0.0.1:8443"]',
        Text(
            en="Connect elsewhere, as curl does: HOST:PORT:HOST2:PORT2.",
            ko="curl처럼 다른 곳으로 연결: HOST:PORT:HOST2:PORT2.",
        ),
    ),
    "inspect-hosts": (
        "true",
        Text(
            en="Read sockets and firewall of EC2 targets, by a command through SSM; each run asks, or needs --yes.",
            ko="EC2 대상의 소켓과 방화벽을 SSM 명령으로 읽기. 실행할 때마다 묻거나 --yes가 필요합니다.",
        ),
    ),
}
"""The keys above the tables: an example, and what each is for."""
FIRST_NAMED_ONLY = "resolver"
SEVERITY = Text(
    en="What a check's findings count as in the exit code; the verdict stays.",
    ko="점검 결과를 종료 코드에서 어떤 심각도로 셀지 정합니다. 판정은 바뀌지 않습니다.",
)
DOMAIN = Text(
    en="What `albdoctor scan` without a NAME scans: a table for each domain; path may be a list.",
    ko="NAME 없이 `albdoctor scan`을 실행할 때 스캔할 도메인. 도메인마다 테이블 하나를 둡니다. path에는 목록도 됩니다.",
)
PINNED = Text(
    en="The load balancer that is meant; leave it out where the name may move to another.",
    ko="대상으로 삼을 로드 밸런서. 이름이 다른 로드 밸런서로 옮겨 갈 수 있으면 빼세요.",
)
SUPPRESS = Text(
    en="Findings to live with till a date. check: id or slug; subject: as reports show it, * and ? are wildcards.",
    ko="기한까지 그대로 둘 문제. check: ID 또는 슬러그. subject: 보고서에 나오는 대상이며 *와 ?를 쓸 수 있습니다.",
)
TODAY = Text(
    en="What stands today. To live with one of them, take its # away and write why.",
    ko="오늘 발견한 문제입니다. 그대로 둘 것은 #을 지우고 이유를 적으세요.",
)
REASON = Text(en="why it may stay, and who mends it", ko="그대로 두는 이유와 담당자")


def written(agreed: Agreed, lang: Lang) -> str:
    """The whole file."""
    return "\n".join(_lines(agreed, lang)) + "\n"


def _lines(agreed: Agreed, lang: Lang) -> Iterator[str]:
    yield from _comment(HEAD, lang)
    known = {"profile": agreed.profiles, "region": agreed.regions, "lang": agreed.lang}
    for key, (example, about) in KEYS.items():
        yield ""
        if key == FIRST_NAMED_ONLY:
            yield from (*_comment(NAMED_ONLY, lang), "")
        value = known.get(key)
        yield from _comment(about, lang)
        yield f"{key} = {_value(value)}" if value else f"#{key} = {example}"
    yield from ("", *_comment(SEVERITY, lang), "#[severity]", '#ALB702 = "error"', "", *_comment(DOMAIN, lang))
    for site in agreed.sites:
        yield from (*_site(site, lang), "")
    if not agreed.sites:
        yield from ("#[[domain]]", '#name = "shop.example"', '#path = ["/", "/login"]', '#balancer = "web"', "")
    yield from _comment(SUPPRESS, lang)
    if not agreed.standing:
        yield from _suppression("ALB702", "*", agreed.until, lang)
        return
    yield from _comment(TODAY, lang)
    for one in agreed.standing:
        yield from ("", f"# {one_line(f'{one.check} {one.slug}: {one.message}')}")
        yield from _suppression(one.check, one.subject, agreed.until, lang)


def _site(site: Site, lang: Lang) -> Iterator[str]:
    yield "[[domain]]"
    yield f"name = {in_toml(site.name)}"
    yield f"path = {in_toml(site.path)}" if site.path != "/" else '#path = ["/", "/login"]'
    if site.balancer:
        yield from _comment(PINNED, lang)
        yield f"{'' if site.pinned else '#'}balancer = {in_toml(site.balancer)}"


def _suppression(check: str, subject: str, until: date, lang: Lang) -> Iterator[str]:
    yield "#[[suppress]]"
    yield f"#check = {in_toml(check)}"
    yield f"#subject = {in_toml(subject)}"
    yield f"#reason = {in_toml(REASON.of(lang))}"
    yield f"#until = {until.isoformat()}"


def _comment(text: Text, lang: Lang) -> Iterator[str]:
    return (f"# {line}" for line in text.of(lang).split("\n"))


def _value(value: str | tuple[str, ...]) -> str:
    return in_toml(value) if isinstance(value, str) else f"[{', '.join(map(in_toml, value))}]"
