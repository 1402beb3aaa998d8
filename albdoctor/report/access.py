"""What keeps a scan from looking into AWS, and what to do next: one sentence, all missing permissions, two commands."""

from __future__ import annotations

import re
from collections.abc import Iterable

from albdoctor.checkup.engine import Outcome
from albdoctor.details import reason
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.scan import IDENTITIES
from albdoctor.facts.snapshot import CARDS, Facts
from albdoctor.report import words
from albdoctor.report.model import AccessReport
from albdoctor.text import Command, Lang, Text, command, fill

ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z]+")
"""An IAM action, as gaps name what was denied."""
FORBIDDEN = re.compile("not authorized|explicit deny")
"""In the words of AWS where somebody is signed in and may not even be told who that is."""
TO_RUN = re.compile(r"`aws (?:sso )?login(?: --profile [\w.@+-]+)?`", re.ASCII)
"""What the words about a sign-in that failed tell to run."""
FILE = "albdoctor-policy.json"

NO_CREDENTIALS = Text(
    en="albdoctor could not look into AWS, because it found no credentials: run `aws configure sso` or set AWS_PROFILE,"
    " then scan again.",
    ko="AWS 자격 증명이 없어 AWS를 조회하지 못했습니다. `aws configure sso` 명령을 실행하거나 AWS_PROFILE을 설정한 뒤"
    " 다시 스캔하세요.",
)
SIGN_IN = Text(
    en="albdoctor could not look into AWS, because nobody is signed in: run `{typed}`, then scan again.",
    ko="AWS에 로그인되어 있지 않아 AWS를 조회하지 못했습니다. `{typed}` 명령을 실행한 뒤 다시 스캔하세요.",
)
NOT_SIGNED_IN = Text(
    en="albdoctor could not look into AWS ({why}): check the credentials, then scan again.",
    ko="AWS를 조회하지 못했습니다({why}). 자격 증명을 확인한 뒤 다시 스캔하세요.",
)
ALL_DENIED = Text(
    en="albdoctor could not look into AWS, because {who} may read nothing of what it needs: give it the permissions"
    " below, then scan again.",
    ko="필요한 읽기 권한이 없어 AWS를 조회하지 못했습니다. 아래 권한을 부여한 뒤 다시 스캔하세요. 대상: {who}",
)
CALLER = Text(en="whoever is signed in", ko="로그인한 사용자")
UNREACHABLE = Text(
    en="albdoctor could not look into AWS ({why}): check the network and the proxy, then scan again.",
    ko="AWS를 조회하지 못했습니다({why}). 네트워크와 프록시를 확인한 뒤 다시 스캔하세요.",
)
PERMISSION_SET = Text(
    en="Paste {file} in IAM Identity Center > Permission sets > {name} > Inline policy.",
    ko="IAM Identity Center > 권한 세트 > {name} > 인라인 정책에 {file} 내용을 붙여 넣으세요.",
)
SOMEBODY = Text(
    en="Give {file} to whoever administers the account.",
    ko="계정의 관리자에게 {file} 파일을 전달하세요.",
)


def access(facts: Facts, outcomes: Iterable[Outcome], lang: Lang) -> AccessReport | None:
    """What was in the way; None: nothing."""
    asked = [card for card in CARDS.values() if card.actions and not card.opt_in and card is not IDENTITIES]
    values = [(card, getattr(facts, card.name)) for card in asked]
    gaps = [(card, value) for card, value in values if isinstance(value, Unknown) and value.gap is not Gap.NOT_ASKED]
    seen = any(isinstance(value, Known) for _, value in values)
    identities = facts.identities
    if isinstance(identities, Unknown) and not FORBIDDEN.search(identities.detail):
        blind = bool(gaps) and not seen and identities.gap is not Gap.NOT_ASKED
        return AccessReport(sentence=_not_signed_in(identities, lang)) if blind else None
    told = [gap for outcome in outcomes for gap in (*outcome.gaps, *outcome.missed) if gap.gap is Gap.DENIED]
    denied = {gap.asked for gap in told if ACTION.fullmatch(gap.asked)}
    behind = {action for card, gap in gaps if gap.gap is Gap.DENIED for action in (*card.actions, *card.checked_too)}
    missing = tuple(sorted(denied | behind))
    if not missing:
        return None
    arns = [identity.arn for identity in identities.value] if isinstance(identities, Known) else []
    all_denied = not seen and all(gap.gap is Gap.DENIED for _, gap in gaps)
    commands, note = _policy_for(arns, lang)
    who = ", ".join(map(_who, arns)) or CALLER.of(lang)
    return AccessReport(
        sentence=fill(ALL_DENIED.of(lang), {"who": who}) if all_denied else "",
        missing=missing,
        commands=commands,
        note=note,
    )


def _not_signed_in(gap: Unknown, lang: Lang) -> str:
    typed = TO_RUN.search(gap.detail)
    if typed:
        return SIGN_IN.of(lang).replace("`{typed}`", typed[0])
    why = reason(gap.detail, lang) or words.GAPS[gap.gap].of(lang)
    if gap.gap is not Gap.DENIED:
        return fill(UNREACHABLE.of(lang), {"why": why}, lang)
    if "no AWS credentials" in gap.detail:
        return NO_CREDENTIALS.of(lang)
    return fill(NOT_SIGNED_IN.of(lang), {"why": why}, lang)


def _who(arn: str) -> str:
    """A caller as people name it: without the account, a session's name or a path."""
    kind, *names = arn.rpartition(":")[2].split("/")
    return " ".join((kind, *(names[:1] if kind == "assumed-role" else names[-1:])))


def _policy_for(arns: list[str], lang: Lang) -> tuple[tuple[Command, ...], str]:
    """The commands that make the policy and give it to the one caller; or who else can."""
    made = command("albdoctor iam-policy > {file}", file=FILE)
    kind, *names = arns[0].rpartition(":")[2].split("/") if len(arns) == 1 else ("",)
    put = " --policy-name albdoctor --policy-document file://{file}"
    if kind == "user" and names:
        return (made, command("aws iam put-user-policy --user-name {name}" + put, name=names[-1], file=FILE)), ""
    if kind == "assumed-role" and names:
        if names[0].startswith("AWSReservedSSO_"):
            name = names[0].removeprefix("AWSReservedSSO_").rpartition("_")[0]
            return (made,), fill(PERMISSION_SET.of(lang), {"file": FILE, "name": name})
        return (made, command("aws iam put-role-policy --role-name {name}" + put, name=names[0], file=FILE)), ""
    return (made,), fill(SOMEBODY.of(lang), {"file": FILE})
