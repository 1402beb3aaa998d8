"""Side effects that only some findings have: told where the scan sees them, and on the page of the check."""

from __future__ import annotations

import pytest

from albdoctor.checkup.fix import Caution, Fix
from albdoctor.commands.explain import parts
from albdoctor.text import Text, Value
from albdoctor_checks.domain.alb117_delegation_partial import delegation_partial

SIGNED = Text(en="Remove the DS record first.", ko="DS 레코드를 먼저 삭제하세요.")
CACHED = Text(en="Resolvers keep the old ones.", ko="리졸버는 이전 값을 캐시합니다.")
FIX = Fix(summary=Text(en="Do it.", ko="하세요."), cautions=(Caution(where="ds", text=SIGNED),), side_effects=(CACHED,))


@pytest.mark.parametrize(("ds", "effects"), [(("1 13 2 AB",), (SIGNED, CACHED)), ((), (CACHED,)), ("", (CACHED,))])
def test_a_caution_is_told_where_the_finding_has_its_value(ds: Value, effects: tuple[Text, ...]) -> None:
    assert FIX.effects_for({"ds": ds}) == effects


def test_the_page_says_that_it_is_not_always_so() -> None:
    notes = [lines for title, lines, _ in parts(delegation_partial, (delegation_partial,), "en") if title == "Note"]
    assert len(notes) == len(delegation_partial.fixes) - 1  # nothing is replaced where nothing can be
    for lines in notes:
        assert lines[0].startswith("Where the scan sees it: The parent zone holds a DS record")
        assert lines[1].startswith("Where the scan sees it: These records of the present name servers are not in")
        assert lines[-1] == "Resolvers keep the present answer for up to {kept}."
