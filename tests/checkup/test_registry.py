"""Loading, arranging and choosing checks."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from albdoctor.checkup.check import Check
from albdoctor.checkup.registry import arrange, load, select
from albdoctor.errors import BadCheckError, UnknownCheckError
from tests.support.stories import make

ONE, TWO, THREE = make("TST401", "one"), make("TST402", "two"), make("TST501", "three")


def _ids(checks: tuple[Check, ...]) -> list[str]:
    return [check.id for check in checks]


def test_our_checks_come_through_the_entry_point_in_order() -> None:
    loaded = _ids(load())
    assert loaded == sorted(loaded)
    assert "ALB404" in loaded


def test_ids_slugs_prefixes_and_stages_choose() -> None:
    checks = (ONE, TWO, THREE)
    assert _ids(select(checks, ["TST4"], [])) == ["TST401", "TST402"]
    assert _ids(select(checks, ["target_group"], ["two"])) == ["TST401"]
    assert _ids(select(checks, [], ["tst501"])) == ["TST401", "TST402"]


@pytest.mark.parametrize("name", ["", "on", "NOPE", "TST9", "TST"])
def test_an_unknown_name_is_refused_with_a_hint(name: str) -> None:
    with pytest.raises(UnknownCheckError, match="there is no check"):
        select((ONE, TWO), [name], [])


def test_two_checks_of_one_name_are_refused() -> None:
    with pytest.raises(BadCheckError, match="one names two checks: TST401 and TST403"):
        arrange([ONE, make("TST403", "one")])


def test_a_circle_of_causes_is_refused() -> None:
    first = make("TST401", "one", explains=frozenset(("two",)))
    second = make("TST402", "two", explains=frozenset(("TST401",)))
    with pytest.raises(BadCheckError, match="in a circle"):
        arrange([first, second])


def test_only_what_a_check_explains_can_it_mend() -> None:
    two = make("TST402", "two")
    for name in ("two", "nothing-such"):
        with pytest.raises(BadCheckError, match=f"TST401 mends {name}, which is no check that it explains"):
            arrange([replace(ONE, mends=frozenset((name,))), two])
    explains = make("TST401", "one", explains=frozenset(("two",)))
    assert arrange([replace(explains, mends=frozenset(("TST402",))), two])


def test_a_name_that_is_no_check_is_refused() -> None:
    with pytest.raises(BadCheckError, match="TST401 explains nothing-such, which is no check"):
        arrange([make("TST401", "one", explains=frozenset(("nothing-such",)))])
