"""The table of all fixes: what is a script, what it moves, who else may own what it changes, and what proves it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from albdoctor.checkup.check import Check
from albdoctor.checkup.fix import Fix
from albdoctor.checkup.owner_terms import changes_of
from albdoctor.derive.owners import OwnerKind
from albdoctor.lab.scenarios import SCENARIOS
from albdoctor.report import words
from albdoctor.text import Lang, Text, show

LAB = frozenset(one.name for one in SCENARIOS)
PROVEN = Path(__file__).resolve().parent.parent / "tests" / "lab" / "proven_fixes.json"
TITLE = Text(en="The fixes of albdoctor", ko="albdoctor 수정 방법 목록")
ABOUT = Text(
    en="Every fix that a scan may print. A script is proven in the lab, by a scenario or (*) by a site that only the"
    " tests build: it is pasted into a terminal as printed, beside other people's things; the finding is gone, and"
    " nothing in the account has changed but what it names. Where somebody else manages the thing (last column), no"
    " script is printed: the fix is told in their terms.",
    ko="스캔이 출력할 수 있는 모든 수정 방법입니다. 스크립트는 실습 환경 시나리오나 테스트 전용 구성(*)으로 검증합니다."
    " 다른 사람의 리소스가 함께 있는 계정에서 출력된 그대로 터미널에 붙여 넣어, 문제가 사라지고 해당 리소스 외에는"
    " 아무것도 바뀌지 않는지 확인합니다. 다른 도구가 관리하는 리소스(마지막 열)에는 스크립트 대신 그 도구의 설정으로"
    " 수정 방법을 안내합니다.",
)
HEAD = Text(
    en="| check | fix | how | while it is applied | proven by | managed by |",
    ko="| 점검 | 수정 | 방법 | 적용 중 영향 | 검증 시나리오 | 관리 주체 |",
)
SCRIPT = Text(en="script", ko="스크립트")
BY_HAND = Text(en="by hand", ko="직접")
CONSOLE = Text(en="console", ko="콘솔")
MANAGERS: Mapping[OwnerKind, str] = {
    OwnerKind.CLOUDFORMATION: "CloudFormation",
    OwnerKind.TERRAFORM: "Terraform",
    OwnerKind.INGRESS: "Kubernetes",
    OwnerKind.SERVICE: "Kubernetes",
    OwnerKind.GATEWAY: "Kubernetes",
    OwnerKind.ECS: "ECS",
    OwnerKind.BEANSTALK: "Elastic Beanstalk",
    OwnerKind.ECS_SERVICE: "ECS",
    OwnerKind.CODE_DEPLOY: "CodeDeploy",
    OwnerKind.EXTERNAL: "ECS",
    OwnerKind.AUTO_SCALING: "Auto Scaling",
}


def page(checks: tuple[Check, ...], lang: Lang) -> str:
    """Write the table."""
    proofs = _proofs({check.id: check for check in checks})
    rows = dict.fromkeys(row for check in checks for row in _rows(check, proofs, lang))
    return "\n".join((f"# {TITLE.of(lang)}", "", ABOUT.of(lang), "", HEAD.of(lang), "| --- " * 6 + "|", *rows)) + "\n"


def _proofs(checks: Mapping[str, Check]) -> Mapping[str, str]:
    """The first scenario that proves each script; several checks may print the same one."""
    found: dict[str, str] = {}
    for scenario, runs in (json.loads(PROVEN.read_bytes()) if PROVEN.exists() else {}).items():
        for run in runs:
            found.setdefault(checks[run["check"]].fixes[run["fix"]].script, scenario)
    return found


def _rows(check: Check, proofs: Mapping[str, str], lang: Lang) -> Iterator[str]:
    for fix in check.fixes:
        if fix.tells is not None:
            continue
        how = SCRIPT if fix.script else BY_HAND if fix.by_hand else CONSOLE
        summary = show(fix.summary.of(lang)).replace("|", "\\|").replace("<", "\\<")
        impact = words.IMPACTS[fix.impact].of(lang) if fix.script else ""
        proof = _named(proofs[fix.script]) if fix.script in proofs and fix.script else ""
        cells = (f"[{check.id}]({check.id}.md)", summary, how.of(lang), impact, proof, ", ".join(_managers(fix)))
        yield f"| {' | '.join(cells)} |"


def _named(scenario: str) -> str:
    """A scenario that anybody can run, or one of the tests' own."""
    return f"`{scenario}`" if scenario in LAB else f"{scenario} (*)"


def _managers(fix: Fix) -> tuple[str, ...]:
    changes = changes_of(fix)
    kinds = (kind for kind in OwnerKind if any(change.terms.line(kind, change.value) for change in changes))
    return tuple(dict.fromkeys(MANAGERS[kind] for kind in kinds))
