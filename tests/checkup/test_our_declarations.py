"""Our own checks are declared as `checkup.declared` demands of everybody: a scan does not prove them again."""

from __future__ import annotations

import pytest

from albdoctor.checkup.check import Check
from albdoctor.checkup.declare import OURS
from albdoctor.checkup.declared import prove
from albdoctor.checkup.registry import load


@pytest.mark.parametrize("check", load(), ids=lambda check: check.id)
def test_a_check_of_ours_is_declared_rightly(check: Check) -> None:
    prove(check)


def test_every_check_of_ours_is_where_its_declaration_is_looked_for() -> None:
    assert [check.id for check in load() if not check.judge.__module__.startswith(OURS)] == []
