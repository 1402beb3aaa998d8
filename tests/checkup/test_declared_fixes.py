"""A fix that a check hands out without declaring it would be on no page: the check crashes by name instead."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Check, Fix, Verdict, check, found
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import same
from tests.support.build import facts

DECLARED, SECOND, OTHER = (Fix(summary=same(words)) for words in ("first", "second", "other"))


def _handing_out(fix: Fix | None) -> Check:
    @check(
        id="TST901",
        slug="t-tst901",
        severity=ERROR,
        since="0.1",
        message=same("words"),
        why=same("words"),
        fixes=(DECLARED, SECOND),
    )
    def judge(scan: Scan) -> Iterator[Verdict]:
        """Yield the host."""
        yield found(Ref(Kind.DOMAIN, scan.host), fix=fix)

    return judge


def test_every_declared_fix_may_be_handed_out() -> None:
    for fix in (None, DECLARED, SECOND):
        assert run_one(facts(), _handing_out(fix)).result is Result.FOUND


def test_another_fix_is_refused_by_name() -> None:
    outcome = run_one(facts(), _handing_out(OTHER))
    assert outcome.result is Result.CRASHED
    assert "TST901 hands out a fix that it does not declare: 'other'" in outcome.crash
