"""`--select` and `--ignore` take lists and stages, from the command line, the configuration and the library alike."""

from __future__ import annotations

import pytest

from albdoctor.checkup import registry
from albdoctor.errors import UnknownCheckError

ALL = registry.load()


def ids(wanted: tuple[str, ...], ignored: tuple[str, ...] = ()) -> list[str]:
    return [check.id for check in registry.select(ALL, wanted, ignored)]


@pytest.mark.parametrize(
    ("words", "same_as"),
    [
        (("ALB401,ALB403",), ("ALB401", "ALB403")),
        (("ALB401, tg-port-not-served ,",), ("ALB401", "ALB403")),
        (("domain,ALB401",), ("ALB1", "ALB401")),
        (("ALB2,certificate", "ALB3"), ("certificate", "balancer")),
    ],
)
def test_a_list_is_each_of_its_names(words: tuple[str, ...], same_as: tuple[str, ...]) -> None:
    assert ids(words) == ids(same_as) != ids(())
    assert ids((), words) == ids((), same_as) != ids(())


@pytest.mark.parametrize("word", ["", ",", " , ", "ALB401,nope", "ALB401;ALB403"])
def test_a_list_without_names_or_with_an_unknown_one_is_refused(word: str) -> None:
    for arguments in (((word,), ()), ((), (word,))):
        with pytest.raises(UnknownCheckError, match="there is no check"):
            ids(*arguments)
